"""A page that shows the same costs the same: rows touched do not grow with the organisation around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY
from udbytte.demo.bulk.fill import fill_with_bulk_data
from udbytte.demo.rows_touched import Touched, rows_touched
from udbytte.domain.lifecycle import Kind, Stage
from udbytte.models import (
    Agreement,
    Conversation,
    DevelopmentPlan,
    Employment,
    Goal,
    ManagerRole,
    Person,
    Role,
    RoleAssignment,
    Round,
    Unit,
)
from udbytte.services.figures.tallies import update_tallies

pytestmark = pytest.mark.django_db
SMALL, LARGE = 600, 3_000
MOST = 1.3


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and who asks for it."""

    name: str
    address: Callable[[], str]
    asked_by: Callable[[], Person]


def area() -> Unit:
    """A unit with three houses right below it, and nothing else: as large in any organisation."""
    return Unit.objects.get(name="Tre huse")


def hr() -> Person:
    return Person.objects.get(pk=RoleAssignment.objects.filter(role=Role.HR).order_by("pk").values("person")[:1])


def administrator() -> Person:
    return Person.objects.get(roles__role=Role.ADMINISTRATOR, family_name="Prøve")


def manager_of_a_house() -> Person:
    """Who manages the first of the three houses."""
    return Person.objects.filter(manager_roles__unit__parent=area()).order_by("pk")[0]


def of_the_sample(name: str) -> Person:
    return Person.objects.get(given_name=name, family_name="Prøve")


def employee() -> Person:
    return of_the_sample("Ansat 0")


def manager() -> Person:
    return of_the_sample("Leder")


def held_conversation() -> Conversation:
    """Of the newest round, held and not signed: its page shows the load."""
    held = Conversation.objects.filter(employment__person=of_the_sample("Ansat 5"), held_on__isnull=False)
    return held.order_by("-round__conversations_from")[0]


def coordinator() -> Person:
    return of_the_sample("Koordinator")


# What is shown must be the same in both sizes.
PAGES = (
    Page("home of an employee", lambda: reverse("home"), employee),
    Page("home of a manager", lambda: reverse("home"), manager),
    Page("home of a coordinator", lambda: reverse("home"), coordinator),
    Page("plan", lambda: reverse("plan"), employee),
    Page(
        "follow-up talk",
        lambda: reverse("follow-up-talk", args=[employee().employments.get().pk]),
        manager,
    ),
    Page("conversation", lambda: reverse("conversation", args=[held_conversation().pk]), manager),
    Page("team", lambda: reverse("team"), manager),
    Page("team review", lambda: reverse("team-review"), manager),
    Page("slips", lambda: reverse("slips"), manager),
    Page("budget", lambda: reverse("money"), manager),
    Page("stalled, of a manager", lambda: reverse("stalled"), manager),
    Page("stalled, of a coordinator", lambda: reverse("stalled"), coordinator),
    Page("course board", lambda: reverse("course-board"), coordinator),
    Page("search", lambda: reverse("courses") + "?q=ledelse", employee),
    Page("search of a slip of the hand", lambda: reverse("courses") + "?q=ledelze", employee),
    Page("not held", lambda: reverse("not-held"), manager),
    Page("figures of the whole", lambda: reverse("figures"), hr),
    Page("figures of a unit", lambda: reverse("figures-of", args=[area().pk]), hr),
    Page("figures of a house", lambda: reverse("figures"), manager_of_a_house),
    Page("report of a round", lambda: reverse("report", args=[Round.objects.order_by("pk")[1].pk]), hr),
    Page("emails that wait", lambda: reverse("mails"), administrator),
    Page("what gives learning", lambda: reverse("learning"), hr),
)


def make_workplace(employees: int) -> None:
    """A municipality of that size, and in it one area and one sample unit that are the same in all sizes."""
    fill_with_bulk_data(employees=employees, agreements=3 * employees, seed=1, on=TODAY, say=lambda line: None)
    root = Unit.objects.get(parent=None)
    top = make_unit("Tre huse", Unit.objects.filter(parent=root).order_by("pk")[0])
    for house in Unit.objects.filter(name__startswith="Huset").order_by("pk")[:3]:
        house.parent, house.path = top, f"{top.path}{house.pk}/"
        house.save()
    make_sample(make_unit("Prøvehuset", root))
    update_tallies(on=TODAY)


