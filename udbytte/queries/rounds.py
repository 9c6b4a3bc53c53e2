"""How far a round has come: conversations as counts, for HR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..domain.figures import Measure
from ..domain.suppression import publish
from ..models import Round, Unit
from .tallies import conversation_tallies
from .tree import tree_below


@dataclass(frozen=True, slots=True)
class Progress:
    """Sums of people, base (conversations), planned and held; empty where people are too few to show."""

    total: Mapping[str, int]
    parts: tuple[tuple[Unit, Mapping[str, int]], ...]


def progress_of(round_: Round, *, on: date) -> Progress:
    """A round's conversations: of all its units, and of each unit right below the one that holds them all."""
    tops = list(round_.units.all())
    tree = tree_below(tops[0] if len(tops) == 1 else None)
    tallies = conversation_tallies(round_, on=on)
    counted = {unit: tally[Measure.ROUND] for unit, tally in tallies.items()}
    folds = publish(tree.top, tree.children, counted)
    rows = ((unit, folds[unit.pk]) for unit in tree.right_below)
    return Progress(folds[tree.top].shown, tuple((unit, one.shown) for unit, one in rows if one.counts_somebody))
