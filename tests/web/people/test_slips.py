"""Slips for those without email: one question each, and the code of its link."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.services.agreements.test_line import registered
from tests.services.agreements.test_written_answers import to_tell, under_way, written
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Person
from udbytte.queries.people.slips import OpenQuestion, open_questions_of_team
from udbytte.services.agreements.take_step import take_step
from udbytte.services.papers.qr_code import qr_code
from udbytte.web.people import slips

pytestmark = pytest.mark.django_db
AFTER_COURSE = date(2026, 6, 12)
QUESTION = "Kom du på kurset?"


def without_email(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(email=None)


def test_one_question_for_each_who_is_asked_something(cast: Cast) -> None:
    assert not open_questions_of_team(cast.lars, TODAY)
    cast.agree()  # somebody else has its step
    practice = under_way(cast)
    assert not open_questions_of_team(cast.lars, TODAY)  # it is not due yet
    seat = registered(cast)
    Agreement.objects.filter(pk=practice.pk).update(step_due=AFTER_COURSE)
    assert [row.agreement for row in open_questions_of_team(cast.lars, AFTER_COURSE)] == [seat]
    told = to_tell(cast)
    row = written(cast, told)
    [question] = open_questions_of_team(cast.lars, AFTER_COURSE)
    assert (question.agreement, question.written) == (told, row)  # the manager waits for it
    assert not open_questions_of_team(cast.dorthe, AFTER_COURSE)
    assert not open_questions_of_team(cast.mette, AFTER_COURSE)


def test_a_paused_step_asks_nothing(cast: Cast) -> None:
    seat = registered(cast)
    take_step(seat, Event.PAUSE, by=cast.mette, on=TODAY, until=date(2026, 9, 1))
    assert not open_questions_of_team(cast.lars, date(2026, 8, 20))


def test_those_without_email_are_chosen_and_the_paper_carries_their_links(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(f"{AFTER_COURSE.isoformat()}T10:00:00+01:00", tick=False):
        registered(cast)
        page = enter(cast.lars).get(reverse("slips")).content.decode()
        assert "Mette Hansen" in page and QUESTION in page
        assert not re.search(r"<input[^>]*checked", page)
        without_email(cast.mette)
        page = enter(cast.lars).get(reverse("slips")).content.decode()
        assert re.search(rf'value="{cast.mette.pk}"\s+checked', page) and "ingen mail" in page

        coded: list[str] = []

        def note(url: str) -> str:
            coded.append(url)
            return qr_code(url)

        monkeypatch.setattr(slips, "qr_code", note)
        paper = enter(cast.lars).get(reverse("slips-paper"), {"person": cast.mette.pk})
        assert paper.status_code == 200 and paper.content.startswith(b"%PDF")
        [url] = coded
        question = Client().get(url[url.index("/svar/") :]).content.decode()
        assert "Mette" in question and 'value="no"' not in question
        other = re.search(r'href="(/svar/[^"]+)">Nej, jeg ', question)
        assert other is not None and Client().get(other[1]).status_code == 200  # the other answer to the question


def test_nobody_outside_the_team_stands_on_a_slip(cast: Cast) -> None:
    with time_machine.travel(f"{AFTER_COURSE.isoformat()}T10:00:00+01:00", tick=False):
        registered(cast)
        for who in (cast.lars, cast.dorthe):
            paper = enter(who).get(reverse("slips-paper"), {"person": [str(cast.jonas.pk), "x", ""]})
            assert paper.status_code == 302
        assert enter(cast.dorthe).get(reverse("slips-paper"), {"person": cast.mette.pk}).status_code == 302
        for name in ("mette", "bente", "hanne", "jonas"):
            assert enter(getattr(cast, name)).get(reverse("slips-paper")).status_code == 404


def test_a_slip_names_no_free_title(cast: Cast) -> None:
    practice = cast.agree(Kind.PRACTICE, title="Holde op med at råbe")
    question = OpenQuestion(practice, None)
    Agreement.objects.filter(pk=practice.pk).update(step="check_in")
    practice.refresh_from_db()
    assert "råbe" not in str({**slips._slip(question, TODAY), "code": ""})


def test_the_picture_has_the_modules_of_the_code() -> None:
    url = "https://udbytte.example.test/svar/nedskrevet/" + "x" * 120 + "/"
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(url)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1", qr_code(url))}
    assert dark == {(x, y) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark}
    assert f'viewBox="0 0 {len(rows)} {len(rows)}"' in qr_code(url)
