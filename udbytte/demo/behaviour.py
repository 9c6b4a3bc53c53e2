"""How people in the simulation behave (`Behaviour`), and the state of one simulated workplace (`Life`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from udbytte.models import Agreement, Person

from .dealing import Dealer
from .streams import Stream, Streams
from .texts import NAME_OF_WANT
from .ways import name_behind

LIMIT = 8000  # kroner that a manager may approve alone


class Temper(StrEnum):
    """When somebody does their steps."""

    AT_ONCE = "at_once"
    LATE = "late"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How often things happen in a workplace, each as a share from 0 to 1.

    The first three are shares of people and sum to 1 or less; everyone else answers late. They are the same for
    managers, coordinators, budget owners and HR. Shares "a year" are of all people.
    """

    answers_at_once: float = 0.45
    answers_late: float = 0.43
    never_answers: float = 0.12
    acts_on_a_day: float = 0.4  # of those who answer at once, on each working day
    acts_late_on_a_day: float = 0.09  # of those who answer late, on each working day after the deadline
    agrees_course: float = 0.62
    agrees_practice: float = 0.66
    drops: float = 0.03  # of steps: propose to drop instead
    postpones: float = 0.03
    pauses: float = 0.01
    keeps: float = 0.3  # of proposals to drop: keep the agreement
    nominates: float = 0.3  # of prices up to the limit; above it, always
    refuses: float = 0.1  # of nominations
    waitlisted: float = 0.1
    run_cancelled: float = 0.04  # of runs that begin in a week and have participants
    run_moved: float = 0.04
    gives_back: float = 0.02  # of seats, each time their owner does something
    does_not_go: float = 0.06
    uses_it: float = 0.75
    helper_says_no: float = 0.15
    helper_says_later: float = 0.08
    helper_stops: float = 0.03  # of check-ins
    needs_nobody: float = 0.12
    reads_rules: float = 0.7
    prepares: float = 0.6
    absences: float = 0.12  # a year
    joins: float = 0.12  # a year
    moves: float = 0.05  # a year
    manager_changes: float = 0.15  # of managers, a year

    def temper(self, draw: float) -> Temper:
        """The temper of a person, from a random number between 0 and 1."""
        if draw < self.answers_at_once:
            return Temper.AT_ONCE
        return Temper.NEVER if draw >= 1 - self.never_answers else Temper.LATE


@dataclass(slots=True)
class Life:
    """The state of one simulated workplace."""

    streams: Streams
    behaviour: Behaviour
    numbers: dict[int, int] = field(default_factory=dict)  # by person: the how-manieth who was employed
    tempers: dict[int, Temper] = field(default_factory=dict)  # by person
    scripted: set[int] = field(default_factory=set)  # agreements that the script moves, not chance
    waiting: set[int] = field(default_factory=set)  # conversations that the script moves, not chance
    resting: set[int] = field(default_factory=set)  # people who do nothing at the moment
    dealer: Dealer = field(init=False)

    def __post_init__(self) -> None:
        self.dealer = Dealer(self.streams)

    def number_of(self, person: int) -> int:
        """The number of a person in streams: it follows from who came when, not from the ids of the database."""
        if person not in self.numbers:
            for pk in Person.objects.order_by("pk").values_list("pk", flat=True):
                self.numbers.setdefault(pk, len(self.numbers) + 1)
        return self.numbers[person]

    def stream_of(self, what: str, person: int, on: date) -> Stream:
        """What chance decides for a person on a day about one kind of thing."""
        return self.streams.of(what, self.number_of(person), on)

    def stream_about(self, what: str, person: int, agreement: Agreement, on: date) -> Stream:
        """What chance decides for a person on a day about an agreement.

        Neither the day of agreeing, the kind nor the title of an agreement ever changes. Titles that are the same in
        other words count as one, so that words move no life.
        """
        name = NAME_OF_WANT.get(agreement.title) or name_behind(agreement.title)
        about = (self.number_of(agreement.employee_id), agreement.agreed_on, agreement.kind, name)
        return self.streams.of(what, self.number_of(person), on, *about)

    def temper_of(self, person: int) -> Temper:
        if person not in self.tempers:
            draw = self.streams.of("temper", self.number_of(person)).random()
            self.tempers[person] = self.behaviour.temper(draw)
        return self.tempers[person]

    def acts(self, stream: Stream, person: int, due: date, on: date) -> bool:
        """Whether the person acts today on something that is due on a day."""
        if person in self.resting:
            return False
        match self.temper_of(person):
            case Temper.AT_ONCE:
                return stream.happens(self.behaviour.acts_on_a_day)
            case Temper.LATE:
                return on > due and stream.happens(self.behaviour.acts_late_on_a_day)
            case _:
                return False
