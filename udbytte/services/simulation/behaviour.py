"""How people behave in the simulation: named shares, each from 0 to 1, unless another unit is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Temper(StrEnum):
    """How somebody answers what is asked of them."""

    AT_ONCE = "at_once"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens in a workplace, and how often.

    The first three are shares of people and sum to 1 or less; the rest answers late. Shares "a year" are of all people.
    """

    answers_at_once: float = 0.45
    answers_late: float = 0.43
    never_answers: float = 0.12
    acts_on_a_day: float = 0.4  # of those who answer at once, on each working day
    acts_late_on_a_day: float = 0.09  # of those who answer late, on each working day after the due day
    agrees_course: float = 0.62
    agrees_practice: float = 0.66
    drops: float = 0.03  # of steps: propose to drop instead
    postpones: float = 0.03
    pauses: float = 0.01
    keeps: float = 0.3  # of proposals to drop
    nominates: float = 0.3  # of money to settle, besides what is over the limit
    refuses: float = 0.1  # of nominations
    waitlisted: float = 0.1
    run_cancelled: float = 0.04  # of runs that somebody is to go to in a week
    run_moved: float = 0.04
    gives_back: float = 0.02  # of seats, on a day on which its owner does something
    does_not_go: float = 0.06
    uses_it: float = 0.75
    helper_says_no: float = 0.15
    helper_says_later: float = 0.08
    helper_stops: float = 0.03  # of check-ins
    needs_nobody: float = 0.12
    reads_rules: float = 0.7
    prepares: float = 0.6
    leaves: float = 0.12  # a year
    joins: float = 0.12  # a year
    moves: float = 0.05  # a year
    manager_changes: float = 0.15  # of managers, a year

    def temper(self, draw: float) -> Temper:
        """The temper of a person from a number drawn evenly from 0 to 1."""
        if draw < self.answers_at_once:
            return Temper.AT_ONCE
        return Temper.NEVER if draw >= 1 - self.never_answers else Temper.LATE
