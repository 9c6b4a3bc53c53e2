"""The self-check: its questions and answers, and what is believed beside what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .figures import QUESTIONS, Level

CONDITIONS = 8  # the number of the question on rules and money, after the seven
NUMBERS = (*(question.number for question in QUESTIONS), CONDITIONS)
STEP = 5  # answers between two pictures, and the fewest that are shown


class Answer(StrEnum):
    """What somebody answers to a question."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"


LEVELS: Mapping[Answer, Level] = {
    Answer.YES: Level.HIGH,
    Answer.PARTLY: Level.MIDDLE,
    Answer.NO: Level.LOW,
    Answer.UNKNOWN: Level.NONE,
}


def add(sums: Mapping[str, Mapping[str, int]], answers: Mapping[int, Answer]) -> dict[str, dict[str, int]]:
    """The sums with one person's answers added: one to each question."""
    return {
        str(number): {says: sums.get(str(number), {}).get(says, 0) + (answers[number] is says) for says in Answer}
        for number in NUMBERS
    }


def experienced(sums: Mapping[str, int]) -> int | None:
    """Whole percent that is believed of one question: a yes counts whole, a partly half, who does not know not at all.

    None where fewer than STEP have an opinion.
    """
    known = sum(sums.get(says, 0) for says in (Answer.YES, Answer.PARTLY, Answer.NO))
    if known < STEP:
        return None
    return round(100 * (sums.get(Answer.YES, 0) + sums.get(Answer.PARTLY, 0) / 2) / known)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question: what is believed and what is measured, in whole percent; either may be unknown."""

    number: int
    sums: Mapping[str, int]
    experienced: int | None
    measured: int | None

    @property
    def difference(self) -> int | None:
        """Percentage points believed above what is measured."""
        if self.experienced is None or self.measured is None:
            return None
        return self.experienced - self.measured


def comparisons_of(shown: Mapping[str, Mapping[str, int]], measured: Mapping[int, int | None]) -> Sequence[Comparison]:
    """Every question, the largest differences first; where nothing can be compared in the questions' order."""
    rows = []
    for number in NUMBERS:
        sums = shown.get(str(number), {})
        rows.append(Comparison(number, sums, experienced(sums), measured.get(number)))
    return sorted(rows, key=lambda one: (one.difference is None, -abs(one.difference or 0), one.number))
