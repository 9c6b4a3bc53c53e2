"""Every entry of a log names who pressed, also where the application takes the step because of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import TODAY, Cast
from tests.services.practice.test_learning_partners import pair
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Employment, LogEntry, Role
from udbytte.services.agreements.take_step import take_step
from udbytte.services.money.deputies import name_deputy
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.people.roles import choose_manager, give_role

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=1)


def last(agreement: Agreement) -> tuple[str, str | None]:
    entry = agreement.log.select_related("by").order_by("-number")[0]
    return entry.event, entry.by.given_name if entry.by else None


def found(cast: Cast) -> Agreement:
    return take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def test_a_step_that_changes_hands_with_the_line_manager_names_who_chose_the_manager(cast: Cast) -> None:
    agreement = found(cast)
    choose_manager(employment=cast.employment, manager=cast.dorthe, by=cast.hanne, on=LATER)
    assert last(agreement) == ("hand_over", "Hanne")


def test_a_new_coordinator_and_a_deputy_name_who_gave_the_role(cast: Cast) -> None:
    money = found(cast)
    name_deputy(by=cast.lars, deputy=cast.karim, starts_on=TODAY, ends_on=LATER, on=TODAY)
    assert last(money) == ("hand_over", "Lars")
    give_role(person=cast.karim, role=Role.COORDINATOR, unit=cast.kindergarten, by=cast.hanne, on=TODAY)
    assert set(LogEntry.objects.filter(event="hand_over").values_list("by__given_name", flat=True)) <= {"Lars", "Hanne"}


def test_who_ended_an_employment_is_named_and_nobody_is_when_the_day_has_come(cast: Cast) -> None:
    agreement = cast.agree()
    Employment.objects.filter(pk=cast.employment.pk).update(ends_on=TODAY)
    follow_organisation_changes(on=LATER, by=cast.ida, ended_by=cast.ida)
    assert last(agreement) == ("leave", "Ida")


def test_a_role_that_is_given_on_the_day_somebody_leaves_does_not_name_the_giver(cast: Cast) -> None:
    agreement = cast.agree()
    Employment.objects.filter(pk=cast.employment.pk).update(ends_on=TODAY)
    give_role(person=cast.karim, role=Role.COORDINATOR, unit=cast.roads, by=cast.hanne, on=LATER)
    assert last(agreement) == ("leave", None)


def test_a_yes_to_learning_together_names_who_said_it_in_every_agreement(cast: Cast) -> None:
    mettes, karims = pair(cast)
    for agreement in (mettes, karims):
        assert not agreement.log.filter(by=None).exists()
    assert ("accept", "Karim") in set(karims.log.values_list("event", "by__given_name"))


def test_who_stops_learning_along_is_named_in_the_agreements_of_the_others(cast: Cast) -> None:
    mettes, karims = pair(cast)
    take_step(karims, Event.PROPOSE_DROP, by=karims.employee, on=TODAY, reason="no_time")
    manager = karims.employment.line_manager
    assert manager is not None
    karims.refresh_from_db()
    take_step(karims, Event.CONFIRM_DROP, by=manager, on=TODAY)
    assert last(mettes) == ("lose_helper", manager.given_name)
