"""Courses are imported, changed by a second file, and never doubled. What cannot be read is reported, not guessed."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TODAY, Cast
from tests.imports.courses.course_files import AMU_HEADER, AMU_RUN, amu, json_ld, page, run, xcri
from udbytte.domain.lifecycle import Event
from udbytte.imports.courses.run import import_courses
from udbytte.imports.report import Report
from udbytte.models import Agreement, Course, CourseRun
from udbytte.services.agreements.take_step import take_step
from udbytte.services.courses.catalogue import enter_course

pytestmark = pytest.mark.django_db


def load(source: Path | tuple[str, bytes], *, on: date = TODAY, **options: Any) -> Report:
    return import_courses(source, on=on, **options)


def runs_of(report: Report) -> dict[str, int]:
    return {verdict: number for verdict, number in report.counts["runs"].items() if number}


def notes_of(report: Report) -> list[tuple[int, str]]:
    return [(note.row, note.field) for note in report.notes]


def test_a_run_as_it_is_published_is_imported_whole() -> None:
    report = load(amu({}))
    assert (report.problems, report.notes, report.written) == ([], [], True)
    found = CourseRun.objects.select_related("course").get()
    course = found.course
    assert (course.title, course.provider, course.code, course.kind, course.code_system, course.days) == (
        *("Konflikter med børn", "AMU Fjordbyen", "47110", "amu", "AMU"),
        Decimal(3),
    )
    assert course.description == "Du øver dig i at lytte.\n\nTag en kollega med & en sag."
    assert (found.starts_on, found.ends_on, found.signup_deadline) == (
        *(date(2026, 6, 8), date(2026, 6, 10)),
        date(2026, 5, 8),
    )
    assert (found.place, found.postcode, found.region, found.mode) == ("Odense", "5000", "south", "on_site")
    assert (found.price, found.extra_price, found.cost) == (624, 150, 774)
    assert (found.seats, found.taken, found.minimum_participants, found.guaranteed) == (16, 4, 8, True)
    assert (found.key, found.url) == (AMU_RUN["kviknummer"], AMU_RUN["link"])
    assert (found.imported, found.retrieved_on, found.cancelled_on) == (True, TODAY, None)


@pytest.mark.parametrize("source", [amu({}, run(1), run(2)), json_ld(), page(), xcri(7, 14)], ids=lambda one: one[0])
def test_the_same_file_again_writes_nothing(source: tuple[str, bytes]) -> None:
    first = load(source)
    assert first.written and first.total("new") > 1
    with CaptureQueriesContext(
        connection,
    ) as asked:
        again = load(source)
    assert [again.total(verdict) for verdict in ("new", "changed", "moved", "left")] == [0, 0, 0, 0]
    assert again.total("unchanged") == first.total("new")
    assert not [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert again.notes == first.notes


def test_a_run_that_is_seen_again_another_day_is_the_same_and_newly_retrieved() -> None:
    load(amu({}))
    report = load(amu({}), on=TODAY + timedelta(days=1))
    assert (runs_of(report), CourseRun.objects.get().retrieved_on) == ({"unchanged": 1}, TODAY + timedelta(days=1))


def test_provider_and_code_are_known_in_capitals_and_small() -> None:
    load(amu({"fagkode": "Lyt-1"}))
    report = load(amu({"fagkode": " LYT-1", "institution": "amu fjordbyen "}))
    assert (report.total("new"), Course.objects.get().provider) == (0, "AMU Fjordbyen")


def test_a_workbook_is_read_with_its_days_and_numbers() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for place, word in enumerate(("Overskrift", "Udbyder", "Startdato", "Slutdato", "Pris", "Link")):
            sheet.write_string(1, place, word)
        for place, word in enumerate(("Motiverende samtale", "Samtalehuset")):
            sheet.write_string(2, place, word)
        sheet.write_datetime(2, 2, date(2026, 9, 1), book.add_format({"num_format": "dd-mm-yyyy"}))
        sheet.write_string(2, 3, "2. september 2026")
        sheet.write_number(2, 4, 7900)
        sheet.write_string(2, 5, "https://samtale.example")
    refused = load(("a.xlsx", stream.getvalue()))
    assert (refused.missing, refused.columns[0], refused.written) == (("title",), "Overskrift", False)
    assert load(("a.xlsx", stream.getvalue()), mapping={"title": "overskrift"}).written
    found = CourseRun.objects.select_related("course").get()
    assert (found.starts_on, found.ends_on, found.price) == (date(2026, 9, 1), date(2026, 9, 2), 7900)
    assert (found.course.title, found.course.kind, found.course.url) == (
        *("Motiverende samtale", "private"),
        "https://samtale.example",
    )


@pytest.mark.parametrize("source", [json_ld(), page()], ids=lambda one: one[0])
def test_the_json_in_a_page_is_imported(source: tuple[str, bytes]) -> None:
    report = load(source)
    assert (report.problems, notes_of(report)) == ([], [(1, "price")])  # 450 euro are not converted
    course = Course.objects.get()
    assert (course.title, course.code, course.price, course.description) == (
        *("Lyt, så det hjælper", "LYT-1", 4900),
        "Du lærer at lytte.",
    )
    aarhus, online = course.runs.all()
    assert (aarhus.place, aarhus.region, aarhus.address, aarhus.mode) == ("Aarhus C", "central", "Torvet 1", "on_site")
    assert (online.mode, online.price, online.seats, online.taken) == ("online", None, 20, 17)


def test_a_british_catalogue_is_imported_with_its_costs_reported() -> None:
    report = load(xcri(7))
    assert [(note.row, note.field) for note in report.notes] == [(14, "price"), (14, "seats")]
    assert "GBP" in report.notes[0].message
    found = CourseRun.objects.select_related("course").get()
    course = found.course
    assert (course.title, course.provider, course.key, course.ects) == (
        *("Writing for work", "University of Example", "http://uni.example/c/1"),
        Decimal(5),
    )
    assert (course.duration, course.days, course.subject) == ("5 months (approx)", None, "Writing, Work")
    assert course.description == "Read & write\nBring a text."
    assert (found.starts_on, found.ends_on, found.signup_deadline) == (
        *(date(2026, 9, 7), date(2026, 12, 11)),
        date(2026, 8, 20),
    )
    assert (found.place, found.postcode, found.region, found.price) == ("Oxford", "OX1 2JA", "", None)


def test_notes_leave_a_field_out_and_stop_nothing() -> None:
    row = {
        "normpris": "[340, 360]",
        "undervisningsform": "Aften",
        "participantCapacity": "mange",
        "link": "javascript:alert(1)",
        "tilmeldingsFrist": "01-07-2026",
        "garantiKursus": "måske",
    }
    report = load(amu(row))
    fields = {"price", "mode", "seats", "url", "signup_deadline", "guaranteed"}
    assert (report.written, {note.field for note in report.notes}, report.note_count) == (True, fields, 6)
    found = CourseRun.objects.get()
    assert (found.price, found.mode, found.seats, found.url, found.signup_deadline) == (None, "on_site", None, "", None)
    written = {"file", "row", "field", "message", "person", "column", "count", "others"}
    assert set(report.as_json()["notes"][0]) == written


def test_bad_rows_are_reported_exactly_and_nothing_is_written() -> None:
    bad = run(2, startDate="31-02-2026"), run(3, endDate="01-01-2026"), run(4, holdTitle="")
    report = load(amu(run(1), *bad))
    assert [(one.file, one.row, one.field) for one in report.problems] == [
        ("hold.csv", 3, "starts_on"),
        ("hold.csv", 4, "ends_on"),
        ("hold.csv", 5, "title"),
    ]
    assert (report.written, Course.objects.count(), CourseRun.objects.count()) == (False, 0, 0)


def test_with_skip_bad_the_rest_is_written_and_no_run_vanishes_for_a_bad_row() -> None:
    load(amu(run(1), run(2)))
    report = load(amu(run(1), run(2, startDate="soon"), run(3)), skip_bad=True)
    assert (report.written, runs_of(report)) == (True, {"new": 1, "unchanged": 1})
    assert CourseRun.objects.filter(withdrawn_on=None).count() == 3


def test_a_run_without_its_last_day_is_not_guessed_at() -> None:
    load(amu(run(1)))
    report = load(amu(run(1, endDate="")))
    assert (report.written, notes_of(report), CourseRun.objects.get().withdrawn_on) == (True, [(2, "ends_on")], None)
    report = load(amu(run(5, endDate="", fagkode="47111", antalUndervisningsdage="1", duration="1 dag")), confirm=True)
    assert CourseRun.objects.get(key="k5").ends_on == date(2026, 7, 5)


def test_a_dry_run_reports_the_same_and_writes_nothing() -> None:
    tried = load(amu({}, run(1)), dry_run=True)
    assert (Course.objects.count(), tried.written) == (0, False)
    assert load(amu({}, run(1))).counts == tried.counts


def registered(cast: Cast, run: CourseRun) -> Agreement:
    """Mette's agreement, registered on a run."""
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=700, price_reason="Tilbud")
    return take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY, reference="A1")


