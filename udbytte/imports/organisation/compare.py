"""Compares a file with the database: finds the known unit, person or employment of each row, and plans the changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.values import same_name
from udbytte.imports.report import Report
from udbytte.services.people.missing import MISSING_ENDS_AFTER

from . import check
from .known import Known, KnownPerson, KnownWork
from .rows import EmploymentRow, ManagerRow, Organisation, PersonRow, UnitRow
from .same import Same

Pks = dict[str, int | None]
BACK_WITHIN = 90  # days after its end in which an employment can go on


def match_units(organisation: Organisation, known: Known, on: date, same: Same) -> Pks:
    """The known unit of each key, found by external id, otherwise by the path of names. None: a new unit.

    `same` has the rows that are a known unit by another name. What stands below a unit is found by the path that the
    unit had.
    """
    by_id = {unit.external_id: unit.pk for unit in known.units.values() if unit.external_id}
    paths: dict[int, tuple[str, ...]] = {}

    def path_of(pk: int) -> tuple[str, ...]:
        if pk not in paths:
            unit = known.units[pk]
            above = path_of(unit.parent) if unit.parent is not None else ()
            paths[pk] = (*above, unit.name.casefold())
        return paths[pk]

    by_path: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for unit in sorted(
        known.units.values(), key=lambda unit: (unit.ends_on is not None and unit.ends_on < on, unit.pk)
    ):
        by_path[path_of(unit.pk)].append(unit.pk)
    matched: Pks = {row.key: by_id.get(row.external_id) for row in organisation.units if row.external_id}
    taken = {pk for pk in matched.values() if pk is not None}
    in_file: dict[str, tuple[str, ...]] = {}
    for row in organisation.units:  # parents come first
        above = in_file.get(row.parent or "", ())
        in_file[row.key] = (*above, row.name.casefold())
        pk = matched.get(row.key)
        if pk is None:
            joined = same.unit(row) if same else None
            if joined in known.units and joined not in taken:
                options = [joined]
            else:
                options = [pk for pk in by_path.get(in_file[row.key], ()) if pk not in taken]
                if row.external_id:
                    options = [pk for pk in options if not known.units[pk].external_id]
            pk = options[0] if options else None
            matched[row.key] = pk
            taken.update(options[:1])
        if pk is not None:
            in_file[row.key] = path_of(pk)
    return matched


def match_people(organisation: Organisation, known: Known, staying: set[int], same: Same) -> tuple[Pks, set[int]]:
    """The known person of each key (None: a new person), and the known people whose e-mail address others have now.

    People are found by external id; then by the external id of an employment; then by e-mail address, unless both have
    an external id and these and the names differ. Nobody is found by name. `same` has the rows that are
    a known person by other names. An address passes to another person only from somebody who is not in `staying`.
    """
    by_id = {person.external_id: person.pk for person in known.people.values() if person.external_id}
    by_email = {person.email.lower(): person.pk for person in known.people.values() if person.email}
    jobs = {work.external_id: work.person for work in known.employments.values() if work.external_id}
    matched: Pks = {}
    taken: set[int] = set()

    def take(row: PersonRow, pk: int | None) -> None:
        if pk is not None and pk not in taken:
            matched[row.key] = pk
            taken.add(pk)

    for row in organisation.people:
        if row.external_id:
            take(row, by_id.get(row.external_id))
    row_of_key = {row.key: row for row in organisation.people}
    for work in organisation.employments:
        worker, pk = row_of_key.get(work.person), jobs.get(work.external_id or "")
        if worker is not None and pk is not None and worker.key not in matched and _may_be(worker, known.people[pk]):
            take(worker, pk)
    for row in organisation.people:
        holder = by_email.get(row.email or "")
        if row.key in matched or holder is None:
            continue
        if row.external_id and known.people[holder].external_id and known.people[holder].name != row.name:
            continue  # the address has passed to somebody else
        take(row, holder)
    for row in organisation.people:
        holder = by_email.get(row.shared_email or "")
        if row.key not in matched and holder is not None and same_name(known.people[holder].name, row.name):
            take(row, holder)  # the address was theirs alone before
    for row in organisation.people if same else ():
        if row.key not in matched:
            pk = same.person(row)
            take(row, pk if pk in known.people else None)
    return _resolve_emails(organisation, known, matched, by_email, staying)


def _may_be(row: PersonRow, person: KnownPerson) -> bool:
    """Whether the person of a known employment can be the one in the row: not with two different ids of persons, nor
    with another email and both names changed, as when a number is used again."""
    if row.external_id and person.external_id:
        return False
    if row.email is None or row.email == person.email:
        return True
    given, family = row.given_name.casefold(), row.family_name.casefold()
    return given == person.given_name.casefold() or (bool(family) and family == person.family_name.casefold())


def _resolve_emails(
    organisation: Organisation, known: Known, matched: Pks, by_email: dict[str, int], staying: set[int]
) -> tuple[Pks, set[int]]:
    row_of = {matched[row.key]: row for row in organisation.people if row.key in matched}
    giving_up: set[int] = set()
    good = []
    for row in organisation.people:
        holder = by_email.get(row.email or "")
        if holder is not None and holder != matched.get(row.key):
            other = row_of.get(holder)
            keeps = other.email in (None, row.email) if other is not None else holder in staying
            if keeps:
                message = _("This e-mail belongs to somebody known by another id. Each person needs their own.")
                organisation.refuse(Problem(row.file, row.row, "email", message), row.external_id, row.email, row.name)
                continue
            if other is None:
                giving_up.add(holder)
        matched.setdefault(row.key, None)
        good.append(row)
    refused = {row.key for row in organisation.people} - {row.key for row in good}
    organisation.people = good
    return {key: pk for key, pk in matched.items() if key not in refused}, giving_up


def identity_of(row: PersonRow, old: KnownPerson) -> tuple[str | None, str | None]:
    """The external id and the e-mail address of a known person. A shared address is nobody's."""
    if row.shared_email is None:
        return row.external_id or old.external_id, row.email or old.email
    return old.external_id or row.external_id, None if old.email == row.shared_email else old.email


