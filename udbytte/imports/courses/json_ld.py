"""Reads schema.org's Course and CourseInstance as JSON-LD, from a .json file or a saved page of a provider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from udbytte.domain.numbers import int_from
from udbytte.imports.readers.problems import Problem, Unreadable

from .build import CourseBuilder
from .rows import Catalogue, CourseRow

MAX_BYTES = 20_000_000
MAX_DEPTH = 60
VOCABULARY = ("https://schema.org/", "http://schema.org/", "schema:")
_KIND = re.compile(rb"\stype\s*=\s*[\"']?application/ld\+json\b")
UNREADABLE = "udbytte:unreadable"  # of a part of a page: why
Node = dict[str, Any]


def _scripts(page: bytes) -> Iterator[bytes]:
    """The content of each <script type="application/ld+json">, found in one pass even in a damaged page."""
    low = page.lower()
    end = 0
    while (start := low.find(b"<script", end)) >= 0:
        opened = low.find(b">", start)
        end = low.find(b"</script", opened)
        if opened < 0 or end < 0:
            return
        if _KIND.search(low, start, min(opened, start + 2000)) and page[opened + 1 : end].strip():
            yield page[opened + 1 : end].strip()


def parsed(file: str, stream: BinaryIO, *, page: bool) -> list[Any]:
    """The parsed JSON of a file, or of each script of a page. Raises Unreadable."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(file, _("The file is larger than 20 MB."))
    if not page:
        return [_loaded(file, data, line_counts=True)]
    scripts = list(_scripts(data))
    if not scripts:
        raise Unreadable(file, _("The page has no course data (JSON-LD) in it. Ask the provider for a file."))
    parts: list[Any] = []
    broken: list[Unreadable] = []
    for script in scripts:
        try:
            parts.append(_loaded(file, script, line_counts=False))
        except Unreadable as unreadable:
            broken.append(unreadable)
    if not parts:
        raise broken[0]
    return parts + [{UNREADABLE: unreadable.problem.message} for unreadable in broken]


def _loaded(file: str, script: bytes, *, line_counts: bool) -> Any:
    """Parsed JSON. The line of an error in a script is not that of the page. Raises Unreadable."""
    try:
        return json.loads(script.decode("utf-8-sig", errors="replace"), strict=False)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        message = _("The JSON cannot be read from line %(line)s on.") % {"line": line}
        raise Unreadable(file, message, row=line if line_counts else 0) from error


def read(file: str, stream: BinaryIO, *, page: bool) -> Catalogue:
    """Read the courses of a file or page, which are not all of the provider. Rows count courses. Raises Unreadable.

    A part of a page that cannot be read is a note. An address that courses with several names have is no id of them.
    """
    parts = parsed(file, stream, page=page)
    nodes = [node for part in parts for node in _nodes(part)]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    courses = [node for node in nodes if "Course" in _types(node)]
    notes = tuple(Problem(file, 0, "", str(node[UNREADABLE])) for node in nodes if UNREADABLE in node)
    if not courses:
        raise Unreadable(file, _("There is no course (schema.org Course) in the file."))
    names: dict[str, set[str]] = {}
    for node in courses:
        names.setdefault(_key(node, "url"), set()).add(str(node.get("name", "")).casefold())
    shared = {key for key, titles in names.items() if len(titles) > 1}
    rows = (_course(file, row, node, by_id, shared) for row, node in enumerate(courses, start=1))
    return Catalogue(rows, whole=False, notes=notes)


def _nodes(part: Any, depth: int = 0) -> Iterator[Node]:
    if depth > MAX_DEPTH:
        return
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _nodes(inner, depth + 1)


def _types(node: Node) -> set[str]:
    types = node.get("@type", [])
    names = [name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)]
    for start in VOCABULARY:
        names = [name.removeprefix(start) for name in names]
    return set(names)


