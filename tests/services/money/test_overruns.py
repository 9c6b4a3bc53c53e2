"""A bill above what was granted is decided again, and the granted price counts until it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, make_person
from udbytte.domain.lifecycle import Event
from udbytte.emails.messages import digest
from udbytte.models import Agreement, Budget, Deputy, Employment, Notification, Overrun, Person, Role, RoleAssignment
from udbytte.models import SpendingAuthority as Authority
from udbytte.queries.money.budgets import balance_of, granted_alone
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused
from udbytte.services.money.overruns import (
    assign_overrun_owners,
    decide_overrun,
    may_decide_overrun,
    overrun_notifications,
)
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.notify import notify_all

pytestmark = pytest.mark.django_db
AFTER = date(2026, 6, 11)


def registered(cast: Cast, **facts: Any) -> Agreement:
    """Mette's course, which Lars has granted for 6,000 kr. of a budget of 20,000."""
    agreement = take_step(cast.agree(**facts), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    return take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)


def gone(cast: Cast, price: int | None = None, **facts: Any) -> Agreement:
    return take_step(registered(cast, **facts), Event.GO, by=cast.mette, on=AFTER, went="yes", actual_price=price)


def asked(price: int | None = None) -> Overrun:
    overrun = Overrun.objects.select_related("owner").get(decided_on__isnull=True)
    assert price is None or overrun.price == price
    return overrun


def told(person: Person, kind: str) -> list[bool | int]:
    facts = [row.facts for row in Notification.objects.filter(person=person, kind=kind).order_by("pk")]
    return [fact.get("granted", fact["price"]) for fact in facts]


def test_a_bill_above_what_was_granted_is_a_question_and_the_granted_price_counts(cast: Cast) -> None:
    agreement = gone(cast, 9_999_999)
    assert (agreement.stage, agreement.actual_price, balance_of(cast.budget).spent) == ("attended", None, 6000)
    overrun = asked(9_999_999)
    assert (overrun.granted_price, overrun.by, overrun.owner) == (6000, cast.mette, cast.birgit)
    assert overrun.due == date(2026, 6, 25)
    assert told(cast.birgit, "overrun") == [9_999_999] and told(cast.lars, "overrun") == []


@pytest.mark.parametrize("price", [0, 5999, 6000])
def test_a_bill_within_what_was_granted_is_stored_at_once(cast: Cast, price: int) -> None:
    assert gone(cast, price).actual_price == price
    assert not Overrun.objects.exists() and balance_of(cast.budget).spent == price


def test_the_manager_decides_within_their_limits_and_the_budget(cast: Cast) -> None:
    gone(cast)
    agreement = take_step(Agreement.objects.get(), Event.PRICE, by=cast.bente, on=AFTER, actual_price=7000)
    overrun = asked(7000)
    assert (overrun.owner, agreement.actual_price) == (cast.lars, None)
    decide_overrun(overrun, granted=True, by=cast.lars, on=AFTER)
    agreement.refresh_from_db()
    assert (agreement.actual_price, agreement.funded_by, balance_of(cast.budget).spent) == (7000, cast.lars, 7000)
    assert told(cast.bente, "overrun_decided") == told(cast.mette, "overrun_decided") == [True]
    assert told(cast.lars, "overrun_decided") == []
    with pytest.raises(NotPossible):
        decide_overrun(overrun, granted=False, answer="Nej", by=cast.lars, on=AFTER)


@pytest.mark.parametrize(
    ("limits", "price", "owner"),
    [
        ({"per_course": 6999}, 7000, "birgit"),
        ({"per_course": 7000}, 7000, "lars"),
        ({"per_year": 12_999}, 7000, "birgit"),
        ({"per_year": 13_000}, 7000, "lars"),
        ({}, 14_000, "lars"),  # two courses of 6,000 are spent or granted, so that 8,000 are left
        ({}, 14_001, "birgit"),
    ],
)
def test_beyond_the_managers_limits_or_the_budget_it_is_the_budget_owners(
    cast: Cast, limits: dict[str, int], price: int, owner: str
) -> None:
    registered(cast, title="Nr. 2")
    agreement = gone(cast)
    Authority.objects.create(unit=cast.children, round=cast.round, **limits)
    take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=price)
    assert asked(price).owner == getattr(cast, owner)


def test_managers_who_nominate_every_course_decide_no_bill(cast: Cast) -> None:
    agreement = gone(cast)
    Authority.objects.create(unit=cast.children, round=cast.round, disposes=False)
    take_step(agreement, Event.PRICE, by=cast.lars, on=AFTER, actual_price=6001)
    overrun = asked()
    assert overrun.owner == cast.birgit
    with pytest.raises(NotPermitted):
        decide_overrun(overrun, granted=True, by=cast.lars, on=AFTER)


