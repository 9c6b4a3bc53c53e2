"""The works council's report of what stood still, the headline with both halves, and what the council reads."""

from __future__ import annotations

import json
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, make_person
from tests.house import House, house
from tests.queries.figures.test_questions import agree, told
from tests.queries.figures.test_silent_ends import LATER, lapse, leave, move_find_step, told_without_talk
from udbytte.domain.lifecycle import Event
from udbytte.models import ManagerRole, Role, RoleAssignment, Round, RoundReport
from udbytte.queries.figures.report import Report, common_unit_of, live_report, report_facts, report_of
from udbytte.services.agreements.take_step import take_step
from udbytte.services.rounds.rounds import close_round
from udbytte.web.figures.report_text import Document, document_of

__all__ = ["house"]
pytestmark = pytest.mark.django_db
SENTENCE = (
    "2 af 6 aftaler, der skulle være færdige, er endt med læring (33\N{NO-BREAK SPACE}%). "
    "1 af de 2 er der talt med lederen om. "
    "Blandt de andre er 1 droppet, 1 bortfaldet (ingen tog stilling), 1 sluttet ved fratrædelse."
)


def six_whose_time_has_come(house: House) -> None:
    told(house, 0, "much")
    told_without_talk(house, 1)
    told(house, 2, "nothing")
    lapse(agree(house, 3))
    leave(agree(house, 4))
    row = take_step(agree(house, 5), Event.PROPOSE_DROP, by=house.cast.lars, on=TODAY, reason="no_time")
    take_step(row, Event.CONFIRM_DROP, by=row.employee, on=TODAY)


def report(house: House) -> Report:
    return live_report(house.cast.round, common_unit_of(house.cast.round), on=LATER)


def document(house: House) -> Document:
    return document_of(house.cast.round, report(house))


def five_hold(role: str, house: House) -> None:
    """Give the role to so many people that five of them hold it."""
    for number in range(5):
        person = make_person(f"{role.replace('_', '')}{number}")
        if role == "manager":
            ManagerRole.objects.create(person=person, unit=house.cast.roads, starts_on=LONG_AGO)
        else:
            RoleAssignment.objects.create(person=person, role=role, unit=house.cast.roads, starts_on=LONG_AGO)


def test_the_headline_says_the_same_with_both_halves_wherever_it_stands(house: House) -> None:
    six_whose_time_has_come(house)
    cast = house.cast
    council = enter(cast.soren)
    pages = [council.get(address).content.decode() for address in ("/udbytte/", f"/runder/{cast.round.pk}/rapport/")]
    book = council.get(f"/runder/{cast.round.pk}/rapport/rapport.xlsx").content
    words = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_name("Med ord").to_python()
    pages.append("\n".join(str(cell) for row in words for cell in row))
    pages.append(" ".join(paragraph.text for paragraph in document_of(cast.round, report_of_today(house)).paragraphs))
    out = StringIO()
    call_command("figures", "--on", TODAY.isoformat(), "--json", stdout=out)
    headline = json.loads(out.getvalue())["headline"]
    pages.append(headline["sentence"])
    assert [SENTENCE in page for page in pages] == [True] * 5
    assert {name: headline[name] for name in ("yes", "talked", "dropped", "lapsed", "not_told", "left")} == {
        "yes": 2, "talked": 1, "dropped": 1, "lapsed": 1, "not_told": 0, "left": 1,
    }  # fmt: skip


def report_of_today(house: House) -> Report:
    return report_of(house.cast.round, common_unit_of(house.cast.round), on=TODAY)


def test_the_paper_reads_the_same_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    six_whose_time_has_come(house)
    papers: list[dict[str, object]] = []

    def keep(_name: str, facts: dict[str, object], *, language: str) -> bytes:
        papers.append(facts)
        return b"%PDF-"

    monkeypatch.setattr("udbytte.web.figures.report.render_pdf", keep)
    enter(house.cast.soren).get(f"/runder/{house.cast.round.pk}/rapport/rapport.pdf")
    assert SENTENCE in json.dumps(papers[0]["paragraphs"], ensure_ascii=False)
    assert papers[0]["flow_head"] == ("Fase", "Nåede fasen", "Er i fasen nu", "Droppet", "Bortfaldet", "Fratrådt")
    stalled = papers[0]["stalled"]
    assert isinstance(stalled, list) and [len(row) for row in stalled] == [6]


