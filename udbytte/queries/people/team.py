"""A manager's team with its decisions, and the colleagues with a name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from udbytte.access.people import managed_units, reports_of
from udbytte.domain.figures.suppression import publish_tree
from udbytte.domain.lifecycle.line import LINE
from udbytte.domain.lifecycle.reminders import OWNER_AGAIN, STALLED_AFTER
from udbytte.domain.search.words import search_words
from udbytte.domain.working_days import counted_days_between
from udbytte.models import (
    Agreement,
    Conversation,
    Employment,
    ManagerRole,
    MissingPeriod,
    Person,
    Unit,
)
from udbytte.models.compiled_query import compiled

from .missing import missing_since
from .names import people_with
from .units import tree_of

LATE_AFTER = timedelta(days=OWNER_AGAIN)
# The columns that the team's page shows, out of many. A test counts the queries.
PERSON = ("line_manager", "person__given_name", "person__family_name", "unit__path")
TALK = ("employment", "round", "kind", "planned_at", "held_on", "declined_on", "missed_on", "due_on", "rests_until")
AGREEMENT = (
    *(
        "kind",
        "title",
        "stage",
        "proposed_by",
        "proposal",
        "drop_reason",
        "lost_from",
        "turn",
        "starts_on",
        "ends_on",
        "closed_on",
    ),
    *("step", "step_owner", "step_due", "estimated_price", "course", "employment", "employee", "unit", "round", "run"),
    *("step_owner__given_name", "step_owner__family_name", "step_owner__email", "step_owner__is_active"),
    *("line_level", "stray", "handed_over", "paused_until"),
)
DECISIONS = ("settle_money", "confirm_drop", "confirm_replace", "talk", "talk_stuck")


@dataclass(slots=True)
class Member:
    """One report with the newest conversation and the agreements of open plans."""

    employment: Employment
    conversation: Conversation | None = None
    agreements: list[Agreement] = field(default_factory=list)


def team_of(manager: Person, on: date) -> list[Member]:
    """The manager's reports, read in three queries."""
    members = {employment.pk: Member(employment) for employment in _employments_on_team(manager, on)}
    for conversation in _conversations_of(list(members)):
        members[conversation.employment_id].conversation = conversation
    for agreement in _agreements_of(list(members)):
        member = members[agreement.employment_id]
        agreement.employee, agreement.employment = member.employment.person, member.employment
        if agreement.unit_id == member.employment.unit_id:
            agreement.unit = member.employment.unit
        member.agreements.append(agreement)
    return list(members.values())


@compiled
def _employments_on_team(manager: Person, on: date) -> QuerySet[Employment]:
    """The employments of the reports, each with `is_missing`: the organisation's file lacks it."""
    missing = MissingPeriod.objects.filter(employment=OuterRef("pk"), ends_on__isnull=True)
    reports = reports_of(manager, on).select_related("person", "unit").only(*PERSON)
    return reports.annotate(is_missing=Exists(missing))


def missing_from(members: Iterable[Member], on: date) -> dict[int, date]:
    """Of the team those whom the organisation's file lacks, by person id, with the day since when.

    Nobody is missing who has an employment that is not, so mostly there is nothing to ask.
    """
    doubted = [member.employment for member in members if member.employment.is_missing]  # type: ignore[attr-defined]
    return missing_since([employment.person_id for employment in doubted], on)


@compiled
def _conversations_of(employments: Sequence[int]) -> QuerySet[Conversation]:
    """The conversations of open rounds, of each employment the newest last."""
    rows = Conversation.objects.filter(
        employment__in=employments, round__published_on__isnull=False, round__closed_on__isnull=True
    )
    return rows.only(*TALK).order_by("round__conversations_from", "pk")


@compiled
def _agreements_of(employments: Sequence[int]) -> QuerySet[Agreement]:
    """The open agreements, and all agreements of open rounds; what is due first comes first."""
    rows = Agreement.objects.filter(employment__in=employments).filter(
        Q(closed_on__isnull=True) | Q(round__closed_on__isnull=True)
    )
    return rows.select_related("step_owner").only(*AGREEMENT).order_by("step_due", "pk")


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """Counts of a unit with all below it; None: about fewer than five people, so it is not shown.

    `talks`: talks about an outcome that are so late that the manager above sees how many there are.
    """

    unit: Unit
    people: int | None
    agreements: int = 0
    still: int = 0
    talks: int = 0


def units_below(manager: Person, on: date) -> list[UnitCounts]:
    """Counts for each unit right below those the person manages, in a few queries however many there are."""
    managed = ManagerRole.objects.on(on).filter(person=manager)
    reach = managed_units(manager, on)
    employed = Employment.objects.on(on).filter(unit__in=reach)
    agreed = Agreement.objects.filter(unit__in=reach, closed_on__isnull=True)
    late = Count("pk", filter=Q(step_due__lt=on - STALLED_AFTER))
    talks = Count("pk", filter=Q(step="talk", step_due__lt=_latest_due_of_talks(on)) & ~Q(paused_until__gt=on))
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for rows in (
        employed.order_by().values(unit_key=F("unit")).annotate(people=Count("person", distinct=True)),
        agreed.order_by().values(unit_key=F("unit")).annotate(agreements=Count("pk"), still=late, talks=talks),
    ):
        for row in rows:
            counted[row.pop("unit_key")].update(row)
    tops = set(managed.values_list("unit", flat=True))
    units = list(reach.order_by("name", "pk"))
    counts: dict[int, UnitCounts] = {}
    for top in tops:
        tree = tree_of(top, units)
        folds = publish_tree(top, tree.children, counted)
        for unit in tree.right_below:
            shown = folds[unit.pk].shown
            if unit.pk not in tops and unit.holds_on(on):
                counts[unit.pk] = UnitCounts(unit, **shown) if shown else UnitCounts(unit, None)
    return list(counts.values())


def _latest_due_of_talks(on: date) -> date:
    """Talks about an outcome that were due before this day are counted for the manager above."""
    day, days = on, LINE["talk"].seen_above_after or 0
    while counted_days_between(day, on) < days:
        day -= timedelta(days=1)
    return day


MOST = 20


def colleagues_named(words: str, without: Person | None, on: date, *, unit: Unit | None = None) -> list[Employment]:
    """Employments of those whose names have all the words; without words, of those in the unit, or in `without`'s own.

    `without` is left out. It is None where a missing name would give something away.
    """
    rows = Employment.objects.on(on).filter(person__is_active=True)
    if without is not None:
        rows = rows.exclude(person=without)
    for word in search_words(words):
        rows = rows.filter(person__in=people_with(word))
    if not words.strip():
        own = Employment.objects.on(on).filter(person=without).values("unit")
        rows = rows.filter(unit=unit) if unit is not None else rows.filter(unit__in=own)
    return list(rows.select_related("person", "unit")[:MOST])
