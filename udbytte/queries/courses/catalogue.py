"""The catalogue of courses: searched, filtered and sorted. Everybody may see all courses.

A search ranks how well a course fits the words, and is widened where it finds little (`words`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)
from django.db.models.functions import Coalesce

from udbytte.models import Course, CourseRun, Mode
from udbytte.models.compiled_query import compiled

from .words import FEW, Wanted, courses_with_words, wider_search

ONLINE = "online"  # a choice beside the regions
# The cost of a course date, in a subquery of its course.
COST = Coalesce("price", OuterRef("price")) + Coalesce("extra_price", 0)


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What somebody looks for; empty fields do not filter.

    `where` is a region or `ONLINE`; `begins_from` and `begins_to` are first days; `price_to` is whole kroner with extra
    prices; `ects_from` is points; `free_seats`: seats are known to be free; `still_open`: a course date can still be
    joined; `sort` is "fit", "start", "price" or "title". `wanted`: what is searched for instead of the words.
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
    wanted: tuple[Wanted, ...] = ()

    @property
    def asks_for_runs(self) -> bool:
        """Whether a course needs a matching course date."""
        return bool(self.begins_from or self.begins_to or self.where or self.free_seats or self.still_open)


def courses_by_words(*, on: date, words: str = "", kind: str = "", begins_from: date | None = None) -> QuerySet[Course]:
    """Courses with the words, the best fit first, each with `next_start`; if they are few, those of a wider search.

    `begins_from` keeps courses with a course date that begins on that day or later and can be joined.
    """
    filters = CourseFilter(words=words, kind=kind, begins_from=begins_from)
    total = matching_courses(filters, on=on)[:FEW].count()
    wider = widened(filters, total) if total < FEW else None
    return matching_courses(wider or filters, on=on)


def matching_courses(filters: CourseFilter, *, on: date) -> QuerySet[Course]:
    """The courses that match, in the wanted order, each with `next_start` and `least_cost`.

    `next_start` is the first day of the next matching course date. `least_cost` is the cost of the cheapest one, or
    else of the course, in whole kroner ex VAT.
    """
    return _matching(filters, on, with_start=True, with_cost=True)


def _matching(filters: CourseFilter, on: date, *, with_start: bool, with_cost: bool) -> QuerySet[Course]:
    """`matching_courses`, with `next_start` and `least_cost` only where they are wanted: Django writes them slowly."""
    runs = matching_runs(filters, on).filter(course=OuterRef("pk")).order_by().values("course")
    matching: QuerySet[Any] = Course.objects.all()
    if with_start:
        matching = matching.annotate(next_start=Subquery(runs.annotate(first=Min("starts_on")).values("first")))
    if with_cost:
        least = Subquery(runs.annotate(least=Min(COST)).values("least"))
        matching = matching.annotate(least_cost=Coalesce(least, F("price")))
    if filters.asks_for_runs:
        matching = matching.filter(Exists(matching_runs(filters, on).filter(course=OuterRef("pk"))))
    if filters.words.strip():
        matching = courses_with_words(matching, filters.words, filters.wanted)
    if filters.provider.strip():
        matching = matching.filter(provider__icontains=filters.provider.strip())
    if filters.kind:
        matching = matching.filter(kind=filters.kind)
    if filters.level:
        matching = matching.filter(level=filters.level)
    if filters.ects_from is not None:
        matching = matching.filter(ects__gte=filters.ects_from)
    if filters.price_to is not None:
        matching = matching.filter(least_cost__lte=filters.price_to)
    return matching.order_by(*_order(filters))


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the courses found, and how many there are on all pages.

    `wider`: few have all the words, so after them come others. `corrected`: none has, and what was searched for
    instead.
    """

    courses: list[Course]
    total: int
    wider: bool = False
    corrected: str = ""


def find_courses(filters: CourseFilter, *, on: date, skip: int, size: int) -> Found:
    """So many of the matching courses after the first `skip`; none past the last page."""
    found = _page_of_courses(filters, on=on, skip=skip, size=size)
    if not filters.words.strip() or found.total >= FEW:
        return found
    wider = widened(filters, found.total)
    others = _page_of_courses(wider, on=on, skip=skip, size=size) if wider is not None else found
    if wider is None or others.total <= found.total:
        return found
    corrected = wider.words if wider.words != filters.words and not found.total else ""
    return replace(others, wider=not corrected, corrected=corrected)