def make_unit(name: str, parent: Unit) -> Unit:
    unit = Unit.objects.create(name=name, starts_on=LONG_AGO, parent=parent)
    unit.path = f"{parent.path}{unit.pk}/"
    unit.save()
    return unit


def make_person(name: str) -> Person:
    return Person.objects.create(given_name=name, family_name="Prøve")


def make_sample(unit: Unit) -> None:
    """A unit with a manager, a coordinator and ten employees, each with four agreements of each round."""
    head, arranges = make_person("Leder"), make_person("Koordinator")
    ManagerRole.objects.create(person=head, unit=unit, starts_on=LONG_AGO, holds_conversations=True)
    RoleAssignment.objects.create(person=arranges, role=Role.COORDINATOR, unit=unit, starts_on=LONG_AGO)
    RoleAssignment.objects.create(person=make_person("Administrator"), role=Role.ADMINISTRATOR, starts_on=LONG_AGO)
    for number in range(10):
        person = make_person(f"Ansat {number}")
        job = Employment.objects.create(
            person=person, unit=unit, title="Pædagog", line_manager=head, starts_on=LONG_AGO
        )
        for round_ in Round.objects.order_by("announced_on"):
            make_agreements(job, round_, person, head, arranges, is_held=number > 1)


def make_agreements(
    job: Employment, round_: Round, person: Person, head: Person, arranges: Person, *, is_held: bool
) -> None:
    """A conversation of the round with a plan, and four agreements whose steps are everybody's."""
    held_on = round_.conversations_from if is_held else None
    conversation = Conversation.objects.create(round=round_, employment=job, manager=head, held_on=held_on)
    plan = DevelopmentPlan.objects.create(conversation=conversation)
    goal = Goal.objects.create(plan=plan, text="Tale med pårørende")
    for kind, stage, step, owner in (
        (Kind.PRACTICE, Stage.UNDER_WAY, "check_in", person),
        (Kind.PRACTICE, Stage.REPORTED, "talk", head),
        (Kind.COURSE, Stage.FOUND, "settle_money", head),
        (Kind.COURSE, Stage.FUNDED, "register", arranges),
    ):
        Agreement.objects.create(
            plan=plan,
            goal=goal,
            employment=job,
            employee=person,
            unit=job.unit,
            round=round_,
            kind=kind,
            title="Den svære samtale",
            stage=stage,
            step=step,
            step_owner=owner,
            planned_from=TODAY,
            planned_to=TODAY,
            agreed_on=TODAY,
            answer_due_on=TODAY,
            step_since=TODAY,
            step_due=TODAY + timedelta(days=5),
        )


def touched_by_pages(employees: int) -> dict[str, Touched]:
    """What each page touches in a workplace of that size, the second time it is asked for."""
    touched: dict[str, Touched] = {}
    with transaction.atomic():
        make_workplace(employees)
        clients = [enter(page.asked_by()) for page in PAGES]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # of what was added to the filled database
        for page, client in zip(PAGES, clients, strict=True):
            address = page.address()
            assert client.get(address).status_code == 200
            with rows_touched() as touched[page.name]:
                client.get(address)
        transaction.set_rollback(True)
    return touched


def test_rows_touched_do_not_grow_with_the_organisation() -> None:
    small, large = touched_by_pages(SMALL), touched_by_pages(LARGE)
    faults = [fault for name in small for fault in faults_of(name, small[name], large[name])]
    assert not faults, "\n".join(faults)


def faults_of(name: str, few: Touched, many: Touched) -> list[str]:
    """What is wrong with a page, in lines: more rows than allowed (with the worst statements), or more queries."""
    faults = []
    if many.rows > MOST * few.rows:
        worst = [f"    {statement.rows}: {statement.sql[:300]}" for statement in many.worst()]
        faults += [f"{name}: {few.rows} rows, then {many.rows}", *worst]
    if many.queries != few.queries:
        faults.append(f"{name}: {few.queries} queries, then {many.queries}")
    return faults
