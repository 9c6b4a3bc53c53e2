"""Searching courses by words: where a course has each word, and how a search that finds little is widened.

A search reads the columns that the database keeps beside each course (see migration 0001_squashed_0020_missing_people).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from math import log
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from udbytte.domain.search.terms import known_terms, meanings_of, short_form, written_terms
from udbytte.domain.search.words import (
    MOST_LETTERS,
    family_of,
    folded,
    nearest_known_word,
    parts_of,
    search_words,
    typos_allowed,
    words_of,
)
from udbytte.models import Course

SHORTEST_STEM = 4  # letters; "led" of "ledelse" is also in "vejledning"
SHORT = 3  # letters; so short a word is looked for as a whole word, or at the beginning of a compound
SHORTEST_INSIDE = 6  # letters; so long a known term is looked for at the end of a compound too
LONGEST_TERM = 4  # words
COLUMNS = ("search_title", "search_rest")
FEW = 5  # courses; a search that finds fewer is widened
MISSING = 1000  # all words of a search weigh so much, and a missing one counts with its weight
MOST_MISSING = 700  # of 1000
OFTEN_TYPED = 5  # times as often, and the word of one typo more or less was meant as well


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word of a search, folded, or a known term of several words. `means`: what it also finds, at a lower place.

    `weight`: how much a course without it loses, of `MISSING`; 0: every course must have it.
    """

    word: str
    means: tuple[str, ...] = ()
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Wider:
    """A search widened. `corrected`: what was searched for, if a word was not known; empty if all are."""

    wanted: tuple[Wanted, ...]
    corrected: str = ""


def wanted_by(query: str) -> tuple[Wanted, ...]:
    """The words to search for; the words of a known term stand together."""
    query = " ".join(search_words(query))
    every = folded(query).split()
    telling, terms = words_of(query), known_terms()
    wanted: list[Wanted] = []
    place = 0
    while place < len(every):
        for length in range(LONGEST_TERM, 1, -1):
            term = " ".join(every[place : place + length])
            if place + length <= len(every) and short_form(term) in terms:
                wanted.append(Wanted(term, meanings_of(term)))
                place += length
                break
        else:
            word = every[place][:MOST_LETTERS]
            if word in telling:
                wanted.append(Wanted(word, meanings_of(word)))
            place += 1
    return tuple(dict.fromkeys(wanted))


def courses_with_words(courses: QuerySet[Course], query: str, wanted: Sequence[Wanted] = ()) -> QuerySet[Course]:
    """The courses with every word of the query, or with the query as code. A smaller `fit` is better.

    `wanted`: other words instead. Courses without those that weigh little are there too, after the others.
    """
    wanted = wanted or wanted_by(query)
    if not wanted:
        return courses.annotate(fit=Value(0)).none()
    code = folded(query).replace(" ", "")
    is_code = RawSQL("udbytte_course.search_code = %s", [code], BooleanField())
    for word in wanted:
        if not word.weight:
            courses = courses.filter(Q(is_code) | Q(has_word(word)))
    places: Any = sum((_place_or_loss(word) for word in wanted[1:]), start=_place_or_loss(wanted[0]))
    fit = Case(When(is_code, then=Value(0)), default=places, output_field=IntegerField())
    courses = courses.annotate(fit=fit)
    may_miss = any(word.weight for word in wanted)
    return courses.filter(fit__lt=MOST_MISSING) if may_miss else courses


def _place_or_loss(wanted: Wanted) -> Any:
    """The place of the word; one that every course must have has been tested already."""
    return Coalesce(place_of(wanted), Value(wanted.weight)) if wanted.weight else _place_where_found(wanted)


def has_word(wanted: Wanted) -> RawSQL:
    """Whether a course has the word anywhere: what `place_of` says in fewer tests, because most courses do not."""
    word = wanted.word
    inside = list(_inside(word))[-1:]  # the last one finds all that the others find
    beginning = _beginning(word)
    tests: list[tuple[str, str | list[str]]] = [
        *((f"{column} LIKE %s", f"% {word} %") for column in COLUMNS if len(word) <= SHORT),
        *((f"{column} {test}", part) for column in COLUMNS for test, part in inside),
        *((f"{column} LIKE ANY(%s)", _as_patterns(wanted.means)) for column in COLUMNS),
        (IN_STEMS, _any_of(beginning or _in_order(word), _forms(word), _meanings(wanted))),
    ]
    tests = [(test, param) for test, param in tests if param]
    anywhere = " OR ".join(test for test, _param in tests)
    return RawSQL(anywhere, [param for _test, param in tests], BooleanField())  # noqa: S611 (own text)


