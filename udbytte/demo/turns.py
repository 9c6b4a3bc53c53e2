"""One person's turn in the simulation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from udbytte.domain.lifecycle import Event

from .behaviour import Behaviour
from .streams import Stream


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn to act on one agreement on a day, with the stream of what they choose."""

    behaviour: Behaviour
    stream: Stream
    on: date


# An event with its facts; None: nothing.
Action = tuple[Event, dict[str, Any]] | None