def test_a_bill_granted_by_the_manager_counts_for_their_limit_of_the_round(cast: Cast) -> None:
    agreement = gone(cast)
    Agreement.objects.update(funded_by=None)  # the budget owner had granted it
    take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=7000)
    decide_overrun(asked(), granted=True, by=cast.lars, on=AFTER)
    assert granted_alone([cast.lars.pk], [cast.round.pk]) == {(cast.lars.pk, cast.round.pk): 7000}


def test_a_no_needs_a_reason_and_all_are_told_what_counts(cast: Cast) -> None:
    agreement = gone(cast, 30_000)
    with pytest.raises(MissingFact):
        decide_overrun(asked(), granted=False, answer=" ", by=cast.birgit, on=AFTER)
    decide_overrun(asked(), granted=False, answer="Ring til skolen", by=cast.birgit, on=AFTER)
    agreement.refresh_from_db()
    assert (agreement.actual_price, balance_of(cast.budget).spent) == (None, 6000)
    assert told(cast.mette, "overrun_decided") == told(cast.lars, "overrun_decided") == [False]
    assert told(cast.bente, "overrun_decided") == []
    take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=6000)
    agreement.refresh_from_db()
    assert agreement.actual_price == 6000


def test_the_budget_owner_may_grant_more_than_the_budget_has_since_a_bill_is_a_fact(cast: Cast) -> None:
    gone(cast, 30_000)
    decide_overrun(asked(), granted=True, by=cast.birgit, on=AFTER)
    assert (balance_of(cast.budget).spent, balance_of(cast.budget).uncommitted) == (30_000, -10_000)


@pytest.mark.parametrize("who", ["mette", "karim", "bente", "dorthe", "hanne", "jonas", "lars"])
def test_nobody_else_decides(cast: Cast, who: str) -> None:
    gone(cast, 30_000)
    assert not may_decide_overrun(asked(), getattr(cast, who), AFTER)
    with pytest.raises(NotPermitted):
        decide_overrun(asked(), granted=True, by=getattr(cast, who), on=AFTER)
    assert asked().price == 30_000


@pytest.mark.parametrize("who", ["mette", "lars"])
def test_who_gains_or_manages_is_no_budget_owner_of_it(cast: Cast, who: str) -> None:
    person = getattr(cast, who)
    RoleAssignment.objects.create(person=person, role=Role.BUDGET_OWNER, unit=cast.kindergarten, starts_on=LONG_AGO)
    gone(cast, 30_000)
    assert asked().owner == cast.birgit
    with pytest.raises(NotPermitted):
        decide_overrun(asked(), granted=True, by=person, on=AFTER)


def test_whoever_nominated_the_course_does_not_grant_its_bill(cast: Cast) -> None:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Ja", price=6000)
    agreement = take_step(agreement, Event.GRANT, by=cast.birgit, on=TODAY)
    agreement = take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)
    Agreement.objects.get().nominations.update(by=cast.birgit)
    take_step(agreement, Event.GO, by=cast.mette, on=AFTER, went="yes", actual_price=30_000)
    assert asked().owner == cast.dorthe  # the manager's manager, as there is no other budget owner
    with pytest.raises(NotPermitted):
        decide_overrun(asked(), granted=True, by=cast.birgit, on=AFTER)
    decide_overrun(asked(), granted=True, by=cast.dorthe, on=AFTER)


def test_a_new_bill_takes_the_place_of_one_that_is_not_decided(cast: Cast) -> None:
    agreement = gone(cast, 30_000)
    agreement = take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=31_000)
    first, second = Overrun.objects.order_by("pk")
    assert (first.granted, first.decided_by, second.decided_on) == (None, cast.bente, None)
    after = take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=5000)
    assert (after.actual_price, Overrun.objects.filter(decided_on__isnull=True).count()) == (5000, 0)


def test_a_later_bill_is_held_against_the_one_that_was_granted(cast: Cast) -> None:
    agreement = gone(cast, 30_000)
    decide_overrun(asked(), granted=True, by=cast.birgit, on=AFTER)
    agreement.refresh_from_db()
    agreement = take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=29_000)
    assert agreement.actual_price == 29_000
    take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=30_001)
    assert asked().granted_price == 30_000