def place_of(wanted: Wanted) -> RawSQL:
    """Where the word is found in a course, from 0 (its code) to 9 (as another word in its text); NULL: nowhere."""
    anywhere, place = has_word(wanted), _place_where_found(wanted)
    params = [*anywhere.params, *place.params]
    return RawSQL(f"CASE WHEN {anywhere.sql} THEN {place.sql} END", params, IntegerField())  # noqa: S611


def _place_where_found(wanted: Wanted) -> RawSQL:
    """`place_of` a word that the course is known to have."""
    word = wanted.word
    own, forms, means, patterns = _in_order(word), _forms(word), _meanings(wanted), _as_patterns(wanted.means)
    tests: list[tuple[int, str, str | list[str]]] = [
        (0, "search_code = %s", word),
        (1, "search_title LIKE %s", f" {word} %"),
        (2, "search_title LIKE %s", f"% {word} %"),
        (3, IN_STEMS, _weighed(own, "A")),
        *((4, f"search_title {test}", part) for test, part in _inside(word)),
        (4, IN_STEMS, _weighed(forms, "A")),
        (5, "search_rest LIKE %s", f"% {word} %"),
        *((5, f"search_rest {test}", part) for test, part in _inside(word)),
        (5, IN_STEMS, _weighed(own, "B")),
        (6, "search_title LIKE ANY(%s)", patterns),
        (6, IN_STEMS, _weighed(means, "A")),
        (7, IN_STEMS, own),
        (8, "search_rest LIKE ANY(%s)", patterns),
        (8, IN_STEMS, _weighed(_any_of(forms, means), "B")),
        (9, IN_STEMS, _any_of(_beginning(word), forms, means)),
    ]
    tests = [(place, test, param) for place, test, param in tests if param]
    cases = " ".join(f"WHEN {test} THEN {place}" for place, test, _param in tests)
    params = [param for *_rest, param in tests]
    return RawSQL(f"CASE {cases} END", params, IntegerField())  # noqa: S611 (own text)


IN_STEMS = "search_stems @@ to_tsquery('pg_catalog.danish'::regconfig, %s)"


def _inside(word: str) -> Iterable[tuple[str, str]]:
    """Tests of whether the word is a part of another, each with its parameter; a short one only at the beginning."""
    if len(word) > SHORT:
        yield "LIKE %s", f"%{word}%"
        stem = danish_stem(word)
        if SHORTEST_STEM <= len(stem) < len(word):
            yield "LIKE %s", f"%{stem}%"
    elif len(word) == SHORT and word.isalpha():
        yield "~ %s", f" {word}[a-z]{{{SHORT}}}"


def _as_patterns(terms: Sequence[str]) -> list[str]:
    """A pattern for each of the known terms; one that is long is found also at the end of a compound.

    PostgreSQL takes three times as long for one regular expression of them all.
    """
    return [
        f"% {term} %" if len(term) <= SHORT else f"%{term}%" if len(term) >= SHORTEST_INSIDE else f"% {term}%"
        for term in terms
    ]


# --- Queries of stems ---


def _in_order(word: str) -> str:
    return " <-> ".join(word.split())


def _beginning(word: str) -> str:
    return f"{word}:*" if " " not in word and len(word) > SHORTEST_STEM else ""


def _forms(word: str) -> str:
    return "" if " " in word else _any_of(*family_of(word))


def _meanings(wanted: Wanted) -> str:
    """What the word also means: the words of a term begin so, or are a short one."""
    terms = (
        " <-> ".join(word if len(word) <= SHORT else f"{word}:*" for word in term.split()) for term in wanted.means
    )
    return _any_of(*(f"({term})" for term in terms))


def _any_of(*queries: str) -> str:
    return " | ".join(filter(None, queries))


def _weighed(query: str, weight: str) -> str:
    """The query of stems, each in one part of the course alone."""
    return re.sub(r"([a-z0-9]+)(:\*)?", lambda word: f"{word[1]}:{'*' if word[2] else ''}{weight}", query)


