"""Single values in files of courses: what is read, what is refused, and attacks that do not work."""

from __future__ import annotations

import contextlib
import time
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.imports.courses.course_files import amu, xcri
from tests.imports.courses.test_run import load
from udbytte.imports.courses import values
from udbytte.imports.courses.values import identifier, kind_of, mode_of, plain_lines
from udbytte.imports.readers.values import BadValue, has_cpr
from udbytte.models import Course


@pytest.mark.parametrize(
    ("found", "kroner"),
    [
        *(("", None), ("340", 340), ("340.0", 340), ("1.295,00", 1295), ("1,295.00", 1295), ("kr. 1.295,-", 1295)),
        *(("DKK 1295", 1295), ("12.500 kr", 12500), ("1 295 kr.", 1295), ("187,50", 188), ("gratis", 0), ("[]", None)),
        *(("[340, 340]", 340), ("['340', '340.0']", 340), ("[340, None]", 340), ("5.000 kr. ekskl. moms", 5000)),
        *(("1.295.000,00", 1295000), ("0", 0)),
    ],
)
def test_one_price_in_kroner_is_read(found: str, kroner: int | None) -> None:
    assert values.price(found) == kroner


@pytest.mark.parametrize(
    "found",
    [
        *("[340, 360]", "[340,360]", "GBP625.00; concessions GBP300", "£625", "625 EUR", "fra 5.000 kr.", "1.2.3"),
        *(
            "6.250 kr. inkl. moms",
            "340-360",
            "-340",
            "[[340]]",
            "[" * 5000,
            "1,295,00",
            "99999999",
            "9" * 40,
            "ring",
            "{}",
        ),
    ],
)
def test_what_is_not_one_price_in_kroner_is_refused(found: str) -> None:
    with pytest.raises(BadValue):
        values.price(found)


@pytest.mark.parametrize(
    "found",
    [
        *("2026-06-08", "2026-06-08T09:00:00", "2026-06-07T22:00:00.000Z", "2026-06-08T00:00:00+02:00", "46181"),
        *("08-06-2026", "8.6.2026", "08/06/2026 09:00", "8. juni 2026", "8 jun. 2026", "mandag den 8. juni 2026"),
        *(
            "Monday, 8 June 2026",
            "20260608",
            "8.6.26",
            "June 8, 2026",
            "2026-06-08 00:00:00",
            " 08-06-2026  kl. 09.00 ",
        ),
    ],
)
def test_a_day_is_read_in_several_forms(found: str) -> None:
    assert values.day(found) == date(2026, 6, 8)


@pytest.mark.parametrize(
    "found", ["soon", "08/15/26", "31-02-2026", "2026-06-31T22:00:00Z", "8. foo 2026", "Autumn 2026"]
)
def test_what_is_no_day_is_refused(found: str) -> None:
    with pytest.raises(BadValue):
        values.day(found)


@pytest.mark.parametrize(
    "found",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "www.skole.example"),
        *(
            "https://",
            "https:///x",
            "http://a b.example",
            'https://a.example/"onclick',
            "ftp://a.example",
            "https://[x",
        ),
        "https://a.example/" + "x" * 500,
    ],
)
def test_only_links_that_a_browser_may_follow_are_kept(found: str) -> None:
    with pytest.raises(BadValue):
        values.link(found)


def test_lengths_are_days_only_where_they_say_so() -> None:
    said = ["3 dage", "1 day", "P3D", "2,5 kursusdage", "5 months (approx)", "37 timer", "PT7H", "3 uger"]
    assert [values.days_in(one) for one in said] == [3, 1, 3, Decimal("2.5"), None, None, None, None]


def test_kinds_and_modes_are_known_in_danish_and_english() -> None:
    said = ["AMU-kursus", "Akademimodul", "Diploma module", "In-house", "E-læring", "kursus", "AMU og diplom"]
    assert [kind_of(one) for one in said] == ["amu", "academy", "diploma", "in_house", "e_learning", "", ""]
    said = ["Fremmøde", "Fjernundervisning", "Delvis fjernundervisning", "online, onsite", "MM", "Aften"]
    assert [mode_of(one) for one in said] == ["on_site", "online", "blended", "blended", "blended", ""]


