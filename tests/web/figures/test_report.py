"""The report of a round: live until the round is closed, and then as it was on that day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, make_unit
from tests.house import House, house
from tests.queries.figures.test_questions import agree
from udbytte.domain.figures.key_questions import weakest_figures
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Conversation, Role, RoleAssignment, Round, RoundReport
from udbytte.queries.figures.report import common_unit_of, live_report, report_of
from udbytte.services.agreements.take_step import take_step
from udbytte.services.rounds.rounds import close_round
from udbytte.web.figures.report_text import document_of

__all__ = ["house"]
pytestmark = pytest.mark.django_db


def drop(row: Agreement, house: House, reason: str = "no_time") -> None:
    dropping = take_step(row, Event.PROPOSE_DROP, by=house.cast.lars, on=TODAY, reason=reason)
    take_step(dropping, Event.CONFIRM_DROP, by=row.employee, on=TODAY)


def paragraphs(house: House) -> dict[str, str]:
    found = report_of(house.cast.round, common_unit_of(house.cast.round), on=TODAY)
    return {one.head: one.text for one in document_of(house.cast.round, found).paragraphs}


def test_the_report_says_in_words_how_it_went_what_was_lost_and_what_to_do_first(house: House) -> None:
    for place in range(8):
        row = agree(house, place)
        if place < 5:
            drop(row, house)
    said = paragraphs(house)
    assert list(said) == [
        "Hvordan gik det",
        "Hvad går godt",
        "Hvad gik tabt, og hvorfor",
        "Hvad er gået i stå",
        "Var rammer og penge kendt på forhånd?",
        "Hvad I kan gøre først",
    ]
    assert "8 af 8 samtaler er talt som holdt." in said["Hvordan gik det"]
    assert "0 af 5 aftaler" in said["Hvordan gik det"] and "3 aftaler er stadig åbne" in said["Hvordan gik det"]
    assert "8 af 8 afholdte samtaler endte med et kursus" in said["Hvad går godt"]
    assert "5 af 8 aftaler blev droppet" in said["Hvad gik tabt, og hvorfor"]
    assert "ingen tid (5)" in said["Hvad gik tabt, og hvorfor"]
    assert "0 af 8" in said["Hvad I kan gøre først"]


def test_what_to_do_first_is_the_question_that_needs_it_most(house: House) -> None:
    for place in range(8):
        agree(house, place)
    report = report_of(house.cast.round, None, on=TODAY)
    numbers = [(one.question.number, one.level) for one in weakest_figures(report.figures.questions)]
    assert numbers == [(4, "low"), (5, "low")]


def test_last_year_stands_beside_this_year(house: House) -> None:
    cast = house.cast
    older = Round.objects.create(
        name="MUS 2025",
        announced_on=date(2025, 1, 6),
        conversations_from=date(2025, 2, 3),
        conversations_to=date(2025, 4, 30),
        closes_on=date(2025, 12, 31),
        published_on=date(2025, 1, 6),
    )
    older.units.add(cast.municipality)
    for plan in house.plans:
        Conversation.objects.create(
            round=older, employment=plan.conversation.employment, manager=cast.lars, held_on=date(2025, 2, 10)
        )
    for place in range(6):
        agree(house, place)
    document = document_of(cast.round, report_of(cast.round, common_unit_of(cast.round), on=TODAY))
    assert document.previous_round == "MUS 2025"
    first = document.lines[1]
    assert (first.now_text, first.before_text) == ("6 af 8 (75\N{NO-BREAK SPACE}%)", "0 af 8 (0\N{NO-BREAK SPACE}%)")
    assert first.trend == "75 procentpoint højere end i forrige runde"


def test_a_report_stays_as_it_was_when_the_round_was_closed(house: House) -> None:
    for place in range(6):
        agree(house, place)
    cast = house.cast
    before = document_of(cast.round, live_report(cast.round, common_unit_of(cast.round), on=TODAY))
    close_round(cast.round, by=cast.hanne, on=TODAY)
    for row in Agreement.objects.all():
        drop(row, house)
    cast.kindergarten.name = "Et andet navn"
    cast.kindergarten.save()
    later = TODAY + timedelta(days=40)
    kept = report_of(cast.round, common_unit_of(cast.round), on=later)
    after = document_of(cast.round, kept)
    assert kept.is_stored and kept.on == TODAY
    assert (after.paragraphs, after.lines, after.flow, after.units) == (
        before.paragraphs,
        before.lines,
        before.flow,
        before.units,
    )
    live = document_of(cast.round, live_report(cast.round, common_unit_of(cast.round), on=later))
    assert live.flow != after.flow


def test_what_is_kept_names_nobody_and_divides_nobodys_reasons(house: House) -> None:
    for place in range(6):
        drop(agree(house, place, title="Hemmelig aftale"), house)
    RoleAssignment.objects.create(
        person=house.cast.soren, role=Role.HR, unit=house.cast.kindergarten, starts_on=LONG_AGO
    )
    close_round(house.cast.round, by=house.cast.hanne, on=TODAY)
    kept = {str(one.unit): json.dumps(one.facts, ensure_ascii=False) for one in RoundReport.objects.all()}
    assert set(kept) == {"Engby Kommune", "Børnehuset Mælkebøtten"}
    assert all("Hemmelig" not in one and "Mette" not in one for one in kept.values())
    assert "reason.no_time" in kept["Engby Kommune"] and "reason." not in kept["Børnehuset Mælkebøtten"]


def test_small_units_are_not_shown_in_the_report(house: House) -> None:
    close_round(house.cast.round, by=house.cast.hanne, on=TODAY)
    small = make_unit("Lille", house.cast.municipality)
    Conversation.objects.filter(employment__person=house.cast.jonas).delete()
    report = report_of(house.cast.round, common_unit_of(house.cast.round), on=TODAY)
    rows = document_of(house.cast.round, report).units.rows
    assert [(row.head, row.cells[0]) for row in rows] == [("Børn og Unge", 8)]
    assert small.name not in [row.head for row in rows]


def test_hr_of_one_unit_reads_the_report_of_that_unit(house: House) -> None:
    cast = house.cast
    RoleAssignment.objects.create(person=cast.dorthe, role=Role.WORKS_COUNCIL, unit=cast.children, starts_on=LONG_AGO)
    said = enter(cast.dorthe).get(f"/runder/{cast.round.pk}/rapport/").content.decode()
    assert "Rapport til MED-udvalget, Børn og Unge" in said
    RoleAssignment.objects.create(person=cast.lars, role=Role.HR, unit=cast.roads, starts_on=LONG_AGO)
    cast.round.units.set([cast.children])
    assert enter(cast.lars).get(f"/runder/{cast.round.pk}/rapport/").status_code == 404


def test_the_report_is_fetched_on_paper_and_as_a_workbook_that_runs_nothing(house: House) -> None:
    cast = house.cast
    cast.children.name = "=1+1"
    cast.children.save()
    for place in range(6):
        agree(house, place)
    client = enter(cast.soren)
    paper = client.get(f"/runder/{cast.round.pk}/rapport/rapport.pdf")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF-") and b"pdfuaid" in paper.content
    sheet = client.get(f"/runder/{cast.round.pk}/rapport/rapport.xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(sheet.content))
    sheets = ["Med ord", "De syv spørgsmål", "Fra aftale til udbytte", "Hvad er gået i stå", "Årsager", "Enheder"]
    assert book.sheet_names == sheets
    assert book.get_sheet_by_name("Enheder").to_python()[1][:2] == ["=1+1", 8.0]
    assert b"<f>" not in sheet.content


def test_a_draft_has_no_report(cast: Cast) -> None:
    Round.objects.filter(pk=cast.round.pk).update(published_on=None)
    assert enter(cast.hanne).get(f"/runder/{cast.round.pk}/rapport/").status_code == 404


def test_a_round_of_too_few_says_so_and_shows_no_figure(cast: Cast) -> None:
    said = enter(cast.soren).get(f"/runder/{cast.round.pk}/rapport/").content.decode()
    assert "Færre end 5" in said and "<table" not in said


def test_the_lowest_unit_that_holds_the_whole_round_is_its_place(cast: Cast) -> None:
    def place(*units: object) -> str:
        cast.round.units.set(units)  # type: ignore[arg-type]
        return str(common_unit_of(cast.round) or "")

    assert place(cast.kindergarten) == "Børnehuset Mælkebøtten"
    assert place(cast.kindergarten, cast.roads) == "Engby Kommune"
    assert place(cast.children, cast.kindergarten) == "Børn og Unge"
    assert place(cast.roads, make_unit("En anden kommune")) == ""
