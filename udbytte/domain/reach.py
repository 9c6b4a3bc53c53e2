"""How far from today a day can lie that somebody types. With a typo such as 2062 an agreement would never be due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Reach:
    """From so many years before today to so many years after it."""

    back: int
    ahead: int

    def first(self, on: date) -> date:
        return _years_from(on, -self.back)

    def last(self, on: date) -> date:
        return _years_from(on, self.ahead)

    def holds(self, day: date, on: date) -> bool:
        return self.first(on) <= day <= self.last(on)


# What is planned begins within two years and ends within six.
START = Reach(back=2, ahead=2)
END = Reach(back=2, ahead=6)
# What may have begun long since: course dates, absences, rounds.
BEGUN = Reach(back=10, ahead=2)
BEGUN_END = Reach(back=10, ahead=6)


def _years_from(day: date, years: int) -> date:
    """The same day in another year; 28 February for one that is missing there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)
