"""Reads EMUS, the XML in which OS2mo exports the organisation for a MUS service.

`<orgUnit>` is a unit, `<employee client="1">` an employment, and `<employee client="540">` a manager. The id of a
manager is the person; a manager has the units that name this id as `<manager>`. The employments of the same person are
found by `cpr`, which is not stored. Every manager in the file holds conversations.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b
from typing import Any, BinaryIO, NamedTuple
from xml.sax import handler, xmlreader

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem, Unreadable
from udbytte.imports.readers.values import BadValue, day, email, has_cpr, same_name, text
from udbytte.imports.readers.xml_parser import parse_parts

from . import staging
from .check import check_read_rows, problem_of_address, problem_of_texts
from .identities import Contradiction, Line, identify_lines
from .rows import ManagerRow, Organisation, PersonRow, UnitRow

EMPLOYMENT, MANAGER = "1", "540"
FIELDS_READ = frozenset(
    "startDate endDate parentOrgUnit manager longName entryDate leaveDate cpr firstName lastName position"
    " orgUnit email".split()
)
FIELD_OF = {
    "external_id": "id", "given_name": "firstName", "family_name": "lastName", "title": "position",
}  # fmt: skip
LINE = (
    "row", "line", "person", "number", "cpr", "address", "given_name", "family_name", "external_id", "unit", "title",
    "starts_on", "ends_on",
)  # fmt: skip
Days = tuple[date | None, date | None]


class Element(NamedTuple):
    """A unit or employee: the line on which it begins, and its fields."""

    name: str
    line: int
    fields: dict[str, str]

    @property
    def person(self) -> str:
        return f"{self.fields.get('firstName', '')} {self.fields.get('lastName', '')}".strip()


class _Handler(handler.ContentHandler):
    """Collects units and employees with the fields that are needed; not telephones and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[Element] = []
        self._open: Element | None = None
        self._field = ""
        self._text: list[str] = []
        self._depth = 0
        self.line = xmlreader.Locator()

    def setDocumentLocator(self, locator: xmlreader.Locator) -> None:  # noqa: N802 (SAX's name)
        self.line = locator

    def startElement(self, name: str, attrs: xmlreader.AttributesImpl) -> None:  # noqa: N802
        self._depth += 1
        if self._depth == 2 and name in ("orgUnit", "employee"):
            fields = {"id": text(attrs.get("id", "")), "client": text(attrs.get("client", ""))}
            self._open = Element(name, self.line.getLineNumber() or 0, fields)
        elif self._depth == 3 and self._open is not None and name in FIELDS_READ:
            self._field, self._text = name, []

    def characters(self, content: str) -> None:
        if self._field:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        if self._depth == 3 and self._field and self._open is not None:
            self._open.fields[self._field] = text("".join(self._text))
            self._field = ""
        elif self._depth == 2 and self._open is not None:
            self.read.append(self._open)
            self._open = None
        self._depth -= 1


def elements_of(file: str, stream: BinaryIO) -> Iterator[Element]:
    """The units and employees of a file, read in parts. Raises Unreadable, also while they are read."""
    elements = _Handler()
    for _part in parse_parts(file, stream, elements):
        yield from elements.read
        elements.read.clear()


def read(file: str, stream: BinaryIO) -> Organisation:
    """Read EMUS XML. Raises Unreadable when the XML is damaged, has a DTD or entities, or has no units."""
    reading = _Reading(file)
    staging.copy_into("import_line", LINE, reading.employments(elements_of(file, stream)))
    if not reading.units:
        raise Unreadable(file, _("The file has no units (orgUnit) in it; it is not an EMUS file."))
    return reading.finish()