Work = TypeVar("Work", EmploymentRow, ManagerRow)


@dataclass(slots=True)
class Plan:
    """What to write: each row with the primary key of its known object (None: new), and what ends the day before."""

    units: list[tuple[UnitRow, int | None]] = field(default_factory=list)
    people: list[tuple[PersonRow, int | None]] = field(default_factory=list)
    employments: list[tuple[EmploymentRow, int | None]] = field(default_factory=list)
    managers: list[tuple[ManagerRow, int | None]] = field(default_factory=list)
    unit_pks: Pks = field(default_factory=dict)
    person_pks: Pks = field(default_factory=dict)
    give_up_email: set[int] = field(default_factory=set)
    joined_people: set[int] = field(default_factory=set)  # known ones whom somebody has said the file has by new names
    ended_units: list[int] = field(default_factory=list)
    ended_employments: list[int] = field(default_factory=list)
    ended_managers: list[int] = field(default_factory=list)
    missing_employments: list[int] = field(default_factory=list)
    missing_managers: list[int] = field(default_factory=list)
    complete: bool = True  # no row had to be left out, so that the file can say twice that somebody is missing


def compare(organisation: Organisation, known: Known, *, on: date, report: Report, same: Same) -> Plan:
    """Check the rows, match them with the database, count them, and plan the changes.

    Adds to the problems of the organisation and to the counts of the report. An employment that the file lacks is
    planned as missing, or as ended if it has been missing for long. `same` has what the file has by other names
    (`pairs_of`). `plan_endings` comes next.
    """
    check.check_rows(organisation)
    plan = Plan()
    plan.unit_pks = match_units(organisation, known, on, same)
    _match_everybody(organisation, known, plan, same)
    _compare_units(organisation, known, plan, report)
    _compare_people(organisation, known, plan, report)
    plan.complete = not organisation.problems
    _compare_employments(organisation, known, plan, report, on)
    _compare_managers(organisation, known, plan, report, on)
    return plan


def plan_endings(
    organisation: Organisation, known: Known, plan: Plan, *, on: date, report: Report, end_missing: bool
) -> None:
    """Plan what ends besides: what is missing, if it is to end at once; and units in which nobody is left."""
    if end_missing:
        for pk in plan.missing_employments:
            report.count("employments", "left", _work_text(known, known.employments[pk]))
        for pk in plan.missing_managers:
            report.count("managers", "left", _role_text(known, known.managers[pk]))
        plan.ended_employments += plan.missing_employments
        plan.ended_managers += plan.missing_managers
        plan.missing_employments, plan.missing_managers = [], []
    _end_units(organisation, known, plan, report, on)
    _count_leavers(known, plan, report, on)


def _work_text(known: Known, work: KnownWork) -> str:
    return f"{known.people[work.person].name}, {work.title or '-'}, {known.units[work.unit].name}"


def _role_text(known: Known, role: KnownWork) -> str:
    return f"{known.people[role.person].name}: {known.units[role.unit].name}"


