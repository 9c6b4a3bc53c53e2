"""The catalogue of courses: searched, filtered and sorted. Courses are nobody's secret: everybody sees them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..models import Course, CourseRun, Mode
from .course_words import corrected, with_words

ONLINE = "online"  # stands beside the regions where one chooses where
COST = Coalesce("price", OuterRef("price")) + Coalesce("extra_price", 0)  # of a run, seen from its course


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; whatever is empty is not asked for.

    `where` is a region or `ONLINE`; `begins_from`, `begins_to` are first days; `price_to` whole kroner with what comes
    on top; `ects_from` points; `free_seats`: seats are known to be free; `still_open`: a run can still be joined;
    `sort` is "fit", "start", "price" or "title".
    """

    words: str = ""
    kind: str = ""
    level: str = ""
    provider: str = ""
    ects_from: int | None = None
    price_to: int | None = None
    begins_from: date | None = None
    begins_to: date | None = None
    where: str = ""
    free_seats: bool = False
    still_open: bool = False
    sort: str = ""

    @property
    def asks_for_runs(self) -> bool:
        """Whether a course needs a run that fits."""
        return bool(self.begins_from or self.begins_to or self.where or self.free_seats or self.still_open)


def open_runs(on: date) -> QuerySet[CourseRun]:
    """Runs that can still be joined on the day: the sign-up deadline, or else the first day, lies ahead.

    Never one that is cancelled, or has vanished from the provider's file.
    """
    ahead = Q(signup_deadline__gte=on) | Q(signup_deadline__isnull=True, starts_on__gte=on)
    return CourseRun.objects.filter(ahead, cancelled_on__isnull=True, withdrawn_on__isnull=True)


def fitting_runs(wanted: Wanted, on: date) -> QuerySet[CourseRun]:
    """Runs that can still be joined and are when and where they are wanted."""
    runs = open_runs(on)
    if wanted.begins_from is not None:
        runs = runs.filter(starts_on__gte=wanted.begins_from)
    if wanted.begins_to is not None:
        runs = runs.filter(starts_on__lte=wanted.begins_to)
    if wanted.where == ONLINE:
        runs = runs.filter(mode=Mode.ONLINE)
    elif wanted.where:
        runs = runs.filter(region=wanted.where)
    if wanted.free_seats:
        runs = runs.filter(seats__gt=F("taken"))
    return runs


def found_courses(wanted: Wanted, *, on: date) -> QuerySet[Course]:
    """The courses that are wanted, in the order that is wanted, each with `next_start` and `least_cost`.

    `next_start` is the first day of the next run that fits; `least_cost` what the cheapest of those costs, or else the
    course, in whole kroner ex VAT.
    """
    runs = fitting_runs(wanted, on).filter(course=OuterRef("pk")).order_by().values("course")
    found: QuerySet[Any] = Course.objects.annotate(
        next_start=Subquery(runs.annotate(first=Min("starts_on")).values("first")),
        least_cost=Coalesce(Subquery(runs.annotate(least=Min(COST)).values("least")), F("price")),
    )
    if wanted.asks_for_runs:
        found = found.filter(Exists(fitting_runs(wanted, on).filter(course=OuterRef("pk"))))
    if wanted.words.strip():
        found = with_words(found, wanted.words)
    if wanted.provider.strip():
        found = found.filter(provider__icontains=wanted.provider.strip())
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.level:
        found = found.filter(level=wanted.level)
    if wanted.ects_from is not None:
        found = found.filter(ects__gte=wanted.ects_from)
    if wanted.price_to is not None:
        found = found.filter(least_cost__lte=wanted.price_to)
    return found.order_by(*_order(wanted))


def _order(wanted: Wanted) -> list[Any]:
    """How the courses are sorted: by fit where there are words and nothing else is said, else by title."""
    match wanted.sort:
        case "start":
            return [F("next_start").asc(nulls_last=True), "title", "pk"]
        case "price":
            return [F("least_cost").asc(nulls_last=True), "title", "pk"]
        case "title":
            return ["title", "pk"]
    return ["fit", "title", "pk"] if wanted.words.strip() else ["title", "pk"]


def courses(*, on: date, words: str = "", kind: str = "", begins_from: date | None = None) -> QuerySet[Course]:
    """Courses that have every word, those that fit best first, each with `next_start`, its next first day.

    `begins_from` keeps those with a run that begins on that day or later and can still be joined.
    """
    return found_courses(Wanted(words=words, kind=kind, begins_from=begins_from), on=on)


def next_runs(courses: Iterable[Course], wanted: Wanted, *, on: date) -> dict[int, CourseRun]:
    """For each of the courses, by its key, the first run that fits, with the course; one query for all of them."""
    runs = fitting_runs(wanted, on).filter(course__in=[course.pk for course in courses])
    first = runs.order_by("course_id", "starts_on", "pk").distinct("course_id").select_related("course")
    return {run.course_id: run for run in first}


def said_in(field: str) -> list[str]:
    """What the courses say in a field, such as `level`: each once, in order."""
    return list(Course.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct())


__all__ = [
    "ONLINE",
    "Wanted",
    "corrected",
    "courses",
    "fitting_runs",
    "found_courses",
    "next_runs",
    "open_runs",
    "said_in",
]
