"""Answering from a letter without logging in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.cast import TODAY, Cast
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CheckIn, LogEntry
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> Agreement:
    """Karim is asked to be Mette's mentor."""
    agreement = cast.agree(Kind.PRACTICE, purpose="Hemmeligt for andre")
    return take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)


def link(cast: Cast, agreement: Agreement, event: Event = Event.ACCEPT, who: str = "karim", **facts: str) -> str:
    person = getattr(cast, who)
    return AnswerLink.ask(event, person=person, agreement=agreement, on=TODAY, facts=facts).path


def test_looking_at_the_question_changes_nothing(cast: Cast, asked: Agreement) -> None:
    before = LogEntry.objects.count()
    response = Client().get(link(cast, asked))
    assert response.status_code == 200
    assert asked.title in response.content.decode()
    assert LogEntry.objects.count() == before
    asked.refresh_from_db()
    assert asked.step == "answer"


def test_one_press_sends_it_and_nobody_is_logged_in(cast: Cast, asked: Agreement) -> None:
    client = Client()
    response = client.post(link(cast, asked))
    assert response.status_code == 200
    asked.refresh_from_db()
    assert (asked.stage, asked.log.order_by("number").last().by) == ("staffed", cast.karim)  # type: ignore[union-attr]
    assert "_auth_user_id" not in client.session


def test_the_budget_owner_reads_price_and_reason_where_it_is_decided(cast: Cast) -> None:
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    asked = take_step(
        found, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi har tre nye børn.", price=6500, price_reason="Tilbud"
    )
    url = link(cast, asked, Event.GRANT, "birgit")
    said = Client().get(url).content.decode()
    assert "Pris: 6.500 kr." in said and "Lars Hansen: Vi har tre nye børn." in said
    assert "Vi har tre nye børn" not in Client().post(url).content.decode()


def test_a_second_press_is_told_that_it_is_answered(cast: Cast, asked: Agreement) -> None:
    url = link(cast, asked)
    Client().post(url)
    entries = LogEntry.objects.count()
    assert Client().post(url).status_code == 410
    assert Client().get(url).status_code == 410
    assert LogEntry.objects.count() == entries


def test_the_page_has_no_navigation_and_no_other_agreement(cast: Cast, asked: Agreement) -> None:
    other = cast.agree(title="Noget helt andet")
    html = Client().get(link(cast, asked)).content.decode()
    assert "<nav" not in html
    assert other.title not in html
    assert "Hemmeligt for andre" not in html


def test_an_old_link_says_so(cast: Cast, asked: Agreement) -> None:
    url = link(cast, asked)
    with time_machine.travel(TODAY + timedelta(days=(AnswerLink.days_valid or 0) + 1), tick=False):
        assert Client().get(url).status_code == 410
        assert Client().post(url).status_code == 410
    asked.refresh_from_db()
    assert asked.step == "answer"


def test_a_link_that_was_changed_does_not_work(cast: Cast, asked: Agreement) -> None:
    url = link(cast, asked)
    assert Client().post(f"{url[:-4]}xx/").status_code == 404


def test_a_link_lets_nobody_do_more_than_they_may(cast: Cast, asked: Agreement) -> None:
    assert Client().post(link(cast, asked, who="jonas")).status_code == 410
    asked.refresh_from_db()
    assert asked.step == "answer"


def test_the_answer_is_chosen_beforehand_and_can_be_changed(cast: Cast, asked: Agreement) -> None:
    started = take_step(asked, Event.ACCEPT, by=cast.karim, on=TODAY)
    running = take_step(started, Event.START, by=cast.mette, on=TODAY)
    url = link(cast, running, Event.CHECK_IN, "mette", happens="yes")
    html = Client().get(url).content.decode()
    chosen = [tag for tag in html.split("<input")[1:] if " checked" in tag.split(">")[0]]
    assert len(chosen) == 1
    assert 'name="happens"' in chosen[0]
    assert 'value="yes"' in chosen[0]
    missing = Client().post(url, {"happens": "yes", "line": "Vi når det næsten"})
    assert missing.status_code == 422
    assert "Vi når det næsten" in missing.content.decode()
    assert Client().post(url, {"happens": "no", "line": "Vi når det ikke"}).status_code == 200
    said = CheckIn.objects.get(agreement=running, by=cast.mette)
    assert (said.happens, said.line) == (False, "Vi når det ikke")


def test_a_helper_answers_a_check_in_from_the_letter(cast: Cast, asked: Agreement) -> None:
    item = CheckIn.objects.create(agreement=asked, by=cast.karim, by_helper=True, asked_on=TODAY)
    url = AnswerLink.ask(Event.CHECK_IN, person=cast.karim, agreement=asked, on=TODAY, check_in=item.pk).path
    assert Client().get(url).status_code == 200
    assert Client().post(url, {"happens": "yes", "learns": "no"}).status_code == 200
    item.refresh_from_db()
    assert (item.happens, item.learns) == (True, False)
    assert Client().get(url).status_code == 410


def test_a_letter_that_waits_while_others_answer_can_still_be_answered(cast: Cast, asked: Agreement) -> None:
    take_step(asked, Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=cast.jonas)
    asked.refresh_from_db()
    karims, jonas = link(cast, asked), link(cast, asked, who="jonas")
    assert Client().post(karims, {}).status_code == 200
    assert Client().get(jonas).status_code == 200
    assert Client().post(jonas, {}).status_code == 200
    assert Client().get(jonas).status_code == Client().get(karims).status_code == 410
    assert set(asked.helpers.filter(said_yes=True).values_list("person", flat=True)) == {cast.karim.pk, cast.jonas.pk}


def test_a_helper_answers_another_time_from_the_letter(cast: Cast, asked: Agreement) -> None:
    url = link(cast, asked, Event.ACCEPT_LATER)
    late = asked.planned_from + timedelta(days=30)
    assert Client().post(url, {"until": (TODAY - timedelta(days=1)).isoformat()}).status_code == 422
    assert Client().post(url, {"until": late.isoformat()}).status_code == 200
    asked.refresh_from_db()
    assert (asked.stage, asked.planned_from) == ("staffed", late)


def test_it_does_not_happen_leads_on_from_the_letter_to_what_can_be_done(cast: Cast, asked: Agreement) -> None:
    started = take_step(asked, Event.ACCEPT, by=cast.karim, on=TODAY)
    running = take_step(started, Event.START, by=cast.mette, on=TODAY)
    sent = Client().post(link(cast, running, Event.CHECK_IN, "mette"), {"happens": "no"}).content.decode()
    methods = re.findall(r'href="(/svar/[^"]+)"', sent)
    assert [Client().get(method).status_code for method in methods] == [200, 200, 200]
    until = {"until": (TODAY + timedelta(days=40)).isoformat(), "reason": "Vi flytter det til efter ferien"}
    assert Client().post(methods[1], until).status_code == 200
    running.refresh_from_db()
    assert running.step == "check_in" and running.step_due is not None
    assert running.step_due >= TODAY + timedelta(days=40)
