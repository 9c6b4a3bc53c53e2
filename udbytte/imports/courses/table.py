"""One table (CSV or XLSX) with a row per run, or per course where it has no dates; also that of voksenuddannelse.dk.

Which column of a table of courses is which field: recognised in Danish and English, or told by whoever imports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import BinaryIO

from udbytte.domain.numbers import int_from
from udbytte.imports.readers.columns import (
    check_mapping,
    columns_missing,
    fields_by_name,
    header_of,
    recognised_columns,
)
from udbytte.imports.readers.tables import Row, csv_rows, xlsx_rows
from udbytte.imports.readers.values import text

from .build import CourseBuilder
from .rows import Catalogue, CourseRow

NAMES: dict[str, str] = {
    "title": "titel, kursus, kursustitel, kursusnavn, kursets titel, kursets navn, uddannelsestitel, fag, title,"
    " course, course title, course name",
    "run_title": "holdtitle, holdtitel, holdnavn, hold, run title",
    "provider": "institution, udbyder, kursusudbyder, uddannelsesinstitution, skole, udbydernavn, provider, school",
    "code": "kode, kursuskode, fagkode, amu-kode, amu-nummer, uddannelseskode, kursusnummer, kursusnr, fagnummer, code,"
    " course code",
    "key": "kursus-id, uddannelses-id, course id",
    "kind": "type, kursustype, uddannelsestype, slags, art, kind, course type",
    "subject": "emne, fagområde, kategori, område, subject, category",
    "level": "niveau, level",
    "ects": "ects, ects-point, ects points",
    "days": "antalundervisningsdage, undervisningsdage, antal dage, kursusdage, dage, days, course days",
    "duration": "varighed, længde, duration, length",
    "price": "normpris, pris, kursuspris, deltagerpris, deltagerbetaling, pris ekskl. moms, pris i kr, price, fee",
    "extra_price": "tillaegspris, tillægspris, tillæg, extra price",
    "url": "link, url, webadresse, hjemmeside, web address",
    "course_url": "kursuslink, link til kurset, course url, course link",
    "signup_email": "tilmeldingsmail, tilmelding e-mail, e-mail til tilmelding, e-mail for registrations",
    "description": "beskrivelse, kursusbeskrivelse, indhold, description, content",
    "run_key": "kviknummer, kviknr, holdnummer, holdnr, hold-id, run id, run number",
    "starts_on": "startdato, start, første dag, startdag, fra, fra dato, start date, first day, from",
    "ends_on": "slutdato, slut, sidste dag, slutdag, til, til dato, end date, last day, to",
    "hours": "tidspunkt, tid, klokkeslæt, hours, time",
    "place": "lokationsted, lokation, sted, kursussted, by, place, location, city, venue",
    "postcode": "lokationpostnr, postnr, postnummer, postcode, zip",
    "address": "adresse, kursusadresse, lokationadresse, address",
    "mode": "undervisningsform, afholdelsesform, mode",
    "signup_deadline": "tilmeldingsfrist, frist, frist for tilmelding, sidste frist, signup deadline, sign-up deadline",
    "cancel_by": "afmeldingsfrist, frist for afmelding, cancel by",
    "seats": "participantcapacity, pladser, antal pladser, seats, capacity",
    "taken": "currentparticipantamount, tilmeldte, antal tilmeldte, optagne pladser, seats taken",
    "minimum_participants": "minimumparticipants, mindste antal deltagere, minimum deltagere, fewest participants",
    "guaranteed": "garantikursus, garanti, guaranteed",
    "cancelled": "aflyst, cancelled, canceled",
}
FIELDS = tuple(NAMES)
_KNOWN = fields_by_name(NAMES)


def places(header: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, int]:
    """The place of each field in a header."""
    return recognised_columns(header, mapping, _KNOWN)


def required_columns(
    file: str, row: int, header: Sequence[str], mapping: Mapping[str, str] | None = None
) -> dict[str, int]:
    """As `places`, with a column for the title. Raises Unreadable."""
    check_mapping(file, row, header, mapping, FIELDS)
    found = places(header, mapping)
    if "title" not in found and "run_title" not in found:
        raise columns_missing(file, row, header, ["title"])
    return found


OF_COURSE = ("kind", "subject", "level", "ects", "days", "duration", "signup_email", "description")
AMU_CODE = range(1_000, 100_000)


def cell(value: object) -> str:
    """A cell with its line ends."""
    return value.strip() if isinstance(value, str) else text(value)


def rows_of(file: str, stream: BinaryIO, *, zipped: bool) -> Iterator[Row]:
    """The rows of a CSV or XLSX file, with their line ends in the cells."""
    return xlsx_rows(file, stream, cell) if zipped else csv_rows(file, stream, cell)


def read(file: str, stream: BinaryIO, mapping: Mapping[str, str] | None = None, *, zipped: bool) -> Catalogue:
    """Read the table; `mapping` tells the column of a field that is not recognised. Raises Unreadable."""
    rows = rows_of(file, stream, zipped=zipped)
    header, begun = header_of(rows, lambda cells: places(cells, mapping))
    columns = required_columns(file, header[0], header[1], mapping)
    return Catalogue((course(file, number, cells, columns) for number, cells in chain(begun, rows)), whole=True)


def course(file: str, number: int, cells: list[str], columns: Mapping[str, int]) -> CourseRow:
    """The course of one row, with its run where the row has days.

    In a table with the runs' own ids the link is the run's, otherwise the course's; the price is the run's where there
    is one. A course with a code of four or five digits, in a table with such ids, is an AMU course.
    """
    found = {field: cells[place] if place < len(cells) else "" for field, place in columns.items()}
    builder = CourseBuilder(file, number)
    run_title = found.get("run_title", "")
    title = found.get("title", "") or run_title
    builder.who(title=title, provider=found.get("provider", ""), code=found.get("code", ""), key=found.get("key", ""))
    about = {field: found[field] for field in OF_COURSE if field in found}
    has_run = bool(found.get("starts_on") or found.get("ends_on"))
    if "course_url" in found:
        about["url"] = found["course_url"]
    if "url" in found and ("run_key" not in found or not has_run):
        about.setdefault("url", found.pop("url"))
    if "price" in found and not has_run:
        about["price"] = found["price"]
    builder.about(about)
    made = builder.course
    made.tells_runs = "starts_on" in columns
    if "run_key" in found and not about.get("kind") and _is_amu(made.code):
        made.told |= {"kind": "amu", "code_system": "AMU"}
    if has_run:
        own = run_title if run_title != title else ""
        builder.run(found, key=found.get("run_key", ""), title=own)
    return made


def _is_amu(code: str) -> bool:
    return int_from(code) in AMU_CODE
