"""Reads XCRI-CAP 1.2, the XML of European course catalogues, one course at a time.

Elements are found by name in any namespace, because catalogues use different ones. The row of a course is its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, iterparse
from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable

from .build import CourseBuilder
from .rows import Catalogue, CourseRow

LINE = "line"
MAX_DEPTH = 100
BLOCKS = {"p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
FIELDS = {"subject": "subject", "kind": "type", "url": "url", "duration": "duration"}
_ECTS = re.compile(r"\bects\b", re.IGNORECASE)


class _WithLines(TreeBuilder):
    """Builds elements with the line on which they begin. Refuses XML that is too deep."""

    parser: DefusedXMLParser
    depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ParseError("too deep")
        return super().start(tag, {**attrs, LINE: str(self.parser.parser.CurrentLineNumber)})

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def read(file: str, stream: BinaryIO) -> Catalogue:
    """Read a catalogue. Raises Unreadable, also while the rows are read, when the XML is damaged or has a DTD."""
    return Catalogue(_rows(file, stream), whole=True)


def _rows(file: str, stream: BinaryIO) -> Iterator[CourseRow]:
    builder = _WithLines()
    builder.parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    above: list[Element] = []
    number = 0
    try:
        for event, element in iterparse(stream, events=("start", "end"), parser=builder.parser, forbid_dtd=True):
            if event == "start":
                above.append(element)
                continue
            above.pop()
            if any(name_of(element_above) == "course" for element_above in above):
                continue
            if name_of(element) == "course":
                number += 1
                yield _course(file, element, next((parent for parent in above if name_of(parent) == "provider"), None))
            if above and name_of(element) != "title":  # delete what has been read, so that memory does not grow
                above[-1].remove(element)
    except DefusedXmlException as error:
        raise Unreadable(file, _("The file has a document type or entities of its own. Send it without.")) from error
    except (ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (0, 0))[0]
        raise Unreadable(file, _("The XML cannot be read from line %(line)s on.") % {"line": line}, row=line) from error
    if not number:
        raise Unreadable(file, _("The file has no courses in it; it is not an XCRI-CAP catalogue."))


def name_of(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(element: Element | None, *path: str) -> list[Element]:
    elements = [] if element is None else [element]
    for name in path:
        elements = [child for parent in elements for child in parent if name_of(child) == name]
    return elements


def _text(element: Element) -> str:
    """The text of an element, with a line end after each block."""
    parts = [element.text or ""]
    for child in element:
        parts.append(_text(child))
        if name_of(child) in BLOCKS:
            parts.append("\n")
        parts.append(child.tail or "")
    return "".join(parts)


def _first(element: Element | None, *path: str) -> str:
    return next((text for each in _all(element, *path) if (text := _text(each).strip())), "")


def _line(element: Element) -> int:
    return int(element.get(LINE, "0"))


def _course(file: str, element: Element, provider: Element | None) -> CourseRow:
    builder = CourseBuilder(file, _line(element))
    ids = [(each, text) for each in _all(element, "identifier") if (text := _text(each).strip())]
    code = next((text for each, text in ids if _type_of(each) in ("internalid", "coursecode", "code")), "")
    key = next((text for _each, text in ids if "://" in text), next((text for _each, text in ids if text != code), ""))
    builder.set_names(title=_first(element, "title"), provider=_first(provider, "title"), code=code, key=key)
    presentations = _all(element, "presentation")
    builder.set_fields(_about(element, presentations))
    for presentation in presentations:
        run_builder = CourseBuilder(file, _line(presentation), builder.course)
        run_builder.add_run(_run(presentation), key=_first(presentation, "identifier"), country=_country(presentation))
    return builder.course


def _type_of(element: Element) -> str:
    """The xsi:type of an element, in small letters and without its prefix."""
    xsi_type = next((value for name, value in element.attrib.items() if name.endswith("}type")), "")
    return xsi_type.rpartition(":")[2].casefold()


def _about(element: Element, presentations: list[Element]) -> dict[str, str]:
    """The fields of the course that have a text."""
    fields = {"description": "\n\n".join(dict.fromkeys(_text(each).strip() for each in _all(element, "description")))}
    subjects = dict.fromkeys(_text(each).strip() for each in _all(element, "subject"))
    fields |= {"subject": ", ".join(subjects), "url": _first(element, "url"), "price": _first(element, "cost")}
    fields["level"] = _first(element, "credit", "level") or _first(element, "qualification", "level")
    fields["ects"] = next(
        (_first(credit, "value") for credit in _all(element, "credit") if _ECTS.search(_first(credit, "scheme"))), ""
    )
    for parent in (element, *presentations):
        for duration in _all(parent, "duration"):
            fields.setdefault("duration", _text(duration).strip() or duration.get("interval", ""))
    return {field: text for field, text in fields.items() if text}


def _day(element: Element, name: str) -> str:
    """The dtf attribute of a day, otherwise its text."""
    return next((each.get("dtf") or _text(each).strip() for each in _all(element, name)), "")


def _run(element: Element) -> dict[str, str]:
    venue = next(iter(_all(element, "venue", "provider")), None)
    where = next(iter(_all(venue, "location")), None)
    address = [_text(each).strip() for each in _all(where, "address")]
    attendance = next(iter(_all(element, "attendanceMode")), None)
    fields = {
        "starts_on": _day(element, "start"),
        "ends_on": _day(element, "end"),
        "signup_deadline": _day(element, "applyUntil"),
        "price": _first(element, "cost"),
        "seats": _first(element, "places"),
        "url": _first(element, "url"),
        "place": _first(where, "town") or _first(venue, "title"),
        "postcode": _first(where, "postcode"),
        "address": ", ".join(part for part in address if part),
        "mode": "" if attendance is None else attendance.get("identifier") or _text(attendance).strip(),
    }
    return {field: text for field, text in fields.items() if text}


def _country(element: Element) -> str:
    """The country of the postcode; "?" when it is not given, because such a catalogue is seldom Danish."""
    where = _all(element, "venue", "provider", "location")
    return _first(where[0] if where else None, "country").casefold() or "?"