def _match_everybody(organisation: Organisation, known: Known, plan: Plan, same: Same) -> None:
    spared = {
        pk
        for pk, person in known.people.items()
        if _spares(organisation, person.external_id, person.email, person.name)
    }
    plan.person_pks, plan.give_up_email = match_people(organisation, known, known.with_roles | spared, same)
    joined = {plan.person_pks[row.key] for row in organisation.people if same and same.person(row) is not None}
    plan.joined_people = {pk for pk in joined if pk is not None}
    check.check_references(organisation)


def _spares(organisation: Organisation, *names: str | None) -> bool:
    return bool(organisation.spared) and any(
        name is not None and name.casefold() in organisation.spared for name in names
    )


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


def _compare_people(organisation: Organisation, known: Known, plan: Plan, report: Report) -> None:
    for row in organisation.people:
        pk = plan.person_pks[row.key]
        verdict = "new"
        if pk is not None:
            old = known.people[pk]
            new = (*identity_of(row, old), row.given_name, row.family_name)
            same = new == (old.external_id, old.email, old.given_name, old.family_name)
            verdict = "unchanged" if same else "changed"
        report.count("people", verdict, row.name)
        if verdict != "unchanged":
            plan.people.append((row, pk))


def pair_rows(
    rows: Sequence[Work], known: dict[int, KnownWork], plan: Plan, on: date, follows: bool
) -> list[tuple[Work, int | None]]:
    """Each row with the primary key of the known employment or manager role that it is about (None: new).

    A known one goes to one row only. It is found by external id; then by person, unit, title and first day; then
    without the first day. With `follows`, a row otherwise gets the most similar current employment of the person, so
    that their development plan follows them; of somebody who is back within 90 days, the one that ended.
    """
    by_id = {work.external_id: pk for pk, work in known.items() if work.external_id}
    of_person: dict[int, list[KnownWork]] = defaultdict(list)
    for work in sorted(known.values(), key=lambda work: (not work.live(on), -work.starts_on.toordinal(), work.pk)):
        of_person[work.person].append(work)
    paired: list[int | None] = [by_id.get(row.external_id) if row.external_id else None for row in rows]
    taken = {pk for pk in paired if pk is not None}
    titles = [row.title if isinstance(row, EmploymentRow) else "" for row in rows]

    working = {work.person for work in known.values() if work.live(on)}

    def goes_on(row: Work) -> bool:
        return row.ends_on is None or row.ends_on >= on

    def ended_lately(work: KnownWork) -> bool:
        """Whether somebody who works nowhere now had this until lately."""
        lately = work.ends_on is not None and (on - work.ends_on).days <= BACK_WITHIN
        return lately and not work.live(on) and work.person not in working

    for likeness in range(8 if follows else 2):
        for place, row in enumerate(rows):
            person = plan.person_pks[row.person]
            if paired[place] is not None or person is None:
                continue
            unit = plan.unit_pks[row.unit]
            for work in of_person.get(person, ()):
                same_unit, same_title = work.unit == unit, work.title == titles[place]
                same_start = row.starts_on == work.starts_on
                alike = (
                    same_unit and same_title and same_start,
                    same_unit and same_title and (row.starts_on is None or (goes_on(row) and work.live(on))),
                    same_unit and goes_on(row) and work.live(on),
                    same_title and goes_on(row) and work.live(on),
                    goes_on(row) and work.current(on),
                    goes_on(row) and work.live(on),
                    same_unit and goes_on(row) and ended_lately(work),
                    goes_on(row) and ended_lately(work),
                )
                if work.pk not in taken and alike[likeness]:
                    paired[place] = work.pk
                    taken.add(work.pk)
                    break
    return list(zip(rows, paired, strict=True))


def _has_ended(work: KnownWork, plan: Plan, on: date) -> bool:
    """Whether what the file lacks has been missing for long, so that it ends now."""
    return work.missing is not None and plan.complete and (on - work.missing.since).days >= MISSING_ENDS_AFTER


