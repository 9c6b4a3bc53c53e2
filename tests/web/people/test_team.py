"""Mit hold: who is on it, what waits for the manager's word, and counts for the units below."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person, make_unit
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.domain.meetings import WANTS_TIME
from udbytte.models import Agreement, Conversation, DevelopmentPlan, SpendingAuthority
from udbytte.models.formatting import short_day
from udbytte.queries.agreements.stalled import groups_for_hr
from udbytte.queries.people.team import units_below
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.web.people.team_rows import MemberRow

pytestmark = pytest.mark.django_db


def found(cast: Cast) -> Agreement:
    return take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def press(client: Client, agreement: Agreement, event: Event, **said: Any) -> int:
    data = {"turn": agreement.turn, "event": event.value} | said
    return client.post(reverse("team-review-press", args=[agreement.pk]), data).status_code


def rows_of(client: Client, query: str = "") -> list[MemberRow]:
    return list(client.get(f"/medarbejdere/{query}").context["rows"])


def test_the_team_is_exactly_the_direct_reports(cast: Cast) -> None:
    def team(client: Client) -> list[str]:
        return sorted(row.name.split()[0] for row in rows_of(client))

    assert team(enter(cast.lars)) == ["Karim", "Mette"]
    assert team(enter(cast.dorthe)) == ["Lars"]


def test_what_is_overdue_longest_comes_first_in_the_third_person_and_can_be_asked_about(cast: Cast) -> None:
    agreement = cast.agree()
    Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY - timedelta(days=7))
    client = enter(cast.lars)
    first = rows_of(client)[0]
    assert (first.name, first.task.title, first.task.due) == ("Mette Hansen", agreement.title, "7 dage over fristen")
    assert first.task.text == "Bente mangler at finde et hold" and first.task.button == "Spørg Bente"
    asked = client.post(first.task.address, {"do": "ask", "from": "team"})
    assert asked["Location"] == "/medarbejdere/" and rows_of(client)[0].task.button == "spurgt i dag"
    Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY + timedelta(days=6))
    coming = next(row.task for row in rows_of(client) if row.name == "Mette Hansen")
    assert (coming.text, coming.due) != (first.task.text, first.task.due) and not coming.asks


def test_the_rows_are_sorted_by_name_conversation_or_what_is_late(cast: Cast) -> None:
    Conversation.objects.filter(employment__person=cast.mette).update(held_on=TODAY)
    late = cast.agree()
    Agreement.objects.filter(pk=late.pk).update(step_due=TODAY - timedelta(days=7))
    client = enter(cast.lars)
    page = client.get("/medarbejdere/").content.decode()
    assert 'href="/medarbejdere/?orden=navn"' in page and 'href="/medarbejdere/?orden=samtale"' in page
    names = {query: [row.name.split()[0] for row in rows_of(client, query)] for query in ("", "?orden=navn")}
    assert names == {"": ["Mette", "Karim"], "?orden=navn": ["Karim", "Mette"]}
    talks = [row.talk for row in rows_of(client, "?orden=samtale")]
    assert talks == [f"holdt {short_day(TODAY, TODAY)}", "ikke med i en runde"]


def test_more_than_fifteen_can_be_filtered(cast: Cast) -> None:
    client = enter(cast.lars)
    assert client.get("/medarbejdere/").context["filters"] == []
    for number in range(14):
        employment = employ(make_person(f"Ny{number}"), cast.kindergarten)
        employment.line_manager = cast.lars
        employment.save()
    late = cast.agree()
    Agreement.objects.filter(pk=late.pk).update(step_due=TODAY - timedelta(days=7))
    filters = client.get("/medarbejdere/").context["filters"]
    assert [choice.count for choice in filters][:2] == [16, 1] and filters[0].is_chosen
    assert [row.name for row in rows_of(client, "?vis=over-fristen")] == ["Mette Hansen"]
    assert {row.status for row in rows_of(client, "?vis=mangler-tid")} <= WANTS_TIME


def test_the_money_is_settled_by_yes_no_or_asking_in_the_review(cast: Cast) -> None:
    client = enter(cast.lars)
    agreement = found(cast)
    page = client.get("/medarbejdere/").content.decode()
    assert "Skal enheden betale 6.000 kr.?" in page and f"/medarbejdere/gennemgang/#r{agreement.pk}" in page
    assert "Der kan stadig bevilges 20.000 kr." in client.get("/medarbejdere/gennemgang/").content.decode()
    assert press(client, agreement, Event.FUND, price="6000") == 302
    second = found(cast)
    assert press(client, second, Event.NOMINATE, price="6000", reason="Vi får brug for det") == 302
    third = found(cast)
    assert press(client, third, Event.REFUSE, reason="Ikke nu") == 302
    stages = [Agreement.objects.get(pk=one.pk).stage for one in (agreement, second, third)]
    assert stages == ["funded", "nominated", "agreed"]


def test_several_are_answered_with_one_press_and_each_can_be_undone(cast: Cast) -> None:
    money, drop = found(cast), cast.agree(Kind.PRACTICE)
    drop = take_step(drop, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    client = enter(cast.lars)
    ticks = [item.tick for item in client.get("/medarbejdere/gennemgang/").context["rows"] if item.tick]
    assert sorted(ticks) == sorted(f"{agreement.pk}-{agreement.turn}" for agreement in (money, drop))
    sent = {"chosen": ticks, "from": "team"}
    page = client.post(reverse("team-review-together"), sent, follow=True).content.decode()
    assert page.count("Fortryd") == 2
    assert [Agreement.objects.get(pk=one.pk).stage for one in (money, drop)] == ["funded", "dropped"]
    again = client.post(reverse("team-review-together"), sent, follow=True).content.decode()
    assert "kan ikke længere besvares med et ja" in again and "Fortryd" not in again


def test_of_several_the_one_that_is_too_dear_says_why_and_the_others_are_saved(cast: Cast) -> None:
    first, second = found(cast), found(cast)
    Agreement.objects.filter(pk=second.pk).update(estimated_price=20_001)
    sent = {"chosen": [f"{agreement.pk}-{agreement.turn}" for agreement in (first, second)]}
    page = enter(cast.lars).post(reverse("team-review-together"), sent, follow=True).content.decode()
    assert "er ikke besvaret" in page and "14.000 kr." in page
    assert [Agreement.objects.get(pk=one.pk).stage for one in (first, second)] == ["funded", "found"]
    nothing = enter(cast.lars).post(reverse("team-review-together"), {"chosen": ["x", "1-2-3"]}, follow=True)
    assert "Vælg mindst én" in nothing.content.decode()


def test_money_that_needs_the_budget_owner_is_not_ticked(cast: Cast) -> None:
    agreement = found(cast)
    SpendingAuthority.objects.create(unit=cast.kindergarten, round=cast.round, per_course=1000)
    client = enter(cast.lars)
    [item] = client.get("/medarbejdere/gennemgang/").context["rows"]
    assert item.tick == "" and "den budgetansvarlige" in item.step
    sent = {"chosen": [f"{agreement.pk}-{agreement.turn}"]}
    client.post(reverse("team-review-together"), sent)
    agreement.refresh_from_db()
    assert agreement.stage == "found"


def test_what_cannot_be_done_keeps_what_was_typed_and_says_why(cast: Cast) -> None:
    agreement = found(cast)
    address = reverse("team-review-press", args=[agreement.pk])
    page = enter(cast.lars).post(address, {"turn": agreement.turn, "event": "fund", "price": "20001"})
    assert page.status_code == 422
    assert 'value="20001"' in page.content.decode() and "20.000 kr." in page.content.decode()
    stale = {"turn": agreement.turn - 1, "event": "fund", "price": "10"}
    assert enter(cast.lars).post(address, stale).status_code == 422
    agreement.refresh_from_db()
    assert agreement.stage == "found"


def test_a_proposal_to_drop_and_an_outcome_are_answered_from_the_page(cast: Cast) -> None:
    client = enter(cast.lars)
    agreement = take_step(cast.agree(), Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    assert "ingen tid" in client.get("/medarbejdere/").content.decode()
    assert press(client, agreement, Event.KEEP) == 302
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.proposed_by) == ("agreed", "")


def test_nobody_else_decides_here(cast: Cast) -> None:
    agreement = found(cast)
    others = (cast.mette, cast.dorthe, cast.bente, cast.birgit, cast.hanne, cast.jonas)
    assert {press(enter(person), agreement, Event.FUND, price="1") for person in others} == {404}
    sent = {"chosen": [f"{agreement.pk}-{agreement.turn}"]}
    for person in others:
        enter(person).post(reverse("team-review-together"), sent)
    agreement.refresh_from_db()
    assert agreement.stage == "found"


def test_counts_below_hide_units_of_fewer_than_five(cast: Cast) -> None:
    for name, people in (("Stort", 9), ("Mellem", 6), ("Småt", 2)):
        unit = make_unit(name, cast.children)
        for number in range(people):
            employ(make_person(f"{name}{number}".replace("å", "aa")), unit)
    shown = {row.unit.name: row.people for row in units_below(cast.dorthe, TODAY)}
    assert shown == {"Børnehuset Mælkebøtten": None, "Mellem": 6, "Småt": None, "Stort": 9}
    page = enter(cast.dorthe).get("/medarbejdere/enheder/")
    assert page.status_code == 200 and "for få" in page.content.decode()


def test_counts_below_are_of_the_unit_with_all_below_it(cast: Cast) -> None:
    inner = make_unit("Stuen", cast.kindergarten)
    for number in range(5):
        employ(make_person(f"Inde{number}"), inner)
    for number in range(2):
        employ(make_person(f"Ude{number}"), cast.kindergarten)
    agreement = cast.agree()
    cast.agree(Kind.PRACTICE)
    for days, stalled in ((21, 0), (22, 1)):  # the list of what has stalled begins on the same day
        Agreement.objects.filter(pk=agreement.pk).update(step_due=TODAY - timedelta(days=days))
        (row,) = units_below(cast.dorthe, TODAY)
        assert (row.people, row.agreements, row.still) == (10, 2, stalled)
        assert sum(group.count for group in groups_for_hr(cast.hanne, TODAY)) == stalled


def test_talks_that_wait_more_than_two_weeks_are_counted_for_the_manager_above(cast: Cast) -> None:
    for number in range(3):
        employ(make_person(f"Ude{number}"), cast.kindergarten)
    agreement = cast.agree(Kind.PRACTICE)
    for number in range(2):
        employ(make_person(f"Flere{number}"), cast.kindergarten)
    facts = {"stage": "told", "step": "talk"}
    for days, late in ((14, 0), (15, 1)):
        Agreement.objects.filter(pk=agreement.pk).update(**facts, step_due=TODAY - timedelta(days=days))
        (row,) = units_below(cast.dorthe, TODAY)
        assert (row.people, row.talks) == (8, late)
    Agreement.objects.filter(pk=agreement.pk).update(paused_until=TODAY + timedelta(days=1))
    assert units_below(cast.dorthe, TODAY)[0].talks == 0
    page = enter(cast.dorthe).get("/medarbejdere/enheder/").content.decode()
    assert "Mangler samtale" in page and "mere end 14 dage over fristen" in page


def test_one_report_and_thirty_cost_the_same_number_of_queries(cast: Cast) -> None:
    def queries(client: Client) -> int:
        with CaptureQueriesContext(connection) as found_:
            assert client.get("/medarbejdere/").status_code == 200
        return len(found_)

    def one_more(number: int) -> None:
        employment = employ(make_person(f"Ny{number}"), cast.kindergarten)
        employment.line_manager = cast.lars
        employment.save()
        conversation = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars)
        plan = DevelopmentPlan.objects.create(conversation=conversation)
        agreement = agree_activity(
            plan=plan, kind=Kind.COURSE, title="Kursus", planned_from=date(2026, 9, 1), planned_to=date(2026, 9, 2),
            by=None, on=TODAY,
        )  # fmt: skip
        take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)

    client = enter(cast.lars)
    found(cast)
    one_more(0)
    client.get("/medarbejdere/")
    one = queries(client)
    for number in range(1, 30):
        one_more(number)
    follow_organisation_changes(on=TODAY)
    assert queries(client) == one
