"""Reads a folder or zip of units.csv, people.csv, employments.csv and managers.csv, the tables of OS2mo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem, Unreadable
from udbytte.imports.readers.tables import csv_rows
from udbytte.imports.readers.values import BadValue, day, email

from .rows import EmploymentRow, ManagerRow, Organisation, PersonRow, UnitRow

FILES = ("units.csv", "people.csv", "employments.csv", "managers.csv")
COLUMNS = {
    "units.csv": ("uuid", "name", "parent", "from", "to"),
    "people.csv": ("uuid", "given", "family", "email"),
    "employments.csv": ("uuid", "person", "unit", "job", "from", "to"),
    "managers.csv": ("uuid", "person", "unit", "responsibilities_level_type", "from", "to"),
}
HOLDS_CONVERSATIONS = "personale: mus-kompetence"


class Line:
    """One row, with its cells by column. A value that cannot be read becomes a problem, and the row is left out."""

    def __init__(self, file: str, number: int, cells: dict[str, str], organisation: Organisation) -> None:
        self.file, self.number, self.cells, self.organisation = file, number, cells, organisation
        self.is_usable = True

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def problem(self, column: str, message: str) -> None:
        self.is_usable = False
        names = (self.cells.get(name) for name in ("uuid", "person", "email"))
        self.organisation.refuse(Problem(self.file, self.number, column, message), *names)

    def required(self, column: str) -> str:
        if not self[column]:
            self.problem(column, _("This is empty; it must be filled in."))
        return self[column]

    def day(self, column: str) -> date | None:
        try:
            return day(self[column])
        except BadValue as error:
            self.problem(column, str(error))
            return None

    def email(self, column: str) -> str | None:
        try:
            return email(self[column])
        except BadValue as error:
            self.problem(column, str(error))
            return None


def _lines(file: str, data: bytes, organisation: Organisation) -> Iterator[Line]:
    rows = csv_rows(file, data)
    header = [cell.casefold() for cell in next(rows, (1, []))[1]]
    for column in COLUMNS[file]:
        if column not in header:
            message = _("The column “%(column)s” is missing.") % {"column": column}
            raise Unreadable(file, message, column, 1)
    for number, cells in rows:
        yield Line(file, number, dict(zip(header, cells, strict=False)), organisation)


def read(files: Mapping[str, bytes]) -> Organisation:
    """Read the four files, given by name. Raises Unreadable when a file or a column is missing."""
    organisation = Organisation()
    for name in FILES:
        if name not in files:
            raise Unreadable(name, _("The file %(file)s is missing.") % {"file": name})
    for line in _lines("units.csv", files["units.csv"], organisation):
        key, name = line.required("uuid"), line.required("name")
        unit = UnitRow(line.file, line.number, key, key, name, line["parent"] or None, line.day("from"), line.day("to"))
        if line.is_usable:
            organisation.units.append(unit)
    for line in _lines("people.csv", files["people.csv"], organisation):
        key, given = line.required("uuid"), line.required("given")
        person = PersonRow(line.file, line.number, key, key, line.email("email"), given, line["family"])
        if line.is_usable:
            organisation.people.append(person)
    for line in _lines("employments.csv", files["employments.csv"], organisation):
        ids = line.required("uuid"), line.required("person"), line.required("unit")
        work = EmploymentRow(line.file, line.number, *ids, line["job"], line.day("from"), line.day("to"))
        if line.is_usable:
            organisation.employments.append(work)
    for line in _lines("managers.csv", files["managers.csv"], organisation):
        ids = line.required("uuid"), line.required("person"), line.required("unit")
        levels = {part.strip().casefold() for part in line["responsibilities_level_type"].split(";")}
        days = line.day("from"), line.day("to")
        role = ManagerRow(line.file, line.number, *ids, *days, HOLDS_CONVERSATIONS in levels)
        if line.is_usable:
            organisation.managers.append(role)
    return organisation
