"""HR's pages of a round, and the ground rules that everyone reads."""

from __future__ import annotations

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person, make_unit
from udbytte.models import Conversation, Round, RulesConfirmation
from udbytte.services.rounds.rounds import close_round, complete_open_rounds, set_budget

pytestmark = pytest.mark.django_db
FORM = {
    "name": "MUS 2027",
    "announced_on": "2027-01-04",
    "conversations_from": "2027-02-01",
    "conversations_to": "2027-04-30",
    "closes_on": "2027-12-31",
    "procedure": "En time i ro.",
}


def test_hr_makes_a_round_asks_its_questions_and_publishes_it(cast: Cast) -> None:
    client = enter(cast.hanne)
    assert client.post("/runder/ny/", FORM | {"units": cast.children.pk}).status_code == 302
    round_ = Round.objects.get(name="MUS 2027")
    rows = {"q-TOTAL_FORMS": "2", "q-INITIAL_FORMS": "1", "q-0-asked": "both", "q-0-text_da": "Hvad nu?"}
    rows |= {"q-0-number": str(round_.questions.all()[0].pk), "q-1-asked": "manager", "q-1-text_da": "Hvad så?"}
    assert client.post(f"/runder/{round_.pk}/spoergsmaal/", rows).status_code == 302
    assert list(round_.questions.values_list("text_da", "asked")) == [("Hvad nu?", "both"), ("Hvad så?", "manager")]
    assert client.post(f"/runder/{round_.pk}/", {"do": "publish"}).status_code == 302
    assert round_.conversations.count() == 4


def test_a_round_with_dates_out_of_order_is_not_saved_and_keeps_what_was_typed(cast: Cast) -> None:
    wrong = FORM | {"units": cast.children.pk, "closes_on": "2027-01-01", "criteria": "Vi går efter behov"}
    page = enter(cast.hanne).post("/runder/ny/", wrong)
    assert page.status_code == 422 and "Vi går efter behov" in page.content.decode()
    assert Round.objects.count() == 1


def test_a_budget_that_cannot_be_set_says_why(cast: Cast) -> None:
    cast.round.units.set([cast.kindergarten])
    client = enter(cast.hanne)
    page = client.post(f"/runder/{cast.round.pk}/", {"do": "budget", "unit": "Vej og Park", "amount": "5000"})
    assert page.status_code == 422
    assert cast.round.budgets.count() == 1
    done = client.post(f"/runder/{cast.round.pk}/", {"do": "budget", "unit": "mælkebøtten", "amount": "5000"})
    assert done.status_code == 302
    cast.budget.refresh_from_db()
    assert cast.budget.amount == 5000


def test_hr_sees_counts_and_neither_a_conversation_nor_a_plan(cast: Cast) -> None:
    Conversation.objects.filter(pk=cast.conversation.pk).update(notes="Hemmelige noter")
    cast.agree(title="Hemmelig aftale")
    complete_open_rounds(on=TODAY)
    said = enter(cast.hanne).get(f"/runder/{cast.round.pk}/").content.decode()
    for secret in ("Hemmelige noter", "Hemmelig aftale", "Mette", "Lars"):
        assert secret not in said
    assert "0 af 10" in said  # one is held, which shows from five on


def test_counts_of_small_units_are_hidden(cast: Cast) -> None:
    for name, people in (("Stort", 9), ("Mellem", 6), ("Småt", 2)):
        unit = make_unit(name, cast.children)
        for number in range(people):
            employ(make_person(f"{name}{number}".replace("å", "aa")), unit)
    cast.round.units.set([cast.children])
    cast.round.conversations.exclude(pk=cast.conversation.pk).delete()
    complete_open_rounds(on=TODAY)
    progress = enter(cast.hanne).get(f"/runder/{cast.round.pk}/").context["progress"]
    shown = {unit.name: sums.get("people") for unit, sums in progress.parts}
    assert shown == {"Stort": 9, "Mellem": 6, "Småt": None, "Børnehuset Mælkebøtten": None}
    assert progress.total["people"] == 20  # the small ones together; Dorthe alone is counted nowhere here


def test_everyone_in_the_round_reads_its_rules_and_the_own_units_money(cast: Cast) -> None:
    Round.objects.filter(pk=cast.round.pk).update(procedure="En time i ro.")
    set_budget(cast.round, cast.roads, 777, by=cast.hanne, on=TODAY)
    client = enter(cast.mette)
    said = client.get(f"/runder/{cast.round.pk}/regler/").content.decode()
    assert "En time i ro." in said and "20.000 kr." in said and "777" not in said
    for _press in range(2):
        assert client.post(f"/runder/{cast.round.pk}/regler/").status_code == 302
    assert RulesConfirmation.objects.get().person == cast.mette
    assert enter(cast.jonas).get(f"/runder/{cast.round.pk}/regler/").status_code == 404


def test_who_only_holds_conversations_reads_the_rules_and_confirms_nothing(cast: Cast) -> None:
    client = enter(cast.lars)
    page = client.get(f"/runder/{cast.round.pk}/regler/")
    assert page.status_code == 200 and not page.context["confirms"]
    assert client.post(f"/runder/{cast.round.pk}/regler/").status_code == 302
    assert RulesConfirmation.objects.count() == 0


def test_a_closed_round_takes_no_changes_and_says_so(cast: Cast) -> None:
    close_round(cast.round, by=cast.hanne, on=TODAY)
    client = enter(cast.hanne)
    for data in ({"do": "close"}, {"do": "publish"}, {"do": "budget", "unit": "Vej og Park", "amount": "1"}):
        assert client.post(f"/runder/{cast.round.pk}/", data).status_code in (200, 422)
    assert client.post(f"/runder/{cast.round.pk}/ret/", FORM | {"units": cast.roads.pk}).status_code == 422
    assert cast.round.budgets.count() == 1
