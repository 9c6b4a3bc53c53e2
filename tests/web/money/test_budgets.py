"""The budget owner's page: the waiting nominations, the money left, and granting or refusing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person, make_unit
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    Budget,
    Conversation,
    CourseRun,
    Deputy,
    DevelopmentPlan,
    Overrun,
    Person,
    RoleAssignment,
)
from udbytte.queries.money.budgets import balance_of, balances_of, budgets_for
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.web.money.budgets import BudgetPage

pytestmark = pytest.mark.django_db


def nominated(cast: Cast, price: int = 6000, **facts: Any) -> Agreement:
    agreement = take_step(cast.agree(**facts), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    why = {} if price == 6000 else {"price_reason": "Holdet er dyrere nu"}
    return take_step(
        agreement, Event.NOMINATE, by=cast.lars, on=TODAY, facts={"reason": "Brug for det", "price": price, **why}
    )


def answer(client: Client, agreement: Agreement, event: Event, **said: Any) -> int:
    data = {"turn": agreement.turn, "event": event.value} | said
    return client.post(f"/budget/{agreement.pk}/", data).status_code


def page_of(person: Person) -> BudgetPage:
    page: BudgetPage = enter(person).get("/budget/").context["money"]
    return page


def text_of(person: Person) -> str:
    html = re.sub(r"<head>.*?</head>", "", enter(person).get("/budget/").content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_budget_owner_reads_person_course_price_reason_and_what_stays_after_it(cast: Cast) -> None:
    nominated(cast, title="Fri titel, som kun de to læser")
    text = text_of(cast.birgit)
    for said in (
        "Der kan stadig bevilges 20.000 kr.",
        "1 indstilling venter på dig",
        "Mette Hansen",
        "Konflikthåndtering i hverdagen",
        "Lars Hansen: Brug for det",
        "6.000 kr. derefter kan 14.000 kr. stadig bevilges",
        "tilmeld senest fredag 8. maj",
    ):
        assert said in text, said
    assert "Fri titel" not in text and "tilbage" not in text


def test_the_first_page_and_the_page_from_an_email_show_what_is_needed_to_decide(cast: Cast) -> None:
    agreement = nominated(cast)
    link = AnswerLink.ask(Event.GRANT, person=cast.birgit, agreement=agreement, on=TODAY)
    client = enter(cast.birgit)
    for page in (client.get("/"), client.get(link.path, follow=True)):
        text = page.content.decode()
        for said in ("6.000 kr.", "kan stadig bevilges", "20.000 kr.", "Lars Hansen: Brug for det"):
            assert said in " ".join(text.split()), said


def test_granting_from_the_page_commits_the_money(cast: Cast) -> None:
    agreement = nominated(cast)
    assert answer(enter(cast.birgit), agreement, Event.GRANT, answer="God idé") == 302
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.price, balance_of(cast.budget).committed) == ("funded", 6000, 6000)


def test_one_that_exceeds_the_budget_says_so_first_and_offers_the_ways_out(cast: Cast) -> None:
    agreement = nominated(cast, price=25_000)
    (row,) = page_of(cast.birgit).nominations
    assert row.first == ["Det koster 5.000 kr. mere, end der kan bevilges (20.000 kr.)."]
    assert (row.exceeds, row.can_grant, row.after) == (True, False, "")
    text = text_of(cast.birgit)
    first = text.index("5.000 kr. mere")
    assert first < text.index("Mette Hansen") < text.index("Bed om et billigere hold")
    assert "Bevilg" not in text.split("1 indstilling")[1]
    assert "Kataloget siger 6.000 kr.: Holdet er dyrere nu" in text
    assert "Søg tilskud" in text and "igen i den næste" in text and "Eller vent" in text
    assert answer(enter(cast.birgit), agreement, Event.GRANT) == 422
    agreement.refresh_from_db()
    assert agreement.stage == "nominated"


def test_a_no_needs_a_reason_of_ones_own_or_a_ready_one_that_names_a_way_on(cast: Cast) -> None:
    client = enter(cast.birgit)
    agreement = nominated(cast)
    assert answer(client, agreement, Event.REFUSE, reason="", ready="") == 422
    assert answer(client, agreement, Event.REFUSE, reason="", ready="made up") == 422
    assert answer(client, agreement, Event.REFUSE, ready="funding", reason="Se Fonden") == 302
    agreement.refresh_from_db()
    given = agreement.nominations.get().answer
    assert agreement.stage == "agreed" and given.startswith("Budgettet kan ikke betale") and given.endswith("Se Fonden")
    other = nominated(cast)
    assert answer(client, other, Event.REFUSE, reason="Ikke i år") == 302
    assert other.nominations.get().answer == "Ikke i år"


def test_a_cheaper_date_is_asked_for_with_a_price_or_without(cast: Cast) -> None:
    client = enter(cast.birgit)
    for words in ({"reason": "Til 4.000 kr."}, {}):
        agreement = nominated(cast)
        assert answer(client, agreement, Event.ASK_CHEAPER, **words) == 302
        agreement.refresh_from_db()
        assert (agreement.stage, agreement.step_owner) == ("agreed", cast.bente)


def grant_several(person: Person, *agreements: Agreement) -> list[str]:
    chosen = [f"{agreement.pk}:{agreement.turn}" for agreement in agreements]
    page = enter(person).post("/budget/bevilg/", {"chosen": chosen}, follow=True)
    return [str(message) for message in page.context["messages"]]


def test_several_are_granted_with_one_press_and_each_says_what_became_of_it(cast: Cast) -> None:
    one, two = nominated(cast), nominated(cast, price=7000)
    dear, stale = nominated(cast, price=8000), nominated(cast)
    take_step(stale, Event.WITHDRAW, by=cast.lars, on=TODAY)
    assert page_of(cast.birgit).several
    assert grant_several(cast.birgit, one, two, dear, stale) == [
        "Mette Hansen, Konflikthåndtering i hverdagen: bevilget.",
        "Mette Hansen, Konflikthåndtering i hverdagen: bevilget.",
        "Mette Hansen, Konflikthåndtering i hverdagen: ikke bevilget. "
        "7.000 kr. kan stadig bevilges. Indstil kurset til den budgetansvarlige, eller find et billigere.",
        "1 er afgjort i mellemtiden.",
    ]
    stages = [Agreement.objects.get(pk=row.pk).stage for row in (one, two, dear, stale)]
    assert stages == ["funded", "funded", "nominated", "found"]
    assert balance_of(cast.budget).committed == 13_000


def test_what_has_changed_since_the_page_was_opened_is_not_granted(cast: Cast) -> None:
    agreement = nominated(cast)
    take_step(agreement, Event.WITHDRAW, by=cast.lars, on=TODAY)
    again = take_step(
        Agreement.objects.get(), Event.NOMINATE, by=cast.lars, on=TODAY, facts={"reason": "B", "price": 6000}
    )
    (message,) = grant_several(cast.birgit, agreement)
    assert "ikke bevilget" in message
    again.refresh_from_db()
    assert again.stage == "nominated"


def test_nothing_chosen_and_nonsense_grant_nothing(cast: Cast) -> None:
    nominated(cast)
    for chosen in ([], ["x"], ["1"], ["²:3"], ["99:1:2"]):
        page = enter(cast.birgit).post("/budget/bevilg/", {"chosen": chosen}, follow=True)
        assert page.status_code == 200
    assert balance_of(cast.budget).committed == 0


@pytest.mark.parametrize("who", ["mette", "lars"])
def test_nobody_grants_what_they_have_asked_for_nor_together_with_others(cast: Cast, who: str) -> None:
    agreement, person = nominated(cast), getattr(cast, who)
    RoleAssignment.objects.create(person=person, role="budget_owner", unit=cast.children, starts_on=TODAY)
    page = page_of(person)
    (row,) = page.with_others
    assert page.nominations == [] and row.grant is None
    assert row.why_not in (
        "Det er dit eget kursus. Birgit Hansen kan afgøre det.",
        "Det er til en af dine egne medarbejdere. Birgit Hansen kan afgøre det.",
    )
    assert answer(enter(person), agreement, Event.GRANT) == 404
    assert "ikke bevilget" in grant_several(person, agreement)[0]
    agreement.refresh_from_db()
    assert agreement.stage == "nominated"


def test_a_budget_owner_sees_that_it_is_with_another_and_may_decide_too(cast: Cast) -> None:
    agreement = nominated(cast)
    RoleAssignment.objects.create(person=cast.dorthe, role="budget_owner", unit=cast.municipality, starts_on=TODAY)
    (row,) = page_of(cast.dorthe).with_others
    assert (row.came_from, row.can_grant) == ("Ligger hos Birgit Hansen", True)
    assert answer(enter(cast.dorthe), agreement, Event.GRANT) == 302


def test_the_next_budget_owner_up_reads_from_whom_it_came(cast: Cast) -> None:
    agreement = nominated(cast)
    RoleAssignment.objects.create(person=cast.dorthe, role="budget_owner", unit=cast.municipality, starts_on=TODAY)
    take_step(agreement, Event.MOVE_ON, by=None, on=TODAY, owner=cast.dorthe, level=2)
    (row,) = page_of(cast.dorthe).nominations
    assert row.came_from == "Kom fra Birgit Hansen"
    (row,) = page_of(cast.birgit).with_others
    assert row.came_from == "Ligger hos Dorthe Hansen"


def test_a_deputy_without_any_role_has_the_page_and_reads_in_whose_place(cast: Cast) -> None:
    rikke = make_person("Rikke")
    assert enter(rikke).get("/budget/").status_code == 404
    Deputy.objects.create(person=cast.birgit, deputy=rikke, starts_on=TODAY, ends_on=TODAY)
    agreement = nominated(cast)
    page = page_of(rikke)
    (row,) = page.nominations
    assert row.came_from == "Du godkender for Birgit Hansen" and page.budgets == []
    assert answer(enter(rikke), agreement, Event.GRANT) == 302


def test_what_is_late_or_closes_soon_says_so_first(cast: Cast) -> None:
    agreement = nominated(cast)
    CourseRun.objects.update(signup_deadline=TODAY + timedelta(days=4))
    Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY - timedelta(days=3))
    (row,) = page_of(cast.birgit).nominations
    assert row.first == ["3 dage over fristen.", "Tilmeldingen lukker fre. 6. mar. (om 4 dage)."]
    assert row.can_grant


def test_a_fund_that_may_pay_is_named(cast: Cast) -> None:
    cast.run.course.kind = "diploma"
    cast.run.course.save()
    nominated(cast)
    (row,) = page_of(cast.birgit).nominations
    assert row.fund.endswith("kan betale op til 6.000 kr.")


def test_a_manager_reads_the_own_units_money_and_decides_no_nomination(cast: Cast) -> None:
    agreement = nominated(cast)
    Budget.objects.create(unit=cast.roads, round=cast.round, amount=77)
    page = page_of(cast.lars)
    assert page.top is not None and (page.top.budget, page.top.left) == (cast.budget, "20.000 kr.")
    assert (page.nominations, page.with_others, page.budgets) == ([], [], [])
    assert answer(enter(cast.lars), agreement, Event.GRANT) == 404


def bill(cast: Cast, price: int) -> Overrun:
    agreement = take_step(nominated(cast), Event.GRANT, by=cast.birgit, on=TODAY)
    agreement = take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)
    take_step(agreement, Event.GO, by=cast.mette, on=TODAY, went="yes", actual_price=price)
    return Overrun.objects.get(decided_on__isnull=True)


def decide_bill(person: Person, overrun: Overrun, what: str, words: str = "") -> int:
    return enter(person).post(f"/budget/regning/{overrun.pk}/", {"what": what, "answer": words}).status_code


def test_a_bill_above_what_was_granted_stands_on_the_page_and_is_decided_there(cast: Cast) -> None:
    overrun = bill(cast, 30_000)
    text = text_of(cast.birgit)
    for said in (
        "1 regning er over det bevilgede",
        "30.000 kr.",
        "6.000 kr. var bevilget: 24.000 kr. mere",
        "mangler 10.000 kr. i budgettet",
    ):
        assert said in text, said
    assert text.index("i budgettet. Regningen er der alligevel") < text.index("30.000 kr.")
    assert "Tag stilling til 1 regning over det bevilgede" in enter(cast.birgit).get("/").content.decode()
    assert page_of(cast.lars).bills == []
    assert decide_bill(cast.lars, overrun, "grant") == 404
    assert decide_bill(cast.birgit, overrun, "refuse") == 422
    assert decide_bill(cast.birgit, overrun, "refuse", "Ring til skolen") == 302
    overrun.refresh_from_db()
    assert (overrun.granted, overrun.answer) == (False, "Ring til skolen")
    page = enter(cast.mette).get(f"/aftaler/{overrun.agreement_id}/").content.decode()
    assert (
        "Birgit Hansen har ikke bevilget regningen på 30.000 kr., så 6.000 kr. tæller fortsat. Ring til skolen" in page
    )


def test_the_manager_decides_a_bill_within_their_limits_on_the_same_page(cast: Cast) -> None:
    overrun = bill(cast, 7000)
    assert [row.overrun for row in page_of(cast.lars).bills] == [overrun]
    (row,) = page_of(cast.birgit).bills  # may decide too
    assert row.why_not == ""
    assert decide_bill(cast.lars, overrun, "grant") == 302
    assert Agreement.objects.get().actual_price == 7000


def test_one_bill_and_three_cost_the_same_number_of_queries(cast: Cast) -> None:
    client = enter(cast.birgit)
    bill(cast, 30_000)
    client.get("/budget/")
    one = queries(client)
    for _number in range(2):
        agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        Budget.objects.update(amount=90_000)
        agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
        agreement = take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)
        take_step(agreement, Event.GO, by=cast.mette, on=TODAY, went="yes", actual_price=95_000)
    assert len(page_of(cast.birgit).bills) == 3
    assert queries(client) == one


def test_an_employee_who_writes_a_bill_is_thanked_and_told_who_is_asked(cast: Cast) -> None:
    agreement = take_step(nominated(cast), Event.GRANT, by=cast.birgit, on=TODAY)
    agreement = take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=TODAY, ends_on=TODAY)
    data = {"turn": agreement.turn, "event": "go", "went": "yes", "actual_price": "9999999"}
    page = enter(cast.mette).post(f"/aftaler/{agreement.pk}/", data, follow=True)
    (said,) = page.context["messages"]
    assert str(said).startswith("Tak. 6.000 kr. var bevilget, så Birgit Hansen spørges, om regningen skal betales.")
    assert "Regningen er 9.999.999 kr." in page.content.decode()
    link = AnswerLink.ask(Event.GO, person=cast.mette, agreement=agreement, on=TODAY)
    assert Overrun.objects.count() == 1 and link.path


def test_the_answer_from_an_email_says_so_too(cast: Cast) -> None:
    agreement = take_step(nominated(cast), Event.GRANT, by=cast.birgit, on=TODAY)
    agreement = take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)
    link = AnswerLink.ask(Event.GO, person=cast.mette, agreement=agreement, on=TODAY)
    page = Client().post(link.path, {"went": "yes", "actual_price": "7000"})
    assert "så Lars Hansen spørges, om regningen skal betales" in page.content.decode()


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
    take_step(bought, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    budgets = [above, nested, cast.budget]
    assert balances_of(budgets) == {budget.pk: balance_of(budget) for budget in budgets}
    assert balances_of([nested])[nested.pk].reserved == 700
    assert budgets_for([nest, bought]) == {nest.pk: nested, bought.pk: cast.budget}


def test_each_budget_is_summed_upward_and_says_what_comes_from_outside(cast: Cast) -> None:
    Budget.objects.create(unit=cast.children, round=cast.round, amount=90000)
    Budget.objects.create(unit=make_unit("Skovhuset", cast.kindergarten), round=cast.round, amount=1000)
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    Agreement.objects.filter(pk=agreement.pk).update(granted_outside=1000)
    take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    page = page_of(cast.birgit)
    assert page.top is not None and (page.top.budget, page.top.left) == (None, "106.000 kr.")
    assert page.top.words == "Af 111.000 kr. er 0 kr. brugt og 5.000 kr. bevilget. Fonde betaler 1.000 kr. derudover."
    above, own, _wood = page.budgets
    assert (above.left, above.below) == ("90.000 kr.", None)  # its sums with those below stand at the top
    assert own.left == "15.000 kr." and own.below is not None and own.below.left == "16.000 kr."


def test_what_is_wished_for_on_top_is_a_figure_of_its_own_and_the_end_is_drawn(cast: Cast) -> None:
    cast.agree(estimated_price=30_000)
    top = page_of(cast.birgit).top
    assert top is not None and top.left == "20.000 kr."
    assert top.words == (
        "Af 20.000 kr. er 0 kr. brugt og 0 kr. bevilget. "
        "Der er ønsket for 30.000 kr. oven i, 10.000 kr. mere, end der er."
    )
    assert (top.end, top.bound, top.wished) == (266.7, 0, 400)


def test_a_figure_below_zero_has_a_real_minus(cast: Cast) -> None:
    Agreement.objects.filter(pk=nominated(cast).pk).update(went="yes", price=25_000, budget=cast.budget)
    top = page_of(cast.birgit).top
    assert top is not None and top.left == "−5.000 kr."


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
        take_step(agreement, Event.NOMINATE, by=cast.dorthe, on=TODAY, reason="Ja", price=6000)
    assert queries(client) == one
