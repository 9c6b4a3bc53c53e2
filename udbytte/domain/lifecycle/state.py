"""Where an agreement stands, and what can happen to it next: the reading of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from .columns import Condition, Step, Transition, WhileProposed
from .table import CONFIRM_DROP, CONFIRM_REPLACE, FORKS, MIDWAY, STEPS, TRANSITIONS
from .vocabulary import CLOSED, Event, Kind, Party, Stage

MOST_KEPT = 5000  # answers about states and events, which are few; lists ask for the same ones again and again


class LifecycleError(Exception):
    """An event that the table refuses."""


class NoSuchEvent(LifecycleError):
    """The event cannot happen in this stage."""


class NotAllowed(LifecycleError):
    """The event can happen, but not by this party."""


class MissingFact(LifecycleError):
    """The event needs a fact that was not given: `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Proposal(StrEnum):
    """What one of the two has proposed, while the other has not answered."""

    DROP = "drop"
    REPLACE = "replace"


PROPOSALS: Mapping[Event, Proposal] = {
    Event.PROPOSE_DROP: Proposal.DROP,
    Event.PROPOSE_REPLACE: Proposal.REPLACE,
}
# The events that say yes to a proposal.
AGREES_TO: Mapping[Event, Proposal] = {Event.CONFIRM_DROP: Proposal.DROP, Event.REPLACE: Proposal.REPLACE}


@dataclass(frozen=True, slots=True)
class State:
    """Where an agreement stands."""

    kind: Kind
    stage: Stage = Stage.AGREED
    proposed_by: Party | None = None  # who of the two has made a proposal that the other has not answered
    proposal: Proposal = Proposal.DROP  # what is proposed; it counts only with `proposed_by`
    midway: bool = False  # the employee of a long course is asked whether it goes on
    lost_from: Stage | None = None  # the stage in which it lapsed, or in which the employee left

    @property
    def is_open(self) -> bool:
        return self.stage not in CLOSED

    @property
    def step(self) -> Step | None:
        """The next step; None exactly when the agreement is closed."""
        if not self.is_open:
            return None
        if self.proposed_by is not None:
            step = CONFIRM_DROP if self.proposal is Proposal.DROP else CONFIRM_REPLACE
            return replace(step, owner=Party.MANAGER if self.proposed_by is Party.EMPLOYEE else Party.EMPLOYEE)
        return MIDWAY if self.midway else STEPS[self.kind, self.stage]


def _find(state: State, event: Event) -> Transition | None:
    row = TRANSITIONS.get((state.kind, state.stage, event))
    if row is None:
        return None
    if state.stage is Stage.DROPPED and state.lost_from is None:
        return None  # the two have dropped it
    impossible = WhileProposed.ANSWERS if state.proposed_by is None else WhileProposed.IMPOSSIBLE
    if row.proposed is impossible:
        return None
    return None if state.proposed_by is not None and AGREES_TO.get(event, state.proposal) is not state.proposal else row


@lru_cache(MOST_KEPT)
def events_from(state: State) -> Mapping[Event, Transition]:
    """What can happen next, by event. A closed agreement can only be opened again: one that has lapsed, or that a
    leave closed."""
    rows = ((event, _find(state, event)) for event in Event)
    return MappingProxyType({event: row for event, row in rows if row is not None})


def transition_of(state: State, event: Event) -> Transition:
    """The row of the table for the event in this state. Raises NoSuchEvent when there is none."""
    row = _find(state, event)
    if row is None:
        raise NoSuchEvent(f"{event} from {state}")
    return row


def event_that_happens(state: State, chosen: Event, holds: Callable[[Condition], bool]) -> Event:
    """The event that happens when somebody chooses one. `holds` is asked only where that depends on a condition."""
    fork = FORKS.get((state.kind, state.stage, chosen))
    if fork is None:
        return chosen
    return fork.then if fork.condition is Condition.ALWAYS or holds(fork.condition) else fork.otherwise


@lru_cache(MOST_KEPT)
def allowed(state: State, event: Event, parties: frozenset[Party]) -> bool:
    """Whether any of the parties may let the event happen now."""
    row = _find(state, event)
    if row is None or not row.by & parties:
        return False
    if event in AGREES_TO:
        step = state.step
        return step is not None and step.owner in parties
    return event is not Event.HAND_OVER or state.proposed_by is None  # the answer to a proposal is nobody else's


def events_for(state: State, parties: frozenset[Party]) -> frozenset[Event]:
    """The events that any of the parties may let happen now."""
    return frozenset(event for event in events_from(state) if allowed(state, event, parties))


def advance(state: State, event: Event, *, parties: frozenset[Party] | None, facts: Mapping[str, object] = {}) -> State:
    """The state after the event. `parties` says what the person who acts is here; None: the application itself acts.

    Raises NoSuchEvent, NotAllowed or MissingFact, in that order.
    """
    row = transition_of(state, event)
    if parties is not None and not allowed(state, event, parties):
        raise NotAllowed(f"{event} from {state} by {sorted(parties)}")
    for name in row.needs:
        if facts.get(name) in (None, ""):
            raise MissingFact(name)
    proposer = Party.EMPLOYEE if parties is not None and Party.EMPLOYEE in parties else Party.MANAGER
    return _state_after(state, event, proposer)


def replay(kind: Kind, events: Iterable[tuple[Event, Party | None]]) -> State:
    """The state that a log leads to. Each entry is the event, and where it proposes something, who proposed it.

    Raises NoSuchEvent.
    """
    state = State(kind)
    for event, proposer in events:
        state = State(kind) if event is Event.AGREE else _state_after(state, event, proposer)
    return state


def _state_after(state: State, event: Event, proposer: Party | None) -> State:
    """Where the event leads; `proposer` counts only where the event proposes something. Raises NoSuchEvent."""
    row = transition_of(state, event)
    to = row.to or state.lost_from or Stage.AGREED
    can_be_back = to is Stage.LAPSED or event is Event.LEAVE
    after = State(state.kind, to, lost_from=state.stage if can_be_back else None)
    if event in PROPOSALS:
        return replace(after, proposed_by=proposer, proposal=PROPOSALS[event])
    if row.proposed in (WhileProposed.KEEPS, WhileProposed.KEEPS_STEP):
        return replace(after, proposed_by=state.proposed_by, proposal=state.proposal)
    return after
