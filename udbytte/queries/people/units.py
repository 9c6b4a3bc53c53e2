"""Units by their path, as a tree to choose from, and as a tree to count in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from udbytte.domain.search.words import folded
from udbytte.models import Employment, Person, Unit, below
from udbytte.models.compiled_query import compiled

SEPARATOR = " / "


def units_to_choose(on: date) -> QuerySet[Unit]:
    """The units that have not ended before the day, by name."""
    return Unit.objects.exclude(ends_on__lt=on).order_by("name", "pk")


def labels_of_units(on: date) -> dict[int, str]:
    """Each unit as its path from below the top, "Børn og Unge / Mælkebøtten"; those named alike get a number."""
    units = list(units_to_choose(on))
    names = {unit.pk: unit.name for unit in units}
    tops = [unit.pk for unit in units if len(unit.ancestor_ids) == 1]
    labels: dict[int, str] = {}
    for unit in units:
        steps = unit.ancestor_ids
        shown = steps[1:] if len(tops) == 1 and len(steps) > 1 else steps
        labels[unit.pk] = SEPARATOR.join(names[pk] for pk in shown if pk in names)
    often = Counter(labels.values())
    return {pk: f"{label} #{pk}" if often[label] > 1 else label for pk, label in labels.items()}


def names_of_organisations(on: date) -> list[str]:
    """The names of the tops of the tree."""
    return [unit.name for unit in units_to_choose(on).filter(parent__isnull=True)]


def organisations_of(people: Sequence[Person], on: date) -> dict[int, str]:
    """The name of each person's organisation, by the person's id: the top of the tree that their unit is in.

    Who is employed in no unit has the only top; with several tops it is empty.
    """
    tops = {unit.pk: unit.name for unit in Unit.objects.exclude(ends_on__lt=on).filter(parent__isnull=True)}
    only = next(iter(tops.values())) if len(tops) == 1 else ""
    names = dict.fromkeys((person.pk for person in people), only)
    if len(tops) > 1:
        jobs = Employment.objects.on(on).filter(person__in=people).order_by("-pk")
        for person, path in jobs.values_list("person_id", "unit__path"):
            names[person] = tops.get(int(path.split("/")[0]), only)
    return names


def label_of(unit: Unit | None, labels: dict[int, str]) -> str:
    """The unit by its path, as in a choice; by its name if it has ended; empty for the whole organisation."""
    return labels.get(unit.pk, unit.name) if unit else ""


def find_units(text: str, labels: dict[int, str]) -> list[int]:
    """The units that a text means: those with exactly that path or name, else all whose path has each of its words.

    The words can be spelled otherwise, as in `udbytte.domain.search.words`.
    """
    wanted = " ".join(text.casefold().split())
    known = {pk: label.casefold() for pk, label in labels.items()}
    exact = [pk for pk, label in known.items() if label == wanted]
    named = [pk for pk, label in known.items() if label.split(SEPARATOR)[-1] == wanted]
    words = [folded(word) or word for word in wanted.replace("/", " ").split()]
    plain = {} if exact or named else {pk: f"{label} {folded(label)}" for pk, label in known.items()}
    return exact or named or [pk for pk, label in plain.items() if all(word in label for word in words)]


@dataclass(slots=True)
class Branch:
    """A unit with those right below it. `size`: all below. `opens`: one of them is chosen, or it is the only top."""

    unit: Unit
    chosen: bool
    below: list[Branch] = field(default_factory=list)
    size: int = 0
    opens: bool = False


def branches(chosen: Collection[int], on: date) -> list[Branch]:
    """The tree of units, with those that are chosen; one query however large it is."""
    units = list(units_to_choose(on))
    known = {unit.pk for unit in units}
    children: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in units:
        children[unit.parent_id if unit.parent_id in known else None].append(unit)

    def grow(unit: Unit) -> Branch:
        branch = Branch(unit, unit.pk in chosen, [grow(child) for child in children[unit.pk]])
        branch.size = sum(1 + child.size for child in branch.below)
        branch.opens = any(child.chosen or child.opens for child in branch.below)
        return branch

    tops = [grow(unit) for unit in children[None]]
    if len(tops) == 1:
        tops[0].opens = True
    return tops


def without_those_below(units: Collection[Unit]) -> list[Unit]:
    """The units without those that lie below another of them, as a unit stands for all below it."""
    chosen = {unit.pk for unit in units}
    return [unit for unit in units if not chosen.intersection(unit.ancestor_ids[:-1])]


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
    """The key of a unit among sums of units; WHOLE for the whole organisation."""
    return WHOLE if unit is None else unit.pk


def right_below(unit: Unit | None) -> list[Unit]:
    """The units right below a unit, by name; None: the units that have none above them."""
    return _tops() if unit is None else _children(unit)


@compiled
def _tops() -> QuerySet[Unit]:
    return Unit.objects.filter(parent__isnull=True).order_by("name", "pk")


@compiled
def _children(unit: Unit) -> QuerySet[Unit]:
    return Unit.objects.filter(parent=unit).order_by("name", "pk")


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
