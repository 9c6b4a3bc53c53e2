"""Reads one table (CSV or XLSX) with a row per employment: person, unit path, title, manager and days."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.labels import ORGANISATION
from udbytte.imports.readers.columns import Columns
from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.tables import Table, open_table
from udbytte.imports.readers.values import BadValue, day, email, for_message, has_cpr, lost_letter

from . import staging
from .check import COLUMN_OF, problem_of_address, problem_of_days, problem_of_texts
from .identities import Identities, identify_lines
from .managers import ManagerCells, add_managers
from .rows import Organisation
from .unit_paths import UnitPaths

COLUMNS = Columns(
    {
        "name": "navn, fulde navn, medarbejder, medarbejdernavn, medarbejderens navn, name, full name, employee,"
        " employee name",
        "given_name": "fornavn, fornavne, first name, given name, given names",
        "family_name": "efternavn, efternavne, last name, family name, surname",
        "email": "arbejdsmail, arbejds-e-mail, medarbejderens e-mail, e-mail, e-mail arbejde, e-mail (arbejde),"
        " email address, work e-mail",
        "unit": "enhedssti, organisationssti, enhed, enhedsnavn, organisatorisk enhed, organisationsenhed, afdeling,"
        " afdelingsnavn, arbejdssted, tjenestested, organisation, unit path, unit, organisational unit,"
        " organizational unit, department",
        "unit_id": "enheds-id, enhedsnummer, enhedens id, afdelings-id, afdelingsnummer, organisations-id, orgenhed-id,"
        " organisatorisk enheds-id, unit id, unit number, department id",
        "title": "stillingsbetegnelse, stilling, titel, job, jobtitel, job title, position, title",
        "manager": "leders e-mail, lederens e-mail, leder e-mail, nærmeste leders e-mail, nærmeste leder e-mail,"
        " nærmeste leder, leder, manager's e-mail, manager e-mail, line manager's e-mail, line manager e-mail,"
        " line manager, manager",
        "from": "ansat fra, ansættelsesdato, ansættelse fra, tiltrædelsesdato, tiltrædelse, tiltrådt, startdato, start,"
        " fra, fra dato, employed from, start date, from",
        "to": "ansat til, ansættelse til, fratrædelsesdato, fratrædelse, fratrådt, slutdato, slut, til, til dato,"
        " employed to, end date, end, to",
        "employee_id": "medarbejdernummer, medarbejder-id, lønnummer, tjenestenummer, ansættelsesnummer,"
        " personalenummer, personale-id, employee id, employee number, staff number, id",
        "cpr": "cpr, cpr-nummer, personnummer, cpr number, civil registration number",
    },
    required=(("name", "given_name"), ("unit",), ("email", "employee_id")),
    labels=ORGANISATION.columns,
    several="unit",
)
EXAMPLE_ROWS = (
    ("1001", "Dorthe Dam", "dorthe@example.dk", "Kommunen > Børn", "12", "Chef", "", "01-05-2015", ""),
    ("1002", "Lars Lund", "lars@example.dk", "Kommunen > Børn > Nord", "34", "Leder", "dorthe@example.dk",
     "01-03-2019", ""),
    ("1003", "Mette Madsen", "mette@example.dk", "Kommunen > Børn > Nord", "34", "Pædagog", "lars@example.dk",
     "01-02-2020", "31-07-2027"),
)  # fmt: skip
EXAMPLE_HEADER = (
    "Medarbejdernummer", "Navn", "E-mail", "Enhed", "Enheds-id", "Stilling", "Leders e-mail", "Ansat fra", "Ansat til",
)  # fmt: skip


def read(
    file: str, source: bytes | BinaryIO, mapping: Mapping[str, str] | None = None, sheet: str = ""
) -> Organisation:
    """Read the table. `mapping` gives the column of a field, `sheet` which one of a workbook. Raises Unreadable."""
    table = open_table(file, source, COLUMNS, mapping=mapping, sheet=sheet)
    reading = _Reading(file, table)
    staging.copy_into("import_line", LINE, reading.lines(table.rows))
    return reading.finish()


MOST_REFUSED = 10_000  # addresses of refused rows that are remembered, for the notes on those they manage
LINE = (
    "row", "person", "number", "cpr", "address", "given_name", "family_name", "path", "title", "starts_on", "ends_on",
    "manager",
)  # fmt: skip
# Most rows share these with others.
cached_day = lru_cache(maxsize=10_000)(day)
cached_lost_letter = lru_cache(maxsize=10_000)(lost_letter)


@lru_cache(maxsize=10_000)
def has_words(path: tuple[str, ...]) -> bool:
    return any(sign.isalnum() for part in path for sign in part)


class _Row:
    """One row, with the texts of its fields, and the problems that make it unusable."""

    __slots__ = ("cells", "number", "places", "problems")

    def __init__(self, number: int, cells: list[str], places: Mapping[str, int]) -> None:
        self.number, self.cells, self.places = number, cells, places
        self.problems: list[tuple[str, str]] = []

    def __getitem__(self, field: str) -> str:
        return self.cells[self.places[field]]

    def bad(self, field: str, message: str) -> None:
        self.problems.append((field, message))

    def day(self, field: str) -> date | None:
        try:
            return cached_day(self[field])
        except BadValue as error:
            self.bad(field, str(error))
            return None


class _Reading:
    """Gives the lines of a table one by one, and makes units, people and employments of them at the end."""

    def __init__(self, file: str, table: Table) -> None:
        self.file, self.header = file, table.header
        self.organisation = Organisation(names_managers="manager" in table.header.places)
        self.organisation.people_file = self.organisation.work_file = file
        self.organisation.columns = table.header.recognised
        self.organisation.all_columns = table.header.columns
        self.organisation.unused_columns = list(table.header.unused)
        self.organisation.sheet, self.organisation.sheets = table.sheet, table.sheets
        self.units = UnitPaths(file)
        self.refused: dict[str, int] = {}  # e-mail addresses of rows that cannot be used
        self.surname_first: list[tuple[int, str, str]] = []  # row, name as written, name as read
        self.surnames_first = 0
        self.key = secrets.token_bytes(32)
        self.levels = table.header.levels
        # A row has an empty cell behind its last one, for the fields without a column.
        self.width = 1 + max((*table.header.places.values(), *self.levels), default=0)
        self.places = {**dict.fromkeys(COLUMNS.fields, self.width), **table.header.places}
        self.no_cells = [""] * (self.width + 1)

    def _note(self, row: int, field: str, message: str, person: str) -> None:
        column = self.header.label(field)
        self.organisation.notes.add(Problem(self.file, row, field, message, person, column))

    def lines(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[Any, ...]]:
        """The lines that can be used, as `import_line` has them."""
        width, no_cells, places = self.width, self.no_cells, self.places
        for number, cells in rows:
            line = self._line(_Row(number, cells[:width] + no_cells[min(len(cells), width) :], places))
            if line is not None:
                yield line

    def _line(self, row: _Row) -> tuple[Any, ...] | None:
        given, family = self._names(row)
        name = f"{given} {family}".strip()
        if not given:
            row.bad("name", _("This is empty; it must be filled in."))
        starts_on, ends_on = row.day("from"), row.day("to")
        employee_id, title, cpr = row["employee_id"], row["title"], row["cpr"]
        address = self._address(row, employee_id, name)
        path = self._unit_path(row)
        if not path or not has_words(path):
            row.bad("unit", _("A unit is missing. Write its path from the top, such as Children > Schools > North."))
        if not row["email"] and not employee_id:
            row.bad("email", _("An e-mail or an employee number is needed: nobody is recognised by name alone."))
        self._check_letters(row, name, path)
        texts = (("external_id", employee_id), ("given_name", given), ("family_name", family), ("title", title))
        problem = problem_of_texts(texts) or problem_of_address(address) or problem_of_days(starts_on, ends_on)
        if problem is not None:
            row.bad(*problem)
        if row.problems:
            self._refuse(row, "" if has_cpr(name) else name)
            return None
        number = self.units.number_of(row.number, path, row["unit_id"])
        digest = blake2b(cpr.encode(), key=self.key, digest_size=16).hexdigest() if cpr else None
        person = (row.number, str(row.number), employee_id or None, digest, address, given, family)
        return (*person, number, title, starts_on, ends_on, row["manager"] or None)

    def _unit_path(self, row: _Row) -> tuple[str, ...]:
        """The levels of the unit from the top, or one text with all of them."""
        cells = (row.cells[place] for place in self.levels) if self.levels else (row["unit"],)
        return tuple(filter(None, cells))

    def _names(self, row: _Row) -> tuple[str, str]:
        """The given and the family name, also from one cell, and from “Rask, Bodil”."""
        given, family = row["given_name"], row["family_name"]
        if given:
            return given, family
        name = row["name"]
        if "," in name:
            family, _comma, given = (part.strip() for part in name.partition(","))
            if given and family:
                self.surnames_first += 1
                if not self.surname_first:
                    self.surname_first.append((row.number, name, f"{given} {family}"))
                return given, family
            name = name.replace(",", " ").strip()
        given, _space, family = name.rpartition(" ")
        return (given, family) if given else (family, "")

    def _address(self, row: _Row, employee_id: str, name: str) -> str | None:
        """The e-mail address. One that cannot be used costs the row only where nothing else says who it is about."""
        try:
            return email(row["email"])
        except BadValue as error:
            if employee_id:
                self._note(row.number, "email", str(error), name)
            else:
                row.bad("email", str(error))
            return None

    def _check_letters(self, row: _Row, name: str, path: tuple[str, ...]) -> None:
        title = row["title"]
        for field, written, is_bad in (
            ("name", name, lost_letter(name)),
            ("unit", " > ".join(path), path and any(map(cached_lost_letter, path))),
            ("title", title, cached_lost_letter(title)),
        ):
            if is_bad:
                message = _("“%(value)s” has signs where æ, ø and å were lost. Save the file as CSV with UTF-8.")
                row.bad(field, message % {"value": for_message(written)})

    def _refuse(self, row: _Row, name: str) -> None:
        address, employee_id = row["email"], row["employee_id"]
        if address and len(self.refused) < MOST_REFUSED:
            self.refused.setdefault(address.lower(), row.number)
        for field, message in row.problems:
            column = next(
                (label for each in (field, *COLUMN_OF.get(field, ())) if (label := self.header.label(each))), ""
            )
            problem = Problem(self.file, row.number, field, message, name, column)
            self.organisation.problems.add(problem)
        self.organisation.spare(address, employee_id, name)

    def finish(self) -> Organisation:
        """Find out who each line is about and who manages whom, and move the lines to people and employments."""
        self.units.build()
        staging.analyse("import_line")
        self._refuse_contradictions()
        if self.surname_first:
            self._tell_surname_first()
        self._refuse_units()
        self.organisation.units = list(self.units.units.values())
        cells = ManagerCells(self.refused)
        for row, cell, path, name in cells.unknown():
            self._note(row, "manager", cells.message(cell), name)
            self.organisation.unknown_managers.add(self.units.keys[path])
        add_managers(self.organisation, self.units)
        staging.run("DROP TABLE import_line")
        return self.organisation

    def _refuse_contradictions(self) -> None:
        """Refuse the rows of each number that has two names. Nobody is ended because of them."""
        for problem, names in identify_lines(lambda: Identities(self.file, self._note)):
            column = self.header.label(problem.field)
            self.organisation.refuse(replace(problem, column=column), *names)
            if names[1]:
                self.refused.setdefault(names[1], problem.row)

    def _refuse_units(self) -> None:
        """Refuse the rows whose unit id belongs to a unit with another name."""
        others = {path: other for path in range(len(self.units.keys)) if (other := self.units.other_name(path))}
        if not others:
            return
        lines = staging.fetch(
            "SELECT l.row, l.path, p.email, p.external_id, p.given_name, p.family_name"
            " FROM import_line l JOIN import_person p ON p.key = l.person WHERE l.path = ANY(%s::int[]) ORDER BY l.row",
            [list(others)],
        )
        for row, path, address, number, given, family in lines:
            name = f"{given} {family}".strip()
            message = _("Unit id “%(value)s” is %(other)s in row %(row)s. Each unit needs its own id.")
            unit_id = self.units.written[path][1]
            words = {"value": for_message(unit_id), "other": others[path].name, "row": others[path].row}
            column = self.header.label("unit_id")
            problem = Problem(self.file, row, "unit_id", message % words, name, column)
            self.organisation.refuse(problem, address, number, name)
        staging.run("DELETE FROM import_line WHERE path = ANY(%s::int[])", [list(others)])
        staging.run("DELETE FROM import_person p WHERE NOT EXISTS (SELECT FROM import_line l WHERE l.person = p.key)")

    def _tell_surname_first(self) -> None:
        """One note for the whole column, with its first row as an example."""
        row, written, read = self.surname_first[0]
        message = _("The surname comes first in this column: “%(value)s” is read as %(name)s.")
        note = Problem(
            *(self.file, row, "name", message % {"value": for_message(written), "name": read}, read),
            column=self.header.label("name"),
            count=self.surnames_first,
        )
        self.organisation.notes.add(note)
