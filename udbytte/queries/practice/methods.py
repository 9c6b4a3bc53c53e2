"""Which practice methods are suggested for a goal, by the rules of `domain.practice.methods`; how many use each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from udbytte.domain.figures.suppression import MINIMUM, in_steps, suppress
from udbytte.domain.lifecycle import Kind, Stage
from udbytte.domain.practice.methods import SHAPES, Topic, fitting_methods, shared_words, significant_words
from udbytte.domain.search.words import folded
from udbytte.models import Employment, Goal, PracticeMethod, Unit

SHOWN_WORDS = 2
TEXTS = ("name", "summary", "fits", "ready_title", "ready_purpose")
ENDED_WITHOUT = (Stage.DROPPED, Stage.REPLACED)
# For each method: the people of the organisation, of one unit, and of units with too few to be shown; and the
# smallest number of a unit with enough.
USED = """
    SELECT method_id,
           max(people) FILTER (WHERE of_all = 1),
           coalesce(max(people) FILTER (WHERE of_all = 0 AND unit_id = %(unit)s), 0),
           coalesce(sum(people) FILTER (WHERE of_all = 0 AND people < %(least)s), 0),
           coalesce(min(people) FILTER (WHERE of_all = 0 AND people >= %(least)s), 0)
    FROM (
        SELECT a.method_id, a.unit_id, grouping(a.unit_id) AS of_all, count(DISTINCT a.employee_id) AS people
        FROM udbytte_agreement a JOIN udbytte_round r ON r.id = a.round_id
        WHERE r.closed_on IS NULL AND a.kind = %(kind)s AND a.method_id IS NOT NULL AND NOT a.stage = ANY(%(ended)s)
        GROUP BY GROUPING SETS ((a.method_id, a.unit_id), (a.method_id))
    ) counted
    GROUP BY method_id
"""


@dataclass(frozen=True, slots=True)
class MethodSuggestion:
    """A practice method suggested for a goal.

    `about` is what in the goal it fits. Without it, `words` are the goal's words that both share. Without both, the
    method fits most goals.
    """

    method: PracticeMethod
    about: Topic | None
    words: tuple[str, ...]


def offered_methods() -> list[PracticeMethod]:
    """The methods that are not hidden, in their order."""
    return list(PracticeMethod.objects.filter(hidden=False))


def methods_for(goals: Iterable[Goal]) -> dict[int, list[MethodSuggestion]]:
    """Three to five methods for each goal (by its id), the best first; two queries for any number of goals."""
    goals = list(goals)
    methods = {method.key: method for method in offered_methods()} if goals else {}
    method_words = {
        key: significant_words(" ".join(_texts(method))) for key, method in methods.items() if key not in SHAPES
    }
    goal_words = {goal.pk: significant_words(f"{goal.text} {goal.sign}") for goal in goals}
    stems = (
        _stems({word for words in (*method_words.values(), *goal_words.values()) for word in words})
        if method_words
        else {}
    )
    return {goal.pk: _methods_for(goal, methods, method_words, goal_words[goal.pk], stems) for goal in goals}


def _methods_for(
    goal: Goal,
    methods: dict[str, PracticeMethod],
    method_words: dict[str, list[str]],
    goal_words: list[str],
    stems: dict[str, str],
) -> list[MethodSuggestion]:
    words = {word: stems[word] for word in goal_words} if method_words else {}
    own = {key: shared_words(words, {stems[word] for word in texts}) for key, texts in method_words.items()}
    written = {folded(word): word for word in re.findall(r"\w+", f"{goal.text} {goal.sign}".lower())}
    return [
        MethodSuggestion(
            methods[fit.method], fit.about, tuple(written.get(word, word) for word in fit.words[:SHOWN_WORDS])
        )
        for fit in fitting_methods(goal.text, goal.sign, methods.keys(), own)
    ]


def _texts(method: PracticeMethod) -> list[str]:
    return [str(getattr(method, f"{name}_{language}")) for name in TEXTS for language in ("da", "en")]


def _stems(words: set[str]) -> dict[str, str]:
    """Each folded word with its Danish stem. A stop word is its own stem."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, COALESCE((ts_lexize('pg_catalog.danish_stem', word))[1], word)"
            " FROM unnest(%s::text[]) AS word",
            [sorted(words)],
        )
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class MethodUse:
    """How many people at least use a method now: in the organisation, and in one unit; None if it may not be shown.

    In whole fives, because it is counted anew each time: one person more than yesterday does not show.

    `nobody`: it may be shown that nobody in the organisation uses it.
    """

    people: int | None = None
    here: int | None = None
    nobody: bool = False


def unit_of(person: int, on: date) -> Unit | None:
    """The person's unit on the day; the one they came to first if there are several."""
    rows = Employment.objects.on(on).filter(person=person).select_related("unit").order_by("starts_on", "pk")
    employment = rows.first()
    return employment.unit if employment is not None else None


def methods_in_use(unit: Unit | None, on: date) -> dict[int, MethodUse]:
    """The use of each method, also of hidden ones, by method id: in open rounds, without dropped and replaced
    agreements.

    1. The organisation's numbers are suppressed among the methods.
    2. A unit's number is shown if the organisation's is shown, if it would be shown among the unit's own methods, and
       if the people in all units without a shown number are none or enough. So nobody can compute a small number from
       the numbers of all units.
    3. That nobody uses a method is shown only for the whole organisation, if it has five people or more.
    """
    rows = _used(unit)
    whole = suppress({method: people for method, (people, _here, _small, _smallest) in rows.items()})
    own = suppress({method: here for method, (_people, here, _small, _smallest) in rows.items()})
    enough_people = Employment.objects.on(on).order_by().values("person").distinct()[:MINIMUM].count() >= MINIMUM
    return {
        method: MethodUse(
            in_steps(whole[method]),
            in_steps(own[method]) if whole[method] and _may_show_beside_others(rows[method]) else None,
        )
        if method in rows
        else MethodUse(nobody=enough_people)
        for method in PracticeMethod.objects.order_by().values_list("pk", flat=True)
    }


def _may_show_beside_others(row: tuple[int, int, int, int]) -> bool:
    """Whether a unit's number can be shown beside all others. The smallest one is hidden if the rest is too small."""
    _people, here, small, smallest = row
    return here >= MINIMUM and not (0 < small < MINIMUM and here == smallest)


def _used(unit: Unit | None) -> Mapping[int, tuple[int, int, int, int]]:
    facts: dict[str, Any] = {
        "kind": Kind.PRACTICE,
        "ended": list(ENDED_WITHOUT),
        "unit": unit.pk if unit is not None else None,
        "least": MINIMUM,
    }
    with connection.cursor() as cursor:
        cursor.execute(USED.strip(), facts)
        return {
            method: (int(people), int(here), int(small), int(least)) for method, people, here, small, least in cursor
        }
