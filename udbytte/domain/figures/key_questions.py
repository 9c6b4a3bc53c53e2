"""The seven key questions: which share of the figures answers each, and how good that share is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from udbytte.domain.lifecycle import STEPS, Party


class Level(StrEnum):
    """How good a figure is; the pages put it into words and advice."""

    NONE = "none"
    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Measure(StrEnum):
    """A set of sums about the same people."""

    ROUND = "round"  # everybody with a conversation in the round
    HELD = "held"  # conversations that are held
    COURSE = "course"  # course agreements
    BOOKED = "booked"  # course agreements that are registered
    CHOSEN = "chosen"  # course agreements with a run
    PAST = "past"  # course agreements whose date has passed
    PRACTICE = "practice"  # agreements on learning at work
    ASKED = "asked"  # check-ins that were asked for
    ANSWERS = "answers"  # check-ins that are answered
    DUE = "due"  # agreements whose time has come
    FLOW = "flow"  # all agreements


class SilentEnd(StrEnum):
    """How an agreement ended without anybody deciding it. It is never counted as answered, helped or learned."""

    LAPSED = "lapsed"  # nobody in line acted
    NOT_TOLD = "not_told"  # the outcome was not reported
    LEFT = "left"  # the employee left the workplace


# Whose each step is. A step that has moved along the line is still counted at this role.
STEP_ROLES: Mapping[str, Party] = {step.name: step.owner for step in STEPS.values()}


@dataclass(frozen=True, slots=True)
class KeyQuestion:
    """One of the seven, answered by a share of its measure's `base`."""

    number: int
    name: str
    measure: Measure
    yes: str  # the name of the number in the measure that is divided by its base


# The bounds of the levels in percent, the same for all questions, so that people can compare them: our own choice.
LOW_BELOW, HIGH_FROM = 50, 80

# Source: the design's table of the seven questions.
QUESTIONS = (
    KeyQuestion(1, "courses agreed", Measure.HELD, "course"),
    KeyQuestion(2, "someone sees to it", Measure.COURSE, "coordinated"),
    KeyQuestion(3, "went, or has a date", Measure.PAST, "answered"),
    KeyQuestion(4, "practice agreed", Measure.HELD, "practice"),
    KeyQuestion(5, "ways in view", Measure.ROUND, "visited"),
    KeyQuestion(6, "someone helps", Measure.PRACTICE, "helped"),
    KeyQuestion(7, "learning followed up", Measure.ASKED, "answered"),
)
# The agreements (7: check-ins) behind a question, of which is said how many ended without anybody deciding it.
SILENT_ENDS_IN: Mapping[int, Measure] = {
    0: Measure.DUE,
    1: Measure.COURSE,
    2: Measure.COURSE,
    3: Measure.PAST,
    4: Measure.PRACTICE,
    5: Measure.PRACTICE,
    6: Measure.PRACTICE,
    7: Measure.ASKED,
}
HEADLINE = KeyQuestion(0, "ended in learning", Measure.DUE, "learned")
TALKED_ABOUT = KeyQuestion(0, "talked about", Measure.DUE, "talked")  # its base are the learned
RULES_READ = KeyQuestion(0, "rules read before", Measure.HELD, "rules_read")
MONEY_KNOWN = KeyQuestion(0, "money known before", Measure.HELD, "money_known")


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with its base."""

    question: KeyQuestion
    yes: int = 0
    base: int = 0  # 0 where there is nobody to count, or too few
    before: int | None = None  # percent in the previous round

    @property
    def percent(self) -> int | None:
        """Whole percent; None without a base."""
        return round(100 * self.yes / self.base) if self.base else None

    @property
    def level(self) -> Level:
        share = self.percent
        if share is None:
            return Level.NONE
        if share < LOW_BELOW:
            return Level.LOW
        return Level.HIGH if share >= HIGH_FROM else Level.MIDDLE

    @property
    def trend(self) -> int | None:
        """Percentage points above (or below) the previous round on its comparable day."""
        return None if self.percent is None or self.before is None else self.percent - self.before


def weakest_figures(figures: Iterable[Figure]) -> list[Figure]:
    """The figures that are low or middle, the lowest first; of two that are equal, the first stays first."""
    weak = [figure for figure in figures if figure.level in (Level.LOW, Level.MIDDLE)]
    return sorted(weak, key=lambda figure: figure.percent or 0)


def figure_of(question: KeyQuestion, sums: Mapping[Measure, Mapping[str, int]]) -> Figure:
    """The figure that answers a question, from the published sums of a unit by measure."""
    numbers = sums.get(question.measure, {})
    return Figure(question, numbers.get(question.yes, 0), numbers.get("base", 0))


def talked_about(sums: Mapping[Measure, Mapping[str, int]]) -> Figure:
    """The second half of the headline: of the agreements that ended in learning, those that were talked about."""
    numbers = sums.get(TALKED_ABOUT.measure, {})
    return Figure(TALKED_ABOUT, numbers.get(TALKED_ABOUT.yes, 0), numbers.get(HEADLINE.yes, 0))


def silent_ends_of(number: int, sums: Mapping[Measure, Mapping[str, int]]) -> dict[SilentEnd, int]:
    """How many of what a question (0: the headline) is about ended without anybody deciding it; no zeros."""
    numbers = sums.get(SILENT_ENDS_IN[number], {})
    return {end: numbers[end] for end in SilentEnd if numbers.get(end)}


def comparable_day(on: date, begins: date, began: date) -> date:
    """The day of the previous round as far after its first conversation day (`began`) as `on` is after `begins`.

    Never after `on`.
    """
    return min(on, began + (on - begins))


def median(days: Mapping[int, int]) -> int | None:
    """The median of numbers, given by how often each occurs; the lower of two middle ones. None without numbers."""
    middle = (sum(days.values()) + 1) // 2
    for value in sorted(days):
        middle -= days[value]
        if middle <= 0:
            return value
    return None
