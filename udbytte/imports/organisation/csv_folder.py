"""Reads a folder or zip of units.csv, people.csv, employments.csv and managers.csv, the tables of OS2mo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from udbytte.imports.readers.columns import Row
from udbytte.imports.readers.problems import Problem, Unreadable
from udbytte.imports.readers.tables import csv_rows
from udbytte.imports.readers.values import BadValue, day, email, for_message, lost_letter

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

    def __init__(self, file: str, number: int, cells: dict[str, str], organisation: Organisation, person: str) -> None:
        self.file, self.number, self.cells, self.organisation = file, number, cells, organisation
        self.person = person
        self.is_usable = True

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def _problem(self, column: str, message: str) -> Problem:
        return Problem(self.file, self.number, column, message, self.person, column)

    def problem(self, column: str, message: str) -> None:
        self.is_usable = False
        names = (self.cells.get(name) for name in ("uuid", "person", "email"))
        self.organisation.refuse(self._problem(column, message), *names)

    def required(self, column: str) -> str:
        if not self[column]:
            self.problem(column, _("This is empty; it must be filled in."))
        elif lost_letter(self[column]):
            message = _("“%(value)s” has signs where æ, ø and å were lost. Save the file as CSV with UTF-8.")
            self.problem(column, message % {"value": for_message(self[column])})
        return self[column]

    def day(self, column: str) -> date | None:
        try:
            return day(self[column])
        except BadValue as error:
            self.problem(column, str(error))
            return None

    def email(self, column: str) -> str | None:
        """The address; None, with a note, when it cannot be used. The id says who the row is about."""
        try:
            return email(self[column])
        except BadValue as error:
            self.organisation.notes.add(self._problem(column, str(error)))
            return None


def rows_of(file: str, data: bytes) -> Iterator[Row]:
    """The rows of one of the files, its header first. Raises Unreadable, also while they are read."""
    known = set(COLUMNS[file])
    return csv_rows(file, data, count_known=lambda cells: len({cell.casefold() for cell in cells} & known))


def _lines(file: str, data: bytes, organisation: Organisation) -> Iterator[Line]:
    rows = rows_of(file, data)
    names = next(rows, (1, []))[1]
    header = [cell.casefold() for cell in names]
    known = {*COLUMNS[file], "email"}
    organisation.unused_columns += [f"{file}: {name}" for name in names if name and name.casefold() not in known]
    for column in COLUMNS[file]:
        if column not in header:
            message = _("The column “%(column)s” is missing.") % {"column": column}
            raise Unreadable(file, message, column, 1)
    names_by_id = {person.key: person.name for person in organisation.people}
    for number, row in rows:
        cells = dict(zip(header, row, strict=False))
        own = f"{cells.get('given', '')} {cells.get('family', '')}".strip()
        yield Line(file, number, cells, organisation, own or names_by_id.get(cells.get("person", ""), ""))


def read(files: Mapping[str, bytes]) -> Organisation:
    """Read the four files, given by name. Raises Unreadable when a file or a column is missing."""
    organisation = Organisation(people_file="people.csv", work_file="employments.csv")
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
