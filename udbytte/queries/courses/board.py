"""The course board: open course agreements by what is to be done, counted, and the most urgent of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, Count, F, Q, QuerySet, SmallIntegerField, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from udbytte.access.agreements import course_agreements_served_by
from udbytte.domain.lifecycle import Stage
from udbytte.models import Agreement, Person

LONGEST_WORDS = 200
RELATED = ("employee", "step_owner", "unit", "run")
# What a card shows, out of 120 columns: reading them all takes longer than showing the cards.
CARD = (
    *("kind", "title", "stage", "proposed_by", "proposal", "turn", "step", "step_due", "closed_on", "stray"),
    *("line_level", "handed_over", "starts_on", "ends_on", "unit__name"),
    *("employee__given_name", "employee__family_name", "step_owner__given_name", "step_owner__family_name"),
)


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
    rows = course_agreements_served_by(coordinator, on).filter(stage=Stage.LAPSED, lost_from=Stage.WAITLISTED)
    return rows.filter(run__isnull=False, starts_on__gt=on).select_related(*RELATED).order_by("starts_on", "pk")


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
    rows: QuerySet[Agreement], on: date, *, only: str = "", first: int = 1, last: int
) -> Mapping[str, Column]:
    """The six columns, each counted and with its places `first` to `last`, in three queries.

    With `only` the agreements of that column alone are read. An index alone counts the rows and puts them in order;
    only the cards that are shown are read from the tables.
    """
    wanted = _wanted(on)
    keys = list(wanted)
    known = [When(condition, then=Value(number)) for number, condition in enumerate(wanted.values())]
    sorted_in = rows.order_by().annotate(column=Case(*known, default=None, output_field=SmallIntegerField()))
    columns = {key: Column() for key in keys}
    counts = {"count": Count("pk"), "late": Count("pk", filter=Q(step_due__lt=on))}
    for column, count, late in sorted_in.values_list("column").annotate(**counts):
        if column is not None:
            columns[keys[column]].count, columns[keys[column]].late = count, late
    place = Window(RowNumber(), partition_by=F("column"), order_by=("step_due", "pk"))
    inside = sorted_in.filter(wanted[only]) if only else sorted_in
    shown = inside.annotate(place=place).filter(place__gte=first, place__lte=last, column__isnull=False)
    places = list(shown.order_by("column", "place").values_list("column", "pk"))
    shown_on_cards = Agreement.objects.select_related("employee", "step_owner", "unit").only(*CARD)
    agreements = shown_on_cards.in_bulk([pk for _column, pk in places])
    for column, pk in places:
        columns[keys[column]].agreements.append(agreements[pk])
    return columns
