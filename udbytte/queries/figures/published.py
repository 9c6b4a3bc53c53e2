"""What may be shown of units: read from the stored tallies, and counted anew if they are stale.

`services.figures.tallies` stores the tallies, and the database marks those that a change made stale. So a figure is
never old: a tally that is stale or not stored is counted from the rows themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from udbytte.domain.figures import suppression
from udbytte.domain.figures.key_questions import Measure
from udbytte.domain.figures.suppression import PEOPLE, WEEKLY_BELOW, PublishedSums, held_that_shows, publish_one
from udbytte.models import Round, StaleTally, Unit, UnitTally, below_path
from udbytte.models.compiled_query import compiled
from udbytte.queries.people.units import WHOLE, Tree, key_of, tree_below

from .tallies import tallies_of

Published = Mapping[Measure, PublishedSums]
NOTHING: Published = {measure: PublishedSums({}, ()) for measure in Measure}


@dataclass(frozen=True, slots=True)
class StoredTally:
    """A tally, and what may be shown of its unit."""

    own: Mapping[Measure, Mapping[str, int]]
    published: Published


def published_sums_of(unit: Unit | None, units: Iterable[Unit], round_: Round, *, on: date) -> dict[int, Published]:
    """What may be shown of a unit (None: the whole organisation) and of the `units` right below it, by id (WHOLE)."""
    top = key_of(unit)
    asked = [top, *(child.pk for child in units)]
    stale = stale_units(unit, round_)
    stored = _stored(round_, on, asked)
    if top not in stored:
        tree = tree_below(unit)
        reach = None if unit is None else [member.pk for member in tree.units]
        fresh = count_tree(tree, round_, on=on, units=reach)
    else:
        fresh = recount_stale_units(stale, top, round_, on=on) if stale else {}
    published = stored | {pk: tally.published for pk, tally in fresh.items()}
    return {pk: published.get(pk, NOTHING) for pk in asked}


def stale_units(unit: Unit | None, round_: Round) -> list[int]:
    """The units, at or below one, whose own numbers in a round may have changed since they were stored."""
    return _stale_below([] if unit is None else [unit.path], round_)


@compiled
def _stale_below(paths: Sequence[str], round_: Round) -> QuerySet[StaleTally, int]:
    rows = StaleTally.objects.filter(*(below_path(path, "unit__") for path in paths), round=round_)
    return rows.order_by().values_list("unit_id", flat=True).distinct()


def count_tree(tree: Tree, round_: Round, *, on: date, units: Collection[int] | None = None) -> dict[int, StoredTally]:
    """All tallies of a tree, counted from the rows themselves."""
    tallies = _own_numbers(round_, on=on, units=units)
    counted: dict[int, StoredTally] = {}

    def down(pk: int) -> Published:
        counted[pk] = _tally_of(tallies.get(pk, {}), [down(child) for child in tree.children.get(pk, ())])
        return counted[pk].published

    down(tree.top)
    return counted


def recount_stale_units(stale: Collection[int], top: int, round_: Round, *, on: date) -> dict[int, StoredTally]:
    """Count stale units anew, and add up the units above them to `top`. All other tallies are read from the store."""
    paths = dict(Unit.objects.filter(pk__in=stale).values_list("pk", "path"))
    chains = [[WHOLE, *(int(part) for part in path.split("/") if part)] for path in paths.values()]
    above = {pk for chain in chains for pk in chain[chain.index(top) :]}
    children: dict[int, list[int]] = {}
    for pk, parent in Unit.objects.filter(_right_below(above)).order_by("name", "pk").values_list("pk", "parent_id"):
        children.setdefault(parent or WHOLE, []).append(pk)
    stored = _stored(round_, on, {pk for unit_ids in children.values() for pk in unit_ids if pk not in above})
    own = _own_numbers(round_, on=on, units=stale)
    own |= _stored_own_numbers(round_, on, above - set(paths))
    counted: dict[int, StoredTally] = {}

    def down(pk: int) -> Published:
        if pk not in above:
            return stored.get(pk, NOTHING)
        counted[pk] = _tally_of(own.get(pk, {}), [down(child) for child in children.get(pk, ())])
        return counted[pk].published

    down(top)
    return counted


def _own_numbers(
    round_: Round, *, on: date, units: Collection[int] | None
) -> dict[int, Mapping[Measure, Mapping[str, int]]]:
    """What is counted of each unit's own people: of large units on the day, of small ones on the last Sunday."""
    day = suppression.counting_day(on, round_.closed_on)
    tallies = tallies_of(round_, on=day, units=units)
    if day != on:
        large = [pk for pk, tally in tallies.items() if tally[Measure.ROUND][PEOPLE] >= WEEKLY_BELOW]
        tallies |= tallies_of(round_, on=on, units=large) if large else {}
    return {
        pk: {**tally, Measure.ROUND: held_that_shows(tally[Measure.ROUND], tally[Measure.HELD][PEOPLE])}
        for pk, tally in tallies.items()
    }


def _right_below(parents: Collection[int]) -> Q:
    reach = Q(parent__in=[pk for pk in parents if pk != WHOLE])
    return reach | Q(parent__isnull=True) if WHOLE in parents else reach


def _tally_of(own: Mapping[Measure, Mapping[str, int]], children: Sequence[Published]) -> StoredTally:
    published = {
        measure: publish_one(own.get(measure, {}), [child[measure] for child in children]) for measure in Measure
    }
    return StoredTally(own, published)


def _stored(round_: Round, on: date, units: Collection[int]) -> dict[int, Published]:
    rows = _folds(round_, WHOLE in units, [pk for pk in units if pk != WHOLE], on)
    return {pk or WHOLE: _read(stored) for pk, stored in rows}


@compiled
def _folds(round_: Round, whole: bool, units: Sequence[int], on: date) -> QuerySet[UnitTally, Any]:
    return _rows(round_, on, units, whole=whole).values_list("unit_id", "published")


def _rows(round_: Round, on: date, units: Collection[int], *, whole: bool) -> QuerySet[UnitTally]:
    reach = Q(unit__in=units)
    if whole:
        reach |= Q(unit__isnull=True)
    return UnitTally.objects.filter(reach, round=round_, on=on)


def _stored_own_numbers(
    round_: Round, on: date, units: Collection[int]
) -> dict[int, Mapping[Measure, Mapping[str, int]]]:
    asked = [pk for pk in units if pk != WHOLE]
    rows = _rows(round_, on, asked, whole=WHOLE in units).values_list("unit_id", "own")
    return {pk or WHOLE: {Measure(measure): numbers for measure, numbers in own.items()} for pk, own in rows}


def _read(stored: dict[str, Any]) -> Published:
    published: dict[Measure, PublishedSums] = dict(NOTHING)
    for measure, (shown, small) in stored.items():
        published[Measure(measure)] = PublishedSums(shown, small)
    return published


def tally_to_store(tally: StoredTally) -> dict[str, Any]:
    """A tally as it is stored, without empty measures and zeros."""
    own = {measure: _plain(numbers) for measure, numbers in tally.own.items() if any(numbers.values())}
    published = {
        measure: [_plain(sums.shown), [_plain(part) for part in sums.small]]
        for measure, sums in tally.published.items()
        if sums.shown or sums.small
    }
    return {"own": own, "published": published}


def _plain(numbers: Mapping[str, int]) -> dict[str, int]:
    return {name: number for name, number in numbers.items() if number}
