"""What a way of learning, or a course, has given those who told of it: counts, and stories they let others read.

Which ways of learning in practice give learning, with and without a helper, and what got in the way.

Of the whole organisation in all rounds, as the catalogue of ways tells it: of one round beside all of them, the other
rounds would follow. Counts about fewer than five people are neither shown nor to be worked out: ways
are hidden two and two at least (`suppress`), the helper's presence is told of all ways together only, and what got in
the way is told where five people or more have said it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from udbytte.domain.lifecycle import DropReason, Kind, Stage
from udbytte.domain.suppression import MINIMUM, group_small_parts, suppress
from udbytte.models import Agreement, Course, Helper, Hindrance, Newness, Outcome, PracticeMethod, WholeTally

STORIES = 5
READ = 50  # of the newest stories, to find so many that say something different


@dataclass(frozen=True, slots=True)
class ToldOutcomes:
    """What at least five people told: of `told`, how many learned `much`; of `asked`, how many `recommend` it.

    `asked` is 0 where fewer than five said whether they would. An outcome is one agreement's.
    """

    told: int
    much: int
    asked: int
    recommend: int


@dataclass(frozen=True, slots=True)
class Account:
    """The numbers and the stories of one way or course; None and none where fewer than five people told."""

    given: ToldOutcomes | None
    stories: list[str]


Subject = Literal["method", "course"]


def outcomes_by_method() -> dict[int, ToldOutcomes]:
    """What each way gave, by its key; ways of which it is not told are left out."""
    return _given("method")


def account_of_method(method: PracticeMethod) -> Account:
    """What the way gave, and what some of those who learned by it do differently now."""
    return _account("method", method.pk)


def account_of_course(course: Course) -> Account:
    """The same for a course."""
    if Outcome.objects.filter(agreement__course=course).order_by()[:MINIMUM].count() < MINIMUM:
        return Account(None, [])
    return _account("course", course.pk)


def _account(subject: Subject, pk: int) -> Account:
    given = _given(subject).get(pk)
    return Account(given, _stories(subject, pk) if given is not None else [])


def _given(subject: Subject) -> dict[int, ToldOutcomes]:
    """One query over all outcomes. People are counted for it, not outcomes: one person may have told several times.

    Of the ways, which are few, a number is left out too when a small one could be worked out from it. Of the courses,
    which are many, the small ones must make five people together.
    """
    key = f"agreement__{subject}"
    said = Q(recommends__isnull=False)
    people = "agreement__employee"
    rows = {
        row[key]: row
        for row in Outcome.objects.filter(**{f"{key}__isnull": False})
        .order_by()
        .values(key)
        .annotate(
            people=Count(people, distinct=True),
            told=Count("pk"),
            much=Count("pk", filter=Q(newness=Newness.MUCH)),
            sayers=Count(people, distinct=True, filter=said),
            asked=Count("pk", filter=said),
            recommend=Count("pk", filter=Q(recommends=True)),
        )
    }
    shown = _told_of(subject, {pk: row["people"] for pk, row in rows.items()})
    answered = _told_of(subject, {pk: row["sayers"] for pk, row in rows.items()})
    return {pk: _one(rows[pk], pk in answered) for pk in shown}


def _told_of(subject: Subject, people: Mapping[int, int]) -> set[int]:
    """Those of which it may be told, by how many people they are about."""
    if subject == "course":
        return set(group_small_parts({pk: number for pk, number in people.items() if number})[0])
    return {pk for pk, number in suppress(people).items() if number}


def _one(row: Mapping[str, int], answered: bool) -> ToldOutcomes:
    """Those who were not asked are as many as those who were, or too few to be told apart from all."""
    silent = row["people"] - row["sayers"]
    tells = answered and (silent == 0 or silent >= MINIMUM)
    return ToldOutcomes(row["told"], row["much"], row["asked"] if tells else 0, row["recommend"] if tells else 0)


def _stories(subject: Subject, pk: int) -> list[str]:
    """The newest that may be read, in an order that does not say which is the newest."""
    rows = Outcome.objects.filter(**{f"agreement__{subject}": pk}, shared=True).exclude(learned="")
    newest = rows.order_by("-told_on", "-pk").values_list("learned", flat=True)[:READ]
    return sorted(list(dict.fromkeys(newest))[:STORIES], key=str.casefold)


NAME = "learning"


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
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

    whole: OutcomeCounts | None
    by_method: list[tuple[PracticeMethod, OutcomeCounts]]
    methods_hidden: int
    with_helper: OutcomeCounts | None
    without_helper: OutcomeCounts | None
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
    by_method = _grouped(practice.filter(agreement__method__isnull=False), "agreement__method")
    shown = suppress({method: people for method, (people, _outcome_counts) in by_method.items()})
    methods = PracticeMethod.objects.in_bulk([method for method, people in shown.items() if people])
    rows = [(methods[method], by_method[method][1]) for method in methods]
    split = suppress({yes: people for yes, (people, _outcome_counts) in by_help.items()})
    whole_people = sum(people for people, _outcome_counts in by_help.values())
    whole = _sum([given for _people, given in by_help.values()]) if whole_people >= MINIMUM else None
    dropped, dropped_else = _dropped()
    return Learning(
        whole=whole,
        by_method=sorted(rows, key=lambda row: (-row[1].percent, -row[1].outcomes, row[0].position)),
        methods_hidden=sum(people is None for people in shown.values()),
        with_helper=by_help[True][1] if split.get(True) else None,
        without_helper=by_help[False][1] if split.get(False) else None,
        hindrances=_hindrances(told),
        dropped=dropped,
        dropped_else=dropped_else,
    )


def _grouped(rows: QuerySet[Outcome], name: str) -> dict[int, tuple[int, OutcomeCounts]]:
    """People and outcomes by something."""
    counted = rows.values_list(name).annotate(
        people=Count("agreement__employee", distinct=True),
        outcomes=Count("pk"),
        something=Count("pk", filter=Q(newness=Newness.SOMETHING)),
        much=Count("pk", filter=Q(newness=Newness.MUCH)),
    )
    return {key: (people, OutcomeCounts(outcomes, some, much)) for key, people, outcomes, some, much in counted}


def _sum(given: list[OutcomeCounts]) -> OutcomeCounts:
    return OutcomeCounts(
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
    shown, rest = group_small_parts({DropReason(reason): people for reason, people in counts.items()})
    return sorted(shown.items(), key=lambda one: -one[1]), rest


def written(learning: Learning) -> dict[str, Any]:
    """What gives learning, as it is kept."""
    return {
        "whole": _plain(learning.whole),
        "by_method": [[method.pk, *_plain(given)] for method, given in learning.by_method],
        "methods_hidden": learning.methods_hidden,
        "with_helper": _plain(learning.with_helper),
        "without_helper": _plain(learning.without_helper),
        "hindrances": [[hindrance.value, people] for hindrance, people in learning.hindrances],
        "dropped": [[reason.value, people] for reason, people in learning.dropped],
        "dropped_else": learning.dropped_else,
    }


def _plain(given: OutcomeCounts | None) -> list[int]:
    return [] if given is None else [given.outcomes, given.something, given.much]


def _read(sums: Mapping[str, Any]) -> Learning:
    methods = PracticeMethod.objects.in_bulk([method for method, *_outcome_counts in sums["by_method"]])
    return Learning(
        whole=_outcome_counts(sums["whole"]),
        by_method=[
            (methods[method], OutcomeCounts(*given)) for method, *given in sums["by_method"] if method in methods
        ],
        methods_hidden=sums["methods_hidden"],
        with_helper=_outcome_counts(sums["with_helper"]),
        without_helper=_outcome_counts(sums["without_helper"]),
        hindrances=[(Hindrance(value), people) for value, people in sums["hindrances"]],
        dropped=[(DropReason(value), people) for value, people in sums["dropped"]],
        dropped_else=sums["dropped_else"],
    )


def _outcome_counts(numbers: list[int]) -> OutcomeCounts | None:
    return OutcomeCounts(*numbers) if numbers else None
