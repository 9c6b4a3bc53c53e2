"""The seven questions, live: of a unit with all below it, or of the whole organisation, in one round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from udbytte.domain.figures import (
    HEADLINE,
    MONEY_KNOWN,
    QUESTIONS,
    RULES_READ,
    Figure,
    Measure,
    comparable_day,
    figure_of,
)
from udbytte.models import Round, Unit, below
from udbytte.queries.people.units import key_of, right_below

from .published import Published, folds_of

Sums = Mapping[Measure, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one place. `sums` is what they are made of, by measure: empty where people are too few."""

    headline: Figure
    rules_read: Figure
    money_known: Figure
    questions: tuple[Figure, ...]
    sums: Sums

    @property
    def people(self) -> int:
        """How many are counted in the round; 0 when too few to say."""
        return self.sums[Measure.ROUND].get("people", 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One unit right below, with its figures; `unit` None: all that is counted but is none of those that are shown."""

    unit: Unit | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Answer:
    """What the figures say of a place (`unit` None: the whole organisation), and of each part of it."""

    unit: Unit | None
    round: Round
    on: date
    figures: Figures
    parts: tuple[Part, ...]


def rounds_with(unit: Unit | None, on: date) -> list[Round]:
    """Published rounds that a unit takes part in, with all or some of what is below it; the newest first."""
    rounds = Round.objects.filter(published_on__lte=on)
    if unit is not None:
        rounds = rounds.filter(Q(units__in=unit.ancestor_ids) | below(unit, "units__")).distinct()
    return list(rounds.order_by("-conversations_from", "-pk"))


def round_before(round_: Round, rounds: list[Round]) -> Round | None:
    """The round that one is compared with: the next older of `rounds`, which are in the order of `rounds_with`."""
    older = rounds[rounds.index(round_) + 1 :]
    return older[0] if older else None


def answer_of(unit: Unit | None, round_: Round, *, on: date, before: Round | None = None) -> Answer:
    """The figures of a place and its parts on a day; with `before`, the round before, also how it was then."""
    top, below_ = key_of(unit), right_below(unit)
    now = folds_of(unit, below_, round_, on=on)
    then: Mapping[int, Published] = {}
    if before is not None:
        day = comparable_day(on, round_.conversations_from, before.conversations_from)
        then = folds_of(unit, (), before, on=day)
    taking_part = [one for one in below_ if now[one.pk][Measure.ROUND].counts_somebody]
    parts = [Part(one, figures_from(_sums(now[one.pk]))) for one in taking_part]
    rest = _less(_sums(now[top]), [part.figures.sums for part in parts])
    if parts and rest[Measure.ROUND].get("people"):
        parts.append(Part(None, figures_from(rest)))
    return Answer(unit, round_, on, figures_from(_sums(now[top]), _then(then.get(top))), tuple(parts))


def _sums(folds: Published) -> Sums:
    return {measure: fold.shown for measure, fold in folds.items()}


def _less(whole: Sums, parts: Iterable[Sums]) -> Sums:
    """What is left of a whole when its shown parts are taken away: people counted there one by one or together."""
    rest = {measure: Counter(sums) for measure, sums in whole.items()}
    for part in parts:
        for measure, sums in part.items():
            rest[measure].subtract(sums)
    return rest


def _then(folds: Published | None) -> Sums | None:
    return None if folds is None else _sums(folds)


def figures_from(sums: Sums, before: Sums | None = None) -> Figures:
    """The figures that follow from sums; with those of the round `before`, also how it was then."""
    figures = [figure_of(question, sums) for question in (HEADLINE, RULES_READ, MONEY_KNOWN, *QUESTIONS)]
    if before is not None:
        figures = [replace(figure, before=figure_of(figure.question, before).percent) for figure in figures]
    return Figures(figures[0], figures[1], figures[2], tuple(figures[3:]), sums)
