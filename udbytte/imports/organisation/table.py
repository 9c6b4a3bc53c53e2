"""Reads one table (CSV or XLSX) with a row per employment: person, unit path, title, manager and days."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.labels import ORGANISATION
from udbytte.imports.readers.columns import Columns, Header
from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.tables import Table, open_table
from udbytte.imports.readers.values import BadValue, day, email, for_message, lost_letter

from .identities import Identities
from .managers import ManagerCells, add_managers
from .rows import EmploymentRow, Organisation
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
    for number, cells in table.rows:
        reading.row(number, cells)
    return reading.finish()


cached_day = lru_cache(maxsize=10_000)(day)


@dataclass(frozen=True, slots=True)
class _Work:
    """What a row says about a person's work; its person and unit are made when all rows are known."""

    row: int
    person: str
    unit: tuple[tuple[str, ...], str]
    title: str
    starts_on: date | None
    ends_on: date | None
    manager: str  # the cell as it is


class _Row:
    """One row, with the texts of its fields, and the problems that make it unusable."""

    def __init__(self, number: int, cells: list[str], header: Header) -> None:
        self.number, self.cells, self.header = number, cells, header
        self.problems: list[tuple[str, str]] = []

    def __getitem__(self, field: str) -> str:
        place = self.header.places.get(field)
        return self.cells[place] if place is not None and place < len(self.cells) else ""

    def bad(self, field: str, message: str) -> None:
        self.problems.append((field, message))

    def day(self, field: str) -> date | None:
        try:
            return cached_day(self[field])
        except BadValue as error:
            self.bad(field, str(error))
            return None

    def unit_path(self) -> tuple[str, ...]:
        levels = self.header.levels
        if not levels:
            path = self["unit"]
            return (sys.intern(path),) if path else ()
        return tuple(self.cells[place] for place in levels if place < len(self.cells) and self.cells[place])


