"""Outcomes of a practice method or a course: counts, and stories that people share; and what gives learning.

Everything is of the whole organisation in all rounds: with one round beside all, the others could be computed. Counts
about fewer than five people are neither shown nor computable: at least two methods are hidden together (`suppress`),
the effect of a helper is shown only for all methods together, and a hindrance only if five people or more have named
it. What was reported after the last Sunday is not counted yet: so nobody sees what a single person has reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from udbytte.domain.figures import suppression
from udbytte.domain.figures.suppression import MINIMUM, group_small_parts, suppress
from udbytte.domain.lifecycle import DropReason, Kind, Stage
from udbytte.models import Agreement, Course, Helper, Hindrance, Newness, Outcome, PracticeMethod, WholeTally

STORIES = 5
READ = 50  # newest stories, to find enough different ones
Subject = Literal["method", "course"]
NAME = "learning"


@dataclass(frozen=True, slots=True)
class ReportedOutcomes:
    """What at least five people reported: of `told`, how many learned `much`; of `asked`, how many `recommend` it.

    `asked` is 0 if fewer than five people said whether they recommend it. An outcome belongs to one agreement.
    """

    told: int
    much: int
    asked: int
    recommend: int


@dataclass(frozen=True, slots=True)
class OutcomeSummary:
    """The numbers and stories of one method or course; None and empty if fewer than five people have reported."""

    given: ReportedOutcomes | None
    stories: list[str]


def outcomes_by_method(on: date) -> dict[int, ReportedOutcomes]:
    """The outcomes of each method, by its id, without methods that may not be shown."""
    return _reported("method", on)


def outcomes_of_method(method: PracticeMethod, on: date) -> OutcomeSummary:
    """The method's outcomes, and stories of what some do differently now."""
    return _summary("method", method.pk, on)


def outcomes_of_course(course: Course, on: date) -> OutcomeSummary:
    """The course's outcomes, and stories of what some do differently now."""
    if Outcome.objects.filter(agreement__course=course).order_by()[:MINIMUM].count() < MINIMUM:
        return OutcomeSummary(None, [])
    return _summary("course", course.pk, on)


def _summary(subject: Subject, pk: int, on: date) -> OutcomeSummary:
    reported = _reported(subject, on).get(pk)
    return OutcomeSummary(reported, _stories(subject, pk) if reported is not None else [])


def _reported(subject: Subject, on: date) -> dict[int, ReportedOutcomes]:
    """The outcomes that may be shown; one query. It counts people, because one person may have several outcomes.

    There are few methods, so a number is also hidden if a small one could be computed from it. There are many courses,
    so the small ones must be five people together.
    """
    key = f"agreement__{subject}"
    has_answered = Q(recommends__isnull=False)
    people = "agreement__employee"
    rows = {
        row[key]: row
        for row in _outcomes_until(on)
        .filter(**{f"{key}__isnull": False})
        .values(key)
        .annotate(
            people=Count(people, distinct=True),
            told=Count("pk"),
            much=Count("pk", filter=Q(newness=Newness.MUCH)),
            sayers=Count(people, distinct=True, filter=has_answered),
            asked=Count("pk", filter=has_answered),
            recommend=Count("pk", filter=Q(recommends=True)),
        )
    }
    shown = _shown_keys(subject, {pk: row["people"] for pk, row in rows.items()})
    answered = _shown_keys(subject, {pk: row["sayers"] for pk, row in rows.items()})
    return {pk: _reported_outcomes(rows[pk], pk in answered) for pk in shown}


def _outcomes_until(on: date) -> QuerySet[Outcome]:
    return Outcome.objects.filter(told_on__lte=suppression.counting_day(on)).order_by()


def _shown_keys(subject: Subject, people: Mapping[int, int]) -> set[int]:
    """The keys that may be shown, by how many people they are about."""
    if subject == "course":
        return set(group_small_parts({pk: number for pk, number in people.items() if number})[0])
    return {pk for pk, number in suppress(people).items() if number}


def _reported_outcomes(row: Mapping[str, int], answered: bool) -> ReportedOutcomes:
    """Recommendations are shown if everybody was asked, or if those who were not asked are enough people."""
    silent = row["people"] - row["sayers"]
    may_show = answered and (silent == 0 or silent >= MINIMUM)
    return ReportedOutcomes(
        row["told"], row["much"], row["asked"] if may_show else 0, row["recommend"] if may_show else 0
    )


def _stories(subject: Subject, pk: int) -> list[str]:
    """The newest shared stories, in an order that does not show which is the newest."""
    rows = Outcome.objects.filter(**{f"agreement__{subject}": pk}, shared=True).exclude(learned="")
    newest = rows.order_by("-told_on", "-pk").values_list("learned", flat=True)[:READ]
    return sorted(list(dict.fromkeys(newest))[:STORIES], key=str.casefold)


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """Outcomes of one kind: how many there are, and in how many something, or much, was new."""

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
    """What learning at work has given; empty if too few people have reported."""

    whole: OutcomeCounts | None
    by_method: list[tuple[PracticeMethod, OutcomeCounts]]
    methods_hidden: int
    with_helper: OutcomeCounts | None
    without_helper: OutcomeCounts | None
    hindrances: list[tuple[Hindrance, int]]
    dropped: list[tuple[DropReason, int]]
    dropped_else: int


