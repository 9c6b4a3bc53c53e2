"""The life of an agreement.

- `vocabulary.py`: the words: kinds, stages, events, parties
- `table.py`: the one table of steps, transitions and forks; `columns.py` says what its columns mean
- `answers.py`: which events answer a step, and where
- `state.py`: the reading of the table: what can happen to an agreement, and where that leads

Other packages import these names from here. Beside the table are `deadlines.py` (when a step is due), `line.py` (what
happens when nobody takes it), `reminders.py`, `undo.py`, and the pictures that are drawn from the tables.
"""

from .answers import ANSWERS, HELPER_ANSWERS, WRITTEN_ANSWERS, WRITTEN_DOWN, email_answers, page_answers
from .columns import Condition, NextStep, Step, Transition, WhilePaused, WhileProposed
from .state import (
    PROPOSALS,
    LifecycleError,
    MissingFact,
    NoSuchEvent,
    NotAllowed,
    Proposal,
    State,
    advance,
    allowed,
    event_that_happens,
    events_for,
    events_from,
    replay,
    transition_of,
)
from .table import AGREEING, CONFIRM_DROP, CONFIRM_REPLACE, FORKS, HR_ROUTES, LAPSES, MIDWAY, STEPS, TRANSITIONS
from .vocabulary import BOOKED, CLOSED, PHASES, UNDECIDED, WITH_A_RUN, DropReason, Event, Kind, Party, Phase, Stage

__all__ = [
    "AGREEING",
    "ANSWERS",
    "BOOKED",
    "CLOSED",
    "CONFIRM_DROP",
    "CONFIRM_REPLACE",
    "FORKS",
    "HELPER_ANSWERS",
    "HR_ROUTES",
    "LAPSES",
    "MIDWAY",
    "PHASES",
    "PROPOSALS",
    "STEPS",
    "TRANSITIONS",
    "UNDECIDED",
    "WITH_A_RUN",
    "WRITTEN_ANSWERS",
    "WRITTEN_DOWN",
    "Condition",
    "DropReason",
    "Event",
    "Kind",
    "LifecycleError",
    "MissingFact",
    "NextStep",
    "NoSuchEvent",
    "NotAllowed",
    "Party",
    "Phase",
    "Proposal",
    "Stage",
    "State",
    "Step",
    "Transition",
    "WhilePaused",
    "WhileProposed",
    "advance",
    "allowed",
    "email_answers",
    "event_that_happens",
    "events_for",
    "events_from",
    "page_answers",
    "replay",
    "transition_of",
]
