"""The calendar invitation to a course: opened by two parsers, moved and cancelled under the same UID."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from django.core.mail import get_connection
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event
from udbytte.emails.calendar import calendar_objects, times_of
from udbytte.models import Agreement, Email
from udbytte.services.agreements.take_step import take_step
from udbytte.services.courses.runs import cancel_run, move_run
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.smtp import message_of

pytestmark = pytest.mark.django_db
# RFC 5545, 3.6.1 and RFC 5546, 3.2.2: what the event of an invitation must have.
REQUIRED = {"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "ATTENDEE", "SUMMARY", "SEQUENCE", "STATUS"}


def registered(cast: Cast, **facts: Any) -> Agreement:
    agreement = take_step(cast.agree(**facts), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    return take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)


def entries(cast: Cast, on: date) -> list[Any]:
    """The events of the letter that Mette gets on a day, each opened by both parsers and found to be valid."""
    follow_up(on=on)
    email = Email.objects.filter(person=cast.mette, on=on).last()
    found: list[Any] = []
    for method, text in calendar_objects(email.calendar if email is not None else ""):
        calendar = icalendar.Calendar.from_ical(text)
        assert calendar["method"] == method
        assert (calendar["version"], bool(calendar["prodid"])) == ("2.0", True)
        event: Any
        (event,) = calendar.walk("VEVENT")
        other = vobject.readOne(text)
        other.validate(raiseException=True)
        assert other.vevent.uid.value == event["uid"] and other.vevent.summary.value == event["summary"]
        assert other.method.value == calendar["method"]
        assert set(event) >= REQUIRED
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        event["method"] = calendar["method"]
        found.append(event)
    return found


def test_a_seat_comes_as_an_invitation_with_when_where_and_what_to_bring(cast: Cast) -> None:
    cast.run.hours, cast.run.address, cast.run.bring = "9.00-15.00", "Skolevej 2, 5000 Odense", "En sag, du vil tale om"
    cast.run.save()
    agreement = registered(cast)
    (event,) = entries(cast, TODAY)
    assert (event["method"], event["sequence"], event["status"]) == ("REQUEST", agreement.turn, "CONFIRMED")
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 6, 8), date(2026, 6, 11))
    assert "Skolevej 2" in event["location"] and "En sag" in event["description"]
    assert str(event["attendee"]) == f"mailto:{cast.mette.email}"


def test_one_day_has_its_hours_in_summer_time(cast: Cast) -> None:
    cast.run.ends_on, cast.run.hours = cast.run.starts_on, "8.30-15.00"
    cast.run.save()
    registered(cast)
    (event,) = entries(cast, TODAY)
    assert (event["dtstart"].dt.isoformat(), event["dtend"].dt.isoformat()) == (
        "2026-06-08T06:30:00+00:00",
        "2026-06-08T13:00:00+00:00",
    )


def test_a_run_that_moves_moves_the_entry_and_one_that_is_cancelled_removes_it(cast: Cast) -> None:
    registered(cast)
    (first,) = entries(cast, TODAY)
    days: dict[str, Any] = {"starts_on": date(2026, 6, 15), "ends_on": date(2026, 6, 17)}
    move_run(cast.run, by=cast.bente, on=TODAY + timedelta(days=1), signup_deadline=date(2026, 5, 15), **days)
    (moved,) = entries(cast, TODAY + timedelta(days=1))
    cancel_run(cast.run, by=cast.bente, on=TODAY + timedelta(days=2), why="For få tilmeldte")
    (gone,) = entries(cast, TODAY + timedelta(days=2))
    assert [entry["method"] for entry in (first, moved, gone)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({entry["uid"] for entry in (first, moved, gone)}) == 1
    assert first["sequence"] < moved["sequence"] < gone["sequence"]
    assert moved["dtstart"].dt == gone["dtstart"].dt == date(2026, 6, 15)
    assert gone["status"] == "CANCELLED"


@pytest.mark.parametrize("event", [Event.LOSE_SEAT, Event.CANCEL_SEAT, Event.LOSE_RUN])
def test_every_way_out_of_a_seat_takes_it_out_of_the_calendar_also_ones_own(cast: Cast, event: Event) -> None:
    agreement = registered(cast)
    entries(cast, TODAY)
    by = cast.mette if event is Event.CANCEL_SEAT else cast.bente
    take_step(agreement, event, by=by, on=TODAY, facts={"reason": "Syg"})
    (gone,) = entries(cast, TODAY + timedelta(days=1))
    assert gone["method"] == "CANCEL"


def test_who_registers_alone_has_it_in_the_calendar_too(cast: Cast) -> None:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.mette, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    take_step(agreement, Event.REGISTER, by=cast.mette, on=TODAY)
    (event,) = entries(cast, TODAY)
    assert event["method"] == "REQUEST"


def test_a_seat_that_came_and_went_between_two_letters_is_one_cancellation(cast: Cast) -> None:
    take_step(registered(cast), Event.LOSE_SEAT, by=cast.bente, on=TODAY, reason="Fuldt")
    (event,) = entries(cast, TODAY)
    assert event["method"] == "CANCEL"


def test_two_courses_are_two_calendar_objects_in_one_letter(cast: Cast) -> None:
    registered(cast)
    registered(cast, title="Førstehjælp")
    found = entries(cast, TODAY)
    assert {entry["summary"] for entry in found} == {"Konflikthåndtering", "Førstehjælp"}
    message = message_of(Email.objects.get(person=cast.mette, on=TODAY), get_connection())
    parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in parts] == ["REQUEST"] * 3


@pytest.mark.parametrize("before", range(0, 76, 5))
def test_what_people_write_is_never_taken_for_the_calendars_own_lines(cast: Cast, before: int) -> None:
    title = f"{'x' * before}BEGIN:VCALENDAR\r\nMETHOD:CANCEL METHOD:CANCEL\nEND:VCALENDAR BEGIN:VCALENDAR"
    for number in range(2):
        registered(cast, title=title + str(number))
    assert [entry["method"] for entry in entries(cast, TODAY)] == ["REQUEST", "REQUEST"]
    message = message_of(Email.objects.get(person=cast.mette, on=TODAY), get_connection())
    parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in parts] == ["REQUEST"] * 3


@given(st.text(max_size=30))
def test_no_text_about_hours_is_more_than_not_understood(hours: str) -> None:
    found = times_of(hours, TODAY)
    assert found is None or found[0] < found[1]


@pytest.mark.parametrize("hours", ["8.30-15.00", "kl. 08:30–15:00", "8.30 til 15", "8.30-15"])
def test_hours_are_understood_as_people_write_them(hours: str) -> None:
    found = times_of(hours, date(2026, 1, 12))
    assert found is not None and [one.strftime("%H%M") for one in found] == ["0730", "1400"]