class _Reading:
    """Collects units, people and employments row by row, and finds the managers at the end."""

    def __init__(self, file: str, table: Table) -> None:
        self.file, self.header = file, table.header
        self.organisation = Organisation(names_managers="manager" in table.header.places)
        self.organisation.columns = table.header.recognised
        self.organisation.all_columns = table.header.columns
        self.organisation.unused_columns = list(table.header.unused)
        self.organisation.sheet, self.organisation.sheets = table.sheet, table.sheets
        self.units = UnitPaths(file)
        self.identities = Identities(file, self._note)
        self.works: list[_Work] = []
        self.refused: dict[str, int] = {}  # e-mail addresses of rows that cannot be used
        self.surname_first: list[tuple[int, str, str]] = []  # row, name as written, name as read

    def _note(self, row: int, field: str, message: str, person: str) -> None:
        column = self.header.label(field)
        self.organisation.notes.append(Problem(self.file, row, field, message, person, column))

    def row(self, number: int, cells: list[str]) -> None:
        row = _Row(number, cells, self.header)
        given, family = self._names(row)
        name = f"{given} {family}".strip()
        if not given:
            row.bad("name", _("This is empty; it must be filled in."))
        days = row.day("from"), row.day("to")
        employee_id = row["employee_id"]
        address = self._address(row, employee_id, name)
        path = row.unit_path()
        if not any(sign.isalnum() for part in path for sign in part):
            row.bad("unit", _("A unit is missing. Write its path from the top, such as Children > Schools > North."))
        if not row["email"] and not employee_id:
            row.bad("email", _("An e-mail or an employee number is needed: nobody is recognised by name alone."))
        self._check_letters(row, name, path)
        if row.problems:
            self._refuse(row, name)
            return
        person = self.identities.person_of(
            number, number=employee_id, cpr=row["cpr"], address=address, given=given, family=sys.intern(family)
        )
        unit = self.units.add(number, path, row["unit_id"])
        manager = sys.intern(row["manager"])
        self.works.append(_Work(number, person, unit, sys.intern(row["title"]), *days, manager))

    def _names(self, row: _Row) -> tuple[str, str]:
        """The given and the family name, also from one cell, and from “Rask, Bodil”."""
        given, family = row["given_name"], row["family_name"]
        if given:
            return given, family
        name = row["name"]
        if "," in name:
            family, _comma, given = (part.strip() for part in name.partition(","))
            if given and family:
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
        for field, written in (("name", name), ("unit", " > ".join(path)), ("title", row["title"])):
            if lost_letter(written):
                message = _("“%(value)s” has signs where æ, ø and å were lost. Save the file as CSV with UTF-8.")
                row.bad(field, message % {"value": for_message(written)})

    def _refuse(self, row: _Row, name: str) -> None:
        address, employee_id = row["email"], row["employee_id"]
        if address:
            self.refused.setdefault(address.lower(), row.number)
        for field, message in row.problems:
            column = self.header.label(field)
            problem = Problem(self.file, row.number, field, message, name, column)
            self.organisation.refuse(problem, address, employee_id, name)

    def finish(self) -> Organisation:
        self.units.build()
        self._refuse_contradictions()
        if self.surname_first:
            self._tell_surname_first()
        cells = ManagerCells(self.identities, self.refused, {})
        works: list[tuple[EmploymentRow, str | None]] = []
        people = self.identities.people
        for work in self.works:
            if work.person in self.identities.contradicting:
                continue
            if (other := self.units.other_name(work.unit)) is not None:
                self._refuse_unit(work, other.name, other.row)
                continue
            manager, unknown = cells.read(work.manager) if work.manager else (None, "")
            unit = self.units.key_of(work.unit)
            if unknown:
                self._note(work.row, "manager", unknown, people[work.person].name)
                self.organisation.unknown_managers.add(unit)
            fields = (self.file, work.row, None, work.person, unit, work.title, work.starts_on, work.ends_on)
            works.append((EmploymentRow(*fields, keeps_manager=bool(unknown)), manager))
        self.works.clear()
        self._add(works)
        return self.organisation

    def _refuse_contradictions(self) -> None:
        """Refuse the rows of each number that has two names. Nobody is ended because of them."""
        for problem, names in self.identities.contradictions():
            column = self.header.label(problem.field)
            self.organisation.refuse(replace(problem, column=column), *names)

    def _refuse_unit(self, work: _Work, other: str, row: int) -> None:
        """Refuse a row whose unit id belongs to a unit with another name."""
        person = self.identities.people[work.person]
        message = _("Unit id “%(value)s” is %(other)s in row %(row)s. Each unit needs its own id.")
        words = {"value": for_message(work.unit[1]), "other": other, "row": row}
        column = self.header.label("unit_id")
        problem = Problem(self.file, work.row, "unit_id", message % words, person.name, column)
        self.organisation.refuse(problem, person.email, person.external_id, person.name)

    def _tell_surname_first(self) -> None:
        """One note for the whole column, with its first row as an example."""
        row, written, read = self.surname_first[0]
        message = _("The surname comes first in this column: “%(value)s” is read as %(name)s.")
        note = Problem(
            *(self.file, row, "name", message % {"value": for_message(written), "name": read}, read),
            column=self.header.label("name"),
            count=len(self.surname_first),
        )
        self.organisation.notes.append(note)

    def _add(self, works: list[tuple[EmploymentRow, str | None]]) -> None:
        """Add the units, the people with work, and the employments with their managers."""
        organisation = self.organisation
        organisation.units = list(self.units.units.values())
        explicit = add_managers(organisation, self.units.units, works)
        organisation.unknown_managers -= {role.unit for role in organisation.managers}
        used = {work.person for work, _manager in works}
        organisation.people = [person for key, person in self.identities.people.items() if key in used]
        for work, _manager in works:
            manager = explicit.get(work.row)
            organisation.employments.append(work if manager is None else replace(work, manager=manager))