def widened(filters: CourseFilter, total: int) -> CourseFilter | None:
    """The search widened, with corrected words; None if there is no way to. `total`: how many courses it finds."""
    only_words = filters == CourseFilter(words=filters.words, sort=filters.sort)
    wider = wider_search(filters.words, total=total if only_words else None)
    return replace(filters, wanted=wider.wanted, words=wider.corrected or filters.words) if wider else None


def _page_of_courses(filters: CourseFilter, *, on: date, skip: int, size: int) -> Found:
    """One query finds and counts them, another reads those that are shown: to read all that match would take long."""
    with_cost = filters.sort == "price" or filters.price_to is not None
    matching = _matching(filters, on, with_start=filters.sort == "start", with_cost=with_cost)
    rows = list(matching.annotate(total=Window(Count("pk"))).values_list("pk", "total")[skip : skip + size])
    shown = {course.pk: course for course in _courses([pk for pk, _total in rows])}
    total = rows[0][1] if rows else matching.count() if skip else 0
    return Found([shown[pk] for pk, _total in rows], total)


@compiled
def _courses(pks: Sequence[int]) -> QuerySet[Course]:
    return Course.objects.filter(pk__in=pks).order_by()


def _order(filters: CourseFilter) -> list[Any]:
    """The order of the courses: by fit if there are words and no other order is chosen, else by title."""
    match filters.sort:
        case "start":
            return [F("next_start").asc(nulls_last=True), "title", "pk"]
        case "price":
            return [F("least_cost").asc(nulls_last=True), "title", "pk"]
        case "title":
            return ["title", "pk"]
    return ["fit", "title", "pk"] if filters.words.strip() else ["title", "pk"]


def matching_runs(filters: CourseFilter, on: date) -> QuerySet[CourseRun]:
    """Course dates that can be joined, at the wanted time and place."""
    runs = open_runs(on)
    if filters.begins_from is not None:
        runs = runs.filter(starts_on__gte=filters.begins_from)
    if filters.begins_to is not None:
        runs = runs.filter(starts_on__lte=filters.begins_to)
    if filters.where == ONLINE:
        runs = runs.filter(mode=Mode.ONLINE)
    elif filters.where:
        runs = runs.filter(region=filters.where)
    if filters.free_seats:
        runs = runs.filter(seats__gt=F("taken"))
    return runs


def open_runs(on: date) -> QuerySet[CourseRun]:
    """Course dates that can be joined on the day: the sign-up deadline, or else the first day, is not past.

    Never a course date that is cancelled or has vanished from the provider's file.
    """
    ahead = Q(signup_deadline__gte=on) | Q(signup_deadline__isnull=True, starts_on__gte=on)
    return CourseRun.objects.filter(ahead, cancelled_on__isnull=True, withdrawn_on__isnull=True)


def runs_of(courses: Iterable[Course], filters: CourseFilter, *, on: date) -> dict[int, list[CourseRun]]:
    """The matching course dates of each course that has any, by its id, the next one first; one query for all."""
    known = {course.pk: course for course in courses}
    by_course: dict[int, list[CourseRun]] = {}
    for run in matching_runs(filters, on).filter(course__in=list(known)).order_by("starts_on", "pk"):
        run.course = known[run.course_id]
        by_course.setdefault(run.course_id, []).append(run)
    return by_course


def next_runs(courses: Iterable[Course], filters: CourseFilter, *, on: date) -> dict[int, CourseRun]:
    """For each of the courses, by its id, the first matching course date."""
    return {pk: runs[0] for pk, runs in runs_of(courses, filters, on=on).items()}


def least_cost_of(course: Course, runs: Iterable[CourseRun]) -> int | None:
    """What the cheapest of the course dates costs, or else the course, as `least_cost` of `matching_courses`."""
    return min((run.cost for run in runs if run.cost is not None), default=course.price)


@compiled
def values_in_field(field: str) -> QuerySet[Course, str]:
    """The values of the courses in a field, such as `level`: each once, in order."""
    return Course.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct()