def test_the_report_says_what_stood_still(house: House) -> None:
    cast = house.cast
    lapse(agree(house, 0))
    move_find_step(agree(house, 1), cast.lars, 1)
    missed = take_step(agree(house, 2), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    take_step(missed, Event.MISS_DEADLINE, by=None, on=TODAY)
    for place in range(3, 6):
        agree(house, place)
    text = {paragraph.head: paragraph.text for paragraph in document(house).paragraphs}["Hvad er gået i stå"]
    assert text.startswith("1 af 6 aftaler er bortfaldet, fordi ingen tog stilling i ni uger.")
    assert "1 tilmeldingsfrist blev overskredet" in text and "1 gang er en opgave over fristen flyttet videre" in text
    assert "5 opgaver er over fristen, halvdelen af dem med" in text


def test_a_role_that_few_hold_is_never_told_apart_from_the_others(house: House) -> None:
    cast = house.cast
    lapse(agree(house, 0))
    lapse(take_step(agree(house, 1), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run))
    for place in range(2, 6):
        agree(house, place)

    def lapsed() -> dict[tuple[str, str], int]:
        return {(row.step, row.role): row.lapsed for row in report(house).stalled_steps}

    assert lapsed() == {("", ""): 2}  # the few managers, coordinators and budget owners, and the employees with them
    five_hold("manager", house)
    assert lapsed() == {
        ("", ""): 2
    }  # beside one coordinator and one budget owner, the smallest of the others is hidden
    five_hold(Role.COORDINATOR, house)
    assert lapsed() == {("", ""): 1, ("settle_money", "manager"): 1}
    # The flow has one lapse in the phase agreed. Beside the employees' number, it would be the coordinators'.
    assert not {role for _step, role in lapsed()} & {"employee", "coordinator"}
    five_hold(Role.BUDGET_OWNER, house)
    assert lapsed() == {("find_run", "coordinator"): 1, ("settle_money", "manager"): 1}


def test_a_part_of_the_round_says_no_step(house: House) -> None:
    for role in ("manager", Role.COORDINATOR, Role.BUDGET_OWNER):
        five_hold(role, house)
    lapse(agree(house, 0))
    for place in range(1, 6):
        agree(house, place)
    part = live_report(house.cast.round, house.cast.kindergarten, on=LATER)
    assert part.stalled is not None and part.stalled.lapsed == 1 and part.stalled_steps == ()
    text = {one.head: one.text for one in document_of(house.cast.round, part).paragraphs}["Hvad er gået i stå"]
    assert text.endswith("Hvilke opgaver det var, er i rapporten om hele runden.")
    stored = json.dumps([report_facts(part), report_facts(report(house))])
    assert "lapsed_at" not in stored and "late.find_run" not in stored


def test_a_report_that_was_stored_before_says_nothing_of_talks_and_steps(house: House) -> None:
    six_whose_time_has_come(house)
    close_round(house.cast.round, by=house.cast.hanne, on=TODAY)
    assert SENTENCE in document_of(house.cast.round, report_of_today(house)).paragraphs[0].text
    for stored in RoundReport.objects.all():
        facts = {name: value for name, value in stored.facts.items() if not name.startswith("stalled")}
        RoundReport.objects.filter(pk=stored.pk).update(facts=facts)
    old = document_of(house.cast.round, report_of_today(house))
    assert "talt med lederen" not in old.paragraphs[0].text
    assert "Hvad er gået i stå" not in [paragraph.head for paragraph in old.paragraphs] and not old.stalled.rows


def test_each_question_shows_what_ended_without_a_decision(house: House) -> None:
    for place in range(5):
        lapse(agree(house, place))
    manager = enter(house.cast.lars)
    for number in (1, 2):
        page = manager.get(f"/udbytte/?q={number}").content.decode()
        assert "Af alle 5 kursusaftaler: 5 bortfaldet (ingen tog stilling)." in page
    assert "Af alle 5 kursusaftaler" not in manager.get("/udbytte/").content.decode()  # one question at a time


def test_who_may_read_the_figures_reads_what_is_measured(cast: Cast) -> None:
    page = enter(cast.soren).get("/udbytte/til-med/").content.decode()
    for text in ("Hvad der måles", "Hvem der ser det", "Hvad der aldrig vises", "Hvor længe det gemmes"):
        assert f"<h2>{text}</h2>" in page
    link = 'href="/udbytte/til-med/"'
    assert link in enter(cast.lars).get("/udbytte/").content.decode()
    assert link in enter(cast.soren).get(f"/runder/{cast.round.pk}/rapport/").content.decode()


def test_the_check_of_a_round_asks_once_whether_the_council_has_discussed_it(cast: Cast) -> None:
    Round.objects.filter(pk=cast.round.pk).update(published_on=None)
    hr, page = enter(cast.hanne), f"/runder/{cast.round.pk}/"
    asked = "Det er ikke noteret, at MED-udvalget har drøftet, hvad der måles."
    assert asked in hr.get(page).content.decode()
    assert enter(cast.soren).post(f"{page}droeftet/").status_code == 404
    assert hr.get(f"{page}droeftet/").status_code == 405
    assert hr.post(f"{page}droeftet/").status_code == 302
    assert Round.objects.get(pk=cast.round.pk).discussed_on == TODAY
    assert asked not in hr.get(page).content.decode()
