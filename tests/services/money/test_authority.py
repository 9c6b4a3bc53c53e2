"""Spending authority: how much somebody may grant alone, and that nobody pays themself."""

from __future__ import annotations

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast
from tests.services.money.granting import at_once, found, fund, rule
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Budget, SpendingAuthority
from udbytte.queries.money.budgets import balance_of
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, OverAuthority, OverBudget, Refused, StaleStep
from udbytte.services.money.authority import set_spending_authority

pytestmark = pytest.mark.django_db


def test_without_a_rule_a_manager_decides_within_the_budget(cast: Cast) -> None:
    agreement = fund(cast, 20000)
    assert (agreement.stage, agreement.funded_by) == ("funded", cast.lars)


def test_who_nominates_grants_nothing_alone_and_the_page_offers_to_ask(cast: Cast) -> None:
    rule(cast, disposes=False)
    with pytest.raises(OverAuthority):
        fund(cast, 1)
    agreement = Agreement.objects.get(stage="found")
    shown = enter(cast.lars).get(f"/aftaler/{agreement.pk}/").context["forms"]
    assert [choice.form.chosen for choice in shown] == [Event.NOMINATE, Event.REFUSE]
    review = enter(cast.lars).get("/medarbejdere/gennemgang/").content.decode()
    assert 'value="nominate"' in review and 'value="refuse"' in review and 'value="fund"' not in review


def test_the_limit_for_one_course_is_a_limit(cast: Cast) -> None:
    rule(cast, per_course=5000)
    with pytest.raises(OverAuthority, match=r"5\.000"):
        fund(cast, 5001)
    assert fund(cast, 5000).stage == "funded"


def test_the_limit_for_the_round_counts_what_this_manager_granted_alone_and_actual_prices(cast: Cast) -> None:
    rule(cast, per_year=10000)
    first = fund(cast, 6000)
    nominated = take_step(
        found(cast), Event.NOMINATE, by=cast.lars, on=TODAY, reason="Ja", price=3000, price_reason="Tilbud"
    )
    take_step(nominated, Event.GRANT, by=cast.birgit, on=TODAY)
    with pytest.raises(OverAuthority, match=r"6\.000"):
        fund(cast, 4001)
    assert fund(cast, 4000).stage == "funded"
    lost = take_step(first, Event.LOSE_RUN, by=cast.bente, on=TODAY, reason="Aflyst")
    assert lost.funded_by is None
    assert fund(cast, 6000).stage == "funded"


def test_the_nearest_rule_upward_holds_and_hr_alone_sets_it(cast: Cast) -> None:
    rule(cast, disposes=False)
    set_spending_authority(cast.round, cast.kindergarten, disposes=True, per_course=100, by=cast.hanne, on=TODAY)
    assert fund(cast, 100).stage == "funded"
    set_spending_authority(cast.round, cast.kindergarten, disposes=None, by=cast.hanne, on=TODAY)
    with pytest.raises(OverAuthority):
        fund(cast, 100)
    for person in (cast.lars, cast.birgit, cast.ida):
        with pytest.raises(NotPermitted):
            set_spending_authority(cast.round, cast.children, disposes=True, by=person, on=TODAY)
    with pytest.raises(Refused):
        rule(cast, disposes=False, per_course=100)


def test_everyone_reads_who_decides_before_the_conversation(cast: Cast) -> None:
    client, url = enter(cast.hanne), f"/runder/{cast.round.pk}/"
    sent = {"do": "authority", "unit": "Børn og Unge", "mode": "disposes", "per_course": "8000", "per_year": ""}
    assert client.post(url, sent).status_code == 302
    assert SpendingAuthority.objects.get().per_course == 8000
    assert client.post(url, sent | {"mode": "nominates"}).status_code == 422
    (known,) = enter(cast.mette).get(f"{url}regler/").context["money"]
    assert known.amount == "20.000 kr." and "8.000 kr." in known.decides
    assert client.post(url, sent | {"mode": ""} | {"per_course": ""}).status_code == 302
    assert not SpendingAuthority.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_approvals_at_once_overspend_nothing() -> None:
    cast = make_cast()
    Budget.objects.filter(pk=cast.budget.pk).update(amount=100_500)
    agreements = [found(cast) for _ in range(50)]  # 50 x 6,000 on 100,500: sixteen fit
    outcomes: list[str] = []

    def approve(number: int) -> None:
        try:
            take_step(agreements[number], Event.FUND, by=cast.lars, on=TODAY, price=6000)
            outcomes.append("yes")
        except OverBudget:
            outcomes.append("over")

    at_once(50, approve)
    assert (outcomes.count("yes"), outcomes.count("over")) == (16, 34)
    assert balance_of(Budget.objects.get(pk=cast.budget.pk)).committed == 96_000


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_cannot_pass_the_limit_of_the_round() -> None:
    cast = make_cast()
    rule(cast, per_year=7000)
    agreements = [found(cast) for _ in range(4)]
    outcomes: list[str] = []

    def approve(number: int) -> None:
        try:
            take_step(agreements[number], Event.FUND, by=cast.lars, on=TODAY, price=3000, price_reason="Tilbud")
            outcomes.append("yes")
        except OverAuthority:
            outcomes.append("over")

    at_once(4, approve)
    assert sorted(outcomes) == ["over", "over", "yes", "yes"]


def test_a_stale_page_is_refused_before_any_limit_is_looked_at(cast: Cast) -> None:
    agreement = found(cast)
    rule(cast, disposes=False)
    with pytest.raises(StaleStep):
        take_step(
            agreement, Event.FUND, by=cast.lars, on=TODAY, price=1, price_reason="Tilbud", turn=agreement.turn - 1
        )


def test_money_is_handed_over_to_nobody_who_asked_for_it(cast: Cast) -> None:
    rule(cast, disposes=False)
    asked = take_step(
        found(cast), Event.NOMINATE, by=cast.lars, on=TODAY, reason="Ja", price=900, price_reason="Tilbud"
    )
    for person in (cast.lars, cast.mette):
        with pytest.raises(Refused):
            take_step(asked, Event.HAND_OVER, by=cast.lars, on=TODAY, owner=person)
    with pytest.raises(Refused):
        take_step(found(cast), Event.HAND_OVER, by=cast.lars, on=TODAY, owner=cast.mette)


def test_a_step_that_is_handed_over_counts_against_the_limit_of_whoever_grants(cast: Cast) -> None:
    rule(cast, per_year=7000)
    fund(cast, 6000)
    agreement = found(cast)
    with pytest.raises(Refused):  # Karim has no such task here
        take_step(agreement, Event.HAND_OVER, by=cast.lars, on=TODAY, owner=cast.karim)
    given = take_step(agreement, Event.HAND_OVER, by=cast.lars, on=TODAY, owner=cast.dorthe)
    assert take_step(given, Event.FUND, by=cast.dorthe, on=TODAY, price=900).funded_by == cast.dorthe
