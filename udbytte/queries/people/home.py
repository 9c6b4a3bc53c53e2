"""What the first page asks: the next steps, which other lists have something in them, and what waits besides.

Everybody asks for this page, and it asks about a dozen things, so the SQL of most is compiled once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from udbytte.access.agreements import own_agreements_of, written_answers_to_confirm
from udbytte.access.people import Roles, managed_paths, reports_of
from udbytte.access.practice import secondary_questions_to
from udbytte.access.rounds import kickoffs_to_report_below, questions_to_answer
from udbytte.models import Agreement, Conversation, Helper, Person, SelfCheck
from udbytte.models.compiled_query import compiled
from udbytte.queries.agreements.lists import ROW, open_check_ins_of, steps_of
from udbytte.queries.agreements.stalled import WITH_HR
from udbytte.queries.conversations.texts import open_conversations
from udbytte.queries.courses.board import on_the_board_of
from udbytte.queries.meetings.status import conversations_to_ask_about, groups_to_answer
from udbytte.queries.money.budgets import open_overruns_of
from udbytte.queries.money.funding import open_applications_of

from .new_manager import taken_over_by, unfinished_by
from .team import LATE_AFTER

MOST = 30  # rows of a list
STEP_RELATED = ("employee", "employment", "unit", "goal")
HAS = "has_"  # before the name of a list; some fields have the same names
# All of the agreement, as its forms need it, and little of what it belongs to.
STEP = (
    *(field.name for field in Agreement._meta.concrete_fields),
    *("employee__given_name", "employee__family_name", "unit__name", "unit__path"),
    *("employment__line_manager", "employment__starts_on", "employment__ends_on", "goal__text"),
)
MOST_HELPED = 3  # the page of the helper has all
HELPED = ("title", "planned_from", "planned_to", "employee__given_name", "employee__family_name")


@compiled
def next_steps_of(person: Person) -> QuerySet[Agreement]:
    """The person's next steps, the one due first at the top; one more than are shown."""
    return steps_of(person).select_related(*STEP_RELATED).only(*STEP)[: MOST + 1]


@compiled
def next_steps_beside_groups_of(person: Person) -> QuerySet[Agreement]:
    """The same for HR, without the steps that HR sees in groups."""
    return steps_of(person).exclude(WITH_HR).select_related(*STEP_RELATED).only(*STEP)[: MOST + 1]


@compiled
def waits_for_others(person: Person) -> QuerySet[Agreement]:
    """The person's own open agreements whose next step is somebody else's, as many as are shown."""
    open_ = own_agreements_of(person).filter(closed_on__isnull=True).exclude(step_owner=person)
    return open_.select_related("step_owner").only(*ROW).order_by("step_due", "pk")[:MOST]


@compiled
def helped_by(helper: Person) -> QuerySet[Agreement]:
    """The open agreements that the person helps with, as many as are shown. Title, name and days may be read."""
    helps = Helper.objects.filter(agreement=OuterRef("pk"), person=helper, said_yes=True, ended_on__isnull=True)
    rows = Agreement.objects.filter(Exists(helps), closed_on__isnull=True).select_related("employee")
    return rows.only(*HELPED).order_by("planned_to", "pk")[:MOST_HELPED]


@compiled
def present_conversations_of(person: Person) -> QuerySet[Conversation, Conversation]:
    """The person's own conversations of open rounds."""
    return open_conversations(person)


def filled_lists(person: Person, roles: Roles, on: date) -> set[str]:
    """The names of those lists of the first page that are not empty.

    Most lists are empty on most days. One query asks about all of them, and only the others are then read.
    """
    paths = managed_paths(person, on) if roles.is_manager and roles.manages_units else []
    [is_filled] = _which_lists_are_filled(person, roles.is_helper, roles.is_manager, paths, on)
    return {name.removeprefix(HAS) for name, filled in is_filled.items() if filled}


@compiled
def _which_lists_are_filled(
    person: Person, is_helper: bool, is_manager: bool, paths: Sequence[str], on: date
) -> QuerySet[Person, Any]:
    """By the name of each list whether it has a row. `paths`: of the units that the person manages."""
    lists: dict[str, QuerySet[Any]] = {
        "applications": open_applications_of(person),
        "bills": open_overruns_of(person),
        "unfinished": unfinished_by(person, on),
        "written": written_answers_to_confirm(person),
        "ballots": SelfCheck.objects.filter(closed_on__isnull=True),
    }
    if is_helper:
        lists |= {"check_ins": open_check_ins_of(person), "asked": secondary_questions_to(person)}
    if is_manager:
        lists |= {
            "rules_questions": questions_to_answer(person, on),
            "meetings": conversations_to_ask_about(person, on),
            "groups": groups_to_answer(person, on),
            "taken_over": taken_over_by(person, on),
        }
    if paths:
        lists["kickoffs"] = kickoffs_to_report_below(paths, on)
    return Person.objects.filter(pk=person.pk).values(**{f"{HAS}{name}": Exists(rows) for name, rows in lists.items()})


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many agreements wait somewhere, of how many; `where` is the name of the page."""

    where: str
    count: int
    base: int


def waiting_for(person: Person, roles: Roles, on: date) -> list[Waiting]:
    """What waits in the roles a person has; a query for each role, and nothing where nothing waits."""
    places: list[Waiting] = []
    if roles.is_manager:
        [(count, base)] = _late_on_team(person, on)
        places.append(Waiting("team", count, base))
    if roles.is_coordinator:
        late = ~Q(step_owner=person) & Q(step_due__lt=on)
        [(count, base)] = _counted(on_the_board_of(person, on), late)
        places.append(Waiting("course-board", count, base))
    return [place for place in places if place.count]


@compiled
def _late_on_team(manager: Person, on: date) -> QuerySet[Agreement, tuple[int, int]]:
    team = Agreement.objects.filter(employment__in=reports_of(manager, on), closed_on__isnull=True)
    return _counted(team, ~Q(step_owner=manager) & Q(step_due__lte=on - LATE_AFTER))


def _counted(agreements: QuerySet[Agreement], late: Q) -> QuerySet[Agreement, tuple[int, int]]:
    """One row: how many are late, of how many."""
    together = agreements.order_by().values(all=Value(1))
    return together.annotate(late=Count("pk", filter=late), base=Count("pk")).values_list("late", "base")
