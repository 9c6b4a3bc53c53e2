"""The contents list of a page of work: its parts, and what is done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page. `done` is None where there is nothing to finish; `count` says how far it is."""

    anchor: str
    label: str
    done: bool | None = None
    count: str = ""
    field: str = ""  # the field whose text finishes the part; the page marks it while the person writes


def done_of(parts: list[Part]) -> tuple[int, int]:
    """How many parts are done, and how many can be."""
    finishing = [part for part in parts if part.done is not None]
    return sum(bool(part.done) for part in finishing), len(finishing)
