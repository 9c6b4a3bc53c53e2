"""Which ways of learning in practice are proposed for a goal, and why; by the rules of `domain.ways`.

Which ways of learning in practice are in use, in the organisation and in one unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from udbytte.domain.lifecycle import Kind, Stage
from udbytte.domain.methods import SHAPES, Topic, fitting_methods, shared_words, significant_words
from udbytte.domain.search import folded
from udbytte.domain.suppression import MINIMUM, suppress
from udbytte.models import Employment, Goal, PracticeMethod, Unit

SHOWN_WORDS = 2
TEXTS = ("name", "summary", "fits", "ready_title", "ready_purpose")


@dataclass(frozen=True, slots=True)
class MethodSuggestion:
    """A way proposed for a goal. `about` is what in the goal it fits; without it, `words` of the goal that it shares,
    as they are written there; with neither, it fits most goals."""

    method: PracticeMethod
    about: Topic | None
    words: tuple[str, ...]


def offered_methods() -> list[PracticeMethod]:
    """The ways that are not hidden, in their order."""
    return list(PracticeMethod.objects.filter(hidden=False))


def methods_for(goals: Iterable[Goal]) -> dict[int, list[MethodSuggestion]]:
    """Three to five ways for each goal (by its id), the best first; in two queries, however many goals there are."""
    goals = list(goals)
    methods = {method.key: method for method in offered_methods()} if goals else {}
    said = {key: significant_words(" ".join(_texts(method))) for key, method in methods.items() if key not in SHAPES}
    asked = {goal.pk: significant_words(f"{goal.text} {goal.sign}") for goal in goals}
    stems = _stems({word for words in (*said.values(), *asked.values()) for word in words}) if said else {}
    return {goal.pk: _methods_for(goal, methods, said, asked[goal.pk], stems) for goal in goals}


def _methods_for(
    goal: Goal, methods: dict[str, PracticeMethod], said: dict[str, list[str]], asked: list[str], stems: dict[str, str]
) -> list[MethodSuggestion]:
    words = {word: stems[word] for word in asked} if said else {}
    own = {key: shared_words(words, {stems[word] for word in texts}) for key, texts in said.items()}
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
    """Each folded word with its Danish stem; a filler of the language is its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, COALESCE((ts_lexize('pg_catalog.danish_stem', word))[1], word)"
            " FROM unnest(%s::text[]) AS word",
            [sorted(words)],
        )
        return dict(cursor.fetchall())


ENDED_WITHOUT = (Stage.DROPPED, Stage.REPLACED)
# For each way: the people of the organisation, those of one unit, those in units with too few to be shown, and the
# fewest in a unit with enough.
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
class Use:
    """How many people use a way now: in the organisation, and in the unit looked from; None where it is not told.

    `nobody` says that it may be told that nobody in the organisation does.
    """

    people: int | None = None
    here: int | None = None
    nobody: bool = False


def unit_of(person: int, on: date) -> Unit | None:
    """The unit somebody works in on the day; of several the one they came to first."""
    rows = Employment.objects.on(on).filter(person=person).select_related("unit").order_by("starts_on", "pk")
    found = rows.first()
    return found.unit if found is not None else None


def methods_in_use(unit: Unit | None, on: date) -> dict[int, Use]:
    """The use of each way, hidden ones too, by the way's key: in open rounds, and neither dropped nor replaced.

    1. The organisation's numbers are suppressed among the ways.
    2. A unit's number is told where the organisation's is, where it would be told among the unit's own ways, and where
       what is left for all units that are not told of is nobody, or people enough. So whoever puts together what is
       told in all units does not learn of a small one.
    3. That nobody uses a way is told in an organisation of five people or more, of the whole of it alone.
    """
    rows = _used(unit)
    whole = suppress({method: people for method, (people, _here, _small, _smallest) in rows.items()})
    own = suppress({method: here for method, (_people, here, _small, _smallest) in rows.items()})
    tells = Employment.objects.on(on).order_by().values("person").distinct()[:MINIMUM].count() >= MINIMUM
    return {
        method: Use(whole[method], own[method] if whole[method] and _apart(rows[method]) else None)
        if method in rows
        else Use(nobody=tells)
        for method in PracticeMethod.objects.order_by().values_list("pk", flat=True)
    }


def _apart(row: tuple[int, int, int, int]) -> bool:
    """Whether a unit's number can stand beside those of all others; the smallest hides a rest that is too small."""
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
