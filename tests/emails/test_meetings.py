"""What comes by letter: invitations that follow, times to choose by one press, and what managers are asked."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
import vobject
from django.test import Client

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_cast, make_person
from tests.emails.test_feed import entries as feed_of
from tests.team import Team, at
from udbytte.domain.meetings import MeetingStatus
from udbytte.emails.calendar import calendar_objects
from udbytte.models import Absence, Conversation, Email, Notification, Person
from udbytte.services.meetings.groups import create_group
from udbytte.services.meetings.slots import offer_times, propose_time, record_absence, take_slot
from udbytte.services.meetings.times import cancel_conversation, hold_conversation, plan_conversation
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.people.preferences import open_calendar_feed
from udbytte.services.people.roles import choose_manager
from udbytte.services.rounds.rounds import complete_open_rounds

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def email(person: Person, on: date) -> Email | None:
    follow_up(on=on)
    return Email.objects.filter(person=person, on=on).last()


def entries(person: Person, on: date) -> list[tuple[str, Any]]:
    """(method, event) of a day's letter, each read by two parsers."""
    found = email(person, on)
    read: list[tuple[str, Any]] = []
    for method, text in calendar_objects(found.calendar if found is not None else ""):
        vobject.readOne(text).validate(raiseException=True)
        (event,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
        read.append((method, event))
    return read


def links(person: Person, on: date = TODAY) -> dict[str, str]:
    """The links of a day's letter that answer without login, by their words."""
    found = email(person, on)
    assert found is not None
    return {label.strip(): path for label, path in re.findall(r"\s\s(.+): http://[^/]+(/svar/samtale/\S+)", found.text)}


def test_a_conversation_is_invited_to_moved_and_cancelled_under_the_same_uid(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(30), minutes=45, place="Kontoret", by=cast.mette, on=TODAY)
    seen = {}
    for person in (cast.mette, cast.lars):
        ((method, event),) = entries(person, TODAY)
        assert (method, event["sequence"], event["status"]) == ("REQUEST", 1, "CONFIRMED")
        assert event["organizer"].params["CN"] == "Lars Hansen"
        assert event["attendee"] == f"mailto:{person.email}"
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (at(30), at(30, 10, 45))
        assert (str(event["location"]), event["status"]) == ("Kontoret", "CONFIRMED")
        seen[person.pk] = str(event["uid"])
    plan_conversation(team.mette, planned_at=at(31), place="Kontoret", by=cast.lars, on=TODAY + DAY)
    ((method, event),) = entries(cast.mette, TODAY + DAY)
    assert (method, event["sequence"], str(event["uid"])) == ("REQUEST", 2, seen[cast.mette.pk])
    cancel_conversation(team.mette, by=cast.lars, on=TODAY + 2 * DAY)
    for person in (cast.mette, cast.lars):
        ((method, event),) = entries(person, TODAY + 2 * DAY)
        assert (method, event["sequence"], event["status"]) == ("CANCEL", 3, "CANCELLED")
        assert str(event["uid"]) == seen[person.pk]


def test_of_what_changed_twice_before_the_letter_the_last_stands_there_alone(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(9), place="", by=cast.lars, on=TODAY)
    cancel_conversation(team.mette, by=cast.lars, on=TODAY)
    plan_conversation(team.mette, planned_at=at(10), place="", by=cast.lars, on=TODAY)
    ((method, event),) = entries(cast.mette, TODAY)
    assert (method, event["sequence"], event.decoded("dtstart")) == ("REQUEST", 3, at(10))
    found = Email.objects.get(person=cast.mette)
    assert found.text.count("MUS med Lars Hansen er planlagt") == 1 and "ikke holdt" not in found.text


def test_a_new_manager_takes_over_the_time_and_the_old_one_loses_it(team: Team) -> None:
    cast = team.cast
    (slot,) = offer_times(cast.round, [at(30)], minutes=60, place="", by=cast.lars, on=TODAY)
    take_slot(slot, team.mette, by=cast.mette, on=TODAY)
    follow_up(on=TODAY)
    choose_manager(cast.employment, cast.dorthe, by=cast.ida, on=TODAY + DAY)
    seen = {}
    for person in (cast.mette, cast.lars, cast.dorthe):
        ((method, event),) = entries(person, TODAY + DAY)
        seen[person.given_name] = (method, event["sequence"], str(event["organizer"].params["CN"]))
    assert seen == {
        "Mette": ("REQUEST", 2, "Dorthe Hansen"),
        "Dorthe": ("REQUEST", 2, "Dorthe Hansen"),
        "Lars": ("CANCEL", 2, "Lars Hansen"),
    }
    slot.refresh_from_db()
    assert (slot.taken_by, slot.withdrawn_on) == (None, TODAY + DAY)


def test_the_feed_of_both_follows(team: Team) -> None:
    cast = team.cast
    for person in (cast.mette, cast.lars):
        open_calendar_feed(person)
        person.refresh_from_db()
    plan_conversation(team.mette, planned_at=at(9), minutes=30, place="", by=cast.lars, on=TODAY)
    assert {name: one.decoded("dtend") for name, one in feed_of(cast.lars).items()} == {
        "MUS 2026: Mette Hansen": at(9, 10, 30)
    }
    cancel_conversation(team.mette, by=cast.lars, on=TODAY)
    assert (feed_of(cast.mette), feed_of(cast.lars)) == ({}, {})


def test_a_time_is_chosen_from_the_letter_and_a_look_changes_nothing(team: Team) -> None:
    cast = team.cast
    offer_times(cast.round, [at(9, 9), at(9, 11)], minutes=60, place="Kontoret", by=cast.lars, on=TODAY)
    found = links(cast.mette)
    assert list(found) == ["Mandag 9. marts kl. 09.00", "Mandag 9. marts kl. 11.00", "Se alle tider"]
    page = Client().get(found["Mandag 9. marts kl. 11.00"])
    team.mette.refresh_from_db()
    assert page.status_code == 200 and team.mette.planned_at is None
    chosen = re.findall(r'value="(\d+)"[^>]*checked', page.content.decode())
    assert len(chosen) == 1
    assert Client().post(found["Mandag 9. marts kl. 11.00"], {"slot": chosen[0]}).status_code == 200
    team.mette.refresh_from_db()
    assert team.mette.planned_at == at(9, 11)
    assert Client().get(found["Mandag 9. marts kl. 09.00"]).status_code == 410


def test_who_comes_second_is_told_and_shown_the_rest(team: Team) -> None:
    cast = team.cast
    first, _second = offer_times(cast.round, [at(9, 9), at(9, 11)], minutes=60, place="", by=cast.lars, on=TODAY)
    found = links(cast.karim)
    take_slot(first, team.mette, by=cast.mette, on=TODAY)
    for page in (
        Client().get(found["Mandag 9. marts kl. 09.00"]),
        Client().post(found["Se alle tider"], {"slot": first.pk}),
    ):
        said = page.content.decode()
        assert "En anden har lige valgt tiden" in said and "kl. 11.00" in said and "kl. 09.00" not in said
    team.karim.refresh_from_db()
    assert team.karim.planned_at is None


def test_a_proposal_is_turned_down_from_the_letter(team: Team) -> None:
    cast = team.cast
    propose_time(team.mette, at(9), minutes=60, place="", by=cast.lars, on=TODAY)
    found = links(cast.mette)
    assert list(found) == ["Ja, det passer mig", "Det passer mig ikke"]
    assert Client().get(found["Det passer mig ikke"]).status_code == 200
    assert not Notification.objects.filter(kind="turned_down").exists()
    assert Client().post(found["Det passer mig ikke"]).status_code == 200
    assert Notification.objects.get(kind="turned_down").person == cast.lars
    assert Client().post(found["Det passer mig ikke"]).status_code == 410


def test_the_manager_is_asked_whether_they_talked_and_answers_from_the_letter(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(5), place="", by=cast.lars, on=TODAY)
    plan_conversation(team.karim, planned_at=at(6), place="", by=cast.lars, on=TODAY)
    monday = TODAY + timedelta(days=7)
    follow_up(on=TODAY)
    found = email(cast.lars, monday)
    assert found is not None and found.text.count("* Har du talt med ") == 2
    yes, _yes = re.findall(r"(/svar/samtale/\S+)\n  Nej", found.text)
    with time_machine.travel("2026-03-09T10:00:00+01:00", tick=False):
        assert Client().get(yes).status_code == 200
        assert Client().post(yes, {"talked": "held", "held_on": "2026-03-05"}).status_code == 200
        assert Client().post(yes, {"talked": "held", "held_on": "2026-03-05"}).status_code == 410
    team.mette.refresh_from_db()
    assert team.mette.held_on == date(2026, 3, 5)
    (no,) = re.findall(r"(/svar/samtale/\S+)", found.text.split("Karim")[1].split("Nej")[1])
    with time_machine.travel("2026-03-09T10:00:00+01:00", tick=False):
        page = enter(cast.lars).get("/").content.decode()
        assert "Har du talt med Karim Hansen?" in page and "Mette" not in page.split("<main")[1].split("</main")[0]
        assert Client().post(no, {"talked": "declined"}).status_code == 422
        assert Client().post(no, {"talked": "new_time"}).status_code == 200
        assert "Find en ny tid til samtalen med Karim Hansen" in enter(cast.lars).get("/").content.decode()
    team.karim.refresh_from_db()
    assert team.karim.status_on(monday) is MeetingStatus.NEW_TIME


def asked(cast: Cast, kind: str) -> list[tuple[str, date, int]]:
    rows = Notification.objects.filter(kind=kind).order_by("on", "pk")
    return [(row.person.given_name, row.on, row.facts.get("count", 1)) for row in rows]


def test_managers_hear_of_those_without_a_time_three_weeks_before_and_after_the_last_day(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.karim, planned_at=at(29, month=4), place="", by=cast.lars, on=TODAY)
    hold_conversation(team.karim, by=cast.lars, on=TODAY)
    for day in (date(2026, 4, 8), date(2026, 4, 9), date(2026, 4, 10), date(2026, 4, 30), date(2026, 5, 1)):
        follow_up(on=day)
    mine = [one for one in asked(cast, "unplanned") if one[0] == "Lars"]
    assert mine == [("Lars", date(2026, 4, 9), 1), ("Lars", date(2026, 5, 1), 1)]


def test_somebody_new_is_due_after_three_months_and_who_was_away_on_the_day_of_return(team: Team) -> None:
    cast = team.cast
    Conversation.objects.filter(pk=team.karim.pk).update(held_on=TODAY)
    nina = employ(make_person("Nina"), cast.kindergarten)
    nina.starts_on = TODAY
    nina.save()
    follow_organisation_changes(on=TODAY)
    complete_open_rounds(on=TODAY)
    talk = nina.conversations.get()
    assert (talk.due_on, talk.status_on(TODAY)) == (date(2026, 6, 2), MeetingStatus.LATER)
    record_absence(cast.employment, returns_on=date(2026, 6, 1), by=cast.lars, on=TODAY)
    for day in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)):
        follow_up(on=day)
    due = Notification.objects.filter(kind="due", person=cast.lars).order_by("on")
    assert [(n.on, n.facts["who"], n.facts["back"]) for n in due] == [
        (date(2026, 6, 1), "Mette Hansen", True),
        (date(2026, 6, 2), "Nina Hansen", False),
    ]
    assert not Notification.objects.filter(kind="unplanned", person=cast.lars, on__lt=date(2026, 6, 1)).exists()


