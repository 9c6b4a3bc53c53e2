"""The budget owner's page: the waiting nominations, the money left, and granting or refusing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person, make_unit
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Budget, Conversation, DevelopmentPlan, RoleAssignment
from udbytte.queries.money.budgets import balance_of, balances_of, budgets_for
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db


def nominated(cast: Cast, price: int = 6000) -> Agreement:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    return take_step(
        agreement,
        Event.NOMINATE,
        by=cast.lars,
        on=TODAY,
        reason="Vi får brug for det",
        price=price,
        price_reason="Tilbud",
    )


def answer(client: Client, agreement: Agreement, event: Event, **said: Any) -> int:
    data = {"turn": agreement.turn, "event": event.value} | said
    return client.post(f"/budget/{agreement.pk}/", data).status_code


def test_the_budget_owner_reads_person_course_price_reason_and_money_left(cast: Cast) -> None:
    nominated(cast)
    page = enter(cast.birgit).get("/budget/")
    (waiting,) = page.context["waiting"]
    assert (waiting["row"].agreement.employee, waiting["price"], waiting["left"]) == (
        cast.mette,
        "6.000 kr.",
        "20.000 kr.",
    )
    for said in ("Mette Hansen", "Konflikthåndtering", "Vi får brug for det", "20.000 kr."):
        assert said in page.content.decode()


def test_granting_from_the_page_commits_the_money(cast: Cast) -> None:
    agreement = nominated(cast)
    assert answer(enter(cast.birgit), agreement, Event.GRANT, answer="God idé") == 302
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.price, balance_of(cast.budget).committed) == ("funded", 6000, 6000)


def test_a_no_needs_a_reason_and_what_cannot_be_paid_is_said_with_what_was_typed(cast: Cast) -> None:
    agreement = nominated(cast, price=25000)
    client = enter(cast.birgit)
    assert answer(client, agreement, Event.REFUSE, reason="") == 422
    page = client.post(f"/budget/{agreement.pk}/", {"turn": agreement.turn, "event": "grant", "answer": "Kør bare"})
    assert page.status_code == 422
    assert "Kør bare" in page.content.decode() and "20.000 kr." in page.content.decode()
    agreement.refresh_from_db()
    assert agreement.stage == "nominated"
    assert answer(client, agreement, Event.REFUSE, reason="Ikke i år") == 302
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.nominations.get().answer) == ("agreed", "Ikke i år")


def test_a_manager_reads_the_own_units_money_and_decides_no_nomination(cast: Cast) -> None:
    agreement = nominated(cast)
    Budget.objects.create(unit=cast.roads, round=cast.round, amount=77)
    page = enter(cast.lars).get("/budget/")
    assert [bar["budget"] for bar in page.context["budgets"]] == [cast.budget]
    assert page.context["waiting"] == []
    assert answer(enter(cast.lars), agreement, Event.GRANT) == 404


def test_nobody_decides_on_their_own_nomination(cast: Cast) -> None:
    agreement = nominated(cast)
    RoleAssignment.objects.create(person=cast.mette, role="budget_owner", unit=cast.children, starts_on=TODAY)
    assert answer(enter(cast.mette), agreement, Event.GRANT) == 404


def test_many_balances_at_once_are_those_of_one_at_a_time(cast: Cast) -> None:
    other = make_unit("Skovhuset", cast.kindergarten)
    above = Budget.objects.create(unit=cast.children, round=cast.round, amount=90000)
    nested = Budget.objects.create(unit=other, round=cast.round, amount=1000)
    employment = employ(make_person("Signe"), other)
    conversation = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars)
    plan = DevelopmentPlan.objects.create(conversation=conversation)
    days: dict[str, Any] = {"planned_from": TODAY, "planned_to": TODAY}
    nest = agree_activity(
        plan=plan,
        kind=Kind.COURSE,
        title="A",
        estimated_price=700,
        by=None,
        on=TODAY,
        **days,
    )
    cast.agree(estimated_price=300)
    bought = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    take_step(bought, Event.FUND, by=cast.lars, on=TODAY, price=5000, price_reason="Tilbud")
    budgets = [above, nested, cast.budget]
    assert balances_of(budgets) == {budget.pk: balance_of(budget) for budget in budgets}
    assert balances_of([nested])[nested.pk].reserved == 700
    assert budgets_for([nest, bought]) == {nest.pk: nested, bought.pk: cast.budget}


def test_each_budget_is_summed_upward_and_says_what_comes_from_outside(cast: Cast) -> None:
    Budget.objects.create(unit=cast.children, round=cast.round, amount=90000)
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    Agreement.objects.filter(pk=agreement.pk).update(granted_outside=1000)
    take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    page = enter(cast.birgit).get("/budget/")
    above, own = page.context["budgets"]
    assert (own["below"], page.context["total"]) == (None, None)
    assert (own["words"]["committed"], own["words"]["outside"]) == ("5.000 kr.", "1.000 kr.")
    assert (above["words"]["amount"], above["words"]["committed"]) == ("90.000 kr.", "0 kr.")
    sums = above["below"]["words"]
    assert (sums["amount"], sums["committed"], sums["outside"]) == ("110.000 kr.", "5.000 kr.", "1.000 kr.")


def test_budgets_side_by_side_are_summed_together(cast: Cast) -> None:
    Budget.objects.create(unit=make_unit("Skovhuset", cast.children), round=cast.round, amount=1000)
    page = enter(cast.birgit).get("/budget/")
    assert page.context["total"]["words"]["amount"] == "21.000 kr."
    assert all(bar["below"] is None for bar in page.context["budgets"])


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get("/budget/").status_code == 200
    return len(found)


def test_one_nomination_and_ten_cost_the_same_number_of_queries(cast: Cast) -> None:
    client = enter(cast.birgit)
    nominated(cast)
    client.get("/budget/")
    one = queries(client)
    for number in range(9):
        unit = make_unit(f"Hus {number}", cast.children)
        Budget.objects.create(unit=unit, round=cast.round, amount=1000)
        employment = employ(make_person(f"P{number}"), unit)
        follow_organisation_changes(on=TODAY)
        employment.refresh_from_db()
        conversation = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.dorthe)
        plan = DevelopmentPlan.objects.create(conversation=conversation)
        cast.plan, cast.employment = plan, employment
        agreement = cast.agree(by=cast.dorthe)
        agreement = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        take_step(agreement, Event.NOMINATE, by=cast.dorthe, on=TODAY, reason="Ja", price=100, price_reason="Tilbud")
    assert queries(client) == one
