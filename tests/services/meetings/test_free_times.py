"""A manager is not booked twice without being told: the time can be planned all the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, make_cast
from tests.team import Team, at
from tests.web.test_at_once import at_once
from udbytte.models import Conversation, Person, Slot
from udbytte.services.meetings.free_times import TimeTaken
from udbytte.services.meetings.groups import create_group, plan_group
from udbytte.services.meetings.slots import offer_times, propose_time
from udbytte.services.meetings.times import plan_conversation


def taken(team: Team, at_: datetime, *, anyway: bool = False, minutes: int = 60) -> str:
    """What a plan of Karim's says, or an empty text where it is planned."""
    try:
        plan_conversation(
            team.karim, planned_at=at_, minutes=minutes, place="", by=team.cast.lars, on=TODAY, anyway=anyway
        )
    except TimeTaken as refused:
        assert refused.field == "planned_at"
        return refused.message
    return ""


@pytest.mark.django_db
def test_a_manager_who_has_another_conversation_then_is_told_and_may_plan_it_all_the_same(team: Team) -> None:
    plan_conversation(team.mette, planned_at=at(9, 10), place="", by=team.cast.lars, on=TODAY)
    for clash in (at(9, 10), at(9, 9, 30), at(9, 10, 59)):
        assert "falder sammen med en anden samtale" in taken(team, clash)
    assert taken(team, at(9, 9)) == taken(team, at(9, 11)) == ""
    assert taken(team, at(9, 10), anyway=True) == ""
    plan_conversation(team.mette, planned_at=at(9, 10), place="Kontoret", by=team.cast.lars, on=TODAY)


@pytest.mark.django_db
def test_a_managers_own_conversation_counts_and_one_that_was_held_does_not(team: Team) -> None:
    own = Conversation.objects.create(
        round=team.cast.round, employment=team.cast.lars.employments.get(), manager=team.cast.dorthe
    )
    plan_conversation(own, planned_at=at(9, 10), place="", by=team.cast.dorthe, on=TODAY)
    assert "anden samtale" in taken(team, at(9, 10))
    Conversation.objects.filter(pk=own.pk).update(held_on=TODAY)
    assert taken(team, at(9, 10)) == ""


@pytest.mark.django_db
def test_planning_over_an_offered_time_is_told_and_withdraws_it(team: Team) -> None:
    over, beside = offer_times(
        team.cast.round, [at(9, 10), at(9, 14)], minutes=60, place="", by=team.cast.lars, on=TODAY
    )
    assert "som andre kan vælge" in taken(team, at(9, 9, 30))
    assert taken(team, at(9, 9, 30), anyway=True) == ""
    assert list(Slot.objects.filter(withdrawn_on=TODAY)) == [over] and beside.pk != over.pk


@pytest.mark.django_db
def test_a_time_proposed_to_somebody_is_no_clash_with_that_ones_own_plan(team: Team) -> None:
    propose_time(team.karim, at(9, 10), minutes=60, place="", by=team.cast.lars, on=TODAY)
    assert taken(team, at(9, 10)) == ""


@pytest.mark.django_db
def test_a_group_is_told_the_same(team: Team) -> None:
    plan_conversation(team.mette, planned_at=at(9, 10), place="", by=team.cast.lars, on=TODAY)
    third = Conversation.objects.create(
        round=team.cast.round, employment=team.cast.birgit.employments.get(), manager=team.cast.lars
    )
    group = create_group(team.cast.round, [team.karim, third], title="Køkkenet", by=team.cast.lars, on=TODAY)
    facts: dict[str, Any] = {"planned_at": at(9, 9), "minutes": 90, "place": "", "by": team.cast.lars, "on": TODAY}
    with pytest.raises(TimeTaken):
        plan_group(group, **facts)
    plan_group(group, **facts, anyway=True)
    plan_group(group, **(facts | {"place": "Salen"}))
    plan_group(group, **(facts | {"planned_at": at(9, 12)}))


@pytest.mark.django_db
def test_the_page_offers_to_save_it_all_the_same(team: Team) -> None:
    plan_conversation(team.mette, planned_at=at(9, 10), place="", by=team.cast.lars, on=TODAY)
    client, url = enter(team.cast.lars), reverse("meeting", args=[team.karim.pk])
    sent = {"do": "when", "planned_at": "2026-03-09T10:00", "minutes": "60", "place": ""}
    assert 'type="hidden" name="anyway"' in " ".join(client.get(url).content.decode().split())
    page = client.post(url, sent | {"anyway": ""})
    assert page.status_code == 422
    assert "falder sammen" in page.content.decode() and "Gem det alligevel" in page.content.decode()
    assert client.post(url, sent | {"anyway": "on"}).status_code == 302
    team.karim.refresh_from_db()
    assert team.karim.planned_at == at(9, 10)


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_at_one_time_at_once_are_not_both_booked() -> None:
    team = Team(make_cast())

    def plan(row: Conversation, by: Person) -> object:
        plan_conversation(row, planned_at=at(9, 10), place="", by=by, on=TODAY)
        return "planned"

    answers = at_once(lambda: plan(team.mette, team.cast.mette), lambda: plan(team.karim, team.cast.karim))
    assert sorted(type(answer).__name__ for answer in answers) == ["TimeTaken", "str"]
