"""A folder or zip of units.csv, people.csv, employments.csv and managers.csv, as OS2mo's data comes as tables."""

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
    """One row, looked up by column; what cannot be read becomes a problem and the row is left out."""

    def __init__(self, file: str, number: int, cells: dict[str, str], into: Organisation) -> None:
        self.file, self.number, self.cells, self.into = file, number, cells, into
        self.good = True

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def problem(self, column: str, message: str) -> None:
        self.good = False
        known = (self.cells.get(name) for name in ("uuid", "person", "email"))
        self.into.refuse(Problem(self.file, self.number, column, message), *known)

    def needed(self, column: str) -> str:
        if not self[column]:
            self.problem(column, _("This is empty; it must be filled in."))
        return self[column]

    def day(self, column: str) -> date | None:
        try:
            return day(self[column])
        except BadValue as bad:
            self.problem(column, str(bad))
            return None

    def email(self, column: str) -> str | None:
        try:
            return email(self[column])
        except BadValue as bad:
            self.problem(column, str(bad))
            return None


def _lines(file: str, data: bytes, into: Organisation) -> Iterator[Line]:
    rows = csv_rows(file, data)
    header = [cell.casefold() for cell in next(rows, (1, []))[1]]
    for column in COLUMNS[file]:
        if column not in header:
            message = _("The column “%(column)s” is missing.") % {"column": column}
            raise Unreadable(file, message, column, 1)
    for number, cells in rows:
        yield Line(file, number, dict(zip(header, cells, strict=False)), into)


def read(files: Mapping[str, bytes]) -> Organisation:
    """Read the four files, given by name. Raises Unreadable when one or a column of it is missing."""
    found = Organisation()
    for name in FILES:
        if name not in files:
            raise Unreadable(name, _("The file %(file)s is missing.") % {"file": name})
    for line in _lines("units.csv", files["units.csv"], found):
        key, name = line.needed("uuid"), line.needed("name")
        unit = UnitRow(line.file, line.number, key, key, name, line["parent"] or None, line.day("from"), line.day("to"))
        if line.good:
            found.units.append(unit)
    for line in _lines("people.csv", files["people.csv"], found):
        key, given = line.needed("uuid"), line.needed("given")
        person = PersonRow(line.file, line.number, key, key, line.email("email"), given, line["family"])
        if line.good:
            found.people.append(person)
    for line in _lines("employments.csv", files["employments.csv"], found):
        ids = line.needed("uuid"), line.needed("person"), line.needed("unit")
        work = EmploymentRow(line.file, line.number, *ids, line["job"], line.day("from"), line.day("to"))
        if line.good:
            found.employments.append(work)
    for line in _lines("managers.csv", files["managers.csv"], found):
        ids = line.needed("uuid"), line.needed("person"), line.needed("unit")
        levels = {part.strip().casefold() for part in line["responsibilities_level_type"].split(";")}
        days = line.day("from"), line.day("to")
        role = ManagerRow(line.file, line.number, *ids, *days, HOLDS_CONVERSATIONS in levels)
        if line.good:
            found.managers.append(role)
    return found
