"""What real files of courses look like is read as it is meant, from the command line and from the page alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import TODAY
from tests.imports.courses.course_files import amu, page, run
from tests.imports.organisation.small_files import CODES, workbook
from tests.imports.test_pages import masked
from udbytte.imports.courses.read import mask_cpr
from udbytte.imports.courses.run import import_courses
from udbytte.imports.report import Report
from udbytte.models import Course, CourseRun

pytestmark = pytest.mark.django_db
Load = Callable[..., Report]
AMU = """holdTitle,beskrivelse,institution,hjemmeside,lokationSted,lokationPostNr,startDate,endDate,tilmeldingsFrist,\
duration,antalUndervisningsdage,undervisningsform,normpris,tillaegspris,participantCapacity,currentParticipantAmount,\
minimumParticipants,garantiKursus,aflyst,kviknummer,link
"Svære samtaler","Deltageren lærer
- at lytte",AMU Engby,www.amu-engby.test,Engby,9999,2027-03-10,2027-03-12,2027-02-20,2,2,Dagundervisning,416.0,\
"[340, 360]",20,3,8,true,false,K77,https://amu-engby.test/hold/77
"Regneark","Kort kursus",AMU Engby,,Engby,9999,løbende,,,5 dage,,Fjernundervisning,624.0,,20,0,8,false,false,K78,\
https://amu-engby.test/hold/78
"""
XCRI_IN_WORDS = """<?xml version="1.0" encoding="UTF-8"?><catalog xmlns="http://xcri.org/profiles/1.2/catalog"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:mlo="http://purl.org/net/mlo"><provider><dc:title>Skolen</dc:title>
<course><dc:identifier>M1</dc:identifier><dc:title>Mentoring</dc:title><presentation><dc:identifier>M1-a</dc:identifier>
<mlo:start>up to three start points in a year</mlo:start></presentation></course></provider></catalog>"""
SIMPLE = "Titel;Udbyder;Startdato;Slutdato;Pris"
LISTEN = "Lyt;Huset;01-06-2026;02-06-2026;900"


@pytest.fixture(params=["command line", "page"])
def load(request: pytest.FixtureRequest) -> Load:
    """Import a file as the command line does, or as the page does, which stores it without CPR numbers first."""

    def load(source: tuple[str, bytes], **options: Any) -> Report:
        name, content = source
        if request.param == "page":
            content = masked(mask_cpr, name, content)
        return import_courses((name, content), on=TODAY, **options)

    return load


def courses_with_one_address() -> tuple[str, bytes]:
    """A saved page whose two courses have the address of the list, and which has a broken part."""
    items = [
        {"@type": "ListItem", "item": {"@type": "Course", "name": name, "url": "https://skole.test/kurser"}}
        for name in ("Mentor for nye", "Mødeledelse")
    ]
    good = json.dumps({"@context": "https://schema.org", "@type": "ItemList", "itemListElement": items})
    scripts = "".join(f'<script type="application/ld+json">{part}</script>' for part in (good, "{ broken"))
    return "side.html", f"<!doctype html><html><head>{scripts}</head></html>".encode()


def table(*rows: str, header: str = SIMPLE, encoding: str = "utf-8") -> tuple[str, bytes]:
    return "kurser.csv", "\r\n".join((header, *rows, "")).encode(encoding)


def test_the_table_of_a_public_catalogue_says_only_what_is_useful(load: Load) -> None:
    report = load(("hold.csv", AMU.encode()))
    assert (report.problems, report.written, report.unused) == ([], True, ("hjemmeside",))
    assert [(note.row, note.column) for note in report.notes] == [(2, "tillaegspris")]
    talks, sheets = Course.objects.order_by("-title")
    held = CourseRun.objects.get()
    assert (held.course, held.url, held.starts_on) == (talks, "https://amu-engby.test/hold/77", date(2027, 3, 10))
    assert (talks.days, sheets.days, talks.start_text, sheets.start_text) == (Decimal(2), Decimal(5), "", "løbende")
    assert load(("hold.csv", AMU.encode())).total("changed") == 0


@pytest.mark.parametrize("start", ["løbende", "uge 14 2027", "efter aftale", "Forår 2027"])
def test_a_start_in_words_is_kept_as_text(load: Load, start: str) -> None:
    report = load(table(f"Lyt;Huset;{start};;900"))
    assert (report.problems, Course.objects.get().start_text, CourseRun.objects.count()) == ([], start, 0)
    load(table(LISTEN))
    assert (Course.objects.get().start_text, CourseRun.objects.count()) == ("", 1)


def test_no_date_vanishes_because_a_start_is_in_words(load: Load) -> None:
    load(amu(run(1), run(2)))
    load(amu(run(1, startDate="efter aftale"), run(2)))
    assert not CourseRun.objects.exclude(withdrawn_on=None)


def test_the_start_of_a_british_catalogue_in_words_is_kept(load: Load) -> None:
    report = load(("kurser.xml", XCRI_IN_WORDS.encode()))
    assert (report.problems, Course.objects.get().start_text) == ([], "up to three start points in a year")


def test_a_day_that_is_none_costs_the_date_and_not_the_course(load: Load) -> None:
    file = table("Lyt;Huset;31-02-2026;02-03-2026;900", "Tal;Huset;01-06-2026;01-06-2026;")
    report = load(file)
    assert [(problem.row, problem.column) for problem in report.problems] == [(2, "Startdato")]
    assert not report.written and load(file, skip_bad=True).written
    assert list(Course.objects.values_list("title", flat=True)) == ["Lyt", "Tal"]
    assert CourseRun.objects.get().course.title == "Tal"


def test_two_courses_with_one_address_are_two_and_a_broken_part_is_a_note(load: Load) -> None:
    report = load(courses_with_one_address())
    assert sorted(Course.objects.values_list("title", flat=True)) == ["Mentor for nye", "Mødeledelse"]
    assert report.written and [note.row for note in report.notes] == [0]


def test_a_page_without_a_broken_part_has_no_note(load: Load) -> None:
    assert [note.field for note in load(page()).notes] == ["price"]


def test_the_separator_is_found_below_a_title_with_commas(load: Load) -> None:
    name, content = table(LISTEN)
    report = load((name, b"Kurser, Engby, 2026\r\n" + content))
    assert report.problems == [] and Course.objects.get().provider == "Huset"


def test_two_columns_of_one_name_are_asked_about(load: Load) -> None:
    file = table("Lyt;Huset;1;2", header="Titel;Udbyder;Pris;Pris")
    report = load(file)
    assert (report.ambiguous, report.written) == (("price",), False)
    assert load(file, mapping={"price": "Pris (D)"}).written and Course.objects.get().price == 2


def test_every_column_that_is_not_used_is_named(load: Load) -> None:
    report = load(table(f"{LISTEN};x;y", header=f"{SIMPLE};Farve;Lokale nr."))
    assert report.unused == ("Farve", "Lokale nr.")


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp1252", "utf-16-le"])
def test_letters_are_right_in_every_usual_encoding(load: Load, encoding: str) -> None:
    load(table("Svære spørgsmål på gården;Højskolen;01-06-2026;02-06-2026;900", encoding=encoding))
    assert (Course.objects.get().title, Course.objects.get().provider) == ("Svære spørgsmål på gården", "Højskolen")


def test_letters_that_were_lost_are_asked_about(load: Load) -> None:
    report = load(table("Sv¿re samtaler;Huset;01-06-2026;02-06-2026;900"))
    assert [(problem.row, problem.column) for problem in report.problems] == [(2, "Titel")]


def test_the_sheet_whose_headers_fit_is_read(load: Load) -> None:
    book = workbook(("Koder", True, CODES), ("Kurser", False, (SIMPLE, LISTEN)))
    assert load(book).written and Course.objects.get().title == "Lyt"


def test_equal_notes_are_told_once_with_their_number(load: Load) -> None:
    report = load(amu(*(run(number, tillaegspris="[340, 360]") for number in range(1, 9))))
    assert [(note.row, note.count, note.column) for note in report.notes] == [(2, 8, "tillaegspris")]
    assert report.note_count == 8


@pytest.mark.parametrize(("content", "word"), [(b"%PDF-1.7", "PDF"), (b"PK\x05\x06" + b"\x00" * 18, "Pak den ud")])
def test_a_file_of_another_kind_says_what_to_do(content: bytes, word: str) -> None:
    report = import_courses(("kurser.xlsx", content), on=TODAY)
    assert word in report.problems[0].message and not report.written
