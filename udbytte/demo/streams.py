"""Random numbers of the simulation, in streams: each key has a stream of its own.

What one person does takes no numbers from another's stream. So a change of the rules changes a life only from the day
on which it changes a decision, and lives of one seed can be compared before and after.
"""

from __future__ import annotations

from datetime import date
from hashlib import blake2b
from random import Random


class Stream(Random):
    """A stream of random numbers."""

    def happens(self, share: float) -> bool:
        """Whether something happens that does so with this share, from 0 to 1."""
        return self.random() < share


class Streams:
    """The streams of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, *key: str | int | date) -> Stream:
        """The stream of a key, from its beginning. The same seed and key give the same numbers in every process."""
        text = "\x1f".join(str(part) for part in (self.seed, *key))
        return Stream(int.from_bytes(blake2b(text.encode(), digest_size=16).digest()))
