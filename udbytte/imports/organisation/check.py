"""Checks the rows of an organisation against each other. A row that breaks a rule becomes a problem and is left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.values import has_cpr

from .rows import EmploymentRow, ManagerRow, Organisation, PersonRow, UnitRow

LIMITS = {"external_id": 100, "name": 250, "given_name": 150, "family_name": 150, "title": 250}
MAX_DEPTH = 20


class Row(Protocol):
    @property
    def file(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def external_id(self) -> str | None: ...


AnyRow = TypeVar("AnyRow", UnitRow, PersonRow, EmploymentRow, ManagerRow)


def check_rows(organisation: Organisation) -> None:
    """Leave out rows that are too long, duplicated, incomplete or contradictory, and circles of units.

    Nobody is ended because the row about them was left out.
    """
    checker = _Checker(organisation)
    organisation.units = checker.units(checker.rows_right_alone(organisation.units, ("external_id", "name")))
    organisation.people = checker.people(
        checker.rows_right_alone(organisation.people, ("external_id", "given_name", "family_name"))
    )
    organisation.employments = checker.rows_right_alone(organisation.employments, ("external_id", "title"))
    organisation.managers = checker.rows_right_alone(organisation.managers, ("external_id",))
    check_references(organisation)


def check_references(organisation: Organisation) -> None:
    """Leave out employments and manager roles whose person or unit is not in the file."""
    checker = _Checker(organisation)
    organisation.employments = checker.works(organisation.employments)
    organisation.managers = checker.works(organisation.managers)


class _Checker:
    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.by_key = {person.key: person for person in organisation.people}
        self.rows_with_problems = {(problem.file, problem.row) for problem in organisation.problems}
        self.good_people = {row.key for row in organisation.people}
        self.good_units = {row.key for row in organisation.units}

    def refuse(self, row: Row, field: str, message: str) -> None:
        names = [row.external_id]
        person = row if isinstance(row, PersonRow) else self.by_key.get(getattr(row, "person", ""))
        if person is not None:
            names += [person.external_id, person.email, person.name]
        elif not isinstance(row, PersonRow | UnitRow):
            names.append(getattr(row, "person", None))
        if isinstance(row, UnitRow):
            names.append(row.name)
        is_known = field in ("person", "unit") and (row.file, row.row) in self.rows_with_problems
        self.rows_with_problems.add((row.file, row.row))
        if is_known:
            self.organisation.spared.update(name.casefold() for name in names if name)
        else:
            self.organisation.refuse(Problem(row.file, row.row, field, message), *names)

    def rows_right_alone(self, rows: Iterable[AnyRow], fields: tuple[str, ...]) -> list[AnyRow]:
        """The rows that are right by themselves: lengths, no CPR numbers, days in order, each id once."""
        good, ids = [], set[str]()
        for row in rows:
            problem = self._problem_of(row, fields, ids)
            if problem is None:
                good.append(row)
                if row.external_id is not None:
                    ids.add(row.external_id)
            else:
                self.refuse(row, *problem)
        return good

    def _problem_of(self, row: AnyRow, fields: tuple[str, ...], ids: set[str]) -> tuple[str, str] | None:
        for field in fields:
            value = getattr(row, field) or ""
            if len(value) > LIMITS[field]:
                return field, _("This is longer than %(limit)s letters.") % {"limit": LIMITS[field]}
            if len(value) >= 10 and has_cpr(value):
                return field, _("This looks like a CPR number, which is never kept. Send another number, or none.")
        if row.external_id is not None and row.external_id in ids:
            return "external_id", _("This id stands in an earlier row already.")
        if not isinstance(row, PersonRow) and row.starts_on and row.ends_on and row.ends_on < row.starts_on:
            return "to", _("The last day is before the first.")
        return None

    def units(self, rows: list[UnitRow]) -> list[UnitRow]:
        """The units, parents first. A unit whose parent is not in the file is a root. Units in a circle are refused."""
        by_key = {row.key: row for row in rows}
        depth: dict[str, int] = {}
        for row in rows:
            above: list[str] = []
            key: str | None = row.key
            while key in by_key and key not in depth and key not in above:
                above.append(key)
                key = by_key[key].parent
            start = -1 if key in above else depth.get(key or "", 0)
            for number, step in enumerate(reversed(above), start=1):
                depth[step] = -1 if start == -1 else start + number
        good = []
        for row in rows:
            if depth[row.key] == -1:
                self.refuse(row, "parent", _("The units stand in a circle: this one is above itself."))
            elif depth[row.key] > MAX_DEPTH:
                self.refuse(row, "parent", _("There are more than %(limit)s levels of units.") % {"limit": MAX_DEPTH})
            else:
                good.append(row)
        return sorted(good, key=lambda row: depth[row.key])

    def people(self, rows: list[PersonRow]) -> list[PersonRow]:
        """The people whose e-mail address is theirs alone."""
        emails: dict[str, PersonRow] = {}
        good = []
        for row in rows:
            if row.email is not None and has_cpr(row.email.partition("@")[0]):
                self.refuse(row, "email", _("This looks like a CPR number, which is never kept."))
            elif row.email is not None and row.email in emails:
                message = _("The same e-mail stands in row %(row)s for another person. Each needs their own, or none.")
                self.refuse(row, "email", message % {"row": emails[row.email].row})
            else:
                good.append(row)
                if row.email is not None:
                    emails[row.email] = row
        return good

    def works(self, rows: list[AnyRow]) -> list[AnyRow]:
        """The employments or manager roles whose person and unit are in the file, each once."""
        good: list[AnyRow] = []
        seen = set[tuple[object, ...]]()
        for row in rows:
            if isinstance(row, UnitRow | PersonRow):  # pragma: no cover (for the type checker)
                continue
            title = row.title if isinstance(row, EmploymentRow) else ""
            same = (row.person, row.unit, title, row.starts_on, row.ends_on)
            manager = row.manager if isinstance(row, EmploymentRow) else None
            if row.person not in self.good_people:
                self.refuse(row, "person", _("No usable row in the file is about this person."))
            elif row.unit not in self.good_units:
                self.refuse(row, "unit", _("No usable row in the file is about this unit."))
            elif manager is not None and manager not in self.good_people:
                self.refuse(row, "manager", _("No usable row in the file is about this manager."))
            elif row.external_id is None and same in seen:
                self.refuse(row, "row", _("This row stands in the file twice."))
            else:
                good.append(row)
                seen.add(same)
        return good
