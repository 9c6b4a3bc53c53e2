"""A time is planned, moved, removed; a conversation is held, declined or rests: who is notified and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import TODAY
from tests.team import Team, at
from udbytte.domain.meetings import MeetingStatus
from udbytte.models import Absence, Conversation, Notification, Person, Slot
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused
from udbytte.services.meetings.slots import end_absence, record_absence, rest_conversations_during_absence
from udbytte.services.meetings.times import (
    cancel_conversation,
    decline_conversation,
    hold_conversation,
    plan_conversation,
    take_back_decline,
)

pytestmark = pytest.mark.django_db
NEXT_WEEK = TODAY + timedelta(days=7)


def told() -> set[tuple[str, str]]:
    return set(Notification.objects.values_list("person__given_name", "kind"))


def status(row: Conversation, day: int = 0) -> MeetingStatus:
    row.refresh_from_db()
    return row.status_on(TODAY + timedelta(days=day))


def test_both_are_told_when_they_meet_and_again_when_it_is_moved(team: Team) -> None:
    cast = team.cast
    for _twice in (1, 2):
        plan_conversation(team.mette, planned_at=at(9), place="Kontoret", by=cast.lars, on=TODAY)
    assert sorted(Notification.objects.values_list("person__given_name", "kind", "facts__turn")) == [
        ("Lars", "conversation", 1),
        ("Mette", "conversation", 1),
    ]
    plan_conversation(team.mette, planned_at=at(10), place="Kontoret", by=cast.mette, on=TODAY)
    facts = Notification.objects.filter(person=cast.lars).latest("pk").facts
    assert (facts["turn"], facts["moved"], facts["other"]) == (2, True, "Mette Hansen")


def test_nobody_else_plans_moves_or_declines(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(9), place="", by=cast.lars, on=TODAY)
    for person in (cast.karim, cast.dorthe, cast.bente, cast.birgit, cast.hanne, cast.soren, cast.ida, cast.jonas):
        verbs: tuple[Callable[[Person], object], ...] = (
            lambda by: plan_conversation(team.mette, planned_at=at(10), place="", by=by, on=TODAY),
            lambda by: cancel_conversation(team.mette, by=by, on=TODAY),
            lambda by: hold_conversation(team.mette, by=by, on=TODAY),
            lambda by: decline_conversation(team.mette, "Nej", by=by, on=TODAY),
            lambda by: take_back_decline(team.mette, by=by, on=TODAY),
        )
        for verb in verbs:
            with pytest.raises(NotPermitted):
                verb(person)


def test_a_day_that_has_been_cannot_be_planned(team: Team) -> None:
    with pytest.raises(Refused) as refused:
        plan_conversation(team.mette, planned_at=at(1), place="", by=team.cast.lars, on=TODAY)
    assert refused.value.field == "planned_at"


def test_what_is_given_up_needs_a_new_time_and_no_reason(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(9), place="", by=cast.lars, on=TODAY)
    cancel_conversation(team.mette, by=cast.mette, on=TODAY)
    assert status(team.mette) is MeetingStatus.NEW_TIME
    assert {who for who, kind in told() if kind == "no_conversation"} == {"Mette", "Lars"}
    with pytest.raises(NotPossible):
        cancel_conversation(team.mette, by=cast.mette, on=TODAY)


def test_what_has_passed_is_asked_about_until_it_is_answered(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(2, 13), place="", by=cast.lars, on=TODAY)
    assert (status(team.mette), status(team.mette, 1)) == (MeetingStatus.PLANNED, MeetingStatus.PASSED)
    hold_conversation(team.mette, by=cast.lars, on=NEXT_WEEK, held_on=TODAY)
    assert status(team.mette, 7) is MeetingStatus.HELD


def test_an_employee_declines_with_a_reason_that_the_manager_reads(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(9), place="", by=cast.lars, on=TODAY)
    with pytest.raises(MissingFact):
        decline_conversation(team.mette, "  ", by=cast.mette, on=TODAY)
    decline_conversation(team.mette, "Jeg går på pension", by=cast.mette, on=TODAY)
    assert status(team.mette) is MeetingStatus.DECLINED
    notification = Notification.objects.get(kind="declined")
    assert (notification.person, notification.facts["reason"]) == (cast.lars, "Jeg går på pension")
    with pytest.raises(Refused):
        plan_conversation(team.mette, planned_at=at(10), place="", by=cast.lars, on=TODAY)
    take_back_decline(team.mette, by=cast.mette, on=TODAY)
    assert status(team.mette) is MeetingStatus.UNPLANNED
    assert Notification.objects.get(kind="not_declined").person == cast.lars


def test_what_was_declined_and_held_after_all_is_held(team: Team) -> None:
    decline_conversation(team.mette, "Ikke i år", by=team.cast.mette, on=TODAY)
    hold_conversation(team.mette, by=team.cast.lars, on=TODAY)
    assert status(team.mette) is MeetingStatus.HELD


def test_a_conversation_rests_while_its_employee_is_away_and_is_then_due(team: Team) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(9), place="", by=cast.lars, on=TODAY)
    record_absence(cast.employment, returns_on=at(1, month=6).date(), by=cast.lars, on=TODAY)
    assert status(team.mette) is MeetingStatus.RESTING
    assert {who for who, kind in told() if kind == "no_conversation"} == {"Mette", "Lars"}
    with pytest.raises(Refused):
        plan_conversation(team.mette, planned_at=at(30), place="", by=cast.lars, on=TODAY)
    plan_conversation(team.mette, planned_at=at(2, month=6), place="", by=cast.lars, on=TODAY)
    assert status(team.mette) is MeetingStatus.PLANNED
    assert (Absence.objects.get().starts_on, Absence.objects.get().ends_on) == (TODAY, at(31, month=5).date())


def test_only_the_manager_and_hr_say_who_is_on_leave(team: Team) -> None:
    cast = team.cast
    for person in (cast.mette, cast.karim, cast.dorthe, cast.bente, cast.birgit, cast.soren, cast.ida, cast.jonas):
        with pytest.raises(NotPermitted):
            record_absence(cast.employment, returns_on=NEXT_WEEK, by=person, on=TODAY)
        with pytest.raises(NotPermitted):
            end_absence(cast.employment, by=person, on=TODAY)
    with pytest.raises(Refused):
        record_absence(cast.employment, returns_on=TODAY, by=cast.lars, on=TODAY)
    record_absence(cast.employment, returns_on=NEXT_WEEK, by=cast.hanne, on=TODAY)
    record_absence(cast.employment, returns_on=TODAY + timedelta(days=20), by=cast.lars, on=TODAY + timedelta(days=3))
    assert Absence.objects.count() == 1 and status(team.mette, 19) is MeetingStatus.RESTING
    end_absence(cast.employment, by=cast.lars, on=TODAY + timedelta(days=5))
    assert status(team.mette, 5) is MeetingStatus.UNPLANNED


def test_a_leave_to_come_cancels_what_is_planned_in_it_and_the_conversation_rests_from_its_first_day(
    team: Team,
) -> None:
    cast = team.cast
    plan_conversation(team.mette, planned_at=at(20), place="", by=cast.lars, on=TODAY)
    plan_conversation(team.karim, planned_at=at(5), place="", by=cast.lars, on=TODAY)
    for row in (team.mette, team.karim):
        facts: dict[str, Any] = {"starts_on": at(10).date(), "returns_on": at(1, month=6).date(), "by": cast.lars}
        record_absence(row.employment, on=TODAY, **facts)
        record_absence(row.employment, on=TODAY, **facts)
    assert Absence.objects.count() == 2
    assert (status(team.mette), status(team.karim)) == (MeetingStatus.UNPLANNED, MeetingStatus.PLANNED)
    rest_conversations_during_absence(on=at(10).date())
    assert status(team.mette, 8) is MeetingStatus.RESTING


def test_a_conversation_that_arises_during_a_leave_rests_as_well(team: Team) -> None:
    cast = team.cast
    Absence.objects.create(employment=cast.employment, starts_on=TODAY, ends_on=NEXT_WEEK)
    Absence.objects.create(employment=cast.karim.employments.get(), starts_on=NEXT_WEEK, ends_on=NEXT_WEEK)
    rest_conversations_during_absence(on=TODAY)
    assert (status(team.mette), status(team.karim)) == (MeetingStatus.RESTING, MeetingStatus.UNPLANNED)
    assert team.mette.rests_until == NEXT_WEEK + timedelta(days=1)


@pytest.mark.parametrize(
    "facts",
    [
        {"held_on": TODAY, "declined_on": TODAY, "declined_reason": "Nej"},
        {"planned_at": at(9), "declined_on": TODAY, "declined_reason": "Nej"},
        {"declined_on": TODAY},
        {"declined_reason": "Nej"},
        {"minutes": 0},
    ],
)
def test_the_database_refuses_what_must_never_be(team: Team, facts: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.filter(pk=team.mette.pk).update(**facts)


def test_the_database_gives_an_offered_time_to_one_only(team: Team) -> None:
    facts: dict[str, Any] = {"round": team.cast.round, "manager": team.cast.lars, "offered_on": TODAY}
    Slot.objects.create(starts_at=at(9), **facts)
    for wrong in (
        {"starts_at": at(9)},
        {"starts_at": at(10), "taken_by": team.mette, "withdrawn_on": TODAY},
        {"starts_at": at(10), "taken_by": team.mette, "only_for": team.karim},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Slot.objects.create(**(facts | wrong))
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(employment=team.cast.employment, starts_on=TODAY)