def test_a_text_of_any_length_is_done_with_at_once() -> None:
    begun = time.perf_counter()
    for endless in ("1" + " " * 100_000 + "x", "1 " * 50_000 + "x", "<a " * 40_000, "&" * 100_000, "9" * 100_000):
        for read in (values.price, values.day, values.number, values.link, partial(values.points, most=300)):
            with pytest.raises(BadValue):
                read(endless)
        plain_lines(endless)
    assert time.perf_counter() - begun < 5


def test_html_becomes_plain_lines() -> None:
    found = (
        "<h2>Mål</h2><ul><li>lytte</li><li>sp&oslash;rge</li></ul><img src=x onerror=alert(1)><style>p{}</style>Slut"
    )
    assert plain_lines(found) == "Mål\n- lytte\n- spørge\n\nSlut"
    assert plain_lines("Alder < 18 & > 5\r\n\r\n\r\n\r\nto") == "Alder < 18 & > 5\n\nto"


BOMBS = {
    "billion laughs": "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]>",
    "external entity": "<!DOCTYPE a [<!ENTITY c SYSTEM 'file:///etc/passwd'>]>",
    "quadratic": f"<!DOCTYPE a [<!ENTITY c '{'x' * 50_000}'>]>",
    "parameter entity": "<!DOCTYPE a [<!ENTITY % c SYSTEM 'http://127.0.0.1:9/x'> %c;]>",
    "a type elsewhere": "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'>",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BOMBS)
def test_xml_that_is_a_bomb_or_reaches_out_is_refused(name: str) -> None:
    report = load(xcri(7, before=BOMBS[name], description="&c;" if "ENTITY c" in BOMBS[name] else "x"))
    assert (len(report.problems), report.written, Course.objects.count()) == (1, False, 0)
    assert "document type" in report.problems[0].message or "dokumenttype" in report.problems[0].message


@pytest.mark.django_db
@pytest.mark.parametrize(
    "source",
    [
        ("deep.xml", b"<a>" * 200_000),
        ("broken.xml", xcri(7)[1][:-30]),
        ("deep.json", b"[" * 200_000),
        ("deep2.json", b'{"@type":"Course","name":"x","provider":' * 500 + b"1" + b"}" * 500),
        ("other.json", b'{"@type": "Recipe"}'),
        ("empty.csv", b"  \n"),
        ("plain.xml", b"<html2><p/></html2>"),
        ("odd.html", b"<html>" + b"<script type=application/ld+json " * 50_000),
        ("odd2.html", b"<html>" + b"<script type=application/ld+json>" * 50_000),
    ],
    ids=lambda one: str(one[0]),
)
def test_a_file_that_is_something_else_is_one_problem_or_none(source: tuple[str, bytes]) -> None:
    report = load(source)
    assert report.written == (source[0] == "deep2.json") and len(report.problems) <= 1


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_value(found: str) -> None:
    for read in (values.price, values.day, values.number, values.link):
        with contextlib.suppress(BadValue):
            read(found)
    assert "\x00" not in plain_lines(found) and len(identifier(found, 50)) <= 50 and not has_cpr(plain_lines(found))


@pytest.mark.django_db
@given(
    st.lists(st.tuples(st.integers(1, 28), st.sampled_from("AaBÅåÉß"), st.text(max_size=20)), min_size=1, max_size=8)
)
def test_any_table_twice_is_the_same_once(rows: list[tuple[int, str, str]]) -> None:
    Course.objects.all().delete()
    days = [{"startDate": f"2026-07-{day:02}", "endDate": f"2026-07-{day:02}"} for day, _code, _text in rows]
    changes = [
        {"kviknummer": text, "fagkode": code, "holdTitle": f"T {text}", "beskrivelse": text, "institution": f"S {code}"}
        for _day, code, text in rows
    ]
    source = amu(*(one | two for one, two in zip(changes, days, strict=True)))
    first = load(source, skip_bad=True)
    again = load(source, skip_bad=True)
    assert first.written and again.written
    assert [again.total(verdict) for verdict in ("new", "changed", "moved", "left")] == [0, 0, 0, 0]


@pytest.mark.parametrize("found", ["2999-01-01", "0001-01-01", "1. juni 2562", "0001-01-02T10:00:00+01:00"])
def test_a_course_date_of_another_age_is_refused(found: str) -> None:
    with pytest.raises(BadValue):
        values.day(found)
