"""The seven key questions of a round, live: for a unit with all units below, or for the whole organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from udbytte.domain.figures.key_questions import (
    HEADLINE,
    MONEY_KNOWN,
    QUESTIONS,
    RULES_READ,
    Figure,
    Measure,
    comparable_day,
    figure_of,
    talked_about,
)
from udbytte.models import Round, Unit, below_path
from udbytte.models.compiled_query import compiled
from udbytte.queries.people.units import key_of, right_below

from .published import Published, published_sums_of

Sums = Mapping[Measure, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one place.

    `sums` is what they are computed from, by measure: empty if there are too few people. `talked`: of those that ended
    in learning, how many were talked about; None in a report that was stored before this was counted.
    """

    headline: Figure
    talked: Figure | None
    rules_read: Figure
    money_known: Figure
    questions: tuple[Figure, ...]
    sums: Sums

    @property
    def people(self) -> int:
        """How many people are counted in the round; 0 if there are too few to show."""
        return self.sums[Measure.ROUND].get("people", 0)


@dataclass(frozen=True, slots=True)
class PartFigures:
    """One unit right below, with its figures; `unit` None: everything that is counted outside the shown units."""

    unit: Unit | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """The figures of a place (`unit` None: the whole organisation), and of each part of it."""

    unit: Unit | None
    round: Round
    on: date
    figures: Figures
    parts: tuple[PartFigures, ...]


def rounds_of_unit(unit: Unit | None, on: date) -> list[Round]:
    """Published rounds in which a unit or a unit below it takes part; the newest first."""
    if unit is None:
        return _published_rounds(on)
    return _rounds_with(unit.ancestor_ids, [unit.path], on)


@compiled
def _published_rounds(on: date) -> QuerySet[Round]:
    return Round.objects.filter(published_on__lte=on).order_by("-conversations_from", "-pk")


@compiled
def _rounds_with(units: Sequence[int], paths: Sequence[str], on: date) -> QuerySet[Round]:
    """The published rounds of one of the units, or of a unit at or below one of the paths."""
    reach = Q(units__in=units)
    for path in paths:
        reach |= below_path(path, "units__")
    rounds = Round.objects.filter(reach, published_on__lte=on).distinct()
    return rounds.order_by("-conversations_from", "-pk")


def previous_round(round_: Round, rounds: list[Round]) -> Round | None:
    """The round to compare with: the next older of `rounds`, which are in the order of `rounds_of_unit`."""
    older = rounds[rounds.index(round_) + 1 :]
    return older[0] if older else None


def figures_of_place(unit: Unit | None, round_: Round, *, on: date, before: Round | None = None) -> PlaceFigures:
    """The figures of a place and its parts on a day; with the previous round `before`, also its figures then."""
    top, below_ = key_of(unit), right_below(unit)
    now = published_sums_of(unit, below_, round_, on=on)
    then: Mapping[int, Published] = {}
    if before is not None:
        day = comparable_day(on, round_.conversations_from, before.conversations_from)
        then = published_sums_of(unit, (), before, on=day)
    taking_part = [unit_below for unit_below in below_ if now[unit_below.pk][Measure.ROUND].counts_somebody]
    parts = [PartFigures(unit_below, figures_from(_sums(now[unit_below.pk]))) for unit_below in taking_part]
    rest = _subtract_parts(_sums(now[top]), [part.figures.sums for part in parts])
    if parts and rest[Measure.ROUND].get("people"):
        parts.append(PartFigures(None, figures_from(rest)))
    return PlaceFigures(unit, round_, on, figures_from(_sums(now[top]), _then(then.get(top))), tuple(parts))


def _sums(published: Published) -> Sums:
    return {measure: published_sums.shown for measure, published_sums in published.items()}


def _subtract_parts(whole: Sums, parts: Iterable[Sums]) -> Sums:
    """The sums of a whole minus its shown parts: people who are counted there in no shown unit."""
    rest = {measure: Counter(sums) for measure, sums in whole.items()}
    for part in parts:
        for measure, sums in part.items():
            rest[measure].subtract(sums)
    return rest


def _then(published: Published | None) -> Sums | None:
    return None if published is None else _sums(published)


def figures_from(sums: Sums, before: Sums | None = None) -> Figures:
    """The figures computed from sums; with the sums of the round `before`, also the earlier percentages."""
    figures = [figure_of(question, sums) for question in (HEADLINE, RULES_READ, MONEY_KNOWN, *QUESTIONS)]
    if before is not None:
        figures = [replace(figure, before=figure_of(figure.question, before).percent) for figure in figures]
    headline, rules_read, money_known, *questions = figures
    return Figures(headline, talked_about(sums), rules_read, money_known, tuple(questions), sums)