def _compare_employments(organisation: Organisation, known: Known, plan: Plan, report: Report, on: date) -> None:
    names = {row.key: row.name for row in organisation.people}
    units = {row.key: row.name for row in organisation.units}
    report.current = sum(work.current(on) for work in known.employments.values())
    matched = set()
    for row, pk in pair_rows(organisation.employments, known.employments, plan, on, follows=True):
        verdict = "new"
        if pk is not None:
            old = known.employments[pk]
            matched.add(pk)
            chosen = plan.person_pks.get(row.manager) if row.manager else None
            same_chosen = (not organisation.names_managers or row.keeps_manager) or (
                old.chosen == chosen and not (row.manager and chosen is None)
            )
            person, unit = plan.person_pks[row.person], plan.unit_pks[row.unit]
            same = (old.external_id, old.title, old.starts_on, old.ends_on, old.person, same_chosen) == (
                *(row.external_id or old.external_id, row.title, row.starts_on or old.starts_on, row.ends_on),
                *(person, True),
            )
            same = same and old.missing is None
            over = row.ends_on is not None and row.ends_on < on
            if old.live(on) and over:
                verdict = "left"
                report.ends += old.current(on)
            else:
                verdict = "moved" if old.unit != unit else "unchanged" if same else "changed"
        report.count("employments", verdict, f"{names[row.person]}, {row.title or '-'}, {units[row.unit]}")
        if verdict != "unchanged":
            plan.employments.append((row, pk))
    for pk, old in known.employments.items():
        person_row = known.people[old.person]
        spared = _spares(organisation, old.external_id, person_row.external_id, person_row.email, person_row.name)
        if pk in matched or not old.live(on) or spared:
            continue
        if _has_ended(old, plan, on):
            plan.ended_employments.append(pk)
            report.count("employments", "left", _work_text(known, old))
        else:
            plan.missing_employments.append(pk)


def _compare_managers(organisation: Organisation, known: Known, plan: Plan, report: Report, on: date) -> None:
    """Compare who manages what. A role that the file lacks has ended if the file has the person, and another manager of
    the unit; else it is missing."""
    present = {pk for pk in plan.person_pks.values() if pk is not None}
    replaced = {plan.unit_pks[row.unit] for row in organisation.managers}
    names = {row.key: row.name for row in organisation.people}
    units = {row.key: row.name for row in organisation.units}
    matched = set()
    for row, pk in pair_rows(organisation.managers, known.managers, plan, on, follows=False):
        verdict = "new"
        if pk is not None:
            old = known.managers[pk]
            matched.add(pk)
            new = (
                *(row.external_id or old.external_id, row.starts_on or old.starts_on, row.ends_on),
                *(plan.person_pks[row.person], plan.unit_pks[row.unit], row.holds_conversations),
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
        person = known.people[old.person]
        spared = _spares(organisation, old.external_id, person.external_id, person.email, person.name)
        if pk in matched or not old.live(on) or spared:
            continue
        if _has_ended(old, plan, on) or (old.person in present and old.unit in replaced):
            plan.ended_managers.append(pk)
            report.count("managers", "left", _role_text(known, old))
        else:
            plan.missing_managers.append(pk)


def _left_alone(known: Known, plan: Plan) -> Iterable[KnownWork]:
    """The employments and manager roles that the plan does not change."""
    employments = {pk for _row, pk in plan.employments} | set(plan.ended_employments)
    managers = {pk for _row, pk in plan.managers} | set(plan.ended_managers)
    yield from (work for pk, work in known.employments.items() if pk not in employments)
    yield from (work for pk, work in known.managers.items() if pk not in managers)


def _end_units(organisation: Organisation, known: Known, plan: Plan, report: Report, on: date) -> None:
    """Plan the end of units that the file no longer has, unless somebody still works or manages in or below them."""
    in_file = {pk for pk in plan.unit_pks.values() if pk is not None}
    staying = set(in_file)
    staying |= {work.unit for work in _left_alone(known, plan) if work.live(on)}
    staying |= {pk for pk, unit in known.units.items() if _spares(organisation, unit.external_id, unit.name)}
    for pk in staying - in_file:  # a unit above one that stays also stays; the file decides about its own
        parent = known.units[pk].parent
        while parent is not None and parent not in staying:
            staying.add(parent)
            parent = known.units[parent].parent
    for pk, unit in known.units.items():
        if pk not in staying and (unit.ends_on is None or unit.ends_on >= on):
            plan.ended_units.append(pk)
            report.count("units", "left", unit.name)


def _count_leavers(known: Known, plan: Plan, report: Report, on: date) -> None:
    """Count the people who worked or managed here and now do neither."""
    everything = (*known.employments.values(), *known.managers.values())
    before = {work.person for work in everything if work.live(on)}
    after: set[int | None] = {work.person for work in _left_alone(known, plan) if work.live(on)}
    planned: tuple[EmploymentRow | ManagerRow, ...] = (
        *(row for row, _pk in plan.employments),
        *(row for row, _pk in plan.managers),
    )
    after |= {plan.person_pks[row.person] for row in planned if row.ends_on is None or row.ends_on >= on}
    for pk in sorted(before - after - known.with_roles):
        report.count("people", "left", known.people[pk].name)