def test_an_agreement_on_a_run_that_vanishes_gets_its_next_step(cast: Cast) -> None:
    load(amu(run(1), run(2)))
    agreement = registered(cast, CourseRun.objects.get(key="k1"))
    assert runs_of(load(amu(run(2)), dry_run=True)) == {"left": 1, "unchanged": 1}
    assert Agreement.objects.get(pk=agreement.pk).step == agreement.step
    report = load(amu(run(2)), confirm=True)
    now = Agreement.objects.get(pk=agreement.pk)
    assert (report.written, runs_of(report)) == (True, {"left": 1, "unchanged": 1})
    assert (CourseRun.objects.get(key="k1").withdrawn_on, now.stage, now.step, now.run) == (
        *(TODAY, "waitlisted"),
        *("confirm_seat", CourseRun.objects.get(key="k1")),
    )
    assert runs_of(load(amu(run(2)))) == {"unchanged": 1}  # it is withdrawn once
    back = load(amu(run(1), run(2)))
    assert (runs_of(back), CourseRun.objects.get(key="k1").withdrawn_on) == ({"changed": 1, "unchanged": 1}, None)


def test_an_agreement_on_a_run_that_is_cancelled_gets_its_next_step(cast: Cast) -> None:
    load(amu(run(1)))
    agreement = registered(cast, CourseRun.objects.get(key="k1"))
    report = load(amu(run(1, aflyst="Ja")))
    assert (runs_of(report), CourseRun.objects.get(key="k1").cancelled_on) == ({"left": 1}, TODAY)
    assert Agreement.objects.get(pk=agreement.pk).step == "find_run"
    assert runs_of(load(amu(run(1, aflyst="1")), on=TODAY + timedelta(days=2))) == {"unchanged": 1}
    assert CourseRun.objects.get(key="k1").cancelled_on == TODAY
    held = load(amu(run(1, aflyst="nej")))
    assert (notes_of(held), CourseRun.objects.get(key="k1").cancelled_on) == ([(2, "cancelled")], TODAY)


