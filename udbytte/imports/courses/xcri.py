"""XCRI-CAP 1.2: a catalogue in XML, as British and other European providers publish it. Read a course at a time.

Elements are known by their name whatever namespace they stand in, as catalogues differ in that. Rows are lines.
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
DEEPEST = 100
BLOCKS = {"p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
FIELDS = {"subject": "subject", "kind": "type", "url": "url", "duration": "duration"}
_ECTS = re.compile(r"\bects\b", re.IGNORECASE)


class _WithLines(TreeBuilder):
    """Builds elements that know on which line they begin, and not more than so deep."""

    parser: DefusedXMLParser
    depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ParseError("too deep")
        return super().start(tag, {**attrs, LINE: str(self.parser.parser.CurrentLineNumber)})

    def end(self, tag: str) -> Element:
        self.depth -= 1
        return super().end(tag)


def read(file: str, stream: BinaryIO) -> Catalogue:
    """Read a catalogue. Raises Unreadable, also while its rows are read, for XML that is broken or has a DTD."""
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
            if any(name_of(one) == "course" for one in above):
                continue
            if name_of(element) == "course":
                number += 1
                yield _course(file, element, next((one for one in above if name_of(one) == "provider"), None))
            if above and name_of(element) != "title":  # what has been read is forgotten, so that memory does not grow
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
    found = [] if element is None else [element]
    for name in path:
        found = [child for one in found for child in one if name_of(child) == name]
    return found


def _text(element: Element) -> str:
    """What an element says, lines apart where its blocks end."""
    parts = [element.text or ""]
    for child in element:
        parts.append(_text(child))
        if name_of(child) in BLOCKS:
            parts.append("\n")
        parts.append(child.tail or "")
    return "".join(parts)


def _first(element: Element | None, *path: str) -> str:
    return next((said for one in _all(element, *path) if (said := _text(one).strip())), "")


def _line(element: Element) -> int:
    return int(element.get(LINE, "0"))


def _course(file: str, element: Element, provider: Element | None) -> CourseRow:
    builder = CourseBuilder(file, _line(element))
    ids = [(one, said) for one in _all(element, "identifier") if (said := _text(one).strip())]
    code = next((said for one, said in ids if _type_of(one) in ("internalid", "coursecode", "code")), "")
    key = next((said for _one, said in ids if "://" in said), next((said for _one, said in ids if said != code), ""))
    builder.who(title=_first(element, "title"), provider=_first(provider, "title"), code=code, key=key)
    presentations = _all(element, "presentation")
    builder.about(_about(element, presentations))
    for presentation in presentations:
        of_run = CourseBuilder(file, _line(presentation), builder.course)
        of_run.run(_run(presentation), key=_first(presentation, "identifier"), country=_country(presentation))
    return builder.course


def _type_of(element: Element) -> str:
    """The type that an element is given with xsi:type, in small letters and without its prefix."""
    said = next((value for name, value in element.attrib.items() if name.endswith("}type")), "")
    return said.rpartition(":")[2].casefold()


def _about(element: Element, presentations: list[Element]) -> dict[str, str]:
    """What is said of the course; its kind is told only where the words are known, as every country has its own."""
    told = {"description": "\n\n".join(dict.fromkeys(_text(one).strip() for one in _all(element, "description")))}
    subjects = dict.fromkeys(_text(one).strip() for one in _all(element, "subject"))
    told |= {"subject": ", ".join(subjects), "url": _first(element, "url"), "price": _first(element, "cost")}
    told["level"] = _first(element, "credit", "level") or _first(element, "qualification", "level")
    told["ects"] = next(
        (_first(credit, "value") for credit in _all(element, "credit") if _ECTS.search(_first(credit, "scheme"))), ""
    )
    for one in (element, *presentations):
        for duration in _all(one, "duration"):
            said = _text(duration).strip() or duration.get("interval", "")
            told.setdefault("duration", said)
    return {field: said for field, said in told.items() if said}


def _day(element: Element, name: str) -> str:
    """A day as its dtf attribute has it; in words it is kept only where that is a day."""
    return next((one.get("dtf") or _text(one).strip() for one in _all(element, name)), "")


def _run(element: Element) -> dict[str, str]:
    venue = next(iter(_all(element, "venue", "provider")), None)
    where = next(iter(_all(venue, "location")), None)
    address = [_text(one).strip() for one in _all(where, "address")]
    attendance = next(iter(_all(element, "attendanceMode")), None)
    told = {
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
    return {field: said for field, said in told.items() if said}


def _country(element: Element) -> str:
    """Where the postcode belongs; a catalogue from elsewhere seldom says it, and then it is not taken for Danish."""
    where = _all(element, "venue", "provider", "location")
    return _first(where[0] if where else None, "country").casefold() or "?"
