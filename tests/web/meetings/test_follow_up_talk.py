"""The page of a follow-up talk: filled with what is open, answered and coming; and the ways to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.emails.feed import feed_token
from udbytte.models import AgendaItem, Employment, FollowUpTalk, Person
from udbytte.services.agreements.take_step import take_step
from udbytte.services.meetings.follow_up_talks import add_agenda_item, hold_follow_up_talk, plan_follow_up_talk
from udbytte.services.people.preferences import open_calendar_feed

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 2)


def address(cast: Cast) -> str:
    return reverse("follow-up-talk", args=[cast.employment.pk])


def page_of(cast: Cast, person: Person) -> str:
    return enter(person).get(address(cast)).content.decode()


def send(cast: Cast, person: Person, **data: str) -> HttpResponse:
    return enter(person).post(address(cast), data)  # type: ignore[return-value]


def test_it_is_filled_with_what_is_open_answered_and_coming(cast: Cast) -> None:
    course = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    take_step(course, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    practice = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    take_step(practice, Event.ACCEPT, by=cast.karim, on=TODAY)
    with time_machine.travel(JUNE, tick=False):
        page = page_of(cast, cast.mette)
    assert "Opfølgningssnak med Lars Hansen" in page and "Åbne aftaler" in page
    assert page.count("Mentor i dokumentation") == 1  # open; its answer is older than three months
    assert "mandag 8. juni" in page  # the course begins
    page = page_of(cast, cast.lars)
    assert "Opfølgningssnak med Mette Hansen" in page
    assert "mandag 2. marts · Karim Hansen" in page and "Svar de sidste tre måneder" in page


def test_answers_count_from_the_last_talk(cast: Cast) -> None:
    practice = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    take_step(practice, Event.ACCEPT, by=cast.karim, on=TODAY)
    later = TODAY + timedelta(days=10)
    hold_follow_up_talk(cast.employment, later, by=cast.lars, on=later)
    with time_machine.travel(later, tick=False):
        page = page_of(cast, cast.mette)
    assert "Karim Hansen" not in page and "Svar, siden" not in page


def test_both_add_mark_set_a_day_and_talk(cast: Cast) -> None:
    assert send(cast, cast.mette, do="add", text="Vagtplanen").status_code == 302
    assert send(cast, cast.lars, do="add", text="Mentor").status_code == 302
    page = page_of(cast, cast.lars)
    assert page.index("Vagtplanen") < page.index("Mentor") and "Mette Hansen, 2. marts 2026" in page
    item = AgendaItem.objects.earliest("pk")
    send(cast, cast.lars, do="mark", item=str(item.pk), done="")
    assert "<s>Vagtplanen</s>" in page_of(cast, cast.mette)
    send(cast, cast.mette, do="plan", planned_on="2026-03-09")
    assert "I taler sammen mandag 9. marts" in page_of(cast, cast.lars)
    assert send(cast, cast.lars, do="talked", held_on="2026-03-02", next_on="2026-06-02").status_code == 302
    page = page_of(cast, cast.mette)
    assert "Det talte I om mandag 2. marts" in page and "I taler sammen tirsdag 2. juni" in page
    assert page.index("Mentor") < page.index("Vagtplanen")


@pytest.mark.parametrize(
    "data",
    [
        {"do": "add", "text": ""},
        {"do": "add", "text": "x" * 301},
        {"do": "plan", "planned_on": "2026-02-01"},
        {"do": "talked", "held_on": "2026-03-03"},
        {"do": "talked", "held_on": ""},
    ],
)
def test_what_cannot_be_saved_is_said_beside_its_field(cast: Cast, data: dict[str, str]) -> None:
    answer = send(cast, cast.mette, **data)
    assert answer.status_code == 422 and 'class="error"' in answer.content.decode()
    assert not AgendaItem.objects.exists() and not FollowUpTalk.objects.filter(held_on__isnull=False).exists()


def test_what_is_no_action_and_what_is_of_another_talk_is_not_there(cast: Cast) -> None:
    karims = add_agenda_item(cast.karim.employments.get(), "Privat", by=cast.karim, on=TODAY)
    assert send(cast, cast.mette, do="other").status_code == 404
    assert send(cast, cast.mette, do="mark", item=str(karims.pk), done="").status_code == 404
    assert send(cast, cast.mette, do="mark", item="x", done="").status_code == 404
    assert "Privat" not in page_of(cast, cast.mette)


def test_a_former_manager_does_not_read_it(cast: Cast) -> None:
    add_agenda_item(cast.employment, "Noget privat", by=cast.mette, on=TODAY)
    assert enter(cast.lars).get(address(cast)).status_code == 200
    Employment.objects.filter(pk=cast.employment.pk).update(line_manager=cast.dorthe)
    assert enter(cast.lars).get(address(cast)).status_code == 404
    assert enter(cast.dorthe).get(address(cast)).status_code == 200


def test_plan_and_agreement_lead_to_it(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    link = f'href="{address(cast)}"'
    mette, lars = enter(cast.mette), enter(cast.lars)
    assert link in mette.get(reverse("plan")).content.decode()
    assert link in lars.get(reverse("plan-of", args=[cast.employment.pk])).content.decode()
    assert reverse("plan-of", args=[cast.employment.pk]) in lars.get(reverse("team")).content.decode()
    page = reverse("agreement", args=[agreement.pk])
    assert link in mette.get(page).content.decode()
    assert link not in enter(cast.karim).get(page).content.decode()


def test_the_calendar_feed_carries_the_day_and_nothing_of_the_agenda(cast: Cast) -> None:
    add_agenda_item(cast.employment, "Noget privat", by=cast.mette, on=TODAY)
    plan_follow_up_talk(cast.employment, JUNE, by=cast.mette, on=TODAY)
    for person, other in ((cast.mette, "Lars Hansen"), (cast.lars, "Mette Hansen")):
        open_calendar_feed(person)
        person.refresh_from_db()
        text = Client().get(f"/kalender/{feed_token(person)}.ics").content.decode().replace("\r\n ", "")
        assert f"Opfølgningssnak med {other}" in text and "DTSTART;VALUE=DATE:20260602" in text
        assert "privat" not in text