def test_an_agreement_on_a_run_that_moves_moves_along(cast: Cast) -> None:
    load(amu(run(1)))
    agreement = registered(cast, CourseRun.objects.get(key="k1"))
    report = load(amu(run(1, startDate="2026-08-03", endDate="2026-08-04")))
    now = Agreement.objects.get(pk=agreement.pk)
    assert (runs_of(report), now.starts_on, now.ends_on) == ({"moved": 1}, date(2026, 8, 3), date(2026, 8, 4))
    assert now.stage == "registered"


def test_only_runs_that_came_from_a_file_and_lie_ahead_are_withdrawn(cast: Cast) -> None:
    enter_course(
        *(), by=cast.mette, on=TODAY, title="Konflikter med børn", provider="AMU Fjordbyen",
        starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 1),
    )  # fmt: skip
    load(amu(run(1), {"kviknummer": "past", "startDate": "2026-02-01", "endDate": "2026-02-02"}))
    load(amu(run(2, institution="En anden skole")))
    report = load(amu(run(3)), confirm=True)
    assert [one.key for one in CourseRun.objects.exclude(withdrawn_on=None)] == ["k1"]
    assert cast.run.withdrawn_on is None and runs_of(report) == {"new": 1, "left": 1}


def test_a_page_withdraws_runs_of_its_own_courses_only() -> None:
    load(json_ld())
    load(json_ld(courseCode="LYT-2", name="Et andet", hasCourseInstance=[]))
    assert not CourseRun.objects.exclude(withdrawn_on=None)
    load(json_ld(hasCourseInstance=[]), confirm=True)
    assert CourseRun.objects.exclude(withdrawn_on=None).count() == 2


