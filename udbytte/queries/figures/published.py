"""What may be shown of units: read from the tallies that are kept, and counted anew where they do not hold any more.

The tallies are kept by `services.figures`; the database marks those that a change made stale. So a figure is never old:
what is stale, or not kept at all, is counted from the rows themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from udbytte.domain.figures import Measure
from udbytte.domain.suppression import PublishedSums, publish_one
from udbytte.models import Round, StaleTally, Unit, UnitTally, below
from udbytte.queries.people.units import WHOLE, Tree, key_of, tree_below

from .tallies import tallies_of

Published = Mapping[Measure, PublishedSums]
NOTHING: Published = {measure: PublishedSums({}, ()) for measure in Measure}


@dataclass(frozen=True, slots=True)
class Kept:
    """A tally with what may be shown of its unit."""

    own: Mapping[Measure, Mapping[str, int]]
    folds: Published


def folds_of(unit: Unit | None, units: Iterable[Unit], round_: Round, *, on: date) -> dict[int, Published]:
    """What may be shown of a unit (None: the whole organisation) and of `units` right below it, by key (WHOLE)."""
    top = key_of(unit)
    asked = [top, *(one.pk for one in units)]
    stale = stale_units(unit, round_)
    kept = _kept(round_, on, asked)
    if top not in kept:
        tree = tree_below(unit)
        reach = None if unit is None else [one.pk for one in tree.units]
        fresh = count(tree, round_, on=on, units=reach)
    else:
        fresh = recount(stale, top, round_, on=on) if stale else {}
    found = kept | {pk: one.folds for pk, one in fresh.items()}
    return {pk: found.get(pk, NOTHING) for pk in asked}


def stale_units(unit: Unit | None, round_: Round) -> list[int]:
    """The units, at or below one, whose own numbers in a round may have changed since they were kept."""
    reach = Q() if unit is None else below(unit, "unit__")
    rows = StaleTally.objects.filter(reach, round=round_)
    return list(rows.order_by().values_list("unit_id", flat=True).distinct())


def count(tree: Tree, round_: Round, *, on: date, units: Collection[int] | None = None) -> dict[int, Kept]:
    """Everything of a tree, counted from the rows themselves."""
    tallies = tallies_of(round_, on=on, units=units)
    found: dict[int, Kept] = {}

    def down(pk: int) -> Published:
        found[pk] = _folded(tallies.get(pk, {}), [down(child) for child in tree.children.get(pk, ())])
        return found[pk].folds

    down(tree.top)
    return found


def recount(stale: Collection[int], top: int, round_: Round, *, on: date) -> dict[int, Kept]:
    """Stale units counted anew, and all above them up to `top` put together anew; everything else as it is kept."""
    paths = dict(Unit.objects.filter(pk__in=stale).values_list("pk", "path"))
    chains = [[WHOLE, *(int(part) for part in path.split("/") if part)] for path in paths.values()]
    above = {pk for chain in chains for pk in chain[chain.index(top) :]}
    children: dict[int, list[int]] = {}
    for pk, parent in Unit.objects.filter(_right_below(above)).order_by("name", "pk").values_list("pk", "parent_id"):
        children.setdefault(parent or WHOLE, []).append(pk)
    kept = _kept(round_, on, {pk for few in children.values() for pk in few if pk not in above})
    own: dict[int, Mapping[Measure, Mapping[str, int]]] = dict(tallies_of(round_, on=on, units=stale))
    own |= _own(round_, on, above - set(paths))
    found: dict[int, Kept] = {}

    def down(pk: int) -> Published:
        if pk not in above:
            return kept.get(pk, NOTHING)
        found[pk] = _folded(own.get(pk, {}), [down(child) for child in children.get(pk, ())])
        return found[pk].folds

    down(top)
    return found


def _right_below(parents: Collection[int]) -> Q:
    reach = Q(parent__in=[pk for pk in parents if pk != WHOLE])
    return reach | Q(parent__isnull=True) if WHOLE in parents else reach


def _folded(own: Mapping[Measure, Mapping[str, int]], children: Sequence[Published]) -> Kept:
    folds = {measure: publish_one(own.get(measure, {}), [child[measure] for child in children]) for measure in Measure}
    return Kept(own, folds)


def _rows(round_: Round, on: date, units: Collection[int]) -> QuerySet[UnitTally]:
    reach = Q(unit__in=[pk for pk in units if pk != WHOLE])
    if WHOLE in units:
        reach |= Q(unit__isnull=True)
    return UnitTally.objects.filter(reach, round=round_, on=on)


def _kept(round_: Round, on: date, units: Collection[int]) -> dict[int, Published]:
    rows = _rows(round_, on, units).values_list("unit_id", "folds")
    return {pk or WHOLE: _read(folds) for pk, folds in rows}


def _own(round_: Round, on: date, units: Collection[int]) -> dict[int, Mapping[Measure, Mapping[str, int]]]:
    rows = _rows(round_, on, units).values_list("unit_id", "own")
    return {pk or WHOLE: {Measure(measure): numbers for measure, numbers in own.items()} for pk, own in rows}


def _read(folds: dict[str, Any]) -> Published:
    read: dict[Measure, PublishedSums] = dict(NOTHING)
    for measure, (shown, small) in folds.items():
        read[Measure(measure)] = PublishedSums(shown, small)
    return read


def written(kept: Kept) -> dict[str, Any]:
    """A tally as it is kept; empty measures and zeros are left out."""
    own = {measure: _plain(numbers) for measure, numbers in kept.own.items() if any(numbers.values())}
    folds = {
        measure: [_plain(one.shown), [_plain(part) for part in one.small]]
        for measure, one in kept.folds.items()
        if one.shown or one.small
    }
    return {"own": own, "folds": folds}


def _plain(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if number}
