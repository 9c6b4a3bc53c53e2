"""The calendar feed: what stands in it, for whom, until when its address works, and the change to summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.test import Client
from django.urls import reverse
from icalendar import Calendar, Component

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.emails.feed import feed_token
from udbytte.models import Goal, Person
from udbytte.services.agreements.take_step import take_step
from udbytte.services.people.preferences import open_calendar_feed

pytestmark = pytest.mark.django_db


def address(person: Person) -> str:
    person.refresh_from_db()
    return reverse("calendar-feed", args=[feed_token(person)])


def entries(person: Person) -> dict[str, Component]:
    """The feed by summary, read as a calendar reads it."""
    response = Client().get(address(person))
    assert response.status_code == 200 and response["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(response.content)
    assert {"VERSION", "PRODID"} <= set(calendar)
    for one in calendar.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= set(one)
    other = vobject.readOne(response.content.decode())
    assert len(getattr(other, "vevent_list", [])) == len(calendar.walk("VEVENT"))
    return {str(one["SUMMARY"]): one for one in calendar.walk("VEVENT")}


def everything(cast: Cast) -> None:
    """A planned conversation, a seat, a check-in and a deadline."""
    when = datetime(2026, 3, 30, 8, tzinfo=UTC)
    type(cast.conversation).objects.filter(pk=cast.conversation.pk).update(
        planned_at=when, held_on=None, place="Mødelokale 2"
    )
    seat = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    seat = take_step(seat, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    take_step(seat, Event.REGISTER, by=cast.bente, on=TODAY)
    practice = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    take_step(practice, Event.START, by=cast.mette, on=TODAY)
    goal = Goal.objects.create(plan=cast.plan, text="HEMMELIGT MÅL")
    take_step(
        cast.agree(title="Regneark", goal=goal, purpose="HEMMELIGT FORMÅL"),
        Event.CHOOSE_RUN,
        by=cast.bente,
        on=TODAY,
        run=cast.run,
    )


def test_conversations_courses_check_ins_and_deadlines_stand_in_the_feed(cast: Cast) -> None:
    everything(cast)
    for person in (cast.mette, cast.lars, cast.jonas):
        open_calendar_feed(person)
    mette = entries(cast.mette)
    assert set(mette) == {"MUS 2026: Lars Hansen", "Konflikthåndtering", "Sker det? Mentor i dokumentation"}
    assert mette["Konflikthåndtering"].decoded("dtstart") == date(2026, 6, 8)
    assert mette["Konflikthåndtering"].decoded("dtend") == date(2026, 6, 11)  # the day after the last
    lars = entries(cast.lars)
    assert set(lars) == {"MUS 2026: Mette Hansen", "Svar om pengene til Mette: Regneark, 6.000 kr."}
    assert entries(cast.jonas) == {}


def test_the_time_is_right_on_both_sides_of_the_change_to_summer_time(cast: Cast) -> None:
    open_calendar_feed(cast.mette)
    conversations = type(cast.conversation).objects.filter(pk=cast.conversation.pk)
    for day, hour in ((date(2026, 3, 27), 9), (date(2026, 3, 30), 8)):  # ten o'clock in Denmark
        conversations.update(planned_at=datetime.combine(day, time(10), ZoneInfo("Europe/Copenhagen")))
        entry = entries(cast.mette)["MUS 2026: Lars Hansen"]
        assert entry.decoded("dtstart") == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        assert entry.decoded("dtend") - entry.decoded("dtstart") == timedelta(minutes=90)


def test_nothing_secret_stands_in_it_and_a_new_address_ends_the_old(cast: Cast) -> None:
    everything(cast)
    client = enter(cast.lars)
    assert client.post(reverse("new-feed")).status_code == 302
    first = address(cast.lars)
    assert first in client.get(reverse("preferences")).content.decode()
    assert "HEMMELIGT" not in Client().get(first).content.decode()
    client.post(reverse("new-feed"))
    assert Client().get(first).status_code == 404 and Client().get(address(cast.lars)).status_code == 200
    client.post(reverse("end-feed"))
    last = address(cast.lars)
    assert Client().get(last).status_code == 404
    client.post(reverse("new-feed"))
    assert Client().get(first).status_code == 404, "an address that was taken back works again"


@pytest.mark.parametrize("token", ["x", "WzEsMV0:1abc:zzz"])
def test_an_address_that_was_made_up_is_nobodys(cast: Cast, token: str) -> None:
    assert Client().get(reverse("calendar-feed", args=[token])).status_code == 404


def test_who_has_left_has_no_feed(cast: Cast) -> None:
    open_calendar_feed(cast.mette)
    url = address(cast.mette)
    Person.objects.filter(pk=cast.mette.pk).update(is_active=False)
    assert Client().get(url).status_code == 404
