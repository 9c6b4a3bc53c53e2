"""Writes a plan to the database, in the transaction of the caller."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db import models

from udbytte.imports.report import Progress
from udbytte.models import Conversation, Employment, ManagerRole, MissingPeriod, Person, Unit
from udbytte.services.bulk import chunks, insert_rows, update_rows
from udbytte.services.figures.history import preserve_conversation_history
from udbytte.services.people.changed_emails import follow_changed_emails

from .compare import Plan, identity_of
from .known import Known, KnownUnit, KnownWork
from .rows import EmploymentRow, ManagerRow, UnitRow

UNIT = ("external_id", "name", "parent", "starts_on", "ends_on")
PERSON = ("external_id", "email", "given_name", "family_name")
EMPLOYMENT = ("external_id", "person", "unit", "starts_on", "ends_on", "title", "chosen_manager")
MANAGER = ("external_id", "person", "unit", "starts_on", "ends_on", "holds_conversations")
MISSING = ("lacked_again_on", "ends_on")


def write_plan(plan: Plan, known: Known, *, names_managers: bool, on: date, progress: Progress) -> dict[str, Any]:
    """Write all changes of the plan. Returns what is needed to undo them, as JSON (`undo`)."""
    write = _Writing(plan, known, on, progress)
    write.units()
    write.people()
    write.employments(names_managers)
    write.managers()
    write.endings()
    write.missing()
    return write.undo


def _first_day(in_file: date | None, old: KnownUnit | KnownWork | None, on: date, ends_on: date | None) -> date:
    """The first day: that of the file, else the known one, else the day of the import; never after the last day."""
    start = in_file or (old.starts_on if old is not None else on)
    return start if ends_on is None else min(start, ends_on)


class _Writing:
    def __init__(self, plan: Plan, known: Known, on: date, progress: Progress) -> None:
        self.plan, self.known, self.on, self.progress = plan, known, on, progress
        self.done = 0
        self.undo: dict[str, Any] = {}
        self.total = len(plan.units) + len(plan.people) + len(plan.employments) + len(plan.managers)

    def step(self, what: str, number: int) -> None:
        self.done += number
        self.progress(what, self.done, self.total)

    def _made(self, what: str, pks: Iterable[int]) -> None:
        self.undo.setdefault(f"made_{what}", []).extend(pks)

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
        update_paths()
        self.step("units", len(self.plan.units))

    def people(self) -> None:
        """Write people. Addresses that change owner are removed first, so that two people can exchange them."""
        plan, known = self.plan, self.known
        changed = []
        for row, pk in plan.people:
            if pk is not None:
                old = known.people[pk]
                changed.append((pk, *identity_of(row, old), row.given_name, row.family_name))
        self._before("people", Person, PERSON, [*(row[0] for row in changed), *plan.give_up_email])
        without_address = [(row[0], None) for row in changed if row[2] != known.people[row[0]].email]
        update_rows(Person, ("email",), [*without_address, *((pk, None) for pk in plan.give_up_email)])
        update_rows(Person, PERSON, changed)
        before = {pk: known.people[pk].email for pk, *_rest in without_address} | {
            pk: known.people[pk].email for pk in plan.give_up_email
        }
        follow_changed_emails(before, on=self.on, joined=plan.joined_people)
        refused = Person.objects.filter(mail_refused_at__isnull=False, pk__in=[pk for pk, _none in without_address])
        refused.update(mail_refused_at=None, mail_refusal="")  # the old address refused
        self.step("people", len(changed))
        new = [row for row, pk in plan.people if pk is None]
        columns = ("external_id", "email", "given_name", "family_name", "password")
        values = ((row.external_id, row.email, row.given_name, row.family_name, unusable_password()) for row in new)
        keys = (row.key for row in new)
        for pks in insert_rows(Person, columns, values):
            plan.person_pks.update(zip(islice(keys, len(pks)), pks, strict=True))
            self._made("people", pks)
            self.step("people", len(pks))

    def _common(self, row: EmploymentRow | ManagerRow, old: KnownWork | None) -> dict[str, Any]:
        return {
            "external_id": row.external_id or (old.external_id if old is not None else None),
            "person_id": self.plan.person_pks[row.person],
            "unit_id": self.plan.unit_pks[row.unit],
            "starts_on": _first_day(row.starts_on, old, self.on, row.ends_on),
            "ends_on": row.ends_on,
        }

    def employments(self, names_managers: bool) -> None:
        """Write employments. With `names_managers` the file decides who holds each conversation; otherwise it stays."""

        def fields(row: EmploymentRow, old: KnownWork | None) -> dict[str, Any]:
            chosen = self.plan.person_pks[row.manager] if row.manager else None
            if old is not None and (row.keeps_manager or not names_managers):
                chosen = old.chosen
            return {**self._common(row, old), "title": row.title, "chosen_manager_id": chosen}

        units = ((row, self.known.employments[pk]) for row, pk in self.plan.employments if pk is not None)
        moved = [old.pk for row, old in units if self.plan.unit_pks[row.unit] != old.unit]
        talks = Conversation.objects.filter(employment__in=moved)
        preserve_conversation_history(talks.values_list("pk", flat=True), on=self.on)
        self._write(Employment, self.plan.employments, self.known.employments, fields, EMPLOYMENT, "employments")

    def managers(self) -> None:
        def fields(row: ManagerRow, old: KnownWork | None) -> dict[str, Any]:
            return {**self._common(row, old), "holds_conversations": row.holds_conversations}

        self._write(ManagerRole, self.plan.managers, self.known.managers, fields, MANAGER, "managers")

    def _write(
        self,
        model: type[Employment] | type[ManagerRole],
        planned: list[Any],
        known: dict[int, KnownWork],
        fields: Callable[[Any, KnownWork | None], dict[str, Any]],
        names: tuple[str, ...],
        what: str,
    ) -> None:
        changed = [(pk, *fields(row, known[pk]).values()) for row, pk in planned if pk is not None]
        self._before(what, model, names, [row[0] for row in changed])
        update_rows(model, ("external_id",), [(row[0], None) for row in changed if row[1] != known[row[0]].external_id])
        update_rows(model, names, changed)
        self.step(what, len(changed))
        for pks in insert_rows(model, names, (tuple(fields(row, None).values()) for row, pk in planned if pk is None)):
            self._made(what, pks)
            self.step(what, len(pks))

    def endings(self) -> None:
        """End rows on the day before. A row that had not begun begins on that day too, so that it is over."""
        yesterday = self.on - timedelta(days=1)

        def ended(pks: Iterable[int], known: dict[int, Any]) -> list[tuple[Any, ...]]:
            return [(pk, min(known[pk].starts_on, yesterday), yesterday) for pk in pks]

        dates = ("starts_on", "ends_on")
        self._before("employments", Employment, EMPLOYMENT, self.plan.ended_employments)
        self._before("managers", ManagerRole, MANAGER, self.plan.ended_managers)
        self._before("units", Unit, UNIT, self.plan.ended_units)
        update_rows(Employment, dates, ended(self.plan.ended_employments, self.known.employments))
        update_rows(ManagerRole, dates, ended(self.plan.ended_managers, self.known.managers))
        update_rows(Unit, dates, ended(self.plan.ended_units, self.known.units))

    def missing(self) -> None:
        """Begin a period for what the file lacks, note that it lacks it again, and end the periods of all others."""
        planned: tuple[tuple[dict[int, KnownWork], list[int], list[tuple[Any, int | None]], list[int], str], ...] = (
            (
                self.known.employments,
                self.plan.missing_employments,
                self.plan.employments,
                self.plan.ended_employments,
                "employment",
            ),
            (
                self.known.managers,
                self.plan.missing_managers,
                self.plan.managers,
                self.plan.ended_managers,
                "manager_role",
            ),
        )
        for known, lacked, written, ended, field in planned:
            new = [pk for pk in lacked if known[pk].missing is None]
            for part in chunks(new):
                periods = (MissingPeriod(**{f"{field}_id": pk}, starts_on=self.on) for pk in part)
                self._made("missing", [period.pk for period in MissingPeriod.objects.bulk_create(periods)])
            again = [missing for pk in lacked if (missing := known[pk].missing) is not None]
            over = [
                missing
                for pk in (*(pk for _row, pk in written if pk is not None), *ended)
                if (missing := known[pk].missing) is not None
            ]
            touched = [missing.pk for missing in (*again, *over)]
            self._before("missing", MissingPeriod, MISSING, touched)
            if self.plan.complete:
                later = [(missing.pk, self.on) for missing in again if missing.since < self.on]
                update_rows(MissingPeriod, ("lacked_again_on",), later)
            last = self.on - timedelta(days=1)
            update_rows(MissingPeriod, ("ends_on",), [(missing.pk, last) for missing in over])


def unusable_password() -> str:
    return "!" + secrets.token_hex(20)


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
