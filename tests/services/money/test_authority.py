"""Spending authority and deputies: how much somebody may grant alone, and who does it during their absence."""

from __future__ import annotations

import threading
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connections
from python_calamine import CalamineWorkbook

from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast
from udbytte.domain.lifecycle import Event
from udbytte.emails.news import news_of
from udbytte.models import Agreement, Budget, Course, Deputy, Notification, SpendingAuthority
from udbytte.queries.money.budgets import balance_of
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, OverAuthority, OverBudget, Refused, StaleStep
from udbytte.services.money.authority import set_spending_authority
from udbytte.services.money.deputies import end_deputy, name_deputy
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db


def found(cast: Cast, **facts: Any) -> Agreement:
    """An agreement with a course date whose price the catalogue does not know."""
    Course.objects.filter(pk=cast.run.course_id).update(price=None)
    cast.run.course.refresh_from_db()
    return take_step(cast.agree(**facts), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def fund(cast: Cast, price: int, **facts: Any) -> Agreement:
    return take_step(found(cast, **facts), Event.FUND, by=cast.lars, on=TODAY, price=price, price_reason="Tilbud")


def rule(cast: Cast, disposes: bool | None = True, **limits: Any) -> None:
    set_spending_authority(cast.round, cast.children, disposes=disposes, by=cast.hanne, on=TODAY, **limits)


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
    (decision,) = enter(cast.lars).get("/hold/").context["decisions"]
    assert [choice.form.chosen for choice in decision["forms"]] == [Event.NOMINATE, Event.REFUSE]


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


# --- At once, on real connections ---


def at_once(count: int, act: Any) -> None:
    """`count` threads that begin together, each with a connection of its own."""
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait()
            act(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


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


# --- Deputies ---

WEEK = {"starts_on": TODAY + timedelta(days=1), "ends_on": TODAY + timedelta(days=7)}


def on_day(cast: Cast, agreement: Agreement, day: int) -> Agreement:
    follow_organisation_changes(on=TODAY + timedelta(days=day))
    return Agreement.objects.get(pk=agreement.pk)


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
    assert lars.post("/budget/stedfortraeder/", sent).status_code == 302
    assert lars.post("/budget/stedfortraeder/", sent).status_code == 422
    assert Notification.objects.get(kind="deputy").person == cast.jonas
    named = Deputy.objects.get()
    assert enter(cast.birgit).post(f"/budget/stedfortraeder/{named.pk}/slut/").status_code == 404
    assert lars.post(f"/budget/stedfortraeder/{named.pk}/slut/").status_code == 302
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
    assert item.head == "Du får ikke længere pengene på plads i stedet for Lars Hansen"
    before = TODAY - timedelta(days=3)
    name_deputy(deputy=cast.karim, by=cast.lars, on=before, starts_on=before, ends_on=TODAY + timedelta(days=3))


# --- The workbook ---


def pages(person: Any) -> dict[str, list[list[Any]]]:
    response = enter(person).get("/budget/regneark/")
    assert response["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_has_budgets_with_sums_upward_and_each_course_for_who_owns_the_budget(cast: Cast) -> None:
    Budget.objects.create(unit=cast.children, round=cast.round, amount=50000, published_on=TODAY)
    fund(cast, 5000, title="=1+1")
    take_step(fund(cast, 700), Event.REGISTER, by=cast.bente, on=TODAY)
    book = pages(cast.birgit)
    assert [row[0] for row in book["Budgetter"][1:]] == ["Børn og Unge", "Børn og Unge / Børnehuset Mælkebøtten"]
    above, own = book["Budgetter"][1:]
    assert own[2:8] == [20000, 0, 5700, 0, 14300, 0]
    assert above[8:14] == [70000, 0, 5700, 0, 64300, 0]
    assert {row[8] for row in book["Kurser"][1:]} == {5000, 700}
    assert {row[2] for row in book["Kurser"][1:]} == {"Mette Hansen"}


def test_what_was_paid_for_an_unused_seat_is_on_the_page_and_in_the_workbook_and_its_bill_can_be_written(
    cast: Cast,
) -> None:
    seat = take_step(fund(cast, 5000), Event.REGISTER, by=cast.bente, on=TODAY)
    Agreement.objects.update(granted_outside=1000)
    url = f"/aftaler/{seat.pk}/"
    fields = {choice.form.chosen: set(choice.form.fields) for choice in enter(cast.mette).get(url).context["others"]}
    assert {"cost", "from_outside"} <= fields[Event.CANCEL_SEAT]
    seat = take_step(seat, Event.NOT_GONE, by=cast.mette, on=TODAY, reason="Syg", from_outside=300)
    page = enter(cast.lars).get(url)
    paid = [fact.text for fact in page.context["facts"] if fact.label == "Betalt for en plads, der ikke blev brugt"]
    assert paid == ["5.000 kr."]
    assert Event.PRICE in {choice.form.chosen for choice in page.context["others"]}
    assert [row[8:12] for row in pages(cast.birgit)["Kurser"][1:]] == [["", "", 5000, 300]]


def test_a_manager_gets_the_sums_and_no_list_of_courses(cast: Cast) -> None:
    fund(cast, 5000)
    assert set(pages(cast.lars)) == {"Budgetter"}


def test_a_stale_page_is_refused_before_any_limit_is_looked_at(cast: Cast) -> None:
    agreement = found(cast)
    rule(cast, disposes=False)
    with pytest.raises(StaleStep):
        take_step(
            agreement, Event.FUND, by=cast.lars, on=TODAY, price=1, price_reason="Tilbud", turn=agreement.turn - 1
        )


# --- Nobody pays themself ---


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
