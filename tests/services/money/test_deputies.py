"""Deputies: who decides on money during somebody's absence, and what they never do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.services.money.granting import found, fund, on_day, rule
from udbytte.domain.lifecycle import Event
from udbytte.emails.news import news_of
from udbytte.models import Agreement, Deputy, Notification
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, OverAuthority, Refused
from udbytte.services.money.deputies import end_deputy, name_deputy
from udbytte.services.notifications.follow_up import follow_up

pytestmark = pytest.mark.django_db


WEEK = {"starts_on": TODAY + timedelta(days=1), "ends_on": TODAY + timedelta(days=7)}


def test_a_managers_deputy_settles_the_money_in_the_period_and_nothing_else(cast: Cast) -> None:
    agreement = found(cast, purpose="Hemmeligt formål")
    name_deputy(deputy=cast.jonas, by=cast.lars, on=TODAY, **WEEK)
    assert on_day(cast, agreement, 0).step_owner == cast.lars
    during = on_day(cast, agreement, 1)
    assert during.step_owner == cast.jonas
    with pytest.raises(NotPermitted):
        take_step(during, Event.PROPOSE_DROP, by=cast.jonas, on=TODAY + timedelta(days=1), reason="no_time")
    granted = take_step(
        during, Event.FUND, by=cast.jonas, on=TODAY + timedelta(days=1), price=500, price_reason="Tilbud"
    )
    assert (granted.stage, granted.funded_by) == ("funded", cast.lars)


def test_a_deputy_hears_that_the_limit_does_not_allow_it_and_no_sums(cast: Cast) -> None:
    rule(cast, per_year=7000)
    fund(cast, 6000)
    agreement = found(cast)
    name_deputy(deputy=cast.jonas, by=cast.lars, on=TODAY, starts_on=TODAY, ends_on=TODAY)
    with pytest.raises(OverAuthority) as caught:
        take_step(on_day(cast, agreement, 0), Event.FUND, by=cast.jonas, on=TODAY, price=1234, price_reason="Tilbud")
    assert not any(sign.isdigit() for sign in caught.value.message)


def test_a_deputy_reads_course_price_and_reason_and_no_purpose(cast: Cast) -> None:
    agreement = found(cast, purpose="Hemmeligt formål")
    name_deputy(deputy=cast.jonas, by=cast.lars, on=TODAY, starts_on=TODAY, ends_on=TODAY)
    page = enter(cast.jonas).get(f"/aftaler/{agreement.pk}/")
    text = page.content.decode()
    assert page.status_code == 200 and "6.000 kr." in text and "Hemmeligt" not in text
    assert not page.context["sees"].whole and not page.context["history"]


def test_what_waits_comes_back_when_the_period_is_over_or_ended_and_again_changes_nothing(cast: Cast) -> None:
    agreement = found(cast)
    named = name_deputy(deputy=cast.jonas, by=cast.lars, on=TODAY, starts_on=TODAY, ends_on=TODAY + timedelta(days=7))
    assert on_day(cast, agreement, 0).step_owner == cast.jonas
    turn = on_day(cast, agreement, 1).turn
    assert on_day(cast, agreement, 2).turn == turn
    assert on_day(cast, agreement, 8).step_owner == cast.lars
    assert on_day(cast, agreement, 3).step_owner == cast.jonas
    end_deputy(named, by=cast.lars, on=TODAY + timedelta(days=3))
    assert on_day(cast, agreement, 3).step_owner == cast.lars


def test_a_budget_owners_deputy_decides_but_never_on_their_own_course(cast: Cast) -> None:
    agreement = take_step(
        found(cast), Event.NOMINATE, by=cast.lars, on=TODAY, reason="Ja", price=900, price_reason="Tilbud"
    )
    name_deputy(deputy=cast.mette, by=cast.birgit, on=TODAY, starts_on=TODAY, ends_on=TODAY)
    assert on_day(cast, agreement, 0).step_owner == cast.birgit
    end_deputy(Deputy.objects.get(), by=cast.birgit, on=TODAY)
    name_deputy(deputy=cast.jonas, by=cast.birgit, on=TODAY, starts_on=TODAY, ends_on=TODAY + timedelta(days=1))
    stood_in = on_day(cast, agreement, 0)
    assert stood_in.step_owner == cast.jonas
    assert take_step(stood_in, Event.GRANT, by=cast.jonas, on=TODAY).stage == "funded"


def test_a_deputy_who_leaves_gives_the_steps_back(cast: Cast) -> None:
    agreement = found(cast)
    name_deputy(deputy=cast.jonas, by=cast.lars, on=TODAY, starts_on=TODAY, ends_on=TODAY + timedelta(days=20))
    cast.jonas.employments.update(ends_on=TODAY)
    follow_up(on=TODAY + timedelta(days=2))
    assert Agreement.objects.get(pk=agreement.pk).step_owner == cast.lars


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_on": TODAY - timedelta(days=1)},
        {"ends_on": TODAY - timedelta(days=1), "starts_on": TODAY},
        {"ends_on": TODAY + timedelta(days=500)},
    ],
)
def test_a_period_must_make_sense(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        name_deputy(deputy=cast.jonas, by=cast.lars, on=TODAY, **(WEEK | wrong))
    with pytest.raises(Refused):
        name_deputy(deputy=cast.lars, by=cast.lars, on=TODAY, **WEEK)
    with pytest.raises(NotPermitted):
        name_deputy(deputy=cast.jonas, by=cast.mette, on=TODAY, **WEEK)
    assert not Deputy.objects.exists()


def test_one_deputy_at_a_time_named_and_ended_on_the_page(cast: Cast) -> None:
    lars = enter(cast.lars)
    sent = {"deputy": cast.jonas.email, "starts_on": TODAY.isoformat(), "ends_on": TODAY.isoformat()}
    assert lars.post("/budget/mens-du-er-vaek/", sent).status_code == 302
    assert lars.post("/budget/mens-du-er-vaek/", sent).status_code == 422
    assert Notification.objects.get(kind="deputy").person == cast.jonas
    named = Deputy.objects.get()
    assert enter(cast.birgit).post(f"/budget/mens-du-er-vaek/{named.pk}/slut/").status_code == 404
    assert lars.post(f"/budget/mens-du-er-vaek/{named.pk}/slut/").status_code == 302
    assert not Deputy.objects.on(TODAY).exists()


def test_a_deputy_ended_on_the_first_day_leaves_a_trace_and_hears_of_it(cast: Cast) -> None:
    named = name_deputy(deputy=cast.jonas, by=cast.lars, on=TODAY, **(WEEK | {"starts_on": TODAY}))
    end_deputy(named, by=cast.lars, on=TODAY)
    end_deputy(named, by=cast.lars, on=TODAY + timedelta(days=3))
    named.refresh_from_db()
    assert (named.starts_on, named.ends_on) == (TODAY, TODAY - timedelta(days=1))
    notification = Notification.objects.get(kind="no_deputy")
    item = news_of(notification, cast.jonas)
    assert (notification.person, notification.urgent) == (cast.jonas, True)
    assert item is not None
    assert item.head == "Du godkender ikke længere kurser for Lars Hansen"
    before = TODAY - timedelta(days=3)
    name_deputy(deputy=cast.karim, by=cast.lars, on=before, starts_on=before, ends_on=TODAY + timedelta(days=3))


def test_a_deputy_whose_days_are_over_does_nothing_more(cast: Cast) -> None:
    agreement = found(cast)
    name_deputy(deputy=cast.jonas, by=cast.lars, on=TODAY, starts_on=TODAY, ends_on=TODAY)
    late = on_day(cast, agreement, 0)
    for event, facts in ((Event.FUND, {"price": 1}), (Event.PROPOSE_DROP, {"reason": "no_time"})):
        with pytest.raises(NotPermitted):
            take_step(late, event, by=cast.jonas, on=TODAY + timedelta(days=1), facts=facts)


def test_the_deputy_of_both_does_not_grant_what_they_nominated(cast: Cast) -> None:
    agreement = found(cast)
    for person in (cast.lars, cast.birgit):
        name_deputy(deputy=cast.jonas, by=person, on=TODAY, starts_on=TODAY, ends_on=TODAY)
    asked = take_step(
        on_day(cast, agreement, 0),
        Event.NOMINATE,
        by=cast.jonas,
        on=TODAY,
        reason="Ja",
        price=900,
        price_reason="Tilbud",
    )
    with pytest.raises(Refused):
        take_step(asked, Event.GRANT, by=cast.jonas, on=TODAY)
    assert take_step(asked, Event.GRANT, by=cast.birgit, on=TODAY).stage == "funded"