@lru_cache(1000)
def danish_stem(word: str) -> str:
    """The Danish stem of a folded word. It is cached, because it never changes. A stop word is its own stem."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (ts_lexize('pg_catalog.danish_stem', %s))[1]", [word])
        return cursor.fetchone()[0] or word


# --- A search that finds little ---


def wider_search(query: str, *, total: int | None = None) -> Wider | None:
    """The search widened; None if there is no way to.

    A word that no course has is corrected, or else its parts are looked for, if it is a compound. A rare word that is
    one typo away from a frequent one finds that as well. A course may lack words that weigh little: the more courses
    have a word, the less it weighs. `total`: how many courses have all words, if all courses were searched.
    """
    wanted = wanted_by(query)
    if not wanted:
        return None
    alone = len(wanted) == 1 and total is not None
    if alone and not typos_allowed(wanted[0].word):
        return None
    counts = [total or 0] if alone else _counts(wanted)
    if len(wanted) > 1 and min(counts) >= FEW:
        return Wider(_weighted(wanted, counts))
    known = _known_words()
    words: list[Wanted] = []
    numbers: list[int] = []
    instead: dict[str, list[str]] = {}
    for word, count in zip(wanted, counts, strict=True):
        others = [_with_frequent(word, count, known)] if count else _instead(word, known, len(wanted))
        words += others
        numbers += [count or known.get(other.word, 1) for other in others]
        if not count:
            instead[word.word] = [other.word for other in others]
    if not words or tuple(words) == wanted[:1] == wanted:
        return None
    return Wider(_weighted(words, numbers), _as_typed(query, wanted, instead) if instead else "")


def _counts(wanted: Sequence[Wanted]) -> list[int]:
    """How many courses have each of the words."""
    counted = {f"word{number}": Count("pk", filter=Q(has_word(word))) for number, word in enumerate(wanted)}
    counts = Course.objects.order_by().aggregate(**counted)
    return [counts[name] for name in counted]


def _weighted(wanted: Sequence[Wanted], counts: Sequence[int]) -> tuple[Wanted, ...]:
    """The words with their weights; the less courses have a word, the more it weighs. One alone must be there."""
    if len(wanted) == 1:
        return tuple(wanted)
    most = max(Course.objects.count(), 1)
    weights = [1 + log(max(most / (count + 1), 1)) / 2 for count in counts]
    return tuple(
        replace(word, weight=round(MISSING * weight / sum(weights)))
        for word, weight in zip(wanted, weights, strict=True)
    )


def _known_words() -> Mapping[str, int]:
    """How often each folded word of titles, subjects, providers and codes occurs.

    They are read as one text: so this takes 5 ms of 5,000 courses, and 20 if PostgreSQL makes a row of each word.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(search_title || search_rest, ''), '') FROM udbytte_course")
        [text] = cursor.fetchone()
    return _counted(text)


@lru_cache(1)
def _counted(text: str) -> Mapping[str, int]:
    """Cached, as counting takes longer than reading, and the courses are mostly those of the last search."""
    return Counter(text.split())


def _with_frequent(wanted: Wanted, count: int, known: Mapping[str, int]) -> Wanted:
    """The word, which also means a word one typo away that is much more frequent."""
    if count >= FEW or len(wanted.word) < SHORTEST_INSIDE:
        return wanted
    often = {word: number for word, number in known.items() if number >= OFTEN_TYPED * count}
    near = nearest_known_word(wanted.word, often, most=1)
    if near is None or danish_stem(near) == danish_stem(wanted.word):
        return wanted
    return replace(wanted, means=(*wanted.means, near))


def _instead(wanted: Wanted, known: Mapping[str, int], words: int) -> list[Wanted]:
    """What a word that no course has stands for: the word spelled right, or the parts of the compound; or nothing.

    A term stands for its words.
    """
    word = wanted.word
    if " " in word:
        return [Wanted(part, meanings_of(part)) for part in word.split()]
    often = dict.fromkeys(written_terms(), 1) | {each: known[each] for each in known if not each.isdigit()}
    allowed = typos_allowed(word) if words == 1 else typos_allowed(word) - 1
    if near := nearest_known_word(word, often, most=allowed):
        return [Wanted(near, meanings_of(near))]
    return [Wanted(part, meanings_of(part)) for part in parts_of(word, often)]


def _as_typed(query: str, wanted: Sequence[Wanted], instead: Mapping[str, Sequence[str]]) -> str:
    """The query with what is looked for instead of words; words for which there is nothing are left out."""
    typed = re.findall(r"\w+", query.lower())
    spelled = {folded(written): written for written in reversed(typed)}
    shown = [part for word in wanted for part in instead.get(word.word, [word.word])]
    return " ".join(spelled.get(word) or _as_written(word, typed) for part in shown for word in part.split())


def _as_written(word: str, typed: Sequence[str]) -> str:
    """A folded word as it was typed in a compound, or else as a course writes it, in small letters."""
    for written in (each for each in typed if word in folded(each)):
        for start, end in combinations(range(len(written) + 1), 2):
            if folded(written[start:end]) == word:
                return written[start:end]
    pattern = f"% {word} %"
    there = RawSQL("search_title LIKE %s OR search_rest LIKE %s", [pattern, pattern], BooleanField())
    course = Course.objects.order_by().filter(there).values_list("title", "subject", "provider").first()
    words = re.findall(r"\w+", " ".join(course or ()).lower())
    return next((written for written in words if folded(written) == word), word)
