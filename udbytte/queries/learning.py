"""Which ways of learning in practice give learning, with and without a helper, and what got in the way.

Of the whole organisation in all rounds, as the catalogue of ways tells it: of one round beside all of them, the other
rounds would follow. Counts about fewer than five people are neither shown nor to be worked out: ways
are hidden two and two at least (`suppress`), the helper's presence is told of all ways together only, and what got in
the way is told where five people or more have said it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ..domain.lifecycle import DropReason, Kind, Stage
from ..domain.suppression import MINIMUM, suppress, together
from ..models import Agreement, Helper, Hindrance, Newness, Outcome, PracticeMethod, WholeTally

NAME = "learning"


@dataclass(frozen=True, slots=True)
class Given:
    """Outcomes of one kind: how many there are, and in how many of them something, or much, was new."""

    outcomes: int
    something: int
    much: int

    @property
    def learned(self) -> int:
        return self.something + self.much

    @property
    def percent(self) -> int:
        return round(100 * self.learned / self.outcomes)


@dataclass(frozen=True, slots=True)
class Learning:
    """What came of learning in practice; empty where too few have told."""

    whole: Given | None
    by_way: list[tuple[PracticeMethod, Given]]
    ways_hidden: int
    with_helper: Given | None
    without_helper: Given | None
    hindrances: list[tuple[Hindrance, int]]
    dropped: list[tuple[DropReason, int]]
    dropped_else: int


def what_gives_learning(on: date) -> Learning:
    """What has been told, as it was counted on the day; where it was not, it is counted from the rows themselves."""
    kept = WholeTally.objects.filter(name=NAME, on=on).first()
    return count_learning() if kept is None else _read(kept.sums)


def count_learning() -> Learning:
    """What has been told, of the whole organisation, counted from the rows themselves."""
    told = Outcome.objects.order_by()
    practice = told.filter(agreement__kind=Kind.PRACTICE)
    helped = Exists(Helper.objects.filter(agreement=OuterRef("agreement"), said_yes=True))
    by_help = _grouped(practice.annotate(helped=helped), "helped")
    by_way = _grouped(practice.filter(agreement__method__isnull=False), "agreement__method")
    shown = suppress({way: people for way, (people, _given) in by_way.items()})
    ways = PracticeMethod.objects.in_bulk([way for way, people in shown.items() if people])
    rows = [(ways[way], by_way[way][1]) for way in ways]
    split = suppress({yes: people for yes, (people, _given) in by_help.items()})
    whole_people = sum(people for people, _given in by_help.values())
    whole = _sum([given for _people, given in by_help.values()]) if whole_people >= MINIMUM else None
    dropped, dropped_else = _dropped()
    return Learning(
        whole=whole,
        by_way=sorted(rows, key=lambda row: (-row[1].percent, -row[1].outcomes, row[0].position)),
        ways_hidden=sum(people is None for people in shown.values()),
        with_helper=by_help[True][1] if split.get(True) else None,
        without_helper=by_help[False][1] if split.get(False) else None,
        hindrances=_hindrances(told),
        dropped=dropped,
        dropped_else=dropped_else,
    )


def _grouped(rows: QuerySet[Outcome], name: str) -> dict[int, tuple[int, Given]]:
    """People and outcomes by something."""
    counted = rows.values_list(name).annotate(
        people=Count("agreement__employee", distinct=True),
        outcomes=Count("pk"),
        something=Count("pk", filter=Q(newness=Newness.SOMETHING)),
        much=Count("pk", filter=Q(newness=Newness.MUCH)),
    )
    return {key: (people, Given(outcomes, some, much)) for key, people, outcomes, some, much in counted}


def _sum(given: list[Given]) -> Given:
    return Given(
        sum(one.outcomes for one in given), sum(one.something for one in given), sum(one.much for one in given)
    )


def _hindrances(told: QuerySet[Outcome]) -> list[tuple[Hindrance, int]]:
    """How many people have named each thing that got in the way, where they are enough; the most named first."""
    counts = told.aggregate(
        **{
            one.value: Count("agreement__employee", distinct=True, filter=Q(hindrances__contains=[one.value]))
            for one in Hindrance
        }
    )
    named = [(Hindrance(name), people) for name, people in counts.items() if people >= MINIMUM]
    return sorted(named, key=lambda one: -one[1])


def _dropped() -> tuple[list[tuple[DropReason, int]], int]:
    """Why learning in practice was dropped, by how many people said so; and how many gave reasons few have given."""
    rows = Agreement.objects.filter(kind=Kind.PRACTICE, stage=Stage.DROPPED).order_by()
    counts = dict(rows.values_list("drop_reason").annotate(people=Count("employee", distinct=True)))
    shown, rest = together({DropReason(reason): people for reason, people in counts.items()})
    return sorted(shown.items(), key=lambda one: -one[1]), rest


def written(learning: Learning) -> dict[str, Any]:
    """What gives learning, as it is kept."""
    return {
        "whole": _plain(learning.whole),
        "by_way": [[way.pk, *_plain(given)] for way, given in learning.by_way],
        "ways_hidden": learning.ways_hidden,
        "with_helper": _plain(learning.with_helper),
        "without_helper": _plain(learning.without_helper),
        "hindrances": [[hindrance.value, people] for hindrance, people in learning.hindrances],
        "dropped": [[reason.value, people] for reason, people in learning.dropped],
        "dropped_else": learning.dropped_else,
    }


def _plain(given: Given | None) -> list[int]:
    return [] if given is None else [given.outcomes, given.something, given.much]


def _read(sums: Mapping[str, Any]) -> Learning:
    ways = PracticeMethod.objects.in_bulk([way for way, *_given in sums["by_way"]])
    return Learning(
        whole=_given(sums["whole"]),
        by_way=[(ways[way], Given(*given)) for way, *given in sums["by_way"] if way in ways],
        ways_hidden=sums["ways_hidden"],
        with_helper=_given(sums["with_helper"]),
        without_helper=_given(sums["without_helper"]),
        hindrances=[(Hindrance(value), people) for value, people in sums["hindrances"]],
        dropped=[(DropReason(value), people) for value, people in sums["dropped"]],
        dropped_else=sums["dropped_else"],
    )


def _given(numbers: list[int]) -> Given | None:
    return Given(*numbers) if numbers else None
