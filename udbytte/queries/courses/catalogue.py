"""The catalogue of courses: searched, filtered and sorted. Everybody may see all courses.

A search ranks how well a course fits the words, and corrects words that fit nothing. It reads the search columns that
the database keeps beside each course.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from udbytte.domain.search import MOST_TYPOS, folded, nearest_known_word, words_of
from udbytte.models import Course, CourseRun, Mode
from udbytte.models.compiled_query import compiled

SHORTEST_STEM = 4  # letters; "led" of "ledelse" is also in "vejledning"
# The best place of a word in a course; NULL: nowhere. Only a long stem is searched inside compounds.
PLACE = """CASE
    WHEN udbytte_course.search_code = %(word)s THEN 0
    WHEN udbytte_course.search_title LIKE %(begins)s THEN 1
    WHEN udbytte_course.search_title LIKE %(whole)s THEN 2
    WHEN udbytte_course.search_stems @@ %(in_title)s::tsquery THEN 3
    WHEN udbytte_course.search_title LIKE %(inside)s OR udbytte_course.search_title LIKE %(stem_inside)s THEN 4
    WHEN udbytte_course.search_rest LIKE %(inside)s OR udbytte_course.search_rest LIKE %(stem_inside)s
        OR udbytte_course.search_stems @@ %(in_rest)s::tsquery THEN 5
    WHEN udbytte_course.search_stems @@ %(anywhere)s::tsquery THEN 6
END"""
_NAMED = re.compile(r"%\((\w+)\)s")
ONLINE = "online"  # a choice beside the regions
# The cost of a course date, in a subquery of its course.
COST = Coalesce("price", OuterRef("price")) + Coalesce("extra_price", 0)


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What somebody looks for; empty fields do not filter.

    `where` is a region or `ONLINE`; `begins_from` and `begins_to` are first days; `price_to` is whole kroner with extra
    prices; `ects_from` is points; `free_seats`: seats are known to be free; `still_open`: a course date can still be
    joined; `sort` is "fit", "start", "price" or "title".
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
        """Whether a course needs a matching course date."""
        return bool(self.begins_from or self.begins_to or self.where or self.free_seats or self.still_open)


def courses_by_words(*, on: date, words: str = "", kind: str = "", begins_from: date | None = None) -> QuerySet[Course]:
    """Courses with every word, the best fit first, each with `next_start`, its next first day.

    `begins_from` keeps courses with a course date that begins on that day or later and can be joined.
    """
    return matching_courses(CourseFilter(words=words, kind=kind, begins_from=begins_from), on=on)


def matching_courses(filters: CourseFilter, *, on: date) -> QuerySet[Course]:
    """The courses that match, in the wanted order, each with `next_start` and `least_cost`.

    `next_start` is the first day of the next matching course date. `least_cost` is the cost of the cheapest one, or
    else of the course, in whole kroner ex VAT.
    """
    runs = matching_runs(filters, on).filter(course=OuterRef("pk")).order_by().values("course")
    matching: QuerySet[Any] = Course.objects.annotate(
        next_start=Subquery(runs.annotate(first=Min("starts_on")).values("first")),
        least_cost=Coalesce(Subquery(runs.annotate(least=Min(COST)).values("least")), F("price")),
    )
    if filters.asks_for_runs:
        matching = matching.filter(Exists(matching_runs(filters, on).filter(course=OuterRef("pk"))))
    if filters.words.strip():
        matching = courses_with_words(matching, filters.words)
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


def page_of_courses(filters: CourseFilter, *, on: date, skip: int, size: int) -> tuple[list[Course], int]:
    """So many of the matching courses after the first `skip`, and how many match; none and 0 past the last.

    One query finds and counts them, another reads those that are shown: to read all that match would take long.
    """
    found = matching_courses(filters, on=on).annotate(total=Window(Count("pk"))).values_list("pk", "total")
    rows = list(found[skip : skip + size])
    shown = {course.pk: course for course in _courses([pk for pk, _total in rows])}
    return [shown[pk] for pk, _total in rows], rows[0][1] if rows else 0


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


def courses_with_words(courses: QuerySet[Course], query: str) -> QuerySet[Course]:
    """The courses with every word of the query, or with the query as code. A smaller `fit` is better."""
    words = words_of(query)
    if not words:
        return courses.annotate(fit=Value(0)).none()
    places: Any = _place(words[0])
    for word in words[1:]:
        places = places + _place(word)
    code = folded(query).replace(" ", "")
    is_code = RawSQL("udbytte_course.search_code = %s", [code], BooleanField())
    fit = Case(When(is_code, then=Value(0)), default=places, output_field=IntegerField())
    return courses.annotate(fit=fit).filter(fit__isnull=False)


def _place(word: str) -> RawSQL:
    """Where the word is found in a course, from 0 (its code) to 6 (its description); NULL: nowhere."""
    inside, ending = f"%{word}%", danish_stem(word)
    named = {
        "word": word,
        "begins": f" {word} %",
        "whole": f"% {word} %",
        "inside": inside,
        "stem_inside": f"%{ending}%" if len(ending) >= SHORTEST_STEM else inside,
        "in_title": f"'{ending}':A",
        "in_rest": f"'{ending}':B",
        "anywhere": f"'{ending}'",
    }
    params = [named[name] for name in _NAMED.findall(PLACE)]
    return RawSQL(_NAMED.sub("%s", PLACE), params, IntegerField())  # noqa: S611 (our own text, with parameters)


@lru_cache(1000)
def danish_stem(word: str) -> str:
    """The Danish stem of a folded word. It is cached, because it never changes. A stop word is its own stem."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (ts_lexize('pg_catalog.danish_stem', %s))[1]", [word])
        return cursor.fetchone()[0] or word