class _Reader:
    """Looks up properties of nodes, and follows references to other nodes."""

    def __init__(self, by_id: dict[str, Node]) -> None:
        self.by_id = by_id

    def all(self, node: Node, name: str) -> list[Any]:
        value = node.get(name, node.get(f"schema:{name}"))
        values = value if isinstance(value, list) else [] if value is None else [value]
        return [self.by_id.get(str(each.get("@id")), each) if isinstance(each, dict) else each for each in values]

    def nodes(self, node: Node, name: str) -> list[Node]:
        return [value for value in self.all(node, name) if isinstance(value, dict)]

    def text(self, node: Node, *names: str, inside: str = "name") -> str:
        """The first property with a text. For a node, the text of its property `inside`."""
        for name in names:
            for value in self.all(node, name):
                if isinstance(value, dict):
                    inner = self.all(value, inside) or self.all(value, "@value")
                    value = inner[0] if inner else None
                if isinstance(value, bool):
                    return "true" if value else "false"
                if isinstance(value, str | int | float) and str(value).strip():
                    return str(value).strip()
        return ""

    def price(self, node: Node) -> str:
        """The price of the offers, with a currency other than kroner; several prices as a JSON list."""
        prices = []
        for offer in self.nodes(node, "offers"):
            inner = self.nodes(offer, "priceSpecification") or [offer]
            currency = self.text(inner[0], "priceCurrency") or self.text(offer, "priceCurrency")
            both = {self.text(inner[0], "lowPrice"), self.text(inner[0], "highPrice")} - {""}
            amounts = [price] if (price := self.text(inner[0], "price")) else sorted(both)
            prices += [amount if currency in ("", "DKK") else f"{currency} {amount}" for amount in amounts]
        prices = list(dict.fromkeys(prices))
        return prices[0] if len(prices) == 1 else json.dumps(prices, ensure_ascii=False) if prices else ""


def _key(node: Node, *others: str) -> str:
    """The id of a node. Ids that are valid only within its page are left out."""
    ids = [node.get(name) for name in ("@id", *others)]
    return next((text for text in ids if isinstance(text, str) and text.strip() and text[0] not in "_#"), "")


def _course(file: str, row: int, node: Node, by_id: dict[str, Node], shared: set[str]) -> CourseRow:
    look = _Reader(by_id)
    builder = CourseBuilder(file, row)
    key = _key(node, "url")
    builder.set_names(
        title=look.text(node, "name"),
        provider=look.text(node, "provider", "publisher"),
        code=look.text(node, "courseCode"),
        key="" if key in shared else key,
    )
    credits = look.nodes(node, "numberOfCredits")
    in_ects = not credits or "ects" in look.text(credits[0], "credentialCategory", "name", "unitText").casefold()
    about = {
        "description": look.text(node, "description"),
        "subject": look.text(node, "about"),
        "level": look.text(node, "educationalLevel"),
        "ects": look.text(node, "numberOfCredits", inside="value") if in_ects and credits else "",
        "duration": look.text(node, "timeRequired", "duration"),
        "price": look.price(node),
        "url": look.text(node, "url"),
        "kind": look.text(node, "additionalType", "courseType"),
    }
    instances = look.nodes(node, "hasCourseInstance")
    if not about["duration"]:
        about["duration"] = next((text for instance in instances if (text := look.text(instance, "duration"))), "")
    if about["kind"].startswith("http"):
        about["kind"] = ""
    builder.set_fields(_without_empty(about))
    builder.course.has_dates = bool(instances) or "hasCourseInstance" in node
    for instance in instances:
        _run(look, builder, instance)
    return builder.course


def _without_empty(fields: dict[str, str]) -> dict[str, str]:
    return {field: text for field, text in fields.items() if text}


def _run(look: _Reader, builder: CourseBuilder, node: Node) -> None:
    schedule = next(iter(look.nodes(node, "courseSchedule")), {})
    place = next(iter(look.nodes(node, "location")), {})
    address = next(iter(look.nodes(place, "address")), {})
    country = look.text(address, "addressCountry").casefold()
    virtual = "VirtualLocation" in _types(place)
    modes = [str(mode) for mode in look.all(node, "courseMode") if isinstance(mode, str)]
    in_words = look.text(node, "location") if not virtual else ""
    hours = " - ".join(text for name in ("startTime", "endTime") if (text := look.text(schedule, name)))
    seats, left = look.text(node, "maximumAttendeeCapacity"), look.text(node, "remainingAttendeeCapacity")
    of_all, free = int_from(seats), int_from(left)
    taken = str(of_all - free) if of_all is not None and free is not None and of_all >= free else ""
    fields = {
        "starts_on": look.text(node, "startDate") or look.text(schedule, "startDate"),
        "ends_on": look.text(node, "endDate") or look.text(schedule, "endDate"),
        "signup_deadline": look.text(node, "applicationDeadline"),
        "place": look.text(address, "addressLocality") or in_words,
        "postcode": look.text(address, "postalCode"),
        "address": look.text(address, "streetAddress") or look.text(place, "address"),
        "hours": hours,
        "price": look.price(node),
        "url": look.text(node, "url"),
        "seats": seats,
        "taken": taken,
        "mode": ", ".join(modes) or ("online" if virtual else ""),
    }
    if look.text(node, "eventStatus"):
        fields["cancelled"] = "ja" if look.text(node, "eventStatus").endswith("EventCancelled") else "nej"
    name = look.text(node, "name")
    title = "" if name == builder.course.title else name
    builder.add_run(_without_empty(fields), key=_key(node, "identifier", "url"), title=title, country=country)
