"""The seven questions, live: of a unit with all below it, or of the whole organisation, in one round."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from ..domain.figures import HEADLINE, MONEY_KNOWN, QUESTIONS, RULES_READ, Figure, Measure, figure_of, same_day
from ..domain.suppression import publish
from ..models import Round, Unit, below
from .tallies import Tallies, tallies_of
from .tree import Tree, tree_below

Sums = Mapping[Measure, Counter[str] | None]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one place. `sums` is what they are made of, by measure; None where people are too few."""

    headline: Figure
    rules_read: Figure
    money_known: Figure
    questions: tuple[Figure, ...]
    sums: Sums

    @property
    def people(self) -> int | None:
        """How many are in the round; None when too few to say."""
        sums = self.sums[Measure.ROUND]
        return None if sums is None else sums["people"]


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


def answer_of(unit: Unit | None, round_: Round, *, on: date, before: Round | None = None) -> Answer:
    """The figures of a place and its parts on a day; with `before`, the round before, also how it was then."""
    tree = tree_below(unit)
    reach = None if unit is None else [one.pk for one in tree.units]
    shown = _published(tree, tallies_of(round_, on=on, units=reach))
    then: dict[int, Sums] = {}
    if before is not None:
        day = same_day(on, round_.conversations_from, before.conversations_from)
        then = _published(tree, tallies_of(before, on=day, units=reach))
    asked = [one for one in tree.right_below if _takes_part(shown[one.pk])]
    parts = [Part(one, _figures(shown[one.pk], then.get(one.pk))) for one in asked]
    rest = _less(shown[tree.top], [shown[one.pk] for one in asked])
    if parts and _takes_part(rest):
        parts.append(Part(None, _figures(rest, None)))
    return Answer(unit, round_, on, _figures(shown[tree.top], then.get(tree.top)), tuple(parts))


def _published(tree: Tree, tallies: Tallies) -> dict[int, Sums]:
    """What may be shown of each unit, by measure."""
    shown: dict[int, dict[Measure, Counter[str] | None]] = defaultdict(dict)
    for measure in Measure:
        counted = {unit: tally[measure] for unit, tally in tallies.items() if tally[measure]}
        for unit, sums in publish(tree.top, tree.children, counted).items():
            shown[unit][measure] = sums
    return dict(shown)


def _takes_part(sums: Sums) -> bool:
    people = sums[Measure.ROUND]
    return people is None or people["people"] > 0


def _less(whole: Sums, parts: list[Sums]) -> Sums:
    """What is left of a whole when its shown parts are taken away: people counted there one by one or together."""
    rest: dict[Measure, Counter[str] | None] = {}
    for measure, sums in whole.items():
        left = Counter(sums or {})
        for part in parts:
            left.subtract(part[measure] or {})
        rest[measure] = left
    return rest


def _figures(sums: Sums, then: Sums | None) -> Figures:
    figures = [figure_of(question, sums) for question in (HEADLINE, RULES_READ, MONEY_KNOWN, *QUESTIONS)]
    if then is not None:
        figures = [replace(figure, before=figure_of(figure.question, then).percent) for figure in figures]
    return Figures(figures[0], figures[1], figures[2], tuple(figures[3:]), sums)
