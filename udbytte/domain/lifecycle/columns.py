"""The columns of the table: what a step, a transition and a fork are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from .deadlines import Due
from .vocabulary import Event, Party, Stage


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next, by whom and by when."""

    name: str
    owner: Party
    due: Due
    waits: bool = False  # somebody waits for the answer: its email is sent at once, not with the weekly one


class NextStep(Enum):
    """What happens to the next step."""

    NEW = auto()  # it is the stage's own, with the owner and date that follow from the table
    SAME_OWNER = auto()  # it stays with its owner, and only its date changes
    SAME_DATE = auto()  # it keeps its date, and only its owner changes
    BEFORE = auto()  # a proposal is over, and the step before it is back with the owner that it had
    SAME = auto()  # it stays as it is, with its owner, date and pause


class WhileProposed(Enum):
    """Whether an event can happen while one of the two has proposed to drop or to replace the agreement, and what it
    does to the proposal."""

    IMPOSSIBLE = auto()  # it cannot happen before the proposal is answered
    ANSWERS = auto()  # it answers the proposal, and cannot happen without one
    ENDS = auto()  # it happens, and the proposal is over
    KEEPS = auto()  # it happens, and the proposal still waits for its answer
    KEEPS_STEP = auto()  # as KEEPS; the answer keeps its owner and date as well, since the event came from outside


class WhilePaused(Enum):
    """What an event does to a pause."""

    ENDS = auto()  # the pause is over
    KEEPS = auto()  # the pause goes on
    KEEPS_DATE = auto()  # as KEEPS; and the next step is not due before the pause ends


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event leads from one stage, and what depends on it."""

    to: Stage | None  # the stage afterwards; None: the one in which it lapsed or the employee left
    by: frozenset[Party]  # who may let it happen; empty: only the application itself
    needs: tuple[str, ...] = ()  # the facts that must be given
    notifies: tuple[Party, ...] = ()  # who is notified, besides the owner of the next step
    step: NextStep = NextStep.NEW  # what happens to the next step
    proposed: WhileProposed = WhileProposed.IMPOSSIBLE  # whether it can happen while a drop or another way is proposed
    pause: WhilePaused = WhilePaused.ENDS  # what happens to a pause
    coordinates: bool = False  # a coordinator who does it has seen to the course: figures count that


class Condition(StrEnum):
    """A fact on which it depends which of two events happens."""

    ALWAYS = auto()
    DOES_NOT_HAPPEN = auto()  # the check-in says that the learning still does not happen
    OTHERS_ARE_ASKED = auto()  # when this helper is gone, somebody else is still asked or helps
    HELP_GOES_ON = auto()  # the helper who stops had not said yes, or another one has
    CAN_GO_ON = auto()  # a closed agreement still has what its stage needs: its course date, or its helper


@dataclass(frozen=True, slots=True)
class Fork:
    """Which of two events happens: `then` where the condition holds, else `otherwise`."""

    condition: Condition
    then: Event
    otherwise: Event
