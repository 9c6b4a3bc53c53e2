"""The year wheel (årshjul) of a round: where its days, phases and marks stand on a ring. Pure geometry."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, pi, sin

CENTRE = 200.0
OUTER, INNER = 150.0, 112.0  # the ring of phases
MONTHS = 176.0  # where the names of the months stand
MARKS = 92.0  # where single days stand


@dataclass(frozen=True, slots=True)
class Ring:
    """A span of days laid on a circle, clockwise from the top; `end` is the day after the last."""

    start: date
    end: date

    @classmethod
    def around(cls, first: date, last: date) -> Ring:
        """Whole months from that of the first day: a year, or as many as it takes to hold the last day."""
        start = first.replace(day=1)
        end = _months_on(start, 12)
        while end <= last:
            end = _months_on(end, 1)
        return cls(start, end)

    def turn(self, day: date) -> float:
        """The day's angle in radians from the top; a day outside is at the nearest end."""
        whole = (self.end - self.start).days
        return 2 * pi * min(max((day - self.start).days, 0), whole) / whole

    def at(self, day: date, radius: float) -> tuple[float, float]:
        """The place of a day at a radius, in the picture's units."""
        return _place(self.turn(day), radius)

    def arc(self, first: date, last: date) -> str:
        """The path of the ring's part from the first day through the last."""
        begins, ends = self.turn(first), self.turn(last + timedelta(days=1))
        ends = min(ends, begins + 2 * pi - 0.001)  # a whole circle would end where it begins, and draw nothing
        wide = 1 if ends - begins > pi else 0
        points = [_place(begins, OUTER), _place(ends, OUTER), _place(ends, INNER), _place(begins, INNER)]
        a, b, c, d = (f"{x} {y}" for x, y in points)
        return f"M{a}A{OUTER} {OUTER} 0 {wide} 1 {b}L{c}A{INNER} {INNER} 0 {wide} 0 {d}Z"

    def months(self) -> Sequence[tuple[date, tuple[float, float], tuple[float, float], tuple[float, float]]]:
        """Each month: its first day, where its name stands, and the two ends of the line before it."""
        found = []
        month = self.start
        while month < self.end:
            after = _months_on(month, 1)
            middle = month + (after - month) / 2
            found.append((month, self.at(middle, MONTHS), self.at(month, INNER), self.at(month, OUTER + 6)))
            month = after
        return found

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def _place(turn: float, radius: float) -> tuple[float, float]:
    return round(CENTRE + radius * sin(turn), 1), round(CENTRE - radius * cos(turn), 1)
