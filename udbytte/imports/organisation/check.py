"""What must hold across the rows of an organisation; what does not is left out and becomes a problem."""

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


def check_rows(found: Organisation) -> None:
    """Leave out what cannot be: too long, doubled, pointing at nothing, ending before it begins, a circle of units.

    Whoever a left-out row was about is spared from being ended.
    """
    checking = _Checking(found)
    found.units = checking.units(checking.plain(found.units, ("external_id", "name")))
    found.people = checking.people(checking.plain(found.people, ("external_id", "given_name", "family_name")))
    found.employments = checking.plain(found.employments, ("external_id", "title"))
    found.managers = checking.plain(found.managers, ("external_id",))
    check_references(found)


def check_references(found: Organisation) -> None:
    """Leave out employments and manager roles whose person or unit is not among those of the file."""
    checking = _Checking(found)
    found.employments = checking.works(found.employments)
    found.managers = checking.works(found.managers)


class _Checking:
    def __init__(self, found: Organisation) -> None:
        self.found = found
        self.by_key = {person.key: person for person in found.people}
        self.told = {(problem.file, problem.row) for problem in found.problems}
        self.good_people = {row.key for row in found.people}
        self.good_units = {row.key for row in found.units}

    def refuse(self, row: Row, field: str, message: str) -> None:
        names = [row.external_id]
        person = row if isinstance(row, PersonRow) else self.by_key.get(getattr(row, "person", ""))
        if person is not None:
            names += [person.external_id, person.email, person.name]
        elif not isinstance(row, PersonRow | UnitRow):
            names.append(getattr(row, "person", None))
        if isinstance(row, UnitRow):
            names.append(row.name)
        follows = field in ("person", "unit") and (row.file, row.row) in self.told  # said of the row already
        self.told.add((row.file, row.row))
        if follows:
            self.found.spared.update(name.casefold() for name in names if name)
        else:
            self.found.refuse(Problem(row.file, row.row, field, message), *names)

    def plain(self, rows: Iterable[AnyRow], fields: tuple[str, ...]) -> list[AnyRow]:
        """What is right in itself: lengths, no CPR number where none belongs, ends after it starts, no id twice."""
        good, ids = [], set[str]()
        for row in rows:
            problem = self._plain_problem(row, fields, ids)
            if problem is None:
                good.append(row)
                if row.external_id is not None:
                    ids.add(row.external_id)
            else:
                self.refuse(row, *problem)
        return good

    def _plain_problem(self, row: AnyRow, fields: tuple[str, ...], ids: set[str]) -> tuple[str, str] | None:
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
        """Parents first. A parent that is not in the file makes a root; a circle is refused."""
        by_key = {row.key: row for row in rows}
        depth: dict[str, int] = {}
        for row in rows:
            method: list[str] = []
            key: str | None = row.key
            while key in by_key and key not in depth and key not in method:
                method.append(key)
                key = by_key[key].parent
            start = -1 if key in method else depth.get(key or "", 0)
            for number, step in enumerate(reversed(method), start=1):
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
        """No two people with the same e-mail."""
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
        """Employments or manager roles whose person and unit are there, and that stand once."""
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
