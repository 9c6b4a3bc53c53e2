"""Answering from an email without logging in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CheckIn, Email, LogEntry, PracticeMethod
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.follow_up import follow_up

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


def nominated(cast: Cast) -> Agreement:
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    return take_step(found, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi har tre nye børn.", price=6000)


def test_money_needs_a_session_and_the_link_leads_to_the_open_form(cast: Cast) -> None:
    url = link(cast, nominated(cast), Event.REFUSE, "birgit")
    for response in (Client().get(url), Client().post(url, {"reason": "Nej"})):
        assert response.status_code == 302
    page = response["Location"]
    assert page.endswith("?event=refuse#next")
    login = Client().get(page.split("#")[0])
    assert login.status_code == 302 and "next=/aftaler/" in login["Location"] and "refuse" in login["Location"]
    shown = enter(cast.birgit).get(page.split("#")[0]).content.decode()
    assert "Vi har tre nye børn." in shown and "20.000 kr." in shown
    assert not is_folded(shown, "grant") and not is_folded(shown, "refuse")
    assert is_folded(enter(cast.birgit).get(page.split("?")[0]).content.decode(), "refuse")


def is_folded(html: str, event: str) -> bool:
    """Whether the form of an event is folded on the page of an agreement."""
    before = html[: html.index(f'name="event" value="{event}"')]
    return before.rfind('<details class="choice fold">') > before.rfind("</details>")


@pytest.mark.parametrize(
    ("event", "who"),
    [
        (Event.FUND, "lars"),
        (Event.NOMINATE, "lars"),
        (Event.POSTPONE, "mette"),
        (Event.PROPOSE_DROP, "mette"),
        (Event.PROPOSE_REPLACE, "lars"),
        (Event.HAND_OVER, "lars"),
    ],
)
def test_what_needs_a_session_is_not_done_by_a_link(cast: Cast, event: Event, who: str) -> None:
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    entries = LogEntry.objects.count()
    facts = {"price": "100", "reason": "no_time", "until": "2026-05-01", "owner": "jonas@example.test", "title": "X"}
    response = Client().post(link(cast, found, event, who), facts)
    assert (response.status_code, response["Location"]) == (302, f"/aftaler/{found.pk}/?event={event}#next")
    assert LogEntry.objects.count() == entries


def test_a_drop_is_confirmed_in_a_session(cast: Cast) -> None:
    proposed = take_step(cast.agree(), Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_time")
    assert Client().post(link(cast, proposed, Event.CONFIRM_DROP, "lars")).status_code == 302
    proposed.refresh_from_db()
    assert proposed.step == "confirm_drop"


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


def test_the_helper_reads_the_whole_request_where_it_is_answered(cast: Cast) -> None:
    method = PracticeMethod.objects.get(key="mentor")
    agreement = cast.agree(Kind.PRACTICE, purpose="Lede et møde", method=method, if_then="HEMMELIGT")
    agreement = take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim, hours=8, role="mentor")
    html = Client().get(link(cast, agreement)).content.decode()
    text = " ".join(re.sub("<[^>]*>", " ", html).split())
    assert "Kan du hjælpe Mette? Mette Hansen · Mentor i dokumentation" in text
    assert f"Måden at lære på {method}." in text
    assert "Hvad det skal bruges til Lede et møde Hvornår 31. maj–30. jun. Som mentor" in text
    assert "Tid cirka 8 timer i alt" in text and "HEMMELIGT" not in html


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
    buttons = re.findall(r'<button([^>]*name="happens"[^>]*)>([^<]*)', Client().get(url).content.decode())
    assert [(label, "secondary" in tag) for tag, label in buttons] == [
        ("Ja, det sker", False),
        ("Nej, ikke endnu", True),
    ]
    assert Client().post(url, {"line": "Vi når det næsten"}).status_code == 422
    assert Client().post(url, {"happens": "no", "line": "Vi når det ikke"}).status_code == 200
    said = CheckIn.objects.get(agreement=running, by=cast.mette)
    assert (said.happens, said.learns, said.line) == (False, False, "Vi når det ikke")


def test_a_check_in_is_two_presses_and_whether_something_was_learned_may_stay_open(
    cast: Cast, asked: Agreement
) -> None:
    started = take_step(asked, Event.ACCEPT, by=cast.karim, on=TODAY)
    running = take_step(started, Event.START, by=cast.mette, on=TODAY)
    client = Client()
    page = client.post(link(cast, running, Event.CHECK_IN, "mette", happens="yes"), {"happens": "yes"}).content.decode()
    said = CheckIn.objects.get(agreement=running, by=cast.mette)
    assert (said.happens, said.learns, said.answered_on) == (True, None, TODAY)
    assert "Tak. Dit svar er gemt." in page and "Det næste for dig, man. 13. apr.: Sker det?" in text_of(page)
    (address,) = re.findall(r'action="(/svar/[^"/]+/)"', page)
    assert client.get(address).status_code == 410 and client.post(address, {}).status_code == 410
    with time_machine.travel(TODAY + timedelta(days=1), tick=False):
        assert client.post(address, {"learns": "yes"}).status_code == 410
    assert client.post(address, {"learns": "yes"}).status_code == 200
    said.refresh_from_db()
    assert said.learns is True
    assert client.post(address, {"learns": "no"}).status_code == 410
    running.refresh_from_db()
    assert running.step == "check_in"


def text_of(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_after_an_answer_the_page_says_what_is_next_for_whom_and_by_when(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    assert "Mette Hansen får dit svar." in text_of(Client().post(link(cast, agreement)).content.decode())
    agreement.refresh_from_db()
    running = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    done = take_step(running, Event.FINISH, by=cast.mette, on=TODAY)
    outcome = {"learned": "At lytte", "newness": "much", "in_use": "daily"}
    url = link(cast, done, Event.REPORT_OUTCOME, "mette")
    page = text_of(Client().post(url, outcome).content.decode())
    assert "Det næste: Lars Hansen tager en snak om udbyttet, man. 16. mar. (om 14 dage)." in page
    assert "Der venter ikke mere på dig fra dine mails." in page


def test_the_next_question_of_the_same_person_is_offered_and_no_other(cast: Cast) -> None:
    """One that an email has asked; its link ends when the first one does."""
    first, second, unasked = (cast.agree(Kind.PRACTICE, title=title) for title in ("Første", "Anden", "Tredje"))
    for row in (first, second, unasked):
        take_step(row, Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
        row.refresh_from_db()
    due = first.step_due
    assert due is not None
    Agreement.objects.filter(pk=unasked.pk).update(step_due=due - timedelta(days=1), step_owner=cast.karim)
    with time_machine.travel(due, tick=False):
        follow_up(on=due)
        email = Email.objects.filter(person=cast.mette).latest("pk")
        assert [asked["agreement"] for asked in email.asks] == [first.pk, second.pk]
        Agreement.objects.filter(pk=unasked.pk).update(step_owner=cast.mette)  # it is hers, and no email has asked
        url = AnswerLink.ask(Event.START, person=cast.mette, agreement=first, on=due - timedelta(days=20)).path
        assert "Anden" not in Client().get(url).content.decode()
        page = Client().post(url).content.decode()
        assert "Én ting til" in page and "Er du kommet i gang?" in page and "Anden" in page and "Tredje" not in page
        (offered,) = re.findall(r'href="(/svar/[^"]+)"', page)
        assert AnswerLink.read(offered.split("/")[2], on=due).made_on == due - timedelta(days=20)
        assert "Én ting til" not in Client().post(offered).content.decode()
    second.refresh_from_db()
    assert second.stage == "under_way"


def test_a_helper_answers_a_check_in_from_the_letter(cast: Cast, asked: Agreement) -> None:
    item = CheckIn.objects.create(agreement=asked, by=cast.karim, by_helper=True, asked_on=TODAY)
    url = AnswerLink.ask(Event.CHECK_IN, person=cast.karim, agreement=asked, on=TODAY, check_in=item.pk).path
    assert Client().get(url).status_code == 200
    page = Client().post(url, {"happens": "yes"}).content.decode()
    item.refresh_from_db()
    assert (item.happens, item.learns) == (True, None)
    assert "Lærer din kollega noget nyt af det?" in page
    assert Client().get(url).status_code == 410
    (address,) = re.findall(r'action="(/svar/[^"]+)"', page)
    assert Client().post(address, {"learns": "no"}).status_code == 200
    item.refresh_from_db()
    assert (item.happens, item.learns) == (True, False)


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
    cures = re.findall(rf'href="/aftaler/{running.pk}/\?event=(\w+)#next"', sent)
    assert cures == ["ask_another", "postpone", "propose_drop"]
    assert not re.search('"/svar/(?!fortryd/)', sent), "nothing else is asked"
    assert Client().get(f"/aftaler/{running.pk}/?event=postpone").status_code == 302
    page = enter(cast.mette).get(f"/aftaler/{running.pk}/?event=postpone").content.decode()
    assert not is_folded(page, "postpone") and is_folded(page, "ask_another")