def test_the_bill_of_an_unused_seat_is_decided_too(cast: Cast) -> None:
    agreement = take_step(registered(cast), Event.NOT_GONE, by=cast.mette, on=AFTER, reason="Syg")
    agreement = take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=14_000)
    seat = agreement.unused_seats.get()
    assert (seat.cost, seat.billed_on, balance_of(cast.budget).spent) == (6000, None, 6000)
    decide_overrun(asked(14_000), granted=True, by=cast.lars, on=AFTER)
    assert balance_of(cast.budget).spent == 14_000
    with pytest.raises(Refused):
        take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=16_001)


def test_a_deputy_has_it_while_the_budget_owner_is_away(cast: Cast) -> None:
    rikke = make_person("Rikke")
    Deputy.objects.create(person=cast.birgit, deputy=rikke, starts_on=AFTER, ends_on=AFTER + timedelta(days=5))
    gone(cast, 30_000)
    assert asked().owner == rikke
    decide_overrun(asked(), granted=True, by=rikke, on=AFTER)


def test_it_goes_on_to_the_next_when_nobody_decides_or_the_manager_may_no_longer(cast: Cast) -> None:
    agreement = gone(cast)
    take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=7000)
    overrun = asked()
    assert overrun.owner == cast.lars and overrun.due is not None
    Budget.objects.update(amount=6500)
    with pytest.raises(Refused):
        decide_overrun(overrun, granted=True, by=cast.lars, on=AFTER)
    assign_overrun_owners(on=AFTER)
    assert asked().owner == cast.birgit and told(cast.birgit, "overrun") == [7000]
    Budget.objects.update(amount=20_000)
    assign_overrun_owners(on=AFTER)
    assert asked().owner == cast.lars
    assign_overrun_owners(on=overrun.due + timedelta(days=13))
    assert asked().owner == cast.lars
    assign_overrun_owners(on=overrun.due + timedelta(days=14))
    assert asked().owner == cast.birgit


def test_who_has_it_is_reminded_on_its_date_and_a_week_later(cast: Cast) -> None:
    gone(cast, 30_000)
    due = asked().due
    assert due is not None
    for days, count in ((-1, 1), (0, 2), (1, 2), (6, 2), (7, 3), (8, 3)):
        notify_all(overrun_notifications(due + timedelta(days=days)))
        assert len(told(cast.birgit, "overrun")) == count, days


def test_the_daily_follow_up_reminds_and_hands_on(cast: Cast) -> None:
    gone(cast, 30_000)
    RoleAssignment.objects.filter(role=Role.BUDGET_OWNER).update(person=cast.dorthe)
    follow_up(on=AFTER + timedelta(days=1))
    assert asked().owner == cast.dorthe
    due = asked().due
    assert due is not None
    follow_up(on=due)
    assert told(cast.dorthe, "overrun") == [30_000, 30_000]


def test_without_anybody_who_can_decide_hr_reads_the_unit_and_nothing_of_the_person(cast: Cast) -> None:
    RoleAssignment.objects.filter(role=Role.BUDGET_OWNER).delete()
    Employment.objects.filter(person=cast.lars).update(line_manager=None)
    gone(cast, 30_000)
    overrun = asked()
    assert overrun.owner == cast.hanne and not may_decide_overrun(overrun, cast.hanne, AFTER)
    (row,) = Notification.objects.filter(person=cast.hanne, kind="overrun").select_related("agreement__employee")
    email = digest(cast.hanne, notifications=[row], steps=[], on=AFTER)
    assert email is not None and "Børnehuset" in email.text and "Mette" not in email.text
    page = enter(cast.hanne).get("/budget/").content.decode()
    assert "Børnehuset Mælkebøtten har ingen budgetansvarlig" in page
    assert "Mette" not in page and "Konflikt" not in page and "30.000" not in page
    with pytest.raises(NotPermitted):
        decide_overrun(overrun, granted=True, by=cast.hanne, on=AFTER)
    RoleAssignment.objects.create(person=cast.jonas, role=Role.BUDGET_OWNER, unit=None, starts_on=LONG_AGO)
    assign_overrun_owners(on=AFTER)
    assert asked().owner == cast.jonas and told(cast.jonas, "overrun") == [30_000]


def test_a_question_that_is_answered_before_its_email_is_written_is_not_asked_any_more(cast: Cast) -> None:
    agreement = gone(cast, 30_000)
    take_step(agreement, Event.PRICE, by=cast.bente, on=AFTER, actual_price=31_000)
    assert told(cast.birgit, "overrun") == [31_000]
    decide_overrun(asked(), granted=True, by=cast.birgit, on=AFTER)
    assert told(cast.birgit, "overrun") == [] and told(cast.mette, "overrun_decided") == [True]
