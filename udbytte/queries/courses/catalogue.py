"""The catalogue of courses: searched, filtered and sorted. Courses are nobody's secret: everybody sees them all.

How well a course fits the words that were searched for, and what a word that fits nothing was to be.

Reads the columns that the database keeps beside each course (migration 0009).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
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
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from udbytte.domain.search import MOST_TYPOS, folded, nearest_known_word, words_of
from udbytte.models import Course, CourseRun, Mode

SHORTEST_STEM = 4  # letters; "led" of "ledelse" stands in "vejledning" too
# The best place in which a word is found; NULL: nowhere. A stem is looked for inside compounds only where it is long.
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


@lru_cache(1000)
def stem(word: str) -> str:
    """The Danish stem of a folded word, kept, as it never changes; a filler of the language is its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (ts_lexize('pg_catalog.danish_stem', %s))[1]", [word])
        return cursor.fetchone()[0] or word


def _place(word: str) -> RawSQL:
    """Where the word is found in a course, from 0 (it is its code) to 6 (in its description); NULL: nowhere."""
    inside, ending = f"%{word}%", stem(word)
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


def with_words(courses: QuerySet[Course], query: str) -> QuerySet[Course]:
    """The courses that have every word of the query, or whose code it is, with `fit`: the smaller, the better."""
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


def _unknown(words: list[str]) -> list[str]:
    """Those of the words that no course has."""
    counted = {f"word{number}": Count(_place(word)) for number, word in enumerate(words)}
    found = Course.objects.order_by().aggregate(**counted)
    return [word for number, word in enumerate(words) if not found[f"word{number}"]]


def _words_like(words: list[str]) -> list[str]:
    """The folded words of all titles, subjects, providers and codes that are about as long as one of these."""
    lengths = [len(word) for word in words]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT word FROM udbytte_course, string_to_table(search_title || search_rest, ' ') AS word"
            " WHERE length(word) BETWEEN %s AND %s",
            [min(lengths) - MOST_TYPOS, max(lengths) + MOST_TYPOS],
        )
        return [word for (word,) in cursor.fetchall()]


def _as_written(word: str) -> str:
    """A folded word as a course writes it, in small letters."""
    there = RawSQL("search_title || search_rest LIKE %s", [f"% {word} %"], BooleanField())
    course = Course.objects.order_by().filter(there).values_list("title", "subject", "provider").first()
    said = re.findall(r"\w+", " ".join(course or ()).lower())
    return next((one for one in said if folded(one) == word), word)


def corrected(query: str) -> str | None:
    """The query with the words that no course has put right, or None when there is nothing to put right."""
    words = words_of(query)
    unknown = _unknown(words) if words else []
    if not unknown:
        return None
    known = _words_like(unknown)
    right = {word: near for word in unknown if (near := nearest_known_word(word, known))}
    if len(right) < len(unknown):
        return None
    spelled = {folded(one): one for one in reversed(re.findall(r"\w+", query.lower()))}
    return " ".join(_as_written(right[word]) if word in right else spelled.get(word, word) for word in words)


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
