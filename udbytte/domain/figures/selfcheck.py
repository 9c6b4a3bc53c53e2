"""The self-check: its questions and answers, and a comparison of what is experienced with what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .key_questions import QUESTIONS, Level

CONDITIONS = 8  # the number of the question on rules and money, after the seven
NUMBERS = (*(question.number for question in QUESTIONS), CONDITIONS)
STEP = 5  # answers are counted by so many people at a time or more, and a question changes with so many opinions


class Answer(StrEnum):
    """An answer to one question."""

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


def shown_after(
    shown: Mapping[str, Mapping[str, int]], sums: Mapping[str, Mapping[str, int]]
) -> dict[str, Mapping[str, int]]:
    """The sums that may be shown: of each question the new ones if STEP people more have an opinion, else the old."""
    return {
        number: new if with_opinion(new) - with_opinion(shown.get(number, {})) >= STEP else shown.get(number, {})
        for number, new in sums.items()
    }


def with_opinion(sums: Mapping[str, int]) -> int:
    """How many gave one question another answer than that they do not know."""
    return sum(sums.get(says, 0) for says in (Answer.YES, Answer.PARTLY, Answer.NO))


def experienced(sums: Mapping[str, int]) -> int | None:
    """The experienced value of one question in whole percent: a yes counts as one, a partly as a half.

    Answers of those who do not know are left out. None where fewer than STEP answers remain.
    """
    known = with_opinion(sums)
    if known < STEP:
        return None
    return round(100 * (sums.get(Answer.YES, 0) + sums.get(Answer.PARTLY, 0) / 2) / known)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question: what is experienced and what is measured, in whole percent; each can be unknown."""

    number: int
    experienced: int | None
    measured: int | None

    @property
    def difference(self) -> int | None:
        """By how many percentage points the experienced value is above the measured one."""
        if self.experienced is None or self.measured is None:
            return None
        return self.experienced - self.measured


def comparisons_of(shown: Mapping[str, Mapping[str, int]], measured: Mapping[int, int | None]) -> Sequence[Comparison]:
    """All questions, those with the largest differences first; those without a difference follow in their order."""
    rows = [Comparison(number, experienced(shown.get(str(number), {})), measured.get(number)) for number in NUMBERS]
    return sorted(rows, key=lambda row: (row.difference is None, -abs(row.difference or 0), row.number))
