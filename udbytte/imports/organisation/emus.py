"""Reads EMUS, the XML in which OS2mo exports the organisation for a MUS service.

`<orgUnit>` is a unit, `<employee client="1">` an employment, and `<employee client="540">` a manager. The id of a
manager is the person; a manager has the units that name this id as `<manager>`. The employments of the same person are
found by `cpr`, which is not stored. Every manager in the file holds conversations.
"""

from __future__ import annotations

from typing import BinaryIO
from xml.sax import handler, xmlreader

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem, Unreadable
from udbytte.imports.readers.values import BadValue, day, email, same_name, text
from udbytte.imports.readers.xml_parser import parse_xml

from .rows import EmploymentRow, ManagerRow, Organisation, PersonRow, UnitRow

EMPLOYMENT, MANAGER = "1", "540"
FIELDS_READ = frozenset(
    "startDate endDate parentOrgUnit manager longName entryDate leaveDate cpr firstName lastName position"
    " orgUnit email".split()
)
Element = tuple[int, dict[str, str]]


class _Elements(handler.ContentHandler):
    """Collects the needed fields of each unit and employee, and the line it begins on; not telephones and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.units: list[Element] = []
        self.employees: list[Element] = []
        self.others: list[Element] = []
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
            self._open = (self.line.getLineNumber() or 0, fields)
            if name == "orgUnit":
                self.units.append(self._open)
            elif fields["client"] == EMPLOYMENT:
                self.employees.append(self._open)
            else:
                self.others.append(self._open)
        elif self._depth == 3 and self._open is not None and name in FIELDS_READ:
            self._field, self._text = name, []

    def characters(self, content: str) -> None:
        if self._field:
            self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        if self._depth == 3 and self._field and self._open is not None:
            self._open[1][self._field] = text("".join(self._text))
            self._field = ""
        elif self._depth == 2:
            self._open = None
        self._depth -= 1


def read(file: str, stream: BinaryIO) -> Organisation:
    """Read EMUS XML. Raises Unreadable when the XML is damaged, has a DTD or entities, or has no units."""
    elements = _Elements()
    parse_xml(file, stream, elements)
    if not elements.units:
        raise Unreadable(file, _("The file has no units (orgUnit) in it; it is not an EMUS file."))
    return _Reading(file, elements).organisation


def _name_of(fields: dict[str, str]) -> str:
    return f"{fields.get('firstName', '')} {fields.get('lastName', '')}".strip()


class _Reading:
    """Turns the elements into rows. CPR numbers are used to find the same person, and are never part of a row."""

    def __init__(self, file: str, elements: _Elements) -> None:
        self.file = file
        self.organisation = Organisation(people_file=file, work_file=file)
        self.people: dict[str, PersonRow] = {}
        self.contradicting = set[str]()  # keys of people whose CPR number others have too
        self.by_email: dict[str, list[str]] = {}
        self.by_cpr: dict[str, str] = {}
        managing: dict[str, list[Element]] = {}
        for unit in elements.units:
            self._unit(unit)
            managing.setdefault(unit[1].get("manager", ""), []).append(unit)
        managers = [element for element in elements.others if element[1]["client"] == MANAGER]
        for line, fields in elements.others:
            if fields["client"] != MANAGER:
                self._problem(line, fields, "client", _("This is neither an employment (1) nor a manager (540)."))
        for element in managers:
            self._manager(element, managing.pop(element[1]["id"], []))
        managing.pop("", None)
        for units in managing.values():
            for line, fields in units:
                message = _("No manager in the file has this id.")
                self.organisation.problems.add(Problem(file, line, "manager", message))
                self.organisation.spare(fields["manager"])
        for element in elements.employees:
            self._employment(element)
        self.organisation.people = [row for key, row in self.people.items() if key not in self.contradicting]

    def _problem(self, line: int, fields: dict[str, str], field: str, message: str) -> None:
        name = _name_of(fields)
        problem = Problem(self.file, line, field, message, name or fields.get("longName", ""), field)
        self.organisation.refuse(problem, fields["id"], fields.get("email"), name)

    def _days(self, line: int, fields: dict[str, str], *names: str) -> tuple[object, ...] | None:
        days = []
        for name in names:
            try:
                days.append(day(fields.get(name, "")))
            except BadValue as error:
                self._problem(line, fields, name, str(error))
                return None
        return tuple(days)

    def _unit(self, element: Element) -> None:
        line, fields = element
        days = self._days(line, fields, "startDate", "endDate")
        if not fields["id"] or not fields.get("longName"):
            field = "longName" if fields["id"] else "id"
            self._problem(line, fields, field, _("This is empty; it must be filled in."))
        elif days is not None:
            key, parent = fields["id"], fields.get("parentOrgUnit") or None
            unit = UnitRow(self.file, line, key, key, fields["longName"], parent, *days)  # type: ignore[arg-type]
            self.organisation.units.append(unit)

    def _person(self, element: Element, external_id: str | None) -> str | None:
        """The key of the person in a row; a new person is added. Found by CPR number, otherwise by e-mail address.

        Two names under one CPR number are a problem. Two names under one address are two people.
        """
        line, fields = element
        address = self._address(line, fields)
        if not fields.get("firstName"):
            self._problem(line, fields, "firstName", _("This is empty; it must be filled in."))
            return None
        cpr = fields.pop("cpr", "")
        known = self.by_cpr.get(cpr) if cpr else self._with_address(address, fields)
        if known is not None and not same_name(self.people[known].name, _name_of(fields)):
            self._contradict(line, fields, self.people[known])
            return None
        if known is not None and external_id is None:
            return known
        key = f"{line}"
        names = fields["firstName"], fields.get("lastName", "")
        self.people[key] = PersonRow(self.file, line, key, external_id, address, *names)
        if cpr:
            self.by_cpr[cpr] = key
        if address:
            self.by_email.setdefault(address, []).append(key)
        return key

    def _address(self, line: int, fields: dict[str, str]) -> str | None:
        """The e-mail address; None, with a note, when it cannot be used. The id says who the row is about."""
        try:
            return email(fields.get("email", ""))
        except BadValue as error:
            note = Problem(self.file, line, "email", str(error), _name_of(fields), "email")
            self.organisation.notes.add(note)
            return None

    def _with_address(self, address: str | None, fields: dict[str, str]) -> str | None:
        alike = (key for key in self.by_email.get(address or "", ()) if self._has_name(key, fields))
        return next(alike, None)

    def _has_name(self, key: str, fields: dict[str, str]) -> bool:
        return same_name(self.people[key].name, _name_of(fields))

    def _contradict(self, line: int, fields: dict[str, str], other: PersonRow) -> None:
        """Two names under one CPR number: neither row is used."""
        message = _("The same CPR number is %(other)s in row %(row)s too. Each person needs their own.")
        self._problem(line, fields, "cpr", message % {"other": other.name, "row": other.row})
        if other.key not in self.contradicting:
            self.contradicting.add(other.key)
            words = {"other": _name_of(fields), "row": line}
            problem = Problem(self.file, other.row, "cpr", message % words, other.name, "cpr")
            self.organisation.refuse(problem, other.external_id, other.email, other.name)

    def _manager(self, element: Element, units: list[Element]) -> None:
        line, fields = element
        if not fields["id"]:
            self._problem(line, fields, "id", _("This is empty; it must be filled in."))
            return
        days = self._days(line, fields, "entryDate", "leaveDate")
        person = self._person(element, fields["id"]) if days is not None else None
        if person is None or days is None:
            return
        for number, unit in units:
            role = f"{unit['id']}:{fields['id']}"
            row = ManagerRow(self.file, number, role, person, unit["id"], *days)  # type: ignore[arg-type]
            self.organisation.managers.append(row)

    def _employment(self, element: Element) -> None:
        line, fields = element
        for name in ("id", "orgUnit"):
            if not fields.get(name):
                self._problem(line, fields, name, _("This is empty; it must be filled in."))
                return
        days = self._days(line, fields, "entryDate", "leaveDate")
        person = self._person(element, None) if days is not None else None
        if person is None or days is None:
            return
        ids = fields["id"], person, fields["orgUnit"]
        row = EmploymentRow(self.file, line, *ids, fields.get("position", ""), *days)  # type: ignore[arg-type]
        self.organisation.employments.append(row)
