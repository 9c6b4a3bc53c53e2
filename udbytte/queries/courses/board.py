"""The course board: open course agreements by what is to be done, counted, and the most urgent of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, SmallIntegerField, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from udbytte.access.agreements import course_agreements_below, course_agreements_served_by
from udbytte.access.courses import SPEAK_FOR_UNITS, agreements_spoken_for_below, open_run_questions
from udbytte.access.people import paths_served
from udbytte.domain.lifecycle import Stage
from udbytte.models import Agreement, Person, Role, RunReport
from udbytte.models.compiled_query import compiled

LONGEST_WORDS = 200
RELATED = ("employee", "step_owner", "unit", "run")
# What a card shows, out of 120 columns: reading them all takes longer than showing the cards.
CARD = (
    *("kind", "title", "stage", "proposed_by", "proposal", "turn", "step", "step_due", "closed_on", "stray"),
    *("line_level", "handed_over", "starts_on", "ends_on", "unit__name"),
    *("employee__given_name", "employee__family_name", "step_owner__given_name", "step_owner__family_name"),
)
SEAT = ("title", "starts_on", "employee__given_name", "employee__family_name", "unit__name")


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which agreements of the board to show; empty fields do not filter.

    `below` is the path of a unit. Each of the `words` is a part of the person's name, of what is agreed, or of the
    course or its provider. `month` is that of the course date or else of the wish, as "2026-12".
    """

    below: str = ""
    words: str = ""
    month: str = ""

    def narrow(self, rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
        if self.below:
            rows = rows.filter(unit__path__gte=self.below, unit__path__lt=self.below + "~")
        for word in self.words[:LONGEST_WORDS].split():
            is_called = Q(employee__given_name__icontains=word) | Q(employee__family_name__icontains=word)
            is_about = Q(title__icontains=word) | Q(run__course__title__icontains=word)
            rows = rows.filter(is_called | is_about | Q(run__course__provider__icontains=word))
        if self.month:
            year, month = (int(part) for part in self.month.split("-"))
            rows = rows.alias(starts=Coalesce("starts_on", "planned_from"))
            rows = rows.filter(starts__year=year, starts__month=month)
        return rows


EVERYTHING = BoardFilter()


@dataclass(slots=True)
class Column:
    """How many a column has in all, how many of them are late, and those asked for, the most urgent first."""

    count: int = 0
    late: int = 0
    agreements: list[Agreement] = field(default_factory=list)


def on_the_board_of(coordinator: Person, on: date) -> QuerySet[Agreement]:
    """The open course agreements of the units that the person coordinates."""
    return course_agreements_served_by(coordinator, on).filter(closed_on__isnull=True)


def seats_to_cancel(coordinator: Person, on: date) -> QuerySet[Agreement]:
    """The waiting-list places of lapsed agreements that the provider still counts on.

    A place is listed until somebody says that it is cancelled (`services.courses.registration`), or until the course
    date has come.
    """
    return seats_to_cancel_below.build(paths_served(coordinator, [Role.COORDINATOR], on), on)


@compiled
def seats_to_cancel_below(tops: Sequence[str], on: date) -> QuerySet[Agreement]:
    """`seats_to_cancel` of the units with these paths and of all below them."""
    rows = course_agreements_below(tops).filter(stage=Stage.LAPSED, lost_from=Stage.WAITLISTED)
    rows = rows.filter(run__isnull=False, starts_on__gt=on).select_related("employee", "unit").only(*SEAT)
    return rows.order_by("starts_on", "pk")


def reports_asked_about(person: Person, on: date) -> list[RunReport]:
    """What has been said of course dates, where the person is asked whether it is so for theirs."""
    return _reports_asked_about(paths_served(person, SPEAK_FOR_UNITS, on), person, on)


@compiled
def _reports_asked_about(tops: Sequence[str], person: Person, on: date) -> QuerySet[RunReport]:
    questions = open_run_questions().filter(agreement__in=agreements_spoken_for_below(tops, person, on))
    return RunReport.objects.filter(pk__in=questions.order_by().values("report")).select_related("by", "run__course")


def _wanted(on: date) -> dict[str, Q]:
    return {
        "find": Q(step="find_run"),
        "money": Q(step__in=("settle_money", "decide")),
        "book": Q(step="register"),
        "waiting": Q(step="confirm_seat"),
        "upcoming": Q(step="go", ends_on__gte=on),
        "went": Q(step="go", ends_on__lt=on),
    }


def columns_of(
    tops: Sequence[str], on: date, chosen: BoardFilter = EVERYTHING, *, only: str = "", places: range
) -> Mapping[str, Column]:
    """All six columns counted, and the cards at these places of each, or of one only, in three queries.

    The first place is 1. `tops` are the paths of the units that are coordinated. An index alone counts the rows and
    puts them in order. Only the cards that are shown are read from the tables.
    """
    keys = list(_wanted(on))
    columns = {key: Column() for key in keys}
    # What people type is not kept in the text of a query.
    ask = (_counts, _places) if chosen == EVERYTHING else (_counts.build, _places.build)
    for column, count, late in ask[0](tops, on, chosen):
        if column is not None:
            columns[keys[column]].count, columns[keys[column]].late = count, late
    shown = list(ask[1](tops, on, chosen, only, places))
    agreements = {agreement.pk: agreement for agreement in _cards([pk for _column, pk in shown])}
    for column, pk in shown:
        columns[keys[column]].agreements.append(agreements[pk])
    return columns


def _in_columns(tops: Sequence[str], on: date, chosen: BoardFilter, only: str) -> QuerySet[Any]:
    """The agreements of the board, each with the number of its `column`; None if it is in none."""
    wanted = _wanted(on)
    known = [When(condition, then=Value(number)) for number, condition in enumerate(wanted.values())]
    rows = chosen.narrow(course_agreements_below(tops).filter(closed_on__isnull=True))
    inside = rows.filter(wanted[only]) if only else rows
    return inside.order_by().annotate(column=Case(*known, default=None, output_field=SmallIntegerField()))


@compiled
def _counts(tops: Sequence[str], on: date, chosen: BoardFilter) -> QuerySet[Any, tuple[int | None, int, int]]:
    """How many there are in each column, and how many of them are late."""
    counts = {"count": Count("pk"), "late": Count("pk", filter=Q(step_due__lt=on))}
    counted: QuerySet[Any, tuple[int | None, int, int]]
    counted = _in_columns(tops, on, chosen, "").values_list("column").annotate(**counts)
    return counted


@compiled
def _places(
    tops: Sequence[str], on: date, chosen: BoardFilter, only: str, places: range
) -> QuerySet[Any, tuple[int, int]]:
    """The column and the id of each agreement at these places."""
    place = Window(RowNumber(), partition_by=F("column"), order_by=("step_due", "pk"))
    rows = _in_columns(tops, on, chosen, only).annotate(place=place).filter(column__isnull=False)
    shown: QuerySet[Any, tuple[int, int]]
    shown = rows.filter(place__gte=places.start, place__lt=places.stop).values_list("column", "pk")
    return shown.order_by("column", "place")


@compiled
def _cards(pks: Sequence[int]) -> QuerySet[Agreement]:
    return Agreement.objects.filter(pk__in=pks).select_related("employee", "step_owner", "unit").only(*CARD)
