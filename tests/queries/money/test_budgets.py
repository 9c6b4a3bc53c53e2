"""What a budget has committed and spent, before and after each event that moves money."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, FundingSource, Notification
from udbytte.queries.money.budgets import balance_of, granted_alone
from udbytte.services.agreements.take_step import replace_agreement, take_step
from udbytte.services.money.funding import plan_application, send_application

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 6, 10)
LATER = date(2026, 8, 20)


def funded(cast: Cast) -> Agreement:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    return take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)


def registered(cast: Cast) -> Agreement:
    return take_step(funded(cast), Event.REGISTER, by=cast.bente, on=TODAY)


def unknown(cast: Cast) -> Agreement:
    """Nobody has said whether Mette went."""
    return take_step(registered(cast), Event.WENT_UNKNOWN, by=None, on=LATER)


def money(cast: Cast, on: date | None = None) -> tuple[int, int, int]:
    balance = balance_of(cast.budget, on=on)
    return balance.committed, balance.spent, balance.uncommitted


def by_lars(cast: Cast) -> int:
    return granted_alone([cast.lars.pk], [cast.round.pk]).get((cast.lars.pk, cast.round.pk), 0)


def test_after_the_last_day_the_granted_price_is_spent_until_the_actual_one_is_written(cast: Cast) -> None:
    agreement = registered(cast)
    assert money(cast, LAST_DAY) == (6000, 0, 14_000)
    assert money(cast, LAST_DAY + timedelta(days=1)) == (0, 6000, 14_000)
    agreement = take_step(agreement, Event.GO, by=cast.mette, on=LATER, went="yes")
    assert money(cast) == money(cast, LATER) == (0, 6000, 14_000)
    take_step(agreement, Event.PRICE, by=cast.bente, on=LATER, actual_price=5400)
    assert (money(cast), by_lars(cast)) == ((0, 5400, 14_600), 5400)


def test_the_seat_of_somebody_of_whom_nobody_knows_whether_they_went_is_spent(cast: Cast) -> None:
    agreement = unknown(cast)
    assert (money(cast), by_lars(cast)) == ((0, 6000, 14_000), 6000)
    agreement = take_step(agreement, Event.PRICE, by=cast.bente, on=LATER, actual_price=5400)
    assert (agreement.actual_price, money(cast)) == (5400, (0, 5400, 14_600))
    agreement = take_step(agreement, Event.NOT_TOLD, by=None, on=LATER)
    assert (agreement.stage, money(cast), by_lars(cast)) == ("not_told", (0, 5400, 14_600), 5400)


def _drop(agreement: Agreement, cast: Cast) -> None:
    proposed = take_step(agreement, Event.PROPOSE_DROP, by=cast.mette, on=LATER, reason="other")
    take_step(proposed, Event.CONFIRM_DROP, by=cast.lars, on=LATER)


def _replace(agreement: Agreement, cast: Cast) -> None:
    other: dict[str, Any] = {"title": "B", "kind": "practice", "planned_from": LATER, "planned_to": LATER}
    proposed = take_step(agreement, Event.PROPOSE_REPLACE, by=cast.mette, on=LATER, facts=other)
    replace_agreement(proposed, by=cast.lars, on=LATER)


def _leave(agreement: Agreement, cast: Cast) -> None:
    take_step(agreement, Event.LEAVE, by=None, on=LATER)


def _not_told(agreement: Agreement, cast: Cast) -> None:
    take_step(agreement, Event.NOT_TOLD, by=None, on=LATER)


@pytest.mark.parametrize("close", [_drop, _replace, _leave, _not_told])
def test_it_stays_spent_however_the_agreement_ends(cast: Cast, close: Any) -> None:
    close(unknown(cast), cast)
    assert not Agreement.objects.filter(stage="unknown").exists()
    assert (money(cast), by_lars(cast)) == ((0, 6000, 14_000), 6000)


def test_a_late_no_makes_it_a_seat_that_was_not_used(cast: Cast) -> None:
    after = take_step(unknown(cast), Event.NOT_GONE, by=cast.mette, on=LATER, reason="Syg", cost=1200)
    assert (after.stage, after.price, after.unused_seats.get().cost) == ("agreed", None, 1200)
    assert (money(cast), by_lars(cast)) == ((0, 1200, 18_800), 1200)


@pytest.mark.parametrize("stage", ["funded", "waitlisted"])
def test_a_lapse_releases_the_grant(cast: Cast, stage: str) -> None:
    agreement = funded(cast)
    if stage == "waitlisted":
        agreement = take_step(agreement, Event.WAITLIST, by=cast.bente, on=TODAY)
    assert (money(cast), by_lars(cast)) == ((6000, 0, 14_000), 6000)
    after = take_step(agreement, Event.LAPSE, by=None, on=date(2026, 5, 4))
    assert (after.stage, after.price, after.budget) == ("lapsed", None, None)
    assert (money(cast), by_lars(cast)) == ((0, 0, 20_000), 0)


@pytest.mark.parametrize("event", [Event.LAPSE, Event.MISS_DEADLINE])
@pytest.mark.parametrize("waits", [False, True])
def test_the_budget_owner_hears_what_can_be_granted_again(cast: Cast, event: Event, waits: bool) -> None:
    agreement = funded(cast)
    if waits:
        agreement = take_step(agreement, Event.WAITLIST, by=cast.bente, on=TODAY)
    take_step(agreement, event, by=None, on=date(2026, 5, 4), facts={})
    (released,) = Notification.objects.filter(person=cast.birgit, kind="grant_released")
    assert released.facts["price"] == 6000
    assert money(cast) == (0, 0, 20_000)


def test_whoever_applied_hears_that_the_fund_must_know(cast: Cast) -> None:
    cast.run.course.kind = "diploma"
    cast.run.course.save()
    agreement = funded(cast)
    fund = FundingSource.objects.get(key="transition")
    application = plan_application(agreement, fund, by=cast.mette, on=TODAY)
    send_application(application, by=cast.mette, on=TODAY)
    agreement.refresh_from_db()
    take_step(agreement, Event.LAPSE, by=None, on=date(2026, 5, 4))
    application.refresh_from_db()
    assert (application.state, application.owner) == ("withdrawn", None)
    assert Notification.objects.filter(person=cast.mette, kind="application_back").count() == 1
