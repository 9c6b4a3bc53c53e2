"""Which ways of learning in practice are proposed for a goal, and why; by the rules of `domain.ways`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from ..domain.search import folded
from ..domain.ways import SHAPES, About, fitting, shared_words, telling
from ..models import Goal, PracticeMethod

SHOWN_WORDS = 2
TEXTS = ("name", "summary", "fits", "ready_title", "ready_purpose")


@dataclass(frozen=True, slots=True)
class WaySuggestion:
    """A way proposed for a goal. `about` is what in the goal it fits; without it, `words` of the goal that it shares,
    as they are written there; with neither, it fits most goals."""

    way: PracticeMethod
    about: About | None
    words: tuple[str, ...]


def offered_ways() -> list[PracticeMethod]:
    """The ways that are not hidden, in their order."""
    return list(PracticeMethod.objects.filter(hidden=False))


def ways_for(goals: Iterable[Goal]) -> dict[int, list[WaySuggestion]]:
    """Three to five ways for each goal (by its id), the best first; in two queries, however many goals there are."""
    goals = list(goals)
    ways = {way.key: way for way in offered_ways()} if goals else {}
    said = {key: telling(" ".join(_texts(way))) for key, way in ways.items() if key not in SHAPES}
    asked = {goal.pk: telling(f"{goal.text} {goal.sign}") for goal in goals}
    stems = _stems({word for words in (*said.values(), *asked.values()) for word in words}) if said else {}
    return {goal.pk: _ways_for(goal, ways, said, asked[goal.pk], stems) for goal in goals}


def _ways_for(
    goal: Goal, ways: dict[str, PracticeMethod], said: dict[str, list[str]], asked: list[str], stems: dict[str, str]
) -> list[WaySuggestion]:
    words = {word: stems[word] for word in asked} if said else {}
    own = {key: shared_words(words, {stems[word] for word in texts}) for key, texts in said.items()}
    written = {folded(word): word for word in re.findall(r"\w+", f"{goal.text} {goal.sign}".lower())}
    return [
        WaySuggestion(ways[fit.way], fit.about, tuple(written.get(word, word) for word in fit.words[:SHOWN_WORDS]))
        for fit in fitting(goal.text, goal.sign, ways.keys(), own)
    ]


def _texts(way: PracticeMethod) -> list[str]:
    return [str(getattr(way, f"{name}_{language}")) for name in TEXTS for language in ("da", "en")]


def _stems(words: set[str]) -> dict[str, str]:
    """Each folded word with its Danish stem; a filler of the language is its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, COALESCE((ts_lexize('pg_catalog.danish_stem', word))[1], word)"
            " FROM unnest(%s::text[]) AS word",
            [sorted(words)],
        )
        return dict(cursor.fetchall())
