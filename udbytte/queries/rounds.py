"""How far a round has come: conversations as counts, for HR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..domain.figures import Measure
from ..models import Round, Unit
from .folds import folds_of
from .tree import key_of, right_below


@dataclass(frozen=True, slots=True)
class Progress:
    """Sums of people, base (conversations), planned, held, declined, resting (on leave) and unplanned, which is the
    rest; empty where people are too few to show.
    """

    total: Mapping[str, int]
    parts: tuple[tuple[Unit, Mapping[str, int]], ...]


def progress_of(round_: Round, *, on: date) -> Progress:
    """A round's conversations: of all its units, and of each unit right below the one that holds them all."""
    units = list(round_.units.all())
    top = units[0] if len(units) == 1 else None
    below = right_below(top)
    folds = folds_of(top, below, round_, on=on)
    rows = ((unit, folds[unit.pk][Measure.ROUND]) for unit in below)
    total = _with_rest(folds[key_of(top)][Measure.ROUND].shown)
    return Progress(total, tuple((unit, _with_rest(one.shown)) for unit, one in rows if one.counts_somebody))


def _with_rest(sums: Mapping[str, int]) -> Mapping[str, int]:
    settled = sum(sums.get(name, 0) for name in ("planned", "held", "declined", "resting"))
    return {**sums, "unplanned": sums["base"] - settled} if sums else {}