def learning_on(on: date) -> Learning:
    """The outcomes as they were stored for the day, or else counted now."""
    stored = WholeTally.objects.filter(name=NAME, on=on).first()
    return count_learning(on) if stored is None else _read(stored.sums)


def count_learning(on: date) -> Learning:
    """The outcomes of the whole organisation, counted from the rows themselves."""
    outcomes = _outcomes_until(on)
    practice = outcomes.filter(agreement__kind=Kind.PRACTICE)
    helped = Exists(Helper.objects.filter(agreement=OuterRef("agreement"), said_yes=True))
    by_help = _grouped(practice.annotate(helped=helped), "helped")
    by_method = _grouped(practice.filter(agreement__method__isnull=False), "agreement__method")
    shown = suppress({method: people for method, (people, _outcome_counts) in by_method.items()})
    methods = PracticeMethod.objects.in_bulk([method for method, people in shown.items() if people])
    rows = [(methods[method], by_method[method][1]) for method in methods]
    split = suppress({yes: people for yes, (people, _outcome_counts) in by_help.items()})
    whole_people = sum(people for people, _outcome_counts in by_help.values())
    whole = _sum([counts for _people, counts in by_help.values()]) if whole_people >= MINIMUM else None
    dropped, dropped_else = _dropped(on)
    return Learning(
        whole=whole,
        by_method=sorted(rows, key=lambda row: (-row[1].percent, -row[1].outcomes, row[0].position)),
        methods_hidden=sum(people is None for people in shown.values()),
        with_helper=by_help[True][1] if split.get(True) else None,
        without_helper=by_help[False][1] if split.get(False) else None,
        hindrances=_hindrances(outcomes),
        dropped=dropped,
        dropped_else=dropped_else,
    )


def _grouped(rows: QuerySet[Outcome], name: str) -> dict[int, tuple[int, OutcomeCounts]]:
    """People and outcomes by a field."""
    counted = rows.values_list(name).annotate(
        people=Count("agreement__employee", distinct=True),
        outcomes=Count("pk"),
        something=Count("pk", filter=Q(newness=Newness.SOMETHING)),
        much=Count("pk", filter=Q(newness=Newness.MUCH)),
    )
    return {
        key: (people, OutcomeCounts(outcomes, something, much)) for key, people, outcomes, something, much in counted
    }


def _sum(counts: list[OutcomeCounts]) -> OutcomeCounts:
    return OutcomeCounts(
        sum(count.outcomes for count in counts),
        sum(count.something for count in counts),
        sum(count.much for count in counts),
    )


def _hindrances(outcomes: QuerySet[Outcome]) -> list[tuple[Hindrance, int]]:
    """How many people have named each hindrance, if they are enough; the most named first."""
    counts = outcomes.aggregate(
        **{
            hindrance.value: Count(
                "agreement__employee", distinct=True, filter=Q(hindrances__contains=[hindrance.value])
            )
            for hindrance in Hindrance
        }
    )
    named = [(Hindrance(name), people) for name, people in counts.items() if people >= MINIMUM]
    return sorted(named, key=lambda hindrance: -hindrance[1])


def _dropped(on: date) -> tuple[list[tuple[DropReason, int]], int]:
    """The reasons for dropped practice agreements with how many people gave each, and how many gave other reasons."""
    until = suppression.counting_day(on)
    rows = Agreement.objects.filter(kind=Kind.PRACTICE, stage=Stage.DROPPED, closed_on__lte=until).order_by()
    counts = dict(rows.values_list("drop_reason").annotate(people=Count("employee", distinct=True)))
    shown, rest = group_small_parts({DropReason(reason): people for reason, people in counts.items()})
    return sorted(shown.items(), key=lambda row: -row[1]), rest


def learning_to_store(learning: Learning) -> dict[str, Any]:
    """What gives learning, as it is stored."""
    return {
        "whole": _plain(learning.whole),
        "by_method": [[method.pk, *_plain(counts)] for method, counts in learning.by_method],
        "methods_hidden": learning.methods_hidden,
        "with_helper": _plain(learning.with_helper),
        "without_helper": _plain(learning.without_helper),
        "hindrances": [[hindrance.value, people] for hindrance, people in learning.hindrances],
        "dropped": [[reason.value, people] for reason, people in learning.dropped],
        "dropped_else": learning.dropped_else,
    }


def _plain(counts: OutcomeCounts | None) -> list[int]:
    return [] if counts is None else [counts.outcomes, counts.something, counts.much]


def _read(sums: Mapping[str, Any]) -> Learning:
    methods = PracticeMethod.objects.in_bulk([method for method, *_outcome_counts in sums["by_method"]])
    return Learning(
        whole=_outcome_counts(sums["whole"]),
        by_method=[
            (methods[method], OutcomeCounts(*numbers)) for method, *numbers in sums["by_method"] if method in methods
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
