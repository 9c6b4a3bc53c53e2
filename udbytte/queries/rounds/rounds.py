"""A round's progress as counts, its employments, and one person's days on the year wheel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from udbytte.access.agreements import agreements_seen_by
from udbytte.access.conversations import conversations_seen_by
from udbytte.domain.figures.key_questions import Measure
from udbytte.models import Agreement, Employment, Person, Round, Unit, below
from udbytte.queries.figures.published import published_sums_of
from udbytte.queries.people.units import key_of, right_below


@dataclass(frozen=True, slots=True)
class Progress:
    """Sums of people, base (conversations), planned, held, declined, resting (absent) and unplanned (the rest).

    Empty if there are too few people to show.
    """

    total: Mapping[str, int]
    parts: tuple[tuple[Unit, Mapping[str, int]], ...]


def progress_of(round_: Round, *, on: date) -> Progress:
    """A round's conversations: of all its units, and of each unit right below the common one."""
    units = list(round_.units.all())
    top = units[0] if len(units) == 1 else None
    below = right_below(top)
    published = published_sums_of(top, below, round_, on=on)
    rows = ((unit, published[unit.pk][Measure.ROUND]) for unit in below)
    total = _with_rest(published[key_of(top)][Measure.ROUND].shown)
    return Progress(total, tuple((unit, _with_rest(sums.shown)) for unit, sums in rows if sums.counts_somebody))


def _with_rest(sums: Mapping[str, int]) -> Mapping[str, int]:
    settled = sum(sums.get(name, 0) for name in ("planned", "held", "declined", "resting"))
    return {**sums, "unplanned": sums["base"] - settled} if sums else {}


def employments_of(round_: Round, on: date) -> QuerySet[Employment]:
    """The employments in the round's units on the day, of people who work here."""
    reach = Q(pk__in=[])
    for unit in round_.units.all():
        reach |= below(unit, "unit__")
    return Employment.objects.on(on).filter(reach, person__is_active=True)


def job_titles_in(round_: Round, on: date) -> list[str]:
    """The job titles in the round, each once, in order."""
    titles = employments_of(round_, on).exclude(title="").order_by().values_list("title", flat=True).distinct()
    return sorted(titles, key=str.lower)


def conversation_days(round_: Round, person: Person, on: date) -> list[tuple[date, str, bool]]:
    """The person's own conversations in the round and those with reports: (day, the other's name, is it held)."""
    talks = conversations_seen_by(person, on).filter(round=round_).select_related("employment__person", "manager")
    days = []
    for talk in talks:
        day = talk.held_on or (timezone.localdate(talk.planned_at) if talk.planned_at else None)
        if day is not None:
            own = talk.employment.person_id == person.pk
            other = talk.manager if own else talk.employment.person
            days.append((day, other.name if other is not None else "", talk.held_on is not None))
    return sorted(days)


def dated_agreements(round_: Round, person: Person, on: date) -> QuerySet[Agreement]:
    """The open agreements of the round that the person may read fully, by the due date of their next step."""
    seen = agreements_seen_by(person, on).filter(round=round_, closed_on__isnull=True, step_due__isnull=False)
    return seen.select_related("employee").order_by("step_due", "pk")
