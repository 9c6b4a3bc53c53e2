"""Undo beside what was just saved: on pages, and after an answer from an email without login."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.access.links import AnswerLink, UndoLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Email, Helper, LogEntry, Notification, Press
from udbytte.services.agreements.take_step import take_step
from udbytte.services.agreements.written_answers import write_down
from udbytte.tasks.emails import send

pytestmark = pytest.mark.django_db

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))


def text_of(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def undo_address(html: str) -> str:
    (address,) = re.findall(r'action="(/fortryd/\d+/)"', html)
    return str(address)


def alone(client: Client, agreement: Agreement) -> str:
    """Mette says that she needs nobody; the page that follows."""
    facts = {"event": "need_nobody", "turn": agreement.turn, "reason": "Det kan jeg selv"}
    return client.post(f"/aftaler/{agreement.pk}/", facts, follow=True).content.decode()


def test_the_page_offers_it_with_its_end_and_puts_everything_back(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    before = (agreement.stage, agreement.step, agreement.step_owner_id, agreement.step_due)
    with time_machine.travel(TEN, tick=False):
        client = enter(cast.mette)
        page = alone(client, agreement)
        assert "Gemt. Næste" in page and "Du kan fortryde indtil kl. 10.15. Ingen får besked før da." in text_of(page)
        assert "/fortryd/" in client.get(f"/aftaler/{agreement.pk}/").content.decode(), (
            "also when the page is opened again"
        )
        page = client.post(undo_address(page), follow=True).content.decode()
    assert "Fortrudt. Alt er som før, og ingen har fået besked." in text_of(page) and "/fortryd/" not in page
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.step, agreement.step_owner_id, agreement.step_due) == before


def test_the_history_keeps_both_and_shows_nothing_of_what_was_written(cast: Cast) -> None:
    agreement, client = cast.agree(Kind.PRACTICE), enter(cast.mette)
    client.post(undo_address(alone(client, agreement)))
    shown = text_of(enter(cast.lars).get(f"/aftaler/{agreement.pk}/").content.decode())
    shown = shown[shown.rindex("Forløb") :]
    assert "Mette Hansen fortrød det sidste svar" in shown and "(fortrudt)" in shown
    assert "Det kan jeg selv" not in shown


def test_others_are_not_offered_it_and_cannot_do_it(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    address = undo_address(alone(enter(cast.mette), agreement))
    for who in (cast.lars, cast.jonas, cast.hanne):
        client = enter(who)
        assert "/fortryd/" not in client.get(f"/aftaler/{agreement.pk}/").content.decode()
        assert client.get(address).status_code == 405
        assert "Nu er det for sent" in client.post(address, follow=True).content.decode()
    assert Client().post(address).status_code == 302
    agreement.refresh_from_db()
    assert agreement.stage == "staffed"


def test_after_a_quarter_of_an_hour_it_is_gone_and_says_so(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    with time_machine.travel(TEN, tick=False) as clock:
        client = enter(cast.mette)
        address = undo_address(alone(client, agreement))
        clock.shift(timedelta(minutes=15))
        assert "/fortryd/" not in client.get(f"/aftaler/{agreement.pk}/").content.decode()
        page = client.post(address, follow=True).content.decode()
        assert "Det kan fortrydes i 15 minutter samme dag. Nu er det for sent." in page
        send.func(0)
        assert not Press.objects.exists()
        assert client.post(address, follow=True).status_code == 200
    agreement.refresh_from_db()
    assert agreement.stage == "staffed"


def test_what_somebody_acts_on_is_offered_no_more(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    client = enter(cast.mette)
    address = undo_address(alone(client, agreement))
    agreement.refresh_from_db()
    take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    assert "/fortryd/" not in client.get(f"/aftaler/{agreement.pk}/").content.decode()
    assert "Der er sket noget med aftalen i mellemtiden" in client.post(address, follow=True).content.decode()


def test_a_helper_who_says_no_by_mistake_takes_it_back_where_the_agreement_is_hidden(cast: Cast) -> None:
    asked = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    client = enter(cast.karim)
    facts = {"event": "decline", "turn": asked.turn}
    page = client.post(f"/aftaler/{asked.pk}/", facts, follow=True)
    assert page.redirect_chain[-1][0] == "/"
    back = client.post(undo_address(page.content.decode()), follow=True)
    assert back.redirect_chain[-1][0] == f"/aftaler/{asked.pk}/"
    assert "Svar på, om du kan hjælpe" in back.content.decode()
    assert Helper.objects.get().answered_on is None


def nominated(cast: Cast) -> Agreement:
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    return take_step(found, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi har tre nye børn.", price=6000)


def test_money_can_be_taken_back_where_it_was_granted_also_one_of_several(cast: Cast) -> None:
    first, second = nominated(cast), nominated(cast)
    client = enter(cast.birgit)
    page = client.post(f"/budget/{first.pk}/", {"event": "grant", "turn": first.turn}, follow=True).content.decode()
    assert len(re.findall(r'action="/fortryd/\d+/"', page)) == 1
    client.post(undo_address(page))
    chosen = [f"{row.pk}:{Agreement.objects.get(pk=row.pk).turn}" for row in (first, second)]
    page = client.post("/budget/bevilg/", {"chosen": chosen}, follow=True).content.decode()
    addresses = re.findall(r'action="(/fortryd/\d+/)"', page)
    assert len(addresses) == 2
    client.post(addresses[1])
    assert sorted(Agreement.objects.values_list("stage", flat=True)) == ["funded", "nominated"]


def test_the_teams_page_the_review_and_the_board_offer_it(cast: Cast) -> None:
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    client = enter(cast.lars)
    facts = {"event": "nominate", "turn": found.turn, "reason": "Vi vil", "price": 6000}
    page = client.post(f"/medarbejdere/gennemgang/{found.pk}/", facts, follow=True).content.decode()
    client.post(undo_address(page))
    found.refresh_from_db()
    assert found.stage == "found"
    other = cast.agree()
    board = enter(cast.bente)
    facts = {"event": "choose_run", "turn": other.turn, "run": cast.run.pk}
    page = board.post(f"/kursusopgaver/{other.pk}/", facts, headers={"HX-Request": "true"}).content.decode()
    board.post(undo_address(page))
    other.refresh_from_db()
    assert other.stage == "agreed"


# --- After an answer from an email


def link(cast: Cast, agreement: Agreement, event: Event, who: str) -> str:
    return AnswerLink.ask(event, person=getattr(cast, who), agreement=agreement, on=TODAY).path


def test_an_answer_from_an_email_is_undone_without_login_and_given_again(cast: Cast) -> None:
    asked = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    told = set(Notification.objects.values_list("pk", flat=True))
    question, client = link(cast, asked, Event.DECLINE, "karim"), Client()
    with time_machine.travel(TEN, tick=False):
        page = client.post(question, {}).content.decode()
        assert "Du kan fortryde indtil kl. 10.15." in text_of(page)
        (address,) = re.findall(r'action="(/svar/fortryd/[^"]+)"', page)
        entries = LogEntry.all_entries.count()
        assert client.get(address).status_code == 410 and LogEntry.all_entries.count() == entries
        page = client.post(address).content.decode()
        assert "Dit svar er fortrudt" in page and f'href="{question}"' in page and "_auth_user_id" not in client.session
        assert set(Notification.objects.values_list("pk", flat=True)) == told
        assert client.post(address).status_code == 410
        assert client.get(question).status_code == 200, "the question is open again"
        assert client.post(link(cast, asked, Event.ACCEPT, "karim"), {}).status_code == 200
    asked.refresh_from_db()
    assert asked.stage == "staffed"


def test_a_question_of_ones_own_step_is_open_again(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    question = link(cast, agreement, Event.CHECK_IN, "mette")
    page = Client().post(question, {"happens": "yes"}).content.decode()
    (learns,) = re.findall(r'action="(/svar/[^"/]+/)"', page)
    assert Client().post(learns, {"learns": "yes"}).status_code == 200
    (address,) = re.findall(r'action="(/svar/fortryd/[^"]+)"', page)
    assert Client().post(address).status_code == 200
    assert not agreement.check_ins.exists()
    assert Client().post(question, {"happens": "no"}).status_code == 200
    assert agreement.check_ins.get().happens is False


def test_a_link_undoes_only_what_its_own_person_pressed_and_not_after_its_time(cast: Cast) -> None:
    asked = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    question = link(cast, asked, Event.ACCEPT, "karim")
    with time_machine.travel(TEN, tick=False) as clock:
        Client().post(question, {})
        press = Press.objects.get()
        for who in (cast.jonas, cast.mette):
            assert Client().post(UndoLink(who.pk, press.pk, question, TODAY).path).status_code == 410
        clock.shift(timedelta(minutes=16))
        page = Client().post(UndoLink(cast.karim.pk, press.pk, question, TODAY).path)
    assert page.status_code == 410 and "Det kan ikke fortrydes længere" in page.content.decode()
    asked.refresh_from_db()
    assert asked.stage == "staffed"


def test_a_yes_to_what_the_manager_wrote_down_is_undone_and_asked_again(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    agreement = take_step(agreement, Event.FINISH, by=cast.mette, on=TODAY)
    facts = {"learned": "At lytte", "newness": "much", "in_use": "daily"}
    written = write_down(agreement, Event.REPORT_OUTCOME, facts, by=cast.lars, on=TODAY)
    client = enter(cast.mette)
    page = client.post(f"/aftaler/{agreement.pk}/skrevet/", {"right": "yes"}, follow=True).content.decode()
    agreement.refresh_from_db()
    assert agreement.stage == "learned"
    client.post(undo_address(page))
    agreement.refresh_from_db()
    written.refresh_from_db()
    assert agreement.stage == "done" and written.is_open


# --- The worker


def test_the_worker_tells_after_a_quarter_of_an_hour(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    Notification.objects.all().delete()
    with time_machine.travel(TEN, tick=False) as clock:
        facts = {"event": "ask", "turn": agreement.turn, "helper": cast.karim.email, "role": "mentor"}
        enter(cast.mette).post(f"/aftaler/{agreement.pk}/", facts)
        assert Agreement.objects.get(pk=agreement.pk).stage == "asked"
        clock.shift(timedelta(minutes=14))
        send.func(0)
        assert not Email.objects.exists()
        clock.shift(timedelta(minutes=1))
        send.func(0)
        assert list(Email.objects.values_list("person__given_name", flat=True)) == ["Karim"]
