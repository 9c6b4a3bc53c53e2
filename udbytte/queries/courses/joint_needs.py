"""Joint needs: agreements of several people, across units, that need the same course."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz, process, utils

from udbytte.access.agreements import course_agreements_served_by
from udbytte.domain.lifecycle import Stage
from udbytte.models import Agreement, JointNeed, Person

from .board import on_the_board_of

ALIKE = 85  # of 100: how similar two titles must be
FEWEST = 2
MOST_READ = 3000
RELATED = ("employee", "unit", "course")


@dataclass(frozen=True, slots=True)
class LikelyNeed:
    """Agreements that probably need the same course, before a coordinator confirms it; the earliest wish first."""

    title: str
    agreements: list[Agreement]

    @property
    def units(self) -> int:
        return len({agreement.unit_id for agreement in self.agreements})

    @property
    def first(self) -> date:
        return min(agreement.planned_from for agreement in self.agreements)

    @property
    def last(self) -> date:
        return max(agreement.planned_to for agreement in self.agreements)


def agreements_without_run(coordinator: Person, on: date) -> QuerySet[Agreement]:
    """Agreements of the coordinator's units that look for a course date and are in no joint need."""
    rows = on_the_board_of(coordinator, on).filter(step="find_run", joint_need__isnull=True, proposed_by="")
    return rows.select_related(*RELATED).order_by("planned_from", "pk")


def likely_needs_of(coordinator: Person, on: date) -> list[LikelyNeed]:
    """Agreements with the same course or similar titles, the largest group first; one query."""
    rows = list(agreements_without_run(coordinator, on)[:MOST_READ])
    groups = [LikelyNeed(title, members) for title, members in _grouped_by_title(rows) if len(members) >= FEWEST]
    return sorted(groups, key=lambda group: (-len(group.agreements), group.first, group.title))


def _grouped_by_title(rows: Iterable[Agreement]) -> Iterable[tuple[str, list[Agreement]]]:
    """The agreements grouped by similar titles: the title of the named course, or else of the agreement."""
    by_title: dict[str, list[Agreement]] = defaultdict(list)
    for row in rows:
        by_title[row.course.title if row.course is not None else row.title].append(row)
    titles = sorted(by_title, key=lambda title: (-len(by_title[title]), title))
    while titles:
        title = titles[0]
        near = process.extract(
            title, titles, scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=ALIKE, limit=None
        )
        members = {title_ for title_, _score, _place in near} | {title}
        yield title, [row for title_ in titles if title_ in members for row in by_title[title_]]
        titles = [title_ for title_ in titles if title_ not in members]


def joint_needs_of(coordinator: Person, on: date) -> QuerySet[JointNeed]:
    """The open joint needs with agreements of the coordinator's units, the newest first."""
    served = course_agreements_served_by(coordinator, on).filter(joint_need__isnull=False)
    return JointNeed.objects.filter(
        closed_on__isnull=True, pk__in=served.order_by().values("joint_need")
    ).select_related("run__course", "by")


def agreements_seeking_run(members: QuerySet[Agreement], need: JointNeed) -> QuerySet[Agreement]:
    """The agreements of a need that look for a course date, or have the need's own and no money yet.

    Agreements with another course date, or with a proposal to drop them, are left out.
    """
    has_needs_run = Q(stage=Stage.FOUND, run__isnull=False, run=need.run_id)
    return members.filter(Q(stage=Stage.AGREED) | has_needs_run, proposed_by="")


def agreements_to_register(members: QuerySet[Agreement], need: JointNeed) -> QuerySet[Agreement]:
    """The agreements of a need whose money for the need's course date is granted."""
    return members.filter(stage=Stage.FUNDED, run__isnull=False, run=need.run_id, proposed_by="")


def agreements_in_need(need: JointNeed, coordinator: Person, on: date) -> QuerySet[Agreement]:
    """The agreements of a joint need that the coordinator may see."""
    rows = course_agreements_served_by(coordinator, on).filter(joint_need=need, closed_on__isnull=True)
    return rows.select_related("employee", "unit", "step_owner", "run__course", "round").order_by("planned_from", "pk")
