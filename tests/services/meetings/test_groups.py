"""Group conversations: making one, its time, attendance, and the wish for an individual one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, employ, make_person
from tests.emails.test_feed import entries as feed_of
from tests.emails.test_meetings import entries
from tests.group import again, goals, planned
from tests.team import Team, at
from udbytte.domain.figures.key_questions import Measure
from udbytte.domain.meetings import MeetingStatus
from udbytte.models import (
    Agreement,
    Conversation,
    ConversationKind,
    Goal,
    GroupConversation,
    ManagerRole,
    Notification,
)
from udbytte.queries.figures.tallies import tallies_of
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused
from udbytte.services.meetings.group_goals import add_group_goal
from udbytte.services.meetings.groups import (
    add_member,
    cancel_group,
    create_group,
    hold_group,
    plan_group,
    remove_member,
    take_back_individual_wish,
    wish_individual_conversation,
)
from udbytte.services.meetings.slots import offer_times, record_absence, take_slot
from udbytte.services.meetings.times import cancel_conversation, decline_conversation, plan_conversation
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.people.preferences import open_calendar_feed
from udbytte.services.people.roles import choose_manager
from udbytte.services.rounds.rounds import complete_open_rounds

pytestmark = pytest.mark.django_db


DAY = timedelta(days=1)


def test_a_manager_makes_a_group_of_their_own_people(team: Team) -> None:
    cast = team.cast
    stranger = Conversation.objects.create(
        round=cast.round, employment=cast.jonas.employments.get(), manager=cast.dorthe
    )
    for wrong, refusal in (
        ({"conversations": [team.mette]}, Refused),
        ({"conversations": [team.mette, stranger]}, NotPermitted),
        ({"title": " "}, MissingFact),
        ({"by": cast.dorthe}, NotPermitted),
    ):
        facts: dict[str, Any] = {"conversations": [team.mette, team.karim], "title": "Køkkenet", "by": cast.lars}
        with pytest.raises(refusal), transaction.atomic():
            create_group(cast.round, on=TODAY, **(facts | wrong))
    assert not GroupConversation.objects.exists()
    made = create_group(cast.round, [team.mette, team.karim], title="Køkkenet", by=cast.lars, on=TODAY)
    assert {again(row).kind for row in (team.mette, team.karim)} == {"group"}
    assert set(made.members.all()) == {team.mette, team.karim}
    assert {n.person for n in Notification.objects.filter(kind="in_group")} == {cast.mette, cast.karim}


def test_the_group_meets_at_one_time_that_each_has_and_the_manager_once(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    for person in (cast.mette, cast.lars):
        open_calendar_feed(person)
        person.refresh_from_db()
    planned(group, team, day=30)
    assert {again(row).planned_at for row in (team.mette, team.karim)} == {at(30)}
    for person, summary in ((cast.mette, "MUS 2026, GRUS: Lars Hansen"), (cast.lars, "MUS 2026, GRUS: Køkkenet")):
        ((method, event),) = entries(person, TODAY)
        assert (method, event["sequence"], event.decoded("dtstart")) == ("REQUEST", 1, at(30))
        assert str(event["summary"]) == summary and set(feed_of(person)) == {summary}
    planned(group, team, day=31, on=TODAY + DAY)
    ((method, event),) = entries(cast.lars, TODAY + DAY)
    assert (method, event["sequence"], str(event["uid"]).split("@")[0]) == ("REQUEST", 2, f"group-{group.pk}")
    cancel_group(group, by=cast.lars, on=TODAY + 2 * DAY)
    for person in (cast.mette, cast.lars):
        ((method, event),) = entries(person, TODAY + 2 * DAY)
        assert (method, event["sequence"]) == ("CANCEL", 3)
    assert {again(row).status_on(TODAY) for row in (team.mette, team.karim)} == {MeetingStatus.NEW_TIME}


def test_nobody_moves_a_groups_time_by_themself(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team)
    third = Conversation.objects.create(
        round=cast.round, employment=employ(make_person("Nina"), cast.kindergarten), manager=cast.lars
    )
    (slot,) = offer_times(cast.round, [at(10)], minutes=60, place="", by=cast.lars, on=TODAY)
    assert {n.person for n in Notification.objects.filter(kind="times")} == {third.employment.person}
    with pytest.raises(Refused):
        plan_conversation(team.mette, planned_at=at(12), place="", by=cast.mette, on=TODAY)
    with pytest.raises(Refused):
        cancel_conversation(team.mette, by=cast.mette, on=TODAY)
    with pytest.raises(Refused):
        take_slot(slot, team.mette, by=cast.mette, on=TODAY)
    for person in (cast.mette, cast.dorthe, cast.hanne):
        with pytest.raises(NotPermitted):
            plan_group(group, planned_at=at(12), minutes=60, place="", by=person, on=TODAY)


def test_held_holds_for_who_was_there_and_the_rest_need_a_time_alone(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team)
    add_group_goal(group, text="Lave mad sammen", by=cast.lars, on=TODAY)
    later = at(10).date()
    with pytest.raises(Refused):
        hold_group(group, [], by=cast.lars, on=later)
    with pytest.raises(Refused):
        hold_group(group, [team.mette.pk], by=cast.lars, on=later, held_on=later + DAY)
    with pytest.raises(NotPermitted):
        hold_group(group, [team.mette.pk], by=cast.mette, on=later)
    hold_group(group, [team.mette.pk], by=cast.lars, on=later, held_on=at(9).date())
    assert (again(team.mette).held_on, team.mette.kind) == (at(9).date(), "group")
    assert (again(team.karim).status_on(later), team.karim.kind) == (MeetingStatus.NEW_TIME, "individual")
    assert goals(team.karim) == [("Lave mad sammen", "")]
    assert enter(cast.karim).get(reverse("group", args=[group.pk])).status_code == 200
    plan_conversation(team.karim, planned_at=at(12), place="", by=cast.karim, on=later)


def test_one_wish_brings_an_individual_conversation(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team)
    add_group_goal(group, text="Lave mad sammen", by=cast.lars, on=TODAY)
    for person in (cast.lars, cast.karim, cast.hanne):
        with pytest.raises(NotPermitted):
            wish_individual_conversation(team.mette, by=person, on=TODAY)
    wish_individual_conversation(team.mette, by=cast.mette, on=TODAY)
    row = again(team.mette)
    assert (row.kind, row.group, row.planned_at, row.individual_wished_on) == ("individual", None, None, TODAY)
    assert goals(team.mette) == [("Lave mad sammen", "")] and not Goal.objects.filter(
        plan__conversation=row, common__isnull=False
    )
    assert Notification.objects.get(kind="wish_alone").person == cast.lars
    assert enter(cast.mette).get(reverse("group", args=[group.pk])).status_code == 404
    with pytest.raises(Refused):
        add_member(group, row, by=cast.lars, on=TODAY)
    take_back_individual_wish(row, by=cast.mette, on=TODAY)
    add_member(group, again(row), by=cast.lars, on=TODAY)
    assert again(row).planned_at == at(9) and Goal.objects.filter(plan__conversation=row, common__isnull=False)


def test_who_declines_or_is_taken_out_is_in_no_group(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team)
    decline_conversation(team.mette, "Ikke i år", by=cast.mette, on=TODAY)
    assert (again(team.mette).group, team.mette.status_on(TODAY)) == (None, MeetingStatus.DECLINED)
    remove_member(group, team.karim, by=cast.lars, on=TODAY)
    assert (again(team.karim).group, team.karim.status_on(TODAY)) == (None, MeetingStatus.UNPLANNED)
    with pytest.raises(NotPossible):
        remove_member(group, team.karim, by=cast.lars, on=TODAY)


def test_a_leader_taken_out_of_a_group_has_a_lus(team: Team) -> None:
    cast = team.cast
    ManagerRole.objects.create(person=cast.karim, unit=cast.roads, starts_on=LONG_AGO)
    group = create_group(cast.round, [team.mette, team.karim], title="Ledere", by=cast.lars, on=TODAY)
    wish_individual_conversation(team.karim, by=cast.karim, on=TODAY)
    assert again(team.karim).kind == ConversationKind.LEADER and group.members.count() == 1


def test_who_is_away_when_the_group_meets_has_no_time(team: Team, group: GroupConversation) -> None:
    record_absence(team.cast.employment, returns_on=at(20).date(), by=team.cast.lars, on=TODAY)
    planned(group, team)
    assert (again(team.mette).planned_at, again(team.karim).planned_at) == (None, at(9))
    planned(group, team, day=25)
    assert again(team.mette).planned_at == at(25)


def test_the_manager_is_asked_once_whether_the_group_talked(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team, day=3)
    follow_up(on=TODAY + 3 * DAY)
    assert [(n.person, n.facts["group"]) for n in Notification.objects.filter(kind="group_talked")] == [
        (cast.lars, group.pk)
    ]
    assert not Notification.objects.filter(kind="talked").exists()
    GroupConversation.objects.update(planned_at=at(1))
    Conversation.objects.filter(group=group).update(planned_at=at(1))
    page = enter(cast.lars).get("/").content.decode()
    assert "Talte I sammen i gruppen Køkkenet?" in page and "Har du talt med" not in page


def test_a_group_follows_its_new_manager_and_who_gets_another_leaves_it(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team, day=30)
    for row in (team.mette, team.karim):
        choose_manager(row.employment, cast.dorthe, by=cast.ida, on=TODAY)
    follow_up(on=TODAY)
    group.refresh_from_db()
    assert group.manager == cast.dorthe
    choose_manager(team.karim.employment, cast.hanne, by=cast.ida, on=TODAY)
    follow_up(on=TODAY + DAY)
    assert (again(team.karim).group, again(team.mette).group) == (None, group)


def test_each_member_counts_once_in_the_figures(team: Team, group: GroupConversation) -> None:
    cast = team.cast
    planned(group, team)
    tally = tallies_of(cast.round, on=TODAY)[cast.kindergarten.pk][Measure.ROUND]
    assert (tally["base"], tally["people"], tally["planned"], tally["held"]) == (2, 2, 2, 0)
    hold_group(group, [team.mette.pk], by=cast.lars, on=TODAY)
    found = tallies_of(cast.round, on=TODAY)[cast.kindergarten.pk]
    assert (found[Measure.ROUND]["planned"], found[Measure.ROUND]["held"], found[Measure.HELD]["base"]) == (0, 1, 1)


def test_who_becomes_a_manager_has_a_lus_one_level_up_and_the_letter_says_so(team: Team) -> None:
    cast = team.cast
    Conversation.objects.all().delete()
    complete_open_rounds(on=TODAY)
    talk = Conversation.objects.get(employment__person=cast.lars)
    assert (talk.kind, talk.manager) == (ConversationKind.LEADER, cast.dorthe)
    ManagerRole.objects.create(person=cast.karim, unit=cast.roads, starts_on=LONG_AGO)
    ManagerRole.objects.filter(person=cast.lars).update(holds_conversations=False)
    complete_open_rounds(on=TODAY)
    assert Conversation.objects.get(employment__person=cast.karim).kind == ConversationKind.LEADER
    assert Conversation.objects.get(employment__person=cast.lars).kind == ConversationKind.INDIVIDUAL
    ManagerRole.objects.filter(person=cast.lars).update(holds_conversations=True)
    follow_up(on=TODAY)
    plan_conversation(again(talk), planned_at=at(9), place="", by=cast.dorthe, on=TODAY + DAY)
    ((_method, event),) = entries(cast.lars, TODAY + DAY)
    assert str(event["summary"]) == "MUS 2026, LUS: Dorthe Hansen"
    assert "Forbered din LUS" in enter(cast.lars).get("/").content.decode()


@pytest.mark.parametrize("facts", [{"kind": "group", "group": None}, {"individual_wished_on": TODAY}])
def test_the_database_refuses_a_group_without_a_group(
    team: Team, group: GroupConversation, facts: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.filter(pk=team.mette.pk).update(**facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupConversation.objects.filter(pk=group.pk).update(title="")
    assert not Agreement.objects.exists()
