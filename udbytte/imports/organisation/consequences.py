"""What an import does to people: who is missing, who leaves, and what of theirs is closed then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import LiteralString

from django.db.models import Count, Q

from udbytte.domain.lifecycle import Stage
from udbytte.imports.report import Affected, Closing, Report
from udbytte.models import Agreement, Conversation
from udbytte.services.bulk import chunks

from . import staging
from .compare import LEFT_ALONE, PLANNED, Plan
from .known import Known, KnownWork, employments_with


def add_consequences(report: Report, plan: Plan, known: Known, on: date) -> None:
    """Add to the report, by name, whom the file lacks and who leaves, with what closes when they leave.

    Of people who keep another employment nothing closes: it goes on there.
    """
    roles = known.managers
    over_roles = [
        pk for row, pk in plan.managers if pk is not None and _is_over(row.ends_on, on) and roles[pk].live(on)
    ]
    missing = _employments(MISSING), [roles[pk] for pk in plan.missing_managers]
    leaving = _employments(LEAVING), [roles[pk] for pk in (*plan.ended_managers, *over_roles)]
    may_stay = {work.person for part in missing for work in part}
    staying = people_who_stay(plan, known, may_stay | {work.person for part in leaving for work in part}, on)
    report.missing_people = _affected(*missing, known, staying)
    report.leaving_people = _affected(*leaving, known, staying | may_stay)


MISSING: LiteralString = "SELECT pk FROM import_gone WHERE is_missing"
LEAVING: LiteralString = (
    "SELECT pk FROM import_gone WHERE NOT is_missing UNION ALL SELECT pk FROM import_work WHERE verdict = 'left'"
)


def _employments(which: LiteralString) -> list[KnownWork]:
    return list(employments_with(pk for (pk,) in staging.fetch(which)).values())


def _is_over(ends_on: date | None, on: date) -> bool:
    return ends_on is not None and ends_on < on


def people_who_stay(plan: Plan, known: Known, people: Iterable[int], on: date) -> set[int]:
    """Those of them who have an employment or a managed unit in the file, or one that the plan leaves as it is."""
    asked = set(people)
    if not asked:
        return set()
    gone_roles = {*plan.ended_managers, *plan.missing_managers, *(pk for _row, pk in plan.managers)}
    stays = {work.person for pk, work in known.managers.items() if pk not in gone_roles and work.live(on)}
    stays |= {
        person
        for row, _pk in plan.managers
        if (person := plan.manager_pks[row.person]) is not None and not _is_over(row.ends_on, on)
    }
    rows = staging.fetch(
        "SELECT e.person_id FROM udbytte_employment e WHERE e.person_id = ANY(%(people)s::bigint[]) AND " + LEFT_ALONE
        + " AND NOT EXISTS (SELECT FROM import_gone g WHERE g.pk = e.id) UNION (" + PLANNED
        + " AND p.pk = ANY(%(people)s::bigint[]))",
        {"on": on, "people": list(asked)},
    )  # fmt: skip
    return asked & (stays | {person for (person,) in rows})


def _affected(
    works: Iterable[KnownWork], roles: Iterable[KnownWork], known: Known, staying: set[int]
) -> list[Affected]:
    """The people of these employments and roles who have no other, by name, with what would close."""
    employments: dict[int, list[KnownWork]] = {}
    for work in works:
        if work.person not in staying:
            employments.setdefault(work.person, []).append(work)
    for role in roles:
        if role.person not in staying:
            employments.setdefault(role.person, [])
    closing = _what_closes([work.pk for works_of_one in employments.values() for work in works_of_one])
    affected = []
    people = known.people(employments)
    for person, own in employments.items():
        places = ", ".join(f"{work.title or '-'}, {known.units[work.unit].name}" for work in own)
        since = min((work.missing.since for work in own if work.missing is not None), default=None)
        total = sum((closing[work.pk] for work in own if work.pk in closing), start=Closing())
        affected.append(Affected(people[person].name, places, since.isoformat() if since else "", total))
    return sorted(affected, key=lambda row: row.name)


def _what_closes(employments: list[int]) -> dict[int, Closing]:
    """The open agreements, those with a seat, and the conversations that are not held, by employment."""
    agreements, seats, talks = Counter[int](), Counter[int](), Counter[int]()
    for part in chunks(employments):
        rows = Agreement.objects.filter(closed_on__isnull=True, employment__in=part).order_by()
        with_seat = Count("pk", filter=Q(stage=Stage.REGISTERED))
        for employment, count, seated in rows.values_list("employment").annotate(count=Count("pk"), seats=with_seat):
            agreements[employment], seats[employment] = count, seated
        open_ = Conversation.objects.filter(
            employment__in=part, held_on__isnull=True, declined_on__isnull=True, round__closed_on__isnull=True
        )
        for employment, count in open_.order_by().values_list("employment").annotate(count=Count("pk")):
            talks[employment] = count
    return {pk: Closing(agreements[pk], talks[pk], seats[pk]) for pk in employments}
