"""Checks the rows of an organisation against each other. A row that breaks a rule becomes a problem and is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.values import for_message, has_cpr, same_name

from .rows import EmploymentRow, ManagerRow, Organisation, PersonRow, UnitRow

# In a table the ids of people and units are columns with other names.
COLUMN_OF = {"external_id": ("employee_id", "unit_id"), "given_name": ("name",), "family_name": ("name",)}
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
        self.employed_by_id = {work.person for work in organisation.employments if work.external_id}
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
            self.organisation.refuse(self._problem(row, field, message), *names)

    def note(self, row: Row, field: str, message: str) -> None:
        self.organisation.notes.append(self._problem(row, field, message))

    def _problem(self, row: Row, field: str, message: str) -> Problem:
        """A problem with the name of the person and of the column, as they are in the file."""
        person = row if isinstance(row, PersonRow) else self.by_key.get(getattr(row, "person", ""))
        name = row.name if isinstance(row, UnitRow) else person.name if person is not None else ""
        if has_cpr(name):
            name = ""
        named = (field, *COLUMN_OF.get(field, ()))
        column = next((self.organisation.columns[each] for each in named if each in self.organisation.columns), "")
        return Problem(row.file, row.row, field, message, name, column)

    def rows_right_alone(self, rows: Iterable[AnyRow], fields: tuple[str, ...]) -> list[AnyRow]:
        """The rows that are right by themselves: lengths, no CPR numbers, days in order, each id once."""
        good, ids = [], dict[str, int]()
        for row in rows:
            problem = self._problem_of(row, fields, ids)
            if problem is None:
                good.append(row)
                if row.external_id is not None:
                    ids[row.external_id] = row.row
            else:
                self.refuse(row, *problem)
        return good

    def _problem_of(self, row: AnyRow, fields: tuple[str, ...], ids: dict[str, int]) -> tuple[str, str] | None:
        for field in fields:
            value = getattr(row, field) or ""
            if len(value) >= 10 and has_cpr(value):
                return field, _("This looks like a CPR number, which is never kept. Send another number, or none.")
            if len(value) > LIMITS[field]:
                words = {"value": for_message(value), "limit": LIMITS[field]}
                return field, _("“%(value)s” is longer than %(limit)s characters. Write it shorter.") % words
        if row.external_id is not None and row.external_id in ids:
            words = {"value": for_message(row.external_id), "row": ids[row.external_id]}
            return "external_id", _("The id “%(value)s” is in row %(row)s already. Each row needs its own.") % words
        if not isinstance(row, PersonRow) and row.starts_on and row.ends_on and row.ends_on < row.starts_on:
            words = {"first": row.starts_on.isoformat(), "last": row.ends_on.isoformat()}
            return "to", _("The last day, %(last)s, is before the first, %(first)s.") % words
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
        """The people, each with an e-mail address of their own or none.

        Two names under one address are two people without an address. One name under two ids is one person too many.
        """
        right = []
        of_address: dict[str, list[PersonRow]] = {}
        for row in rows:
            if row.email is not None and has_cpr(row.email.partition("@")[0]):
                self.refuse(row, "email", _("This looks like a CPR number, which is never kept."))
                continue
            right.append(row)
            if row.email is not None:
                of_address.setdefault(row.email, []).append(row)
        good = []
        for row in right:
            sharing = of_address.get(row.email or "", [row])
            if len(sharing) == 1:
                good.append(row)
            elif any(not same_name(sharing[0].name, other.name) for other in sharing):
                good.append(self._without_shared_email(row, sharing))
            elif row is sharing[0]:
                good.append(row)
            else:
                message = _("“%(email)s” is in row %(row)s too, with another number. Write the same number in both.")
                self.refuse(row, "email", message % {"email": row.email, "row": sharing[0].row})
        return good

    def _without_shared_email(self, row: PersonRow, sharing: list[PersonRow]) -> PersonRow:
        """The person without the address, and with a note that names the others who have it.

        Where nothing else identifies the person, the address and the name together do.
        """
        place = _("%(name)s (row %(row)s)")
        others = [place % {"name": other.name, "row": other.row} for other in sharing if other is not row]
        message = _(
            "“%(email)s” is also the address of %(others)s, so nobody can log in with it. The person is imported"
            " without an address. Write one of their own."
        )
        words = {"email": row.email, "others": ", ".join(others[:5]) + (" …" if len(others) > 5 else "")}
        self.note(row, "email", message % words)
        external_id = row.external_id
        if external_id is None and row.key not in self.employed_by_id:
            both = f"{row.email} {row.name.casefold()}"
            external_id = both if len(both) <= LIMITS["external_id"] else hashlib.sha256(both.encode()).hexdigest()
        return replace(row, email=None, shared_email=row.email, external_id=external_id)

    def works(self, rows: list[AnyRow]) -> list[AnyRow]:
        """The employments or manager roles whose person and unit are in the file, each once."""
        good: list[AnyRow] = []
        seen = dict[tuple[object, ...], int]()
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
                self.note(row, "row", _("This row says the same as row %(row)s; it counts once.") % {"row": seen[same]})
            else:
                good.append(row)
                seen.setdefault(same, row.row)
        return good
