"""How well a course fits the words that were searched for, and what a word that fits nothing was to be.

Reads the columns that the database keeps beside each course (migration 0009).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, IntegerField, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from ..domain.search import MOST_SLIPS, folded, meant, words_of
from ..models import Course

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
            [min(lengths) - MOST_SLIPS, max(lengths) + MOST_SLIPS],
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
    right = {word: near for word in unknown if (near := meant(word, known))}
    if len(right) < len(unknown):
        return None
    spelled = {folded(one): one for one in reversed(re.findall(r"\w+", query.lower()))}
    return " ".join(_as_written(right[word]) if word in right else spelled.get(word, word) for word in words)