def corrected_query(query: str, *, finds_nothing: bool = False) -> str | None:
    """The query with corrected spelling for words that no course has; None if nothing can be corrected.

    `finds_nothing`: no course has all words of the query. So if it has only one, no course has that.
    """
    words = words_of(query)
    unknown = words if finds_nothing and len(words) == 1 else _unknown(words) if words else []
    if not unknown:
        return None
    known = _words_like(unknown)
    right = {word: near for word in unknown if (near := nearest_known_word(word, known))}
    if len(right) < len(unknown):
        return None
    spelled = {folded(written): written for written in reversed(re.findall(r"\w+", query.lower()))}
    return " ".join(_as_written(right[word]) if word in right else spelled.get(word, word) for word in words)


def _unknown(words: list[str]) -> list[str]:
    """The words that no course has."""
    counted = {f"word{number}": Count(_place(word)) for number, word in enumerate(words)}
    counts = Course.objects.order_by().aggregate(**counted)
    return [word for number, word in enumerate(words) if not counts[f"word{number}"]]


def _words_like(words: list[str]) -> set[str]:
    """The folded words of all titles, subjects, providers and codes that are about as long as one of these.

    They are read as one text, with a space before and after each word: so this takes 5 ms of 5,000 courses, and 20 if
    PostgreSQL makes a row of each word.
    """
    lengths = [len(word) for word in words]
    shortest, longest = min(lengths) - MOST_TYPOS, max(lengths) + MOST_TYPOS
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(search_title || search_rest, ''), '') FROM udbytte_course")
        [text] = cursor.fetchone()
    return set(re.findall(rf" ([^ ]{{{max(shortest, 1)},{longest}}})(?= )", text))


def _as_written(word: str) -> str:
    """A folded word as a course writes it, in small letters."""
    there = RawSQL("search_title || search_rest LIKE %s", [f"% {word} %"], BooleanField())
    course = Course.objects.order_by().filter(there).values_list("title", "subject", "provider").first()
    words = re.findall(r"\w+", " ".join(course or ()).lower())
    return next((written for written in words if folded(written) == word), word)
