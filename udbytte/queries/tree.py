"""The tree of units, as counts of it need it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ..models import Unit, below

WHOLE = 0  # stands for the whole organisation, above the units that have none above them


@dataclass(frozen=True, slots=True)
class Tree:
    """A unit with all below it, or (`top` is WHOLE) all units; in order of name."""

    top: int
    units: tuple[Unit, ...]
    children: dict[int, list[int]]

    @property
    def right_below(self) -> list[Unit]:
        """The units right below the top."""
        known = set(self.children.get(self.top, ()))
        return [unit for unit in self.units if unit.pk in known]


def key_of(unit: Unit | None) -> int:
    """What a unit goes by among sums of units; WHOLE for the whole organisation."""
    return WHOLE if unit is None else unit.pk


def right_below(unit: Unit | None) -> list[Unit]:
    """The units right below one, by name; those that have none above them, of the whole organisation."""
    return list(Unit.objects.filter(parent=unit).order_by("name", "pk"))


def tree_of(top: int, units: Iterable[Unit]) -> Tree:
    """The tree that the units form under a top, which may be among them."""
    known = tuple(units)
    children: dict[int, list[int]] = defaultdict(list)
    for unit in known:
        if unit.pk != top:
            children[unit.parent_id or WHOLE].append(unit.pk)
    return Tree(top, known, dict(children))


def tree_below(unit: Unit | None) -> Tree:
    """A unit with all below it, in one query; None: the whole organisation."""
    rows = Unit.objects.all() if unit is None else Unit.objects.filter(below(unit))
    units = rows.only("name", "parent_id", "path").order_by("name", "pk")
    return tree_of(key_of(unit), units)
