"""The pages for finding a time: what they show to whom, and what each button does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, employ, make_person
from tests.team import Team, at
from udbytte.domain.meetings import MeetingStatus
from udbytte.models import Absence, Conversation, Person, Round, Slot
from udbytte.queries.rounds.rounds import progress_of
from udbytte.services.meetings.slots import offer_times, propose_time, record_absence
from udbytte.services.meetings.times import decline_conversation, plan_conversation
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db


def send(person: Person, row: Conversation, **data: Any) -> Any:
    return enter(person).post(reverse("meeting", args=[row.pk]), data)


def page(person: Person, row: Conversation) -> str:
    return enter(person).get(reverse("meeting", args=[row.pk])).content.decode()


def status(row: Conversation) -> MeetingStatus:
    row.refresh_from_db()
    return row.status_on(TODAY)


def test_a_time_is_chosen_with_one_press(team: Team) -> None:
    cast = team.cast
    first, second = offer_times(cast.round, [at(9, 9), at(9, 11)], minutes=60, place="", by=cast.lars, on=TODAY)
    assert "Vælg en tid til din samtale med Lars" in enter(cast.mette).get("/").content.decode()
    assert send(cast.mette, team.mette).status_code == 404
    assert send(cast.mette, team.mette, do="choose").status_code == 422
    assert send(cast.mette, team.mette, do="choose", slot=second.pk).status_code == 302
    assert status(team.mette) is MeetingStatus.PLANNED
    late = send(cast.karim, team.karim, do="choose", slot=second.pk)
    said = late.content.decode()
    assert late.status_code == 422 and "En anden har lige valgt tiden" in said and f'value="{first.pk}"' in said


def test_a_proposal_is_answered_with_one_press(team: Team) -> None:
    cast = team.cast
    slot = propose_time(team.mette, at(9), minutes=60, place="", by=cast.lars, on=TODAY)
    assert "Lars foreslår" in page(cast.mette, team.mette)
    assert send(cast.mette, team.mette, do="turn-down").status_code == 302
    assert Slot.objects.get(pk=slot.pk).withdrawn_on == TODAY
    assert "Lars foreslår" not in page(cast.mette, team.mette)


def test_planning_holding_and_giving_up_say_what_is_wrong_beside_the_field(team: Team) -> None:
    cast = team.cast
    wrong = send(cast.lars, team.mette, do="when", planned_at="2026-02-01T10:00", minutes=60, place="Kontoret")
    assert wrong.status_code == 422
    assert "Datoen er passeret" in wrong.content.decode() and 'value="Kontoret"' in wrong.content.decode()
    assert send(cast.lars, team.mette, do="when", planned_at="2026-03-09T10:00", minutes=60).status_code == 302
    assert send(cast.mette, team.mette, do="cancel").status_code == 302
    assert status(team.mette) is MeetingStatus.NEW_TIME
    assert send(cast.lars, team.mette, do="hold", held_on="2026-03-03").status_code == 422
    assert send(cast.lars, team.mette, do="hold", held_on="2026-03-01").status_code == 302
    assert status(team.mette) is MeetingStatus.HELD and team.mette.held_on == date(2026, 3, 1)


def test_the_employees_right_to_say_no_is_stated_and_taken_back(team: Team) -> None:
    cast = team.cast
    assert "Ønsker du ikke en samtale i år, så skriv hvorfor." in page(cast.mette, team.mette)
    assert send(cast.mette, team.mette, do="decline", reason="").status_code == 422
    assert send(cast.mette, team.mette, do="decline", reason="Jeg stopper til sommer").status_code == 302
    assert "Jeg stopper til sommer" in page(cast.lars, team.mette)
    assert send(cast.mette, team.mette, do="take-back").status_code == 302
    assert status(team.mette) is MeetingStatus.UNPLANNED


def test_only_the_manager_says_that_somebody_is_on_leave(team: Team) -> None:
    cast = team.cast
    leave = {"starts_on": "2026-03-02", "returns_on": "2026-06-01"}
    assert send(cast.mette, team.mette, do="absence", **leave).status_code == 422
    assert status(team.mette) is MeetingStatus.UNPLANNED
    assert send(cast.lars, team.mette, do="absence", **leave).status_code == 302
    assert status(team.mette) is MeetingStatus.RESTING
    assert send(cast.lars, team.mette, do="back").status_code == 302
    assert status(team.mette) is MeetingStatus.UNPLANNED


def test_hr_says_on_the_employments_page_that_somebody_is_on_leave(team: Team) -> None:
    cast = team.cast
    url = reverse("absence", args=[cast.employment.pk])
    dates = {"starts_on": "2026-03-09", "returns_on": "2026-06-01"}
    for person in (cast.lars, cast.ida, cast.mette):
        assert enter(person).post(url, dates).status_code == 404
    hanne = enter(cast.hanne)
    for wrong in ({}, {"starts_on": "2026-06-01", "returns_on": "2026-03-09"}):
        assert hanne.post(url, wrong).status_code == 422
        assert not Absence.objects.exists()
    assert hanne.post(url, dates).status_code == 302
    page = hanne.get(reverse("employment", args=[cast.employment.pk])).content.decode()
    assert "Længere fravær fra 9. marts 2026 til 31. maj 2026" in page
    assert (
        "Længere fravær" not in enter(cast.ida).get(reverse("employment", args=[cast.employment.pk])).content.decode()
    )
    assert hanne.post(url, {"back": "1"}).status_code == 302
    assert not Absence.objects.exists()


def offered(person: Person, **data: Any) -> Any:
    return enter(person).post(reverse("offer-times"), data)


def test_a_manager_offers_the_times_of_some_days_at_once(team: Team) -> None:
    cast = team.cast
    facts = {"do": "offer", "minutes": 45, "place": "Kontoret"}
    wrong = offered(cast.lars, **facts, day_1="2026-03-09", times_1="9 og 25.00")
    assert wrong.status_code == 422 and "9 og 25.00" in wrong.content.decode()
    for some in ({"day_1": "2026-03-09"}, {"times_1": "9.00"}, {}, {"day_1": "2026-03-01", "times_1": "9"}):
        assert offered(cast.lars, **facts, **some).status_code == 422
    days = {"day_1": "2026-03-09", "times_1": "9.00, 10:30 og 13", "day_3": "2026-03-30", "times_3": "kl. 8"}
    assert offered(cast.lars, **facts, **days).status_code == 302
    assert [(s.starts_at, s.minutes, s.place) for s in Slot.objects.all()] == [
        (moment, 45, "Kontoret") for moment in (at(9, 9), at(9, 10, 30), at(9, 13), at(30, 8))
    ]


def test_the_same_times_are_offered_on_some_days_where_the_manager_has_nothing_else(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.karim, planned_at=at(9, 9), place="", by=cast.lars, on=TODAY)
    facts = {"do": "offer", "minutes": 45, "place": "Kontoret", "days": ["2026-03-09", "2026-03-10"]}
    for times in ("", "9 og 25.00"):
        assert offered(cast.lars, **facts, times=times).status_code == 422
    assert offered(cast.lars, **(facts | {"days": ["2026-05-09"]}), times="9").status_code == 422  # not on the page
    assert "andre dage" in offered(cast.lars, **(facts | {"days": ["2026-03-09"]}), times="9").content.decode()
    assert not Slot.objects.exists()
    page = enter(cast.lars).post(reverse("offer-times"), facts | {"times": "9, 10.30"}, follow=True).content.decode()
    assert "Du har tilbudt 3 tider" in page and "1 tid er udeladt" in page
    assert [slot.starts_at for slot in Slot.objects.all()] == [at(9, 10, 30), at(10, 9), at(10, 10, 30)]


def test_what_was_offered_last_is_filled_in(team: Team) -> None:
    cast = team.cast
    client = enter(cast.lars)
    page = client.get(reverse("offer-times")).content.decode()
    assert 'value="09.00, 10.30, 13.00, 14.30"' in page and page.count('name="days"') == 10
    assert "tirs. 3. mar." in page and "lør." not in page
    offer_times(cast.round, [at(9, 8), at(10, 12)], minutes=45, place="Mødelokale 2", by=cast.lars, on=TODAY)
    page = client.get(reverse("offer-times")).content.decode()
    assert 'value="08.00, 12.00"' in page and 'value="Mødelokale 2"' in page and 'value="45"' in page


def test_in_two_rounds_at_once_times_are_offered_in_the_one_that_was_named(team: Team) -> None:
    cast = team.cast
    later = Round.objects.create(
        name="MUS 2027",
        announced_on=TODAY,
        conversations_from=TODAY,
        conversations_to=cast.round.conversations_to + timedelta(days=90),
        closes_on=cast.round.closes_on + timedelta(days=90),
        published_on=TODAY,
    )
    Conversation.objects.create(round=later, employment=team.mette.employment, manager=cast.lars)
    client, url = enter(cast.lars), reverse("offer-times")
    listed = client.get(reverse("meetings")).content.decode()
    assert f"{url}?runde={later.pk}" in listed and f"{url}?runde={cast.round.pk}" in listed
    for asked, shown in ((str(later.pk), later), ("x", cast.round), ("9" * 30, cast.round), ("0", cast.round)):
        assert client.get(reverse("new-group"), {"runde": asked}).context["round"] == shown
    facts = {"do": "offer", "minutes": 45, "place": "", "day_1": "2026-03-09", "times_1": "9.00"}
    assert client.post(f"{url}?runde={later.pk}", facts).status_code == 302
    assert Slot.objects.get().round == later
    assert client.post(url, facts | {"times_1": "11.00"}).status_code == 302
    assert Slot.objects.latest("pk").round == cast.round


def test_a_manager_proposes_one_time_to_each_or_none_is_sent(team: Team) -> None:
    cast = team.cast
    mette, karim = f"at_{team.mette.pk}", f"at_{team.karim.pk}"
    facts = {"do": "propose", "minutes": 60, "place": ""}
    assert offered(cast.lars, **facts).status_code == 422
    both = {mette: "2026-03-09T10:00", karim: "2026-03-09T10:30"}
    wrong = offered(cast.lars, **facts, **both)
    assert wrong.status_code == 422 and not Slot.objects.exists()
    assert offered(cast.lars, **facts, **(both | {karim: "2026-03-09T11:00"})).status_code == 302
    assert {slot.only_for for slot in Slot.objects.all()} == {team.mette, team.karim}


def test_the_managers_list_has_each_conversation_where_it_stands(team: Team) -> None:
    cast = team.cast
    people = [make_person(name) for name in ("Anna", "Bo", "Carl")]
    employments = [employ(person, cast.kindergarten) for person in people]
    follow_organisation_changes(on=TODAY)
    for one in employments:
        one.refresh_from_db()
    rows = [Conversation.objects.create(round=cast.round, employment=one, manager=cast.lars) for one in employments]
    Conversation.objects.filter(pk=rows[0].pk).update(planned_at=at(1))
    decline_conversation(rows[1], "Nej", by=people[1], on=TODAY)
    record_absence(employments[2], returns_on=date(2026, 6, 1), by=cast.lars, on=TODAY)
    plan_conversation(team.mette, planned_at=at(9), place="", by=cast.lars, on=TODAY)
    ((_round, table, _wants),) = enter(cast.lars).get(reverse("meetings")).context["rounds"]
    shown = [(str(row.head).split()[0], row.cells[0], [action.label for action in row.actions]) for row in table.rows]
    assert [name for name, _text, _actions in shown] == ["Anna", "Karim", "Mette", "Carl", "Bo"]
    assert [actions for _name, _text, actions in shown] == [["Svar"], ["Find en tid"], [], [], []]
    assert 'class="late"' in shown[0][1] and shown[3][1] == "Fraværende til mandag 1. juni"
    assert enter(cast.dorthe).get(reverse("meetings")).context["rounds"] == []


def test_the_list_asks_as_often_for_many_as_for_few(team: Team) -> None:
    def asked() -> int:
        client = enter(team.cast.lars)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(reverse("meetings")).status_code == 200
        return len(found)

    before = asked()
    for number in range(30):
        employment = employ(make_person(f"Ny{number}"), team.cast.kindergarten)
        Conversation.objects.create(round=team.cast.round, employment=employment, manager=team.cast.lars)
    assert asked() == before


def test_an_offered_time_is_withdrawn_on_the_list(team: Team) -> None:
    cast = team.cast
    (slot,) = offer_times(cast.round, [at(9)], minutes=60, place="", by=cast.lars, on=TODAY)
    assert enter(cast.dorthe).post(reverse("meetings"), {"withdraw": slot.pk}).status_code == 404
    assert enter(cast.lars).post(reverse("meetings"), {"withdraw": slot.pk}).status_code == 302
    slot.refresh_from_db()
    assert slot.withdrawn_on == TODAY


def test_hr_reads_counts_of_where_conversations_stand_and_no_reason(team: Team) -> None:
    cast = team.cast
    rows = [team.mette, team.karim]
    for number in range(6):
        employment = employ(make_person(f"Ny{number}"), cast.kindergarten)
        follow_organisation_changes(on=TODAY)
        rows.append(Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars))
    decline_conversation(rows[0], "Hemmelig grund", by=cast.mette, on=TODAY)
    record_absence(rows[1].employment, returns_on=TODAY + timedelta(days=60), by=cast.lars, on=TODAY)
    plan_conversation(rows[2], planned_at=at(9), place="", by=cast.lars, on=TODAY)
    Conversation.objects.filter(pk=rows[3].pk).update(held_on=TODAY)
    total = progress_of(cast.round, on=TODAY).total
    counted = {name: total[name] for name in ("base", "declined", "resting", "planned", "held", "unplanned")}
    # One that is held counts as planned, until five are.
    assert counted == {"base": 8, "declined": 1, "resting": 1, "planned": 2, "held": 0, "unplanned": 4}
    client = enter(cast.hanne)
    said = client.get(reverse("round", args=[cast.round.pk])).content.decode()
    assert "Hemmelig grund" not in said
    assert client.get(reverse("meeting", args=[team.mette.pk])).status_code == 404
    assert client.post(reverse("meeting", args=[team.mette.pk]), {"do": "take-back"}).status_code == 404


def test_a_look_changes_nothing(team: Team) -> None:
    before = list(Conversation.objects.values())
    for name in ("meetings", "offer-times"):
        enter(team.cast.lars).get(reverse(name), {"do": "offer", "withdraw": "1"})
    enter(team.cast.mette).get(reverse("meeting", args=[team.mette.pk]), {"do": "cancel"})
    assert list(Conversation.objects.values()) == before
    assert Client().get(reverse("meeting", args=[team.mette.pk])).status_code == 302
