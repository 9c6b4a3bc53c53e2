"""What the first page asks: which of its lists have something in them, and what waits besides a person's own steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Q, QuerySet

from udbytte.access.people import Roles, reports_of
from udbytte.access.practice import secondary_questions_to
from udbytte.access.rounds import kickoffs_to_report, questions_to_answer
from udbytte.models import Agreement, Person
from udbytte.queries.agreements import open_check_ins_of
from udbytte.queries.courses.board import on_the_board_of
from udbytte.queries.meetings import conversations_to_ask_about, groups_to_answer
from udbytte.queries.money.funding import open_applications_of

from .team import LATE_AFTER


def filled_lists(person: Person, roles: Roles, on: date) -> set[str]:
    """The names of those lists of the first page that are not empty.

    Most lists are empty on most days. One query asks about all of them, and only the others are then read.
    """
    lists: dict[str, QuerySet[Any]] = {"applications": open_applications_of(person)}
    if roles.is_helper:
        lists |= {"check_ins": open_check_ins_of(person), "asked": secondary_questions_to(person)}
    if roles.is_manager:
        lists |= {
            "rules_questions": questions_to_answer(person, on),
            "meetings": conversations_to_ask_about(person, on),
            "groups": groups_to_answer(person, on),
        }
    if roles.is_manager and roles.manages_units:
        lists["kickoffs"] = kickoffs_to_report(person, on)
    answers = Person.objects.filter(pk=person.pk).values_list(*(Exists(rows) for rows in lists.values())).get()
    return {name for name, is_filled in zip(lists, answers, strict=True) if is_filled}


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
        team = Agreement.objects.filter(employment__in=reports_of(person, on), closed_on__isnull=True)
        places.append(_late("team", team, ~Q(step_owner=person) & Q(step_due__lte=on - LATE_AFTER)))
    if roles.is_coordinator:
        late = ~Q(step_owner=person) & Q(step_due__lt=on)
        places.append(_late("course-board", on_the_board_of(person, on), late))
    return [place for place in places if place.count]


def _late(where: str, agreements: QuerySet[Agreement], late: Q) -> Waiting:
    numbers = agreements.order_by().aggregate(count=Count("pk", filter=late), base=Count("pk"))
    return Waiting(where, numbers["count"], numbers["base"])
