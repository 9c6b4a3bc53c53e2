"""Reads a folder or zip of units.csv, people.csv, employments.csv and managers.csv, the tables of OS2mo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.readers.columns import Row
from udbytte.imports.readers.problems import Problem, Unreadable
from udbytte.imports.readers.tables import csv_rows
from udbytte.imports.readers.values import BadValue, day, email, for_message, has_cpr, lost_letter

from . import staging
from .check import check_read_rows, names_of, problem_of_address, problem_of_texts
from .identities import PERSON
from .rows import ManagerRow, Organisation, UnitRow

FILES = ("units.csv", "people.csv", "employments.csv", "managers.csv")
COLUMNS = {
    "units.csv": ("uuid", "name", "parent", "from", "to"),
    "people.csv": ("uuid", "given", "family", "email"),
    "employments.csv": ("uuid", "person", "unit", "job", "from", "to"),
    "managers.csv": ("uuid", "person", "unit", "responsibilities_level_type", "from", "to"),
}
COLUMN_OF = {"external_id": "uuid", "given_name": "given", "family_name": "family", "title": "job"}
HOLDS_CONVERSATIONS = "personale: mus-kompetence"
WORK = ("row", "external_id", "person", "unit", "title", "starts_on", "ends_on")


class Line:
    """One row, with its cells by column. A value that cannot be read becomes a problem, and the row is left out."""

    def __init__(self, file: str, number: int, cells: dict[str, str], organisation: Organisation) -> None:
        self.file, self.number, self.cells, self.organisation = file, number, cells, organisation
        self.is_usable = True

    @property
    def person(self) -> str:
        """The name of the person in the row; the key, where people are in another file (`Problems.replace_people`)."""
        name = f"{self['given']} {self['family']}".strip() or self["person"]
        return "" if has_cpr(name) else name

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def _problem(self, column: str, message: str) -> Problem:
        return Problem(self.file, self.number, column, message, self.person, column)

    def problem(self, column: str, message: str) -> None:
        self.is_usable = False
        names = (self.cells.get(name) for name in ("uuid", "person", "email"))
        self.organisation.refuse(self._problem(column, message), *names, self.person)

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

    def check(self, problem: tuple[str, str] | None) -> None:
        if self.is_usable and problem is not None:
            field, message = problem
            self.problem(COLUMN_OF.get(field, field), message)


def rows_of(file: str, stream: BinaryIO) -> Iterator[Row]:
    """The rows of one of the files, its header first. Raises Unreadable, also while they are read."""
    known = set(COLUMNS[file])
    return csv_rows(file, stream, count_known=lambda cells: len({cell.casefold() for cell in cells} & known))


def read(files: Mapping[str, BinaryIO]) -> Organisation:
    """Read the four files, given by name. Raises Unreadable when a file or a column is missing."""
    for name in FILES:
        if name not in files:
            raise Unreadable(name, _("The file %(file)s is missing.") % {"file": name})
    return _Reading(files).organisation


class _Reading:
    """Keeps units and manager roles. People and employments are many, and go to the tables of `staging` one by one."""

    def __init__(self, files: Mapping[str, BinaryIO]) -> None:
        self.files = files
        self.organisation = Organisation(people_file="people.csv", work_file="employments.csv")
        self._units()
        staging.copy_into("import_person", PERSON, self._people())
        staging.copy_into("import_work", WORK, self._employments())
        self._managers()
        self.organisation.problems.replace_people(("employments.csv", "managers.csv"), names_of)
        check_read_rows(self.organisation)

    def _lines(self, file: str) -> Iterator[Line]:
        rows = rows_of(file, self.files[file])
        names = next(rows, (1, []))[1]
        header = [cell.casefold() for cell in names]
        known = {*COLUMNS[file], "email"}
        unused = [f"{file}: {name}" for name in names if name and name.casefold() not in known]
        self.organisation.unused_columns += unused
        for column in COLUMNS[file]:
            if column not in header:
                message = _("The column “%(column)s” is missing.") % {"column": column}
                raise Unreadable(file, message, column, 1)
        for number, row in rows:
            yield Line(file, number, dict(zip(header, row, strict=False)), self.organisation)

    def _units(self) -> None:
        for line in self._lines("units.csv"):
            key, name = line.required("uuid"), line.required("name")
            days = line.day("from"), line.day("to")
            if line.is_usable:
                unit = UnitRow(line.file, line.number, key, key, name, line["parent"] or None, *days)
                self.organisation.units.append(unit)

    def _people(self) -> Iterator[tuple[Any, ...]]:
        for line in self._lines("people.csv"):
            key, given, family = line.required("uuid"), line.required("given"), line["family"]
            address = line.email("email")
            texts = ("external_id", key), ("given_name", given), ("family_name", family)
            line.check(problem_of_texts(texts) or problem_of_address(address))
            if line.is_usable:
                yield line.number, key, key, address, given, family

    def _employments(self) -> Iterator[tuple[Any, ...]]:
        for line in self._lines("employments.csv"):
            key, person, unit = line.required("uuid"), line.required("person"), line.required("unit")
            days = line.day("from"), line.day("to")
            line.check(problem_of_texts((("external_id", key), ("title", line["job"]))))
            if line.is_usable:
                yield line.number, key, person, unit, line["job"], *days

    def _managers(self) -> None:
        for line in self._lines("managers.csv"):
            ids = line.required("uuid"), line.required("person"), line.required("unit")
            levels = {part.strip().casefold() for part in line["responsibilities_level_type"].split(";")}
            days = line.day("from"), line.day("to")
            if line.is_usable:
                role = ManagerRow(line.file, line.number, *ids, *days, HOLDS_CONVERSATIONS in levels)
                self.organisation.managers.append(role)