class _Reading:
    """Keeps units and managers. Employments are many, and go to `import_line` one by one; then the managers follow."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.organisation = Organisation(people_file=file, work_file=file)
        self.units: list[Element] = []
        self.managers: list[Element] = []
        self.key = secrets.token_bytes(32)

    def employments(self, elements: Iterable[Element]) -> Iterator[tuple[Any, ...]]:
        """The employments that can be used, as `import_line` has them."""
        for number, element in enumerate(elements):
            if element.name == "orgUnit":
                self.units.append(element)
            elif element.fields["client"] == MANAGER:
                self.managers.append(element)
            elif element.fields["client"] != EMPLOYMENT:
                self._problem(element, "client", _("This is neither an employment (1) nor a manager (540)."))
            elif (days := self._usable_days(element, "id", "orgUnit")) is not None:
                fields, title = element.fields, element.fields.get("position", "")
                person = self._person(element, number, None)
                texts = ("external_id", fields["id"]), ("title", title)
                if person is not None and self._is_right(element, problem_of_texts(texts)):
                    yield *person, fields["id"], fields["orgUnit"], title, *days

    def finish(self) -> Organisation:
        """Find out who the managers and employments are about, and make roles and employments of them."""
        managing: dict[str, list[Element]] = {}
        for unit in self.units:
            self._unit(unit)
            managing.setdefault(unit.fields.get("manager", ""), []).append(unit)
        roles: dict[int, tuple[Element, list[Element], Days]] = {}
        lines = []
        for number, element in enumerate(self.managers, start=-len(self.managers)):  # they come before employments
            units = managing.pop(element.fields["id"], [])
            days = self._usable_days(element, "id")
            line = self._person(element, number, element.fields["id"]) if days is not None else None
            if line is not None and days is not None:
                lines.append((*line, None, None, None, None, None))
                roles[number] = element, units, days
        managing.pop("", None)
        for units in managing.values():
            for _name, row, fields in units:
                message = _("No manager in the file has this id.")
                self.organisation.problems.add(Problem(self.file, row, "manager", message))
                self.organisation.spare(fields["manager"])
        staging.copy_into("import_line", LINE, lines)
        staging.analyse("import_line")
        for problem, known_by in identify_lines(lambda: _Identities(self.file)):
            self.organisation.refuse(problem, *known_by)
        for number, person in staging.fetch("SELECT row, person FROM import_line WHERE row < 0 ORDER BY row"):
            self._roles(person, *roles[number])
        staging.run(
            "INSERT INTO import_work (row, external_id, person, unit, title, starts_on, ends_on)"
            " SELECT line, external_id, person, unit, title, starts_on, ends_on FROM import_line WHERE row >= 0"
            " ORDER BY row"
        )
        staging.run("DROP TABLE import_line")
        check_read_rows(self.organisation)
        return self.organisation

    def _problem(self, element: Element, field: str, message: str) -> None:
        name = element.person
        about = name or element.fields.get("longName", "")
        problem = Problem(self.file, element.line, field, message, "" if has_cpr(about) else about, field)
        self.organisation.refuse(problem, element.fields["id"], element.fields.get("email"), name)

    def _is_right(self, element: Element, problem: tuple[str, str] | None) -> bool:
        """Whether nothing is wrong; what is becomes a problem."""
        if problem is not None:
            field, message = problem
            self._problem(element, FIELD_OF.get(field, field), message)
        return problem is None

    def _days(self, element: Element, first: str, last: str) -> Days | None:
        days = []
        for name in (first, last):
            try:
                days.append(day(element.fields.get(name, "")))
            except BadValue as error:
                self._problem(element, name, str(error))
                return None
        return days[0], days[1]

    def _usable_days(self, element: Element, *required: str) -> Days | None:
        """The days of an employee; None, with a problem, when they or a required field cannot be used."""
        for name in required:
            if not element.fields.get(name):
                self._problem(element, name, _("This is empty; it must be filled in."))
                return None
        return self._days(element, "entryDate", "leaveDate")

    def _unit(self, element: Element) -> None:
        fields = element.fields
        days = self._days(element, "startDate", "endDate")
        if not fields["id"] or not fields.get("longName"):
            field = "longName" if fields["id"] else "id"
            self._problem(element, field, _("This is empty; it must be filled in."))
        elif days is not None:
            key, parent = fields["id"], fields.get("parentOrgUnit") or None
            self.organisation.units.append(
                UnitRow(self.file, element.line, key, key, fields["longName"], parent, *days)
            )

    def _person(self, element: Element, number: int, external_id: str | None) -> tuple[Any, ...] | None:
        """What an employee says of the person, as `import_line` has it; None, with a problem, when it is unusable."""
        fields, line = element.fields, element.line
        given, family, cpr = fields.get("firstName", ""), fields.get("lastName", ""), fields.get("cpr", "")
        address = self._address(element)
        if not given:
            self._problem(element, "firstName", _("This is empty; it must be filled in."))
            return None
        texts = ("external_id", external_id), ("given_name", given), ("family_name", family)
        if not self._is_right(element, problem_of_texts(texts) or problem_of_address(address)):
            return None
        digest = blake2b(cpr.encode(), key=self.key, digest_size=16).hexdigest() if cpr else None
        return number, line, str(number), external_id, digest, address, given, family

    def _address(self, element: Element) -> str | None:
        """The e-mail address; None, with a note, when it cannot be used. The id says who the row is about."""
        try:
            return email(element.fields.get("email", ""))
        except BadValue as error:
            note = Problem(self.file, element.line, "email", str(error), element.person, "email")
            self.organisation.notes.add(note)
            return None

    def _roles(self, person: str, element: Element, units: list[Element], days: Days) -> None:
        for _name, line, fields in units:
            role = f"{fields['id']}:{element.fields['id']}"
            self.organisation.managers.append(ManagerRow(self.file, line, role, person, fields["id"], *days))


class _Identities:
    """The people of EMUS, by key. They are found by CPR number, otherwise by e-mail address and name.

    Each manager is a person of their own. Two names under one CPR number are a problem, and neither row is used. Two
    names under one address are two people.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.people: dict[str, PersonRow] = {}
        self.contradicting = set[str]()
        self.by_address: dict[str, list[str]] = {}
        self.by_cpr: dict[str, str] = {}
        self.found: list[Contradiction] = []

    def person_of(self, line: Line) -> str | None:
        known = self.by_cpr.get(line.cpr) if line.cpr else self._with_address(line)
        if known is not None and not same_name(self.people[known].name, line.name):
            self._contradict(line, self.people[known])
            return None
        if known is not None and line.number is None:
            return known
        self.people[line.key] = PersonRow(
            self.file, line.row, line.key, line.number, line.address, line.given, line.family
        )
        if line.cpr:
            self.by_cpr[line.cpr] = line.key
        if line.address:
            self.by_address.setdefault(line.address, []).append(line.key)
        return line.key

    def is_usable(self, key: str) -> bool:
        """Every line stays; `check_references` refuses those about people who are left out."""
        return True

    def contradictions(self) -> Iterator[Contradiction]:
        yield from self.found

    def _with_address(self, line: Line) -> str | None:
        alike = (key for key in self.by_address.get(line.address or "", ()) if self._has_name(key, line))
        return next(alike, None)

    def _has_name(self, key: str, line: Line) -> bool:
        return same_name(self.people[key].name, line.name)

    def _contradict(self, line: Line, other: PersonRow) -> None:
        """Two names under one CPR number: neither row is used."""
        self._add(line.row, line.name, other.name, other.row, line.number or line.external_id, line.address)
        if other.key not in self.contradicting:
            self.contradicting.add(other.key)
            self._add(other.row, other.name, line.name, line.row, other.external_id, other.email)

    def _add(self, row: int, name: str, other: str, other_row: int, *known_by: str | None) -> None:
        message = _("The same CPR number is %(other)s in row %(row)s too. Each person needs their own.")
        problem = Problem(self.file, row, "cpr", message % {"other": other, "row": other_row}, name, "cpr")
        self.found.append((problem, (*known_by, name)))
