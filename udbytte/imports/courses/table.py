"""Reads one table (CSV or XLSX) with a row per run, or per course without dates, also that of voksenuddannelse.dk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import BinaryIO

from udbytte.domain.numbers import int_from
from udbytte.imports.labels import COURSES
from udbytte.imports.readers.columns import Columns, Header, fields_in
from udbytte.imports.readers.tables import open_table
from udbytte.imports.readers.values import text

from .build import CourseBuilder
from .rows import Catalogue, CourseRow

COLUMNS = Columns(
    {
        "title": "titel, kursus, kursustitel, kursusnavn, kursets titel, kursets navn, uddannelsestitel, fag, title,"
        " course, course title, course name",
        "run_title": "holdtitle, holdtitel, holdnavn, hold, run title",
        "provider": "institution, udbyder, kursusudbyder, uddannelsesinstitution, skole, udbydernavn, provider, school",
        "code": "kode, kursuskode, fagkode, amu-kode, amu-nummer, uddannelseskode, kursusnummer, kursusnr, fagnummer,"
        " code, course code",
        "key": "kursus-id, uddannelses-id, course id",
        "kind": "type, kursustype, uddannelsestype, slags, art, kind, course type",
        "subject": "emne, fagområde, kategori, område, subject, category",
        "level": "niveau, level",
        "ects": "ects, ects-point, ects points",
        "days": "antalundervisningsdage, undervisningsdage, antal dage, kursusdage, dage, days, course days",
        "duration": "varighed, længde, duration, length",
        "price": "normpris, pris, kursuspris, deltagerpris, deltagerbetaling, pris ekskl. moms, pris i kr, price, fee",
        "extra_price": "tillaegspris, tillægspris, tillæg, extra price",
        "url": "link, url, webadresse, web address, hjemmeside",
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
        "signup_deadline": "tilmeldingsfrist, frist, frist for tilmelding, sidste frist, signup deadline,"
        " sign-up deadline",
        "cancel_by": "afmeldingsfrist, frist for afmelding, cancel by",
        "seats": "participantcapacity, pladser, antal pladser, seats, capacity",
        "taken": "currentparticipantamount, tilmeldte, antal tilmeldte, optagne pladser, seats taken",
        "minimum_participants": "minimumparticipants, mindste antal deltagere, minimum deltagere, fewest participants",
        "guaranteed": "garantikursus, garanti, guaranteed",
        "cancelled": "aflyst, cancelled, canceled",
    },
    required=(("title", "run_title"),),
    labels=COURSES.columns,
)
EXAMPLE_HEADER = (
    "Titel", "Udbyder", "Kursuskode", "Holdnummer", "Startdato", "Slutdato", "Tilmeldingsfrist", "Sted", "Postnr.",
    "Pris", "Pladser", "Link",
)  # fmt: skip
EXAMPLE_ROWS = (
    ("Konflikter med børn", "AMU Fjordbyen", "47110", "H1", "08-06-2027", "10-06-2027", "08-05-2027", "Odense", "5000",
     "624", "16", "https://skole.example/hold/1"),
    ("Motiverende samtale", "Samtalehuset", "MS-1", "H2", "01-09-2027", "02-09-2027", "01-08-2027", "Aarhus", "8000",
     "4900", "20", "https://skole.example/hold/2"),
)  # fmt: skip
OF_COURSE = ("kind", "subject", "level", "ects", "days", "duration", "signup_email", "description")
AMU_CODE = range(1_000, 100_000)


def cell_text(value: object) -> str:
    """The text of a cell, with its line ends."""
    return value.strip() if isinstance(value, str) else text(value)


def cell_texts(cells: Sequence[object]) -> list[str]:
    """The texts of a row's cells."""
    return [cell_text(cell) for cell in cells]


def read(file: str, stream: BinaryIO, mapping: Mapping[str, str] | None = None, sheet: str = "") -> Catalogue:
    """Read the table. `mapping` gives the column of a field, `sheet` which one of a workbook. Raises Unreadable."""
    table = open_table(file, stream, COLUMNS, mapping=mapping, sheet=sheet, clean=cell_texts)
    rows = (course_of(file, number, cells, table.header) for number, cells in table.rows)
    return Catalogue(rows, whole=True, table=table)


def course_of(file: str, number: int, cells: list[str], header: Header) -> CourseRow:
    """The course of one row, with its run when the row has days.

    If the table has ids of runs, the link belongs to the run, otherwise to the course; and a course with a code of
    four or five digits is then an AMU course. The price belongs to the run when there is one.
    """
    texts = {field: cell_text(value) for field, value in fields_in(cells, header.places).items()}
    builder = CourseBuilder(file, number, column_of=header.label)
    run_title = texts.get("run_title", "")
    title = texts.get("title", "") or run_title
    builder.set_names(
        title=title, provider=texts.get("provider", ""), code=texts.get("code", ""), key=texts.get("key", "")
    )
    about = {field: texts[field] for field in OF_COURSE if field in texts}
    has_run = bool(texts.get("starts_on") or texts.get("ends_on"))
    if "course_url" in texts:
        about["url"] = texts["course_url"]
    if "url" in texts and ("run_key" not in texts or not has_run):
        about.setdefault("url", texts.pop("url"))
    if "price" in texts and not has_run:
        about["price"] = texts["price"]
    builder.set_fields(about)
    course = builder.course
    course.has_dates = "starts_on" in header.places
    if "run_key" in texts and not about.get("kind") and _is_amu(course.code):
        course.fields |= {"kind": "amu", "code_system": "AMU"}
    if has_run:
        own = run_title if run_title != title else ""
        builder.add_run(texts, key=texts.get("run_key", ""), title=own)
    if course.has_dates:
        course.fields.setdefault("start_text", "")
    return course


def _is_amu(code: str) -> bool:
    return int_from(code) in AMU_CODE