def test_a_table_without_dates_withdraws_nothing() -> None:
    load(amu(run(1)))
    load(amu({}, header=["fagkode", "holdTitle", "institution"]))
    assert CourseRun.objects.get().withdrawn_on is None


def test_a_file_that_withdraws_more_than_a_fifth_must_be_confirmed() -> None:
    load(amu(*(run(number) for number in range(1, 11))))
    fewer = amu(*(run(number) for number in range(1, 6)))
    refused = load(fewer)
    assert (refused.needs_confirmation, refused.written, refused.ends, refused.current) == (True, False, 5, 10)
    assert [problem.field for problem in refused.problems] == ["confirm"]
    assert not CourseRun.objects.exclude(withdrawn_on=None)
    assert load(fewer, confirm=True).written
    assert CourseRun.objects.exclude(withdrawn_on=None).count() == 5


def test_a_file_that_is_half_as_long_withdraws_nothing_without_a_question() -> None:
    load(amu(*(run(number) for number in range(1, 5))))
    half = amu(run(1), run(2))
    refused = load(half)
    assert (refused.needs_confirmation, refused.written, refused.ends, refused.current) == (True, False, 2, 4)
    assert not CourseRun.objects.exclude(withdrawn_on=None)
    assert load(amu(run(1), run(2), run(3))).written  # one of four is an ordinary day


def test_a_course_that_was_entered_by_hand_is_not_doubled(cast: Cast) -> None:
    entered = enter_course(
        by=cast.mette, on=TODAY, title="Lyt, så det hjælper", provider="samtalehuset",
        starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 2), place="Aarhus C",
    )  # fmt: skip
    load(json_ld(courseCode=""))
    entered.refresh_from_db()
    assert (entered.imported, entered.key, Course.objects.filter(title__startswith="Lyt").count()) == (
        *(True, "https://skole.example/hold/a"),
        1,
    )


def test_runs_without_ids_are_known_by_days_and_place() -> None:
    header = [name for name in AMU_HEADER if name != "kviknummer"]
    rows = run(1), run(1, lokationSted="Vejle", lokationPostNr="7100"), run(2)
    assert runs_of(load(amu(*rows, header=header))) == {"new": 3}
    report = load(amu(*rows, rows[0], header=header))
    assert (runs_of(report), notes_of(report)) == ({"unchanged": 3}, [(5, "row")])


def test_more_rows_than_a_part_are_one_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("udbytte.imports.courses.run.PART", 3)
    rows = [run(number, beskrivelse=f"Tekst {number}") for number in range(1, 20)]
    assert runs_of(load(amu(*rows))) == {"new": 19}
    report = load(amu(*rows))
    assert (runs_of(report), report.counts["courses"]["unchanged"]) == ({"unchanged": 19}, 1)
    assert Course.objects.get().description == "Tekst 1"


def test_no_cpr_number_is_kept_in_texts_or_ids() -> None:
    number = "010180-1234"
    report = load(
        amu({"beskrivelse": f"Ring til {number}", "kviknummer": number, "link": f"https://a.example/{number}"})
    )
    assert [note.field for note in report.notes] == ["url"] and report.written
    found = CourseRun.objects.select_related("course").get()
    assert (found.course.description, found.key[:3], found.url) == ("Ring til …", "id-", "")
    assert "010180" not in json.dumps(report.as_json())
    assert load(amu({"kviknummer": number})).total("new") == 0


def test_the_command_reports_in_lines_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "hold.csv"
    file.write_bytes(amu(run(1, normpris="[340, 360]"))[1])
    call_command("import", "courses", str(file))
    assert "[340, 360]" in capsys.readouterr().out
    file.write_bytes(amu(run(2, startDate="31-02-2027"))[1])
    with pytest.raises(SystemExit) as ended:
        call_command("import", "courses", str(file), "--json")
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["problems"][0]["field"], told["written"]) == (1, "starts_on", False)
