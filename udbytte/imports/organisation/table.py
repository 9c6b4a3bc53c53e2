"""Reads one table (CSV or XLSX) with a row per employment: person, unit path, title, manager and days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from django.utils.translation import gettext as _

from udbytte.domain.organisation import conversation_holder
from udbytte.imports.readers.columns import Columns, fields_in
from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.tables import table_rows
from udbytte.imports.readers.values import BadValue, day, email

from .rows import EmploymentRow, ManagerRow, Organisation, PersonRow, UnitRow

SEPARATORS = (">", "\\", "/")
JOIN = " > "
COLUMNS = Columns(
    {
        "name": "navn, fulde navn, medarbejder, medarbejdernavn, name, full name, employee, employee name",
        "given_name": "fornavn, fornavne, first name, given name, given names",
        "family_name": "efternavn, last name, family name, surname",
        "email": "e-mail, mail, arbejdsmail, e-mailadresse, mailadresse, arbejds-e-mail, email address, work e-mail,"
        " medarbejderens e-mail",
        "unit": "enhed, enhedssti, enhedsnavn, afdeling, organisation, organisationssti, arbejdssted, unit, unit path,"
        " department, organisational unit",
        "title": "titel, stilling, stillingsbetegnelse, job, jobtitel, title, position, job title",
        "manager": "leder, leders e-mail, leder e-mail, lederens e-mail, leders mail, lederens mail, nærmeste leder,"
        " nærmeste leders e-mail, manager, manager's e-mail, managers e-mail, manager e-mail, line manager,"
        " line manager e-mail",
        "from": "fra, ansat fra, startdato, start, ansættelsesdato, tiltrædelse, tiltrædelsesdato, from, start date,"
        " employed from",
        "to": "til, ansat til, slutdato, slut, fratrædelse, fratrædelsesdato, to, end, end date, employed to",
        "employee_id": "medarbejdernummer, medarbejdernr, medarbejder-id, lønnummer, tjenestenummer, personale-id,"
        " employee id, employee number, employee no, id",
        "cpr": "cpr, cpr-nummer, cpr-nr, personnummer, cpr number, civil registration number",
    },
    required=(("name", "given_name"), ("unit",), ("email", "employee_id")),
)


def read(file: str, data: bytes, mapping: Mapping[str, str] | None = None) -> Organisation:
    """Read the table. `mapping` gives the column of a field whose column is not recognised. Raises Unreadable."""
    places, rows = COLUMNS.read_header(file, table_rows(file, data), mapping)
    reading = _Reading(file, places)
    for number, cells in rows:
        reading.row(number, cells)
    return reading.finish()


class _Reading:
    """Collects units, people and employments row by row, and finds the managers at the end."""

    def __init__(self, file: str, places: dict[str, int]) -> None:
        self.file, self.places = file, places
        self.organisation = Organisation(names_managers="manager" in places)
        self.units: dict[str, UnitRow] = {}
        self.paths: dict[str, str | None] = {}
        self.people: dict[str, PersonRow] = {}
        self.by_email: dict[str, str] = {}
        self.by_cpr: dict[str, str] = {}
        self.works: list[tuple[EmploymentRow, str | None]] = []

    def row(self, number: int, cells: list[str]) -> None:
        fields = fields_in(cells, self.places)
        problems: list[Problem] = []

        def get(field: str) -> str:
            return fields.get(field, "")

        def bad(field: str, message: str) -> None:
            problems.append(Problem(self.file, number, field, message))

        given, family = get("given_name"), get("family_name")
        if not given:
            given, _space, family = get("name").rpartition(" ")
            given, family = (given, family) if given else (family, "")
        if not given:
            bad("name", _("This is empty; it must be filled in."))
        days = []
        for field in ("from", "to"):
            try:
                days.append(day(get(field)))
            except BadValue as error:
                bad(field, str(error))
        emails = []
        for field in ("email", "manager"):
            try:
                emails.append(email(get(field)))
            except BadValue as error:
                bad(field, str(error))
        if not any(sign.isalnum() for sign in get("unit")):
            bad("unit", _("A unit is missing. Write its path from the top, such as Children > Schools > North."))
        if not get("email") and not get("employee_id"):
            bad("email", _("An e-mail or an employee number is needed: nobody is recognised by name alone."))
        if problems:
            for problem in problems:
                self.organisation.refuse(problem, get("email"), get("employee_id"), f"{given} {family}".strip())
            return
        person = self._person(number, emails[0], get("employee_id") or None, get("cpr"), given, family)
        unit = self._unit(number, get("unit"))
        work = EmploymentRow(self.file, number, None, person, unit or "", get("title"), days[0], days[1])
        self.works.append((work, emails[1]))

    def _unit(self, number: int, path: str) -> str | None:
        if path in self.paths:
            return self.paths[path]
        separator = next((sign for sign in SEPARATORS if sign in path), JOIN)
        names = [name.strip() for name in path.split(separator) if name.strip()]
        parent: str | None = None
        for depth, name in enumerate(names, start=1):
            key = JOIN.join(names[:depth]).casefold()
            if key not in self.units:
                self.units[key] = UnitRow(self.file, number, key, None, name, parent)
            parent = key
        self.paths[path] = parent
        return parent

    def _person(
        self, number: int, address: str | None, employee_id: str | None, cpr: str, given: str, family: str
    ) -> str:
        """The key of the person in a row: found by employee number, else by CPR number, else by e-mail address."""
        key = f"id {employee_id}" if employee_id else None
        if key is None and cpr:
            key = self.by_cpr.get(cpr)
        if key is None and address:
            key = self.by_email.get(address)
        key = key or f"row {number}"
        known = self.people.get(key)
        if known is None:
            self.people[key] = PersonRow(self.file, number, key, employee_id, address, given, family)
        if cpr:
            self.by_cpr.setdefault(cpr, key)
        if address:
            self.by_email.setdefault(address, key)
        return key

    def _find_managers(self) -> dict[int, str]:
        """Add the manager of each unit, and return the manager (by row) where a row names somebody else.

        A unit's manager is the one that most of its rows name; of several, the one who works there.
        """
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for work, address in self.works:
            manager = self.by_email.get(address or "")
            if manager is not None and manager != work.person:
                votes[work.unit][manager] += 1
        numbers = {key: number for number, key in enumerate(self.people)}
        keys = list(self.people)
        places = {key: number for number, key in enumerate(self.units)}
        first_row: dict[str, int] = {}
        working: dict[str, set[str]] = defaultdict(set)
        for work, _address in self.works:
            working[work.unit].add(work.person)
            first_row.setdefault(work.unit, work.row)
        managers: dict[int, list[int]] = {}
        for unit, counted in votes.items():
            first = max(counted, key=lambda key: (counted[key], key in working[unit]))
            managers[places[unit]] = [numbers[first]]
            self.organisation.managers.append(ManagerRow(self.file, first_row[unit], None, first, unit))
        ancestors: dict[str, list[int]] = {}
        for key, unit_row in self.units.items():
            ancestors[key] = [*ancestors.get(unit_row.parent or "", []), places[key]]
        explicit: dict[int, str] = {}
        for work, address in self.works:
            manager = self.by_email.get(address or "")
            by_rule = conversation_holder(numbers[work.person], ancestors[work.unit], managers)
            if manager is not None and manager != work.person and (by_rule is None or keys[by_rule] != manager):
                explicit[work.row] = manager
        return explicit

    def finish(self) -> Organisation:
        usable = []
        for work, address in self.works:
            if address is None or address in self.by_email:
                usable.append((work, address))
                continue
            person = self.people[work.person]
            message = _("No row in the file has this manager's e-mail. Add the manager's own row, or mend the e-mail.")
            problem = Problem(self.file, work.row, "manager", message)
            self.organisation.refuse(problem, person.email, person.external_id, person.name)
        self.works = usable
        explicit = self._find_managers()
        self.organisation.units = list(self.units.values())
        used = {work.person for work, _address in usable}
        self.organisation.people = [person for key, person in self.people.items() if key in used]
        for work, _address in usable:
            manager = explicit.get(work.row)
            if manager is None:
                self.organisation.employments.append(work)
            else:
                fields = (work.file, work.row, None, work.person, work.unit, work.title, work.starts_on, work.ends_on)
                self.organisation.employments.append(EmploymentRow(*fields, manager=manager))
        return self.organisation
