"""Compares a file with the database, and plans the changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import LiteralString

from udbytte.imports.report import MOST_EXAMPLES, Report
from udbytte.services.people.missing import MISSING_ENDS_AFTER

from . import check, staging
from .known import LIVE, Known, KnownWork, employments_with
from .match import Pks, match_people, match_units
from .match_work import match_employments, pair_rows
from .rows import ManagerRow, Organisation, UnitRow
from .same import Same


@dataclass(slots=True)
class Plan:
    """What to write: each row with the primary key of its known object (None: new), and what ends the day before.

    People and employments have their verdict in `import_person` and `import_work`. Employments that the file lacks
    are in `import_gone`.
    """

    units: list[tuple[UnitRow, int | None]] = field(default_factory=list)
    managers: list[tuple[ManagerRow, int | None]] = field(default_factory=list)
    unit_pks: Pks = field(default_factory=dict)
    manager_pks: Pks = field(default_factory=dict)  # the known people of the manager roles in the file
    give_up_email: set[int] = field(default_factory=set)
    joined_people: set[int] = field(default_factory=set)  # known ones whom somebody has said the file has by new names
    ended_units: list[int] = field(default_factory=list)
    ended_managers: list[int] = field(default_factory=list)
    missing_managers: list[int] = field(default_factory=list)
    complete: bool = True  # no row had to be left out, so that the file can say twice that somebody is missing

    def managers_left_alone(self, known: Known) -> Iterator[KnownWork]:
        """The known manager roles that the plan does not change."""
        touched = {pk for _row, pk in self.managers} | set(self.ended_managers)
        yield from (role for pk, role in known.managers.items() if pk not in touched)


def compare(organisation: Organisation, known: Known, *, on: date, report: Report, same: Same) -> Plan:
    """Check the rows, match them with the database, count them, and plan the changes.

    Adds to the problems of the organisation and to the counts of the report. An employment that the file lacks is
    planned as missing, or as ended if it has been missing for long. `same` has what the file has by other names
    (`pairs_of`). `plan_endings` comes next.
    """
    check.check_rows(organisation)
    plan = Plan()
    plan.unit_pks = match_units(organisation, known, on, same)
    refused = len(organisation.refused_rows)
    plan.give_up_email = match_people(organisation, known, same)
    if len(organisation.refused_rows) > refused:
        check.check_references(organisation)
    if same:
        joined = staging.stream(check.PEOPLE_WITH_PK)
        plan.joined_people = {pk for pk, row in check.known_rows(organisation, joined) if same.person(row) is not None}
    plan.manager_pks = manager_pks_of(row.person for row in organisation.managers)
    staging.run(
        "UPDATE import_unit u SET pk = v.pk FROM unnest(%s::text[], %s::bigint[]) AS v(key, pk) WHERE u.key = v.key",
        [list(plan.unit_pks), list(plan.unit_pks.values())],
    )
    _compare_units(organisation, known, plan, report)
    _count_people(report)
    plan.complete = not organisation.problems
    _compare_employments(organisation, plan, report, on)
    _count_gone(report, known, "NOT is_missing")
    _compare_managers(organisation, known, plan, report, on)
    return plan


def manager_pks_of(keys: Iterable[str]) -> Pks:
    """The people with these keys; None: not yet in the database."""
    return dict(staging.fetch("SELECT key, pk FROM import_person WHERE key = ANY(%s)", [list({*keys})]))


def plan_endings(
    organisation: Organisation, known: Known, plan: Plan, *, on: date, report: Report, end_missing: bool
) -> None:
    """Plan what ends besides: what is missing, if it is to end at once; and units in which nobody is left."""
    if end_missing:
        _count_gone(report, known, "is_missing")
        staging.run("UPDATE import_gone SET is_missing = false")
        for pk in plan.missing_managers:
            report.count("managers", "left", _role_text(known, known.managers[pk]))
        plan.ended_managers += plan.missing_managers
        plan.missing_managers = []
    _end_units(organisation, known, plan, report, on)
    _count_leavers(known, plan, report, on)


def _count_gone(report: Report, known: Known, condition: LiteralString) -> None:
    """Count employments of `import_gone` that end."""
    rows = staging.fetch("SELECT pk FROM import_gone WHERE " + condition + " ORDER BY pk LIMIT %s", [MOST_EXAMPLES])
    works = employments_with(pk for (pk,) in rows)
    people = known.people(work.person for work in works.values())
    examples = [
        f"{people[work.person].name}, {work.title or '-'}, {known.units[work.unit].name}" for work in works.values()
    ]
    number = staging.fetch("SELECT count(*) FROM import_gone WHERE " + condition)[0][0]
    report.count_many("employments", "left", number, examples)


def _role_text(known: Known, role: KnownWork) -> str:
    return f"{known.people([role.person])[role.person].name}: {known.units[role.unit].name}"


def _compare_units(organisation: Organisation, known: Known, plan: Plan, report: Report) -> None:
    for row in organisation.units:
        pk = plan.unit_pks[row.key]
        if pk is None:
            verdict = "new"
        else:
            old = known.units[pk]
            parent = plan.unit_pks.get(row.parent) if row.parent in plan.unit_pks else None
            new_parent = row.parent in plan.unit_pks and parent is None
            same = (old.name, old.external_id, old.starts_on, old.ends_on) == (
                row.name,
                row.external_id or old.external_id,
                row.starts_on or old.starts_on,
                row.ends_on,
            )
            verdict = "moved" if new_parent or old.parent != parent else "unchanged" if same else "changed"
        report.count("units", verdict, row.name)
        if verdict != "unchanged":
            plan.units.append((row, pk))


def _count_people(report: Report) -> None:
    staging.analyse("import_person")
    for verdict, number in staging.fetch("SELECT verdict, count(*) FROM import_person GROUP BY 1"):
        examples = staging.fetch(
            "SELECT btrim(given_name || ' ' || family_name) FROM import_person WHERE verdict = %s"
            " ORDER BY place LIMIT %s",
            [verdict, MOST_EXAMPLES if verdict != "unchanged" else 0],
        )
        report.count_many("people", verdict, number, [name for (name,) in examples])


def _compare_employments(organisation: Organisation, plan: Plan, report: Report, on: date) -> None:
    names = {row.key: row.name for row in organisation.units}
    match_employments(plan.unit_pks, on, names_managers=organisation.names_managers)
    for verdict, number in staging.fetch("SELECT verdict, count(*) FROM import_work GROUP BY 1"):
        rows = staging.fetch(
            "SELECT btrim(p.given_name || ' ' || p.family_name), w.title, w.unit FROM (SELECT * FROM import_work"
            " WHERE verdict = %s ORDER BY place LIMIT %s) w JOIN import_person p ON p.key = w.person ORDER BY w.place",
            [verdict, MOST_EXAMPLES if verdict != "unchanged" else 0],
        )
        examples = [f"{name}, {title or '-'}, {names[unit]}" for name, title, unit in rows]
        report.count_many("employments", verdict, number, examples)
    report.current, report.people = staging.fetch(
        "SELECT count(*) FILTER (WHERE e.starts_on <= %(on)s), count(DISTINCT e.person_id) FROM udbytte_employment e"
        " WHERE " + LIVE,
        {"on": on},
    )[0]
    report.ends += staging.fetch(
        "SELECT count(*) FROM import_work w JOIN udbytte_employment e ON e.id = w.pk"
        " WHERE w.verdict = 'left' AND e.starts_on <= %s",
        [on],
    )[0][0]
    _find_gone(organisation, plan, on)


def _find_gone(organisation: Organisation, plan: Plan, on: date) -> None:
    """Collect the known employments that the file lacks. What has been missing for long ends now."""
    long_ago = on - timedelta(days=MISSING_ENDS_AFTER) if plan.complete else None
    staging.run(
        "INSERT INTO import_gone (pk, person, is_missing, since)"
        " SELECT e.id, e.person_id, coalesce(x.starts_on <= %(long_ago)s, false) IS FALSE, x.starts_on"
        " FROM udbytte_employment e LEFT JOIN udbytte_missingperiod x ON x.employment_id = e.id AND x.ends_on IS NULL"
        " WHERE " + LIVE + " AND NOT EXISTS (SELECT FROM import_work w WHERE w.pk = e.id)",
        {"on": on, "long_ago": long_ago},
    )
    staging.analyse("import_gone")
    if organisation.spared:
        known = staging.stream(
            "SELECT g.pk, e.external_id, k.external_id, k.email, btrim(k.given_name || ' ' || k.family_name)"
            " FROM import_gone g JOIN udbytte_employment e ON e.id = g.pk JOIN udbytte_person k ON k.id = g.person"
        )
        spared = [pk for pk, *names in known if organisation.spares(*names)]
        staging.run("DELETE FROM import_gone WHERE pk = ANY(%s::bigint[])", [spared])


def _has_ended(role: KnownWork, plan: Plan, on: date) -> bool:
    """Whether a manager role that the file lacks has been missing for long, so that it ends now."""
    return role.missing is not None and plan.complete and (on - role.missing.since).days >= MISSING_ENDS_AFTER


def _compare_managers(organisation: Organisation, known: Known, plan: Plan, report: Report, on: date) -> None:
    """Compare who manages what. A role that the file lacks has ended if the file has the person, and another manager of
    the unit; else it is missing."""
    lacked = {role.person for role in known.managers.values()}
    present = {
        pk for (pk,) in staging.fetch("SELECT pk FROM import_person WHERE pk = ANY(%s::bigint[])", [list(lacked)])
    }
    replaced = {plan.unit_pks[row.unit] for row in organisation.managers}
    names = dict(
        staging.fetch(
            "SELECT key, btrim(given_name || ' ' || family_name) FROM import_person WHERE key = ANY(%s)",
            [list(plan.manager_pks)],
        )
    )
    people = known.people(lacked)
    units = {row.key: row.name for row in organisation.units}
    matched = set()
    pks = (plan.manager_pks, plan.unit_pks)
    for row, pk in pair_rows(organisation.managers, known.managers, pks, on, follows=False):
        verdict = "new"
        if pk is not None:
            old = known.managers[pk]
            matched.add(pk)
            new = (
                *(row.external_id or old.external_id, row.starts_on or old.starts_on, row.ends_on),
                *(plan.manager_pks[row.person], plan.unit_pks[row.unit], row.holds_conversations),
            )
            has = (old.external_id, old.starts_on, old.ends_on, old.person, old.unit, old.holds_conversations)
            over = row.ends_on is not None and row.ends_on < on
            if has == new and old.missing is None:
                verdict = "unchanged"
            else:
                verdict = "left" if over and old.live(on) else "moved" if old.unit != new[4] else "changed"
        report.count("managers", verdict, f"{names[row.person]}: {units[row.unit]}")
        if verdict != "unchanged":
            plan.managers.append((row, pk))
    unknown = {plan.unit_pks.get(key) for key in organisation.unknown_managers}
    for pk, old in known.managers.items():
        if old.unit in unknown:  # the file names a manager here who cannot be found
            continue
        person = people[old.person]
        spared = organisation.spares(old.external_id, person.external_id, person.email, person.name)
        if pk in matched or not old.live(on) or spared:
            continue
        if _has_ended(old, plan, on) or (old.person in present and old.unit in replaced):
            plan.ended_managers.append(pk)
            report.count("managers", "left", _role_text(known, old))
        else:
            plan.missing_managers.append(pk)


def _end_units(organisation: Organisation, known: Known, plan: Plan, report: Report, on: date) -> None:
    """Plan the end of units that the file no longer has, unless somebody still works or manages in or below them."""
    in_file = {pk for pk in plan.unit_pks.values() if pk is not None}
    staying = set(in_file)
    working = staging.fetch("SELECT DISTINCT e.unit_id FROM udbytte_employment e WHERE " + LEFT_ALONE, {"on": on})
    staying |= {unit for (unit,) in working}
    staying |= {role.unit for role in plan.managers_left_alone(known) if role.live(on)}
    staying |= {pk for pk, unit in known.units.items() if organisation.spares(unit.external_id, unit.name)}
    for pk in staying - in_file:  # a unit above one that stays also stays; the file decides about its own
        parent = known.units[pk].parent
        while parent is not None and parent not in staying:
            staying.add(parent)
            parent = known.units[parent].parent
    for pk, unit in known.units.items():
        if pk not in staying and (unit.ends_on is None or unit.ends_on >= on):
            plan.ended_units.append(pk)
            report.count("units", "left", unit.name)


# Employments that go on as they are.
LEFT_ALONE: LiteralString = (
    LIVE + " AND NOT EXISTS (SELECT FROM import_work w WHERE w.pk = e.id AND w.verdict <> 'unchanged')"
    " AND NOT EXISTS (SELECT FROM import_gone g WHERE g.pk = e.id AND NOT g.is_missing)"
)
# People whom the plan gives an employment that is not over.
PLANNED: LiteralString = (
    "SELECT p.pk FROM import_work w JOIN import_person p ON p.key = w.person"
    " WHERE w.verdict <> 'unchanged' AND p.pk IS NOT NULL AND (w.ends_on IS NULL OR w.ends_on >= %(on)s)"
)


def _count_leavers(known: Known, plan: Plan, report: Report, on: date) -> None:
    """Count the people who worked or managed here and now do neither."""
    planned = (plan.manager_pks[row.person] for row, _pk in plan.managers if row.ends_on is None or row.ends_on >= on)
    params = {
        "on": on,
        "managed": [role.person for role in known.managers.values() if role.live(on)],
        "stay": [
            *(role.person for role in plan.managers_left_alone(known) if role.live(on)),
            *(pk for pk in planned if pk is not None),
            *known.with_roles,
        ],
    }
    leavers: LiteralString = (
        "SELECT e.person_id AS pk FROM udbytte_employment e WHERE "
        + LIVE
        + " AND e.id IN (SELECT pk FROM import_work WHERE verdict <> 'unchanged' UNION SELECT pk FROM import_gone"
        "  WHERE NOT is_missing) UNION SELECT unnest(%(managed)s::bigint[])"
        " EXCEPT SELECT e.person_id FROM udbytte_employment e WHERE " + LEFT_ALONE + " EXCEPT (" + PLANNED + ")"
        " EXCEPT SELECT unnest(%(stay)s::bigint[])"
    )
    number = staging.fetch("SELECT count(*) FROM (" + leavers + ") l", params)[0][0]
    first = staging.fetch(leavers + " ORDER BY 1 LIMIT " + str(MOST_EXAMPLES), params) if number else []
    people = known.people(pk for (pk,) in first)
    report.count_many("people", "left", number, [person.name for person in people.values()])
