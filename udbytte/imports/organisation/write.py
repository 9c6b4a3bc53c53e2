"""Writes a plan to the database, in the transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, LiteralString

from django.db import models

from udbytte.imports.report import Progress
from udbytte.models import Conversation, Employment, ManagerRole, MissingPeriod, Person, Unit
from udbytte.services.bulk import chunks, insert_rows, insert_selected, number_new_rows, update_rows
from udbytte.services.figures.history import preserve_conversation_history
from udbytte.services.people.changed_emails import follow_changed_emails
from udbytte.services.people.line_managers import HOLDERS, holders_of_units

from . import staging
from .compare import Plan, manager_pks_of
from .known import Known, KnownMissing, KnownUnit, KnownWork
from .match import IDENTITY_EMAIL, IDENTITY_ID
from .rows import UnitRow

UNIT = ("external_id", "name", "parent", "starts_on", "ends_on")
PERSON = ("external_id", "email", "given_name", "family_name")
EMPLOYMENT = ("external_id", "person", "unit", "starts_on", "ends_on", "title", "chosen_manager")
MANAGER = ("external_id", "person", "unit", "starts_on", "ends_on", "holds_conversations")
MISSING = ("lacked_again_on", "ends_on")


def write_plan(plan: Plan, known: Known, *, names_managers: bool, on: date, progress: Progress) -> dict[str, Any]:
    """Write all changes of the plan. Returns what is needed to undo them, as JSON (`undo`)."""
    write = _Writing(plan, known, on, progress)
    write.units()
    if "people" in write.changed or plan.give_up_email:
        write.known_people()
    if "people" in write.new:
        write.new_people()
    if "employments" in write.changed:
        write.known_employments(names_managers)
    write.managers()
    write.endings()
    if "employments" in write.new:
        write.new_employments()
    write.missing()
    return write.undo


def _first_day(in_file: date | None, old: KnownUnit | KnownWork | None, on: date, ends_on: date | None) -> date:
    """The first day: that of the file, else the known one, else the day of the import; never after the last day."""
    start = in_file or (old.starts_on if old is not None else on)
    return start if ends_on is None else min(start, ends_on)


CHANGED_WORK: LiteralString = "SELECT pk FROM import_work WHERE verdict NOT IN ('new', 'unchanged') ORDER BY pk"
WITH_KEYS: LiteralString = (
    " JOIN import_person p ON p.key = w.person JOIN import_unit u ON u.key = w.unit"
    " LEFT JOIN import_person m ON m.key = w.manager"
)
IDENTITY_NAMED: LiteralString = IDENTITY_ID + " AS external_id," + IDENTITY_EMAIL + " AS email"
CHANGED_EMAILS: LiteralString = (
    "SELECT k.id, k.email FROM import_person p JOIN udbytte_person k ON k.id = p.pk WHERE p.verdict = 'changed' AND"
    + IDENTITY_EMAIL + " IS DISTINCT FROM k.email ORDER BY k.id"
)  # fmt: skip
NO_LOGIN: LiteralString = "'!' || gen_random_uuid()"  # a password that nobody can have
PERIODS: LiteralString = "SELECT x.id, x.starts_on, x.lacked_again_on FROM udbytte_missingperiod x"
LACKED_AGAIN: LiteralString = (
    PERIODS + " JOIN import_gone g ON g.pk = x.employment_id WHERE x.ends_on IS NULL AND g.is_missing ORDER BY x.id"
)
NOT_LACKED: LiteralString = (
    PERIODS + " WHERE x.ends_on IS NULL AND x.employment_id IN (SELECT pk FROM import_gone WHERE NOT is_missing"
    " UNION SELECT pk FROM import_work WHERE verdict NOT IN ('new', 'unchanged')) ORDER BY x.id"
)

TO_WRITE: LiteralString = (
    "SELECT 'people', verdict, count(*) FROM import_person WHERE verdict <> 'unchanged' GROUP BY 2 UNION ALL"
    " SELECT 'employments', verdict, count(*) FROM import_work WHERE verdict <> 'unchanged' GROUP BY 2"
)


class _Writing:
    def __init__(self, plan: Plan, known: Known, on: date, progress: Progress) -> None:
        self.plan, self.known, self.on, self.progress = plan, known, on, progress
        self.done = 0
        self.undo: dict[str, Any] = {}
        numbers = {(what, verdict): number for what, verdict, number in staging.fetch(TO_WRITE)}
        self.new = {what for what, verdict in numbers if verdict == "new"}
        self.changed = {what for what, verdict in numbers if verdict != "new"}
        self.total = len(plan.units) + len(plan.managers) + sum(numbers.values())

    def step(self, what: str, number: int) -> None:
        self.done += number
        self.progress(what, self.done, self.total)

    def _made(self, what: str, pks: Iterable[int]) -> None:
        self.undo.setdefault(f"made_{what}", []).extend(pks)

    def _made_rows(self, what: str, table: LiteralString) -> None:
        """Note the new rows of a table, as ranges of primary keys, because these mostly follow each other."""
        ranges = staging.fetch(
            "SELECT min(pk), max(pk) FROM (SELECT pk, pk - row_number() OVER (ORDER BY pk) AS start FROM " + table
            + " WHERE verdict = 'new') n GROUP BY start ORDER BY 1"
        )  # fmt: skip
        self.undo[f"made_{what}"] = [list(both) for both in ranges]

    def _before(self, what: str, model: type[models.Model], fields: tuple[str, ...], pks: Iterable[int]) -> None:
        """Keep these rows as they are, for undoing. Called before they are changed, and once for each row."""
        before = self.undo.setdefault(f"before_{what}", [])
        for part in chunks(pks):
            rows = model._default_manager.filter(pk__in=part).values_list("pk", *fields)
            before.extend([value.isoformat() if isinstance(value, date) else value for value in row] for row in rows)

    def units(self) -> None:
        """Write new units level by level, as a unit needs the number of its parent; then changed units and paths."""
        pks = self.plan.unit_pks

        def parent_of(row: UnitRow) -> int | None:
            return pks.get(row.parent) if row.parent is not None else None

        waiting = [row for row, pk in self.plan.units if pk is None]
        while waiting:
            ready = [row for row in waiting if row.parent not in pks or pks[row.parent] is not None]
            waiting = [row for row in waiting if row.parent in pks and pks[row.parent] is None]
            for part in chunks(ready):
                made = Unit.objects.bulk_create(
                    Unit(
                        external_id=row.external_id,
                        name=row.name,
                        parent_id=parent_of(row),
                        starts_on=_first_day(row.starts_on, None, self.on, row.ends_on),
                        ends_on=row.ends_on,
                    )
                    for row in part
                )
                pks.update({row.key: unit.pk for row, unit in zip(part, made, strict=True)})
                self._made("units", [unit.pk for unit in made])
        changed = []
        for row, pk in self.plan.units:
            if pk is not None:
                old = self.known.units[pk]
                start = _first_day(row.starts_on, old, self.on, row.ends_on)
                changed.append((pk, row.external_id or old.external_id, row.name, parent_of(row), start, row.ends_on))
        self._before("units", Unit, UNIT, [row[0] for row in changed])
        update_rows(Unit, UNIT, changed)
        staging.run(
            "UPDATE import_unit u SET pk = v.pk FROM unnest(%s::text[], %s::bigint[]) AS v(key, pk)"
            " WHERE u.key = v.key AND u.pk IS NULL",
            [list(pks), list(pks.values())],
        )
        update_paths()
        self.step("units", len(self.plan.units))

    def known_people(self) -> None:
        """Change people. Addresses that change owner are removed first, so that two people can exchange them."""
        plan = self.plan
        changed = [pk for (pk,) in staging.fetch("SELECT pk FROM import_person WHERE verdict = 'changed' ORDER BY pk")]
        self._before("people", Person, PERSON, [*changed, *plan.give_up_email])
        before: dict[int, str | None] = dict(staging.fetch(CHANGED_EMAILS))
        given_up = Person.objects.filter(pk__in=plan.give_up_email).values_list("pk", "email")
        without_address = [(pk, None) for pk in before]
        before |= dict(given_up)
        update_rows(Person, ("email",), [(pk, None) for pk in before])
        staging.run(
            "UPDATE udbytte_person r SET (external_id, email, given_name, family_name) ="
            " (v.external_id, v.email, v.given_name, v.family_name) FROM (SELECT k.id," + IDENTITY_NAMED +
            ", p.given_name, p.family_name FROM import_person p JOIN udbytte_person k ON k.id = p.pk"
            " WHERE p.verdict = 'changed') v WHERE v.id = r.id"
        )  # fmt: skip
        follow_changed_emails(before, on=self.on, joined=plan.joined_people)
        refused = Person.objects.filter(mail_refused_at__isnull=False, pk__in=[pk for pk, _none in without_address])
        refused.update(mail_refused_at=None, mail_refusal="")  # the old address refused
        self.step("people", len(changed))

    def new_people(self) -> None:
        number_new_rows("import_person", Person)
        number = insert_selected(
            Person,
            {
                "id": "pk",
                "external_id": "external_id",
                "email": "email",
                "given_name": "given_name",
                "family_name": "family_name",
                "password": NO_LOGIN,
            },
            "FROM import_person WHERE verdict = 'new' ORDER BY place",
        )
        self._made_rows("people", "import_person")
        self.plan.manager_pks = manager_pks_of(self.plan.manager_pks)
        self.step("people", number)

    def known_employments(self, names_managers: bool) -> None:
        """Change employments. With `names_managers` the file decides who holds each conversation."""
        moved = staging.fetch(
            "SELECT e.id FROM import_work w JOIN udbytte_employment e ON e.id = w.pk"
            " JOIN import_unit u ON u.key = w.unit WHERE w.verdict IN ('moved', 'left') AND e.unit_id <> u.pk"
        )
        talks = Conversation.objects.filter(employment__in=[pk for (pk,) in moved])
        preserve_conversation_history(talks.values_list("pk", flat=True), on=self.on)
        changed = [pk for (pk,) in staging.fetch(CHANGED_WORK)]
        self._before("employments", Employment, EMPLOYMENT, changed)
        staging.run(
            "UPDATE udbytte_employment e SET external_id = NULL FROM import_work w WHERE w.pk = e.id"
            " AND w.verdict <> 'unchanged' AND w.external_id <> e.external_id"
        )
        params = {"on": self.on, "names_managers": names_managers}
        staging.run(
            "UPDATE udbytte_employment r SET (external_id, person_id, unit_id, starts_on, ends_on, title,"
            " chosen_manager_id) = (v.external_id, v.person, v.unit, v.starts_on, v.ends_on, v.title, v.chosen)"
            " FROM (SELECT e.id, coalesce(w.external_id, e.external_id) AS external_id, p.pk AS person, u.pk AS unit,"
            "  least(coalesce(w.starts_on, e.starts_on), w.ends_on) AS starts_on, w.ends_on, w.title,"
            "  CASE WHEN w.keeps_manager OR NOT %(names_managers)s THEN e.chosen_manager_id ELSE m.pk END AS chosen"
            "  FROM udbytte_employment e JOIN import_work w ON w.pk = e.id" + WITH_KEYS +
            "  WHERE w.verdict NOT IN ('new', 'unchanged')) v WHERE v.id = r.id",
            params,
        )  # fmt: skip
        self.step("employments", len(changed))

    def new_employments(self) -> None:
        """Add employments, with their line manager, as changing all of them later takes as long again.

        One with a manager of its own gets it when everybody's line manager is found
        (`follow_organisation_changes`).
        """
        number_new_rows("import_work", Employment)
        starts: LiteralString = "least(coalesce(w.starts_on, %(on)s), w.ends_on)"
        number = insert_selected(
            Employment,
            {
                "id": "w.pk",
                "external_id": "w.external_id",
                "person_id": "p.pk",
                "unit_id": "u.pk",
                "starts_on": starts,
                "ends_on": "w.ends_on",
                "title": "w.title",
                "chosen_manager_id": "m.pk",
                "line_manager_id": "CASE WHEN m.pk IS NULL AND " + starts + " <= %(on)s"
                " AND (w.ends_on IS NULL OR w.ends_on >= %(on)s)"
                " THEN CASE WHEN p.pk = h.first THEN h.second ELSE h.first END END",
            },
            "FROM import_work w" + WITH_KEYS + " JOIN " + HOLDERS + " ON h.unit = u.pk"
            " WHERE w.verdict = 'new' ORDER BY w.place",
            {"on": self.on, **holders_of_units(self.on)._asdict()},
        )
        self._made_rows("employments", "import_work")
        self.step("employments", number)

    def managers(self) -> None:
        """Write manager roles. Ids that change owner are removed first."""
        changed: list[tuple[Any, ...]] = []
        new: list[tuple[Any, ...]] = []
        for row, pk in self.plan.managers:
            old = self.known.managers[pk] if pk is not None else None
            values = (
                row.external_id or (old.external_id if old is not None else None),
                self.plan.manager_pks[row.person],
                self.plan.unit_pks[row.unit],
                _first_day(row.starts_on, old, self.on, row.ends_on),
                row.ends_on,
                row.holds_conversations,
            )
            if pk is None:
                new.append(values)
            else:
                changed.append((pk, *values))
        self._before("managers", ManagerRole, MANAGER, [row[0] for row in changed])
        ids = [(row[0], None) for row in changed if row[1] != self.known.managers[row[0]].external_id]
        update_rows(ManagerRole, ("external_id",), ids)
        update_rows(ManagerRole, MANAGER, changed)
        self.step("managers", len(changed))
        for pks in insert_rows(ManagerRole, MANAGER, new):
            self._made("managers", pks)
            self.step("managers", len(pks))

    def endings(self) -> None:
        """End rows on the day before. A row that had not begun begins on that day too, so that it is over."""
        yesterday = self.on - timedelta(days=1)
        ended = staging.fetch(
            "SELECT e.id, least(e.starts_on, %s), %s FROM import_gone g JOIN udbytte_employment e ON e.id = g.pk"
            " WHERE NOT g.is_missing ORDER BY e.id",
            [yesterday, yesterday],
        )
        dates = ("starts_on", "ends_on")
        self._before("employments", Employment, EMPLOYMENT, [row[0] for row in ended])
        self._before("managers", ManagerRole, MANAGER, self.plan.ended_managers)
        self._before("units", Unit, UNIT, self.plan.ended_units)
        update_rows(Employment, dates, ended)
        for model, pks, known in (
            (ManagerRole, self.plan.ended_managers, self.known.managers),
            (Unit, self.plan.ended_units, self.known.units),
        ):
            days = ((pk, known[pk].starts_on) for pk in pks)
            update_rows(model, dates, [(pk, min(start, yesterday), yesterday) for pk, start in days])

    def missing(self) -> None:
        """Begin a period for what the file lacks, note that it lacks it again, and end the periods of all others."""
        roles = self.known.managers
        lacked = self.plan.missing_managers
        self._missing(
            "employment",
            [
                pk
                for (pk,) in staging.fetch("SELECT pk FROM import_gone WHERE is_missing AND since IS NULL ORDER BY pk")
            ],
            [KnownMissing(*row) for row in staging.fetch(LACKED_AGAIN)],
            [KnownMissing(*row) for row in staging.fetch(NOT_LACKED)],
        )
        written = (*(pk for _row, pk in self.plan.managers if pk is not None), *self.plan.ended_managers)
        self._missing(
            "manager_role",
            [pk for pk in lacked if roles[pk].missing is None],
            [missing for pk in lacked if (missing := roles[pk].missing) is not None],
            [missing for pk in written if (missing := roles[pk].missing) is not None],
        )

    def _missing(self, field: str, new: list[int], again: list[KnownMissing], over: list[KnownMissing]) -> None:
        for part in chunks(new):
            periods = (MissingPeriod(**{f"{field}_id": pk}, starts_on=self.on) for pk in part)
            self._made("missing", [period.pk for period in MissingPeriod.objects.bulk_create(periods)])
        self._before("missing", MissingPeriod, MISSING, [missing.pk for missing in (*again, *over)])
        if self.plan.complete:
            later = [(missing.pk, self.on) for missing in again if missing.since < self.on]
            update_rows(MissingPeriod, ("lacked_again_on",), later)
        last = self.on - timedelta(days=1)
        update_rows(MissingPeriod, ("ends_on",), [(missing.pk, last) for missing in over])


def update_paths() -> None:
    """Give every unit its path of numbers from the root, after units were added or moved."""
    rows = {pk: (parent, path) for pk, parent, path in Unit.objects.values_list("pk", "parent_id", "path")}
    right: dict[int, str] = {}

    def path_of(pk: int) -> str:
        if pk not in right:
            parent = rows[pk][0]
            right[pk] = f"{path_of(parent) if parent is not None else ''}{pk}/"
        return right[pk]

    update_rows(Unit, ("path",), [(pk, path_of(pk)) for pk in rows if path_of(pk) != rows[pk][1]])
