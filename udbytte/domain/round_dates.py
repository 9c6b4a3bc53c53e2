"""The dates of a round: moving them to the next year, and what cannot be about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from .working_days import is_quiet, is_working_day, working_day_from

NOTICE = timedelta(days=14)  # from the announcement to the first conversation; managers invite that long before


class DateFault(Enum):
    NO_WORKING_DAY = auto()
    CLOSED_WEEKS = auto()
    SHORT_NOTICE = auto()
    KICKOFF_TOO_LATE = auto()


@dataclass(frozen=True, slots=True)
class DateProblem:
    """What is wrong with a day. `label`: which day of the round it is, for the two faults of a single day."""

    fault: DateFault
    day: date
    label: str = ""


@dataclass(frozen=True, slots=True)
class FirstDates:
    """The dates of an organisation's first round, as a proposal."""

    announced_on: date
    kickoff_on: date
    conversations_from: date
    conversations_to: date
    follow_ups: tuple[date, ...]
    closes_on: date


def first_dates(on: date) -> FirstDates:
    """A round that is announced in two weeks, with nine weeks of conversations and three follow-ups in a year."""
    announced = _when_people_are_there(on + timedelta(weeks=2))
    begins = _when_people_are_there(announced + timedelta(weeks=4))
    ends = _when_people_are_there(begins + timedelta(weeks=9))
    return FirstDates(
        announced_on=announced,
        kickoff_on=_when_people_are_there(announced + timedelta(weeks=2)),
        conversations_from=begins,
        conversations_to=ends,
        follow_ups=tuple(_when_people_are_there(ends + timedelta(weeks=weeks)) for weeks in (8, 16, 24)),
        closes_on=_when_people_are_there(announced + timedelta(weeks=50)),
    )


def _when_people_are_there(day: date) -> date:
    while is_quiet(day) or not is_working_day(day):
        day += timedelta(days=1)
    return day


def a_year_on(announced: date) -> timedelta:
    """How far all dates of a round move for the next year, so that the distances between them stay.

    It is 52 weeks, or as much more as it takes until the announcement is on a working day.
    """
    return working_day_from(announced + timedelta(weeks=52)) - announced


def problems_of_dates(
    named: Iterable[tuple[str, date]], *, announced: date, kickoff: date | None, conversations_from: date
) -> Iterator[DateProblem]:
    """What cannot be: days on which nobody works, too short a notice, kick-off meetings after the first conversation.

    `named`: each day of the round with its label.
    """
    for label, day in named:
        if is_quiet(day):
            yield DateProblem(DateFault.CLOSED_WEEKS, day, label)
        elif not is_working_day(day):
            yield DateProblem(DateFault.NO_WORKING_DAY, day, label)
    if conversations_from - announced < NOTICE:
        yield DateProblem(DateFault.SHORT_NOTICE, conversations_from)
    if kickoff is not None and kickoff > conversations_from:
        yield DateProblem(DateFault.KICKOFF_TOO_LATE, kickoff)
