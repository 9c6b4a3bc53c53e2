"""Offered times: who is notified, who gets one, and what happens to it if plans change."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections

from tests.cast import TODAY, make_cast
from tests.team import Team, at
from udbytte.access.conversations import slots_for
from udbytte.domain.meetings import MeetingStatus
from udbytte.models import Conversation, Notification, Person, Slot
from udbytte.queries.meetings.status import meeting_of
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.meetings.slots import (
    offer_times,
    propose_time,
    record_absence,
    take_slot,
    turn_down_proposed_time,
    withdraw_slot,
)
from udbytte.services.meetings.times import cancel_conversation, decline_conversation, plan_conversation


def offer(team: Team, *hours: int, day: int = 9) -> list[Slot]:
    starts = [at(day, hour) for hour in hours]
    return offer_times(team.cast.round, starts, minutes=60, place="Kontoret", by=team.cast.lars, on=TODAY)


def free(row: Conversation) -> list[int]:
    row.refresh_from_db()
    return [slot.pk for slot in slots_for(row, TODAY)]


@pytest.mark.django_db
def test_those_without_a_time_are_told_and_can_choose(team: Team) -> None:
    plan_conversation(team.karim, planned_at=at(5), place="", by=team.cast.lars, on=TODAY)
    first, second = offer(team, 9, 11)
    assert [n.person for n in Notification.objects.filter(kind="times")] == [team.cast.mette]
    assert free(team.mette) == [first.pk, second.pk]
    assert meeting_of(team.mette, TODAY).status is MeetingStatus.OFFERED


@pytest.mark.django_db
def test_who_takes_a_time_has_it_planned_and_the_rest_stay_free(team: Team) -> None:
    first, second = offer(team, 9, 11)
    take_slot(first, team.mette, by=team.cast.mette, on=TODAY)
    take_slot(first, team.mette, by=team.cast.mette, on=TODAY)
    team.mette.refresh_from_db()
    assert (team.mette.planned_at, team.mette.minutes, team.mette.place) == (at(9, 9), 60, "Kontoret")
    assert team.mette.planned_turn == 1 and free(team.karim) == [second.pk]
    with pytest.raises(Refused) as refused:
        take_slot(first, team.karim, by=team.cast.karim, on=TODAY)
    assert refused.value.field == "slot"


@pytest.mark.django_db
def test_a_time_is_free_again_when_the_employee_gives_it_up_and_not_when_the_manager_does(team: Team) -> None:
    first, second = offer(team, 9, 11)
    take_slot(first, team.mette, by=team.cast.mette, on=TODAY)
    take_slot(second, team.mette, by=team.cast.mette, on=TODAY)
    assert free(team.karim) == [first.pk]
    cancel_conversation(team.mette, by=team.cast.mette, on=TODAY)
    assert free(team.karim) == [first.pk, second.pk]
    take_slot(first, team.mette, by=team.cast.mette, on=TODAY)
    cancel_conversation(team.mette, by=team.cast.lars, on=TODAY)
    assert free(team.karim) == [second.pk]
    take_slot(second, team.mette, by=team.cast.mette, on=TODAY)
    decline_conversation(team.mette, "Nej", by=team.cast.mette, on=TODAY)
    assert free(team.karim) == [second.pk]


@pytest.mark.django_db
def test_times_that_run_into_each_other_or_into_what_is_planned_are_refused(team: Team) -> None:
    plan_conversation(team.karim, planned_at=at(9, 14), place="", by=team.cast.lars, on=TODAY)
    offer(team, 9)
    for hours in ((9,), (13, 14), (10, 10)):
        if hours == (10, 10):
            starts = [at(9, 11), at(9, 11, 30)]
            with pytest.raises(Refused):
                offer_times(team.cast.round, starts, minutes=60, place="", by=team.cast.lars, on=TODAY)
        else:
            with pytest.raises(Refused):
                offer(team, *hours)
    with pytest.raises(Refused):
        offer(team, 9, day=1)
    assert Slot.objects.count() == 1
    assert len(offer(team, 10, 13)) == 2  # end to end is not into each other


@pytest.mark.django_db
def test_nobody_takes_what_is_not_offered_to_them(team: Team) -> None:
    (slot,) = offer(team, 9)
    talk = Conversation.objects.create(
        round=team.cast.round, employment=team.cast.lars.employments.get(), manager=team.cast.dorthe
    )
    for person, row in ((team.cast.lars, talk), (team.cast.karim, team.mette), (team.cast.jonas, team.mette)):
        with pytest.raises(NotPermitted):
            take_slot(slot, row, by=person, on=TODAY)
    with pytest.raises(NotPermitted):
        withdraw_slot(slot, by=team.cast.dorthe, on=TODAY)


@pytest.mark.django_db
def test_a_time_that_is_taken_is_not_withdrawn(team: Team) -> None:
    first, second = offer(team, 9, 11)
    take_slot(first, team.mette, by=team.cast.mette, on=TODAY)
    with pytest.raises(Refused):
        withdraw_slot(first, by=team.cast.lars, on=TODAY)
    withdraw_slot(second, by=team.cast.lars, on=TODAY)
    assert free(team.karim) == []
    with pytest.raises(Refused):
        take_slot(second, team.karim, by=team.cast.karim, on=TODAY)


@pytest.mark.django_db
def test_a_proposal_is_for_one_who_says_yes_or_no(team: Team) -> None:
    cast = team.cast
    slot = propose_time(team.mette, at(9), minutes=60, place="", by=cast.lars, on=TODAY)
    assert (free(team.mette), free(team.karim)) == ([slot.pk], [])
    turn_down_proposed_time(team.mette, by=cast.mette, on=TODAY)
    assert free(team.mette) == [] and Notification.objects.get(kind="turned_down").person == cast.lars
    with pytest.raises(NotPossible):
        turn_down_proposed_time(team.mette, by=cast.mette, on=TODAY)
    again = propose_time(team.mette, at(10), minutes=60, place="", by=cast.lars, on=TODAY)
    other = propose_time(team.mette, at(11), minutes=60, place="", by=cast.lars, on=TODAY)
    assert free(team.mette) == [other.pk] and again.pk != other.pk
    with pytest.raises(NotPermitted):
        propose_time(team.mette, at(12), minutes=60, place="", by=cast.mette, on=TODAY)


@pytest.mark.django_db
def test_who_is_on_leave_is_offered_what_comes_after(team: Team) -> None:
    record_absence(team.cast.employment, returns_on=at(16).date(), by=team.cast.lars, on=TODAY)
    offer(team, 9)
    assert [n.person for n in Notification.objects.filter(kind="times")] == [team.cast.karim]
    (later,) = offer(team, 9, day=16)
    assert free(team.mette) == [later.pk]
    with pytest.raises(Refused):
        propose_time(team.mette, at(10), minutes=60, place="", by=team.cast.lars, on=TODAY)


@pytest.mark.django_db
def test_a_new_manager_has_times_of_their_own(team: Team) -> None:
    offer(team, 9)
    Conversation.objects.filter(pk=team.mette.pk).update(manager=team.cast.dorthe)
    assert free(team.mette) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_gets_it() -> None:
    team = Team(make_cast())
    (slot,) = offer(team, 9)
    got: list[str] = []
    ready = threading.Barrier(2)

    def press(row: Conversation, person: Person) -> None:
        try:
            ready.wait(10)
            take_slot(slot, row, by=person, on=TODAY)
            got.append("taken")
        except Refused:
            got.append("refused")
        finally:
            connections.close_all()

    both = [(team.mette, team.cast.mette), (team.karim, team.cast.karim)]
    threads = [threading.Thread(target=press, args=one) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(got) == ["refused", "taken"]
    planned = Conversation.objects.filter(planned_at__isnull=False)
    assert [row.pk for row in planned] == [Slot.objects.get().taken_by_id]
    assert planned.get().planned_on == TODAY + timedelta(days=7)
