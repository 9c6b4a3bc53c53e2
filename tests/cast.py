"""The cast that every test knows, in a small municipality with a tree of three units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import time_machine

from tests.kept import Kept
from udbytte.domain.lifecycle import Kind
from udbytte.models import (
    Agreement,
    Budget,
    Conversation,
    Course,
    CourseRun,
    DevelopmentPlan,
    Employment,
    ManagerRole,
    NoticeSeen,
    Person,
    Role,
    RoleAssignment,
    Round,
    Unit,
)
from udbytte.services.agreements.take_step import agree_activity
from udbytte.services.people.organisation import follow_organisation_changes

TODAY = date(2026, 3, 2)  # a Monday
LONG_AGO = date(2015, 1, 1)


def make_person(given: str, family: str = "Hansen", **fields: Any) -> Person:
    return Person.objects.create_user(f"{given.lower()}@example.test", given_name=given, family_name=family, **fields)


def make_unit(name: str, parent: Unit | None = None) -> Unit:
    unit = Unit.objects.create(name=name, parent=parent, starts_on=LONG_AGO)
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    unit.save()
    return unit


def employ(person: Person, unit: Unit, title: str = "Pædagog") -> Employment:
    return Employment.objects.create(person=person, unit=unit, title=title, starts_on=LONG_AGO)


@dataclass
class Cast:
    """Mette is employed in the kindergarten that Lars manages; Dorthe manages Lars; Jonas is a stranger elsewhere."""

    municipality: Unit
    children: Unit
    kindergarten: Unit
    roads: Unit
    mette: Person
    lars: Person
    dorthe: Person
    bente: Person
    karim: Person
    birgit: Person
    hanne: Person
    soren: Person
    ida: Person
    jonas: Person
    employment: Employment
    round: Round
    conversation: Conversation
    plan: DevelopmentPlan
    budget: Budget
    run: CourseRun

    def agree(self, kind: Kind = Kind.COURSE, **facts: Any) -> Agreement:
        """An agreement of Mette's, planned a quarter ahead unless told otherwise."""
        given: dict[str, Any] = {
            "title": "Konflikthåndtering" if kind is Kind.COURSE else "Mentor i dokumentation",
            "planned_from": TODAY + timedelta(days=90),
            "planned_to": TODAY + timedelta(days=120),
            "estimated_price": 6000 if kind is Kind.COURSE else None,
            "by": self.lars,
            "on": TODAY,
        }
        return agree_activity(plan=self.plan, kind=kind, **(given | facts))


kept_cast: Kept[Cast] | None = None


def make_cast() -> Cast:
    """The whole cast with a published round, in which Mette's conversation was held on TODAY."""
    return kept_cast.bring() if kept_cast else build_cast()


def keep_cast() -> None:
    """Build the cast once in an empty database and keep it, so that `make_cast` copies it from now on."""
    global kept_cast
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=False):
        kept_cast = Kept.from_(build_cast)


def build_cast() -> Cast:
    """The cast made by the services, as `make_cast` brings it."""
    municipality = make_unit("Engby Kommune")
    children = make_unit("Børn og Unge", municipality)
    kindergarten = make_unit("Børnehuset Mælkebøtten", children)
    roads = make_unit("Vej og Park", municipality)
    names = "Mette Lars Dorthe Bente Karim Birgit Hanne Søren Ida Jonas".split()
    mette, lars, dorthe, bente, karim, birgit, hanne, soren, ida, jonas = map(make_person, names)
    employment = employ(mette, kindergarten)
    for person, unit in ((lars, kindergarten), (karim, kindergarten), (dorthe, children), (jonas, roads)):
        employ(person, unit)
    for person in (bente, birgit, hanne, soren, ida):
        employ(person, municipality, "Konsulent")
    ManagerRole.objects.create(person=lars, unit=kindergarten, starts_on=LONG_AGO)
    ManagerRole.objects.create(person=dorthe, unit=children, starts_on=LONG_AGO)
    roles: tuple[tuple[Person, Role, Unit | None], ...] = (
        (bente, Role.COORDINATOR, children),
        (birgit, Role.BUDGET_OWNER, children),
        (hanne, Role.HR, None),
        (soren, Role.WORKS_COUNCIL, None),
        (ida, Role.ADMINISTRATOR, None),
    )
    for person, role, place in roles:
        RoleAssignment.objects.create(person=person, role=role, unit=place, starts_on=LONG_AGO)
    follow_organisation_changes(on=TODAY)
    employment.refresh_from_db()
    round_ = Round.objects.create(
        name="MUS 2026",
        announced_on=date(2026, 1, 5),
        conversations_from=date(2026, 2, 2),
        conversations_to=date(2026, 4, 30),
        closes_on=date(2026, 12, 31),
        published_on=date(2026, 1, 5),
    )
    round_.units.add(municipality)
    NoticeSeen.objects.bulk_create(NoticeSeen(person=person, number=0, on=LONG_AGO) for person in Person.objects.all())
    conversation = Conversation.objects.create(round=round_, employment=employment, manager=lars, held_on=TODAY)
    plan = DevelopmentPlan.objects.create(conversation=conversation)
    budget = Budget.objects.create(unit=kindergarten, round=round_, amount=20000, published_on=date(2026, 1, 5))
    course = Course.objects.create(
        title="Konflikthåndtering i hverdagen", provider="Engskolen", code="47110", price=6000
    )
    run = CourseRun.objects.create(
        course=course,
        starts_on=date(2026, 6, 8),
        ends_on=date(2026, 6, 10),
        place="Odense",
        signup_deadline=date(2026, 5, 8),
    )
    return Cast(
        municipality=municipality,
        children=children,
        kindergarten=kindergarten,
        roads=roads,
        mette=mette,
        lars=lars,
        dorthe=dorthe,
        bente=bente,
        karim=karim,
        birgit=birgit,
        hanne=hanne,
        soren=soren,
        ida=ida,
        jonas=jonas,
        employment=employment,
        round=round_,
        conversation=conversation,
        plan=plan,
        budget=budget,
        run=run,
    )
