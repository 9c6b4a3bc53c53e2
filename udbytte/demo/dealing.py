"""Deals texts to people, so that nobody reads the same one twice among colleagues.

A text moves no life: which one is dealt depends on nothing but the unit, and takes no numbers from the streams by which
people decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from .streams import Streams

Text = TypeVar("Text")


@dataclass(slots=True)
class Dealer:
    """Deals the texts of each kind in an order of its own in each unit, and none again before all have been dealt."""

    streams: Streams
    dealt: Counter[tuple[str, str, object]] = field(default_factory=Counter)  # by kind, unit and text

    def deal(self, kind: str, texts: Sequence[Text], *, unit: str, rather: Sequence[Text] = ()) -> Text:
        """One of the texts that has been dealt least in the unit, and of these rather one of `rather`."""
        order = self.streams.of("texts", kind, unit).sample(range(len(texts)), len(texts))

        def how_worn(number: int) -> tuple[int, bool]:
            return self.dealt[kind, unit, texts[number]], bool(rather) and texts[number] not in rather

        text = texts[min(order, key=how_worn)]
        self.dealt[kind, unit, text] += 1
        return text
