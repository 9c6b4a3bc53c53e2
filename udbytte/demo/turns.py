"""One person's turn in the simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement

from .behaviour import Behaviour
from .dealing import Dealer
from .streams import Stream


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn to act on one agreement on a day, with the stream of what they choose."""

    behaviour: Behaviour
    stream: Stream
    on: date
    dealer: Dealer

    def reason(self, kind: str, rows: Sequence[Sequence[str]], agreement: Agreement) -> str:
        """A text of the row that chance chooses, or of another one when the unit has read all of that row."""
        row = self.stream.choice(rows)
        return self.text(kind, [text for texts in rows for text in texts], agreement, rather=row)

    def text(self, kind: str, texts: Sequence[str], agreement: Agreement, *, rather: Sequence[str] = ()) -> str:
        """A text about the agreement, which takes no number from the stream."""
        text = self.dealer.deal(kind, texts, unit=agreement.unit.name, rather=rather)
        return text.format(name=agreement.employee.short_name)


# An event with its facts; None: nothing.
Action = tuple[Event, dict[str, Any]] | None