@pytest.mark.django_db(transaction=True)
def test_the_follow_up_does_all_of_it_in_transactions_of_its_own() -> None:
    team = Team(make_cast())
    group = create_group(team.cast.round, [team.mette, team.karim], title="Huset", by=team.cast.lars, on=TODAY)
    Absence.objects.create(employment=team.cast.employment, starts_on=TODAY, ends_on=TODAY + DAY)
    for row in (team.mette, team.karim):
        choose_manager(row.employment, team.cast.dorthe, by=team.cast.ida, on=TODAY)
    follow_up(on=TODAY)
    group.refresh_from_db()
    team.mette.refresh_from_db()
    assert (group.manager, team.mette.rests_until) == (team.cast.dorthe, TODAY + 2 * DAY)


def test_a_link_that_was_made_up_or_is_too_old_says_so(team: Team) -> None:
    cast = team.cast
    offer_times(cast.round, [at(9, month=4)], minutes=60, place="", by=cast.lars, on=TODAY)
    (path, *_rest) = links(cast.mette).values()
    assert Client().get("/svar/samtale/falsk/").status_code == 404
    with time_machine.travel("2026-04-03T10:00:00+02:00", tick=False):
        assert Client().get(path).status_code == 410
    Person.objects.filter(pk=cast.mette.pk).update(is_active=False)
    assert Client().get(path).status_code == 404
