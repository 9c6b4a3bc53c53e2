"""Kursusbordet: exactly the course agreements of the units served, by step, done on the spot."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Conversation, DevelopmentPlan, Notification, RoleAssignment
from udbytte.services.agreements.take_step import agree_activity, take_step

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(cast: Cast, stage: str, **facts: Any) -> Agreement:
    """A course agreement that has come to a stage."""
    agreement = cast.agree(**facts)
    if stage == "agreed":
        return agreement
    agreement = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    if stage == "found":
        return agreement
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    if stage == "waitlisted":
        return take_step(agreement, Event.WAITLIST, by=cast.bente, on=TODAY)
    return agreement if stage == "funded" else take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)


def shown(page: Any) -> dict[str, list[Agreement]]:
    columns = page.context["columns"]
    return {column.key: [card.agreement for card in column.cards] for column in columns}


def press(client: Client, agreement: Agreement, event: Event, htmx: bool = False, **said: Any) -> Any:
    data = {"turn": agreement.turn, "event": event.value} | said
    headers = HTMX if htmx else {}
    return client.post(f"/kursusopgaver/{agreement.pk}/", data, headers=headers)


def test_each_agreement_stands_under_what_is_to_be_done(cast: Cast) -> None:
    find, found, funded, waiting, upcoming, went = (
        at(cast, stage) for stage in ("agreed", "found", "funded", "waitlisted", "registered", "registered")
    )
    Agreement.objects.filter(pk=went.pk).update(ends_on=TODAY - timedelta(days=1), starts_on=TODAY - timedelta(days=2))
    cast.agree(Kind.PRACTICE)
    assert shown(enter(cast.bente).get("/kursusopgaver/")) == {
        "find": [find],
        "money": [found],
        "book": [funded],
        "waiting": [waiting],
        "upcoming": [upcoming],
        "went": [went],
    }


@pytest.mark.parametrize("elsewhere", [0, 1, 2])
def test_a_run_says_that_others_count_on_it_and_neither_who_nor_how_many(cast: Cast, elsewhere: int) -> None:
    at(cast, "found")
    for number in range(elsewhere):
        Agreement.objects.filter(pk=at(cast, "found", title=f"Hemmelig {number}").pk).update(unit=cast.roads)
    page = enter(cast.bente).get(f"/kursusopgaver/hold/{cast.run.pk}/")
    text = page.content.decode()
    assert len(page.context["rows"]) == 1
    assert "Vej og Park" not in text and "Hemmelig" not in text and "mere regner" not in text
    assert ("Andre skal også af sted" in text) == bool(elsewhere)
    assert ("Aflys det for mine" in text) == bool(elsewhere)


def test_only_the_units_served_are_on_the_desk_and_only_a_coordinator_has_one(cast: Cast) -> None:
    agreement = at(cast, "funded")
    RoleAssignment.objects.create(person=cast.jonas, role="coordinator", unit=cast.roads, starts_on=TODAY)
    assert set(map(tuple, shown(enter(cast.jonas).get("/kursusopgaver/")).values())) == {()}
    assert press(enter(cast.jonas), agreement, Event.REGISTER).status_code == 404
    for person in (cast.mette, cast.lars, cast.birgit, cast.hanne, cast.soren, cast.ida):
        assert enter(person).get(f"/kursusopgaver/{agreement.pk}/").status_code == 404
    practice = cast.agree(Kind.PRACTICE)
    assert enter(cast.bente).get(f"/kursusopgaver/{practice.pk}/").status_code == 404


def test_nothing_of_the_conversation_is_on_the_desk(cast: Cast) -> None:
    secrets = {
        "purpose": "Fordi det er svært",
        "first_use": "På mandagsmødet",
        "if_then": "Hvis Ida græder, så trøster jeg",
    }
    agreement = at(cast, "agreed", **secrets)
    client = enter(cast.bente)
    pages = [client.get(url).content.decode() for url in ("/kursusopgaver/", f"/kursusopgaver/{agreement.pk}/")]
    assert [secret for secret in secrets.values() for page in pages if secret in page] == []
    assert all("Mette Hansen" in page for page in pages)


def test_the_unit_is_asked_for_with_all_below_it(cast: Cast) -> None:
    agreement = at(cast, "agreed")
    client = enter(cast.bente)
    assert shown(client.get("/kursusopgaver/?unit=Børn og Unge"))["find"] == [agreement]
    assert shown(client.get("/kursusopgaver/?unit=Mælkebøtten"))["find"] == [agreement]
    Agreement.objects.filter(pk=agreement.pk).update(unit=cast.children)
    assert shown(client.get("/kursusopgaver/?unit=Mælkebøtten"))["find"] == []
    assert client.get("/kursusopgaver/?unit=x&column=find&page=zz").status_code == 200


def test_a_whole_way_is_gone_from_the_desk_with_and_without_a_script(cast: Cast) -> None:
    client = enter(cast.bente)
    agreement = at(cast, "agreed", course=cast.run.course)
    assert "Konflikt" in client.get(f"/kursusopgaver/{agreement.pk}/").content.decode()
    page = client.post(
        f"/kursusopgaver/{agreement.pk}/",
        {"turn": agreement.turn, "event": "choose_run", "run": cast.run.pk},
        follow=True,
    )
    assert "Næste: Lars Hansen svarer om pengene" in page.content.decode()
    agreement.refresh_from_db()
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    assert press(client, agreement, Event.WAITLIST).status_code == 302
    agreement.refresh_from_db()
    done = press(client, agreement, Event.CONFIRM_SEAT, htmx=True).content.decode()
    assert "<html" not in done and re.search(r'data-announce="[^"]+, Mette Hansen\. Gemt', done)
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.step) == ("registered", "go")


def test_what_cannot_be_done_says_why_and_keeps_what_was_typed(cast: Cast) -> None:
    client = enter(cast.bente)
    agreement = at(cast, "registered")
    data: dict[str, Any] = {"until": "2026-01-01", "reason": "Udbyderen har flyttet det"}
    page = press(client, agreement, Event.POSTPONE, **data)
    assert page.status_code == 422 and "Udbyderen har flyttet det" in page.content.decode()
    assert press(client, agreement, Event.GO, went="yes").status_code == 302
    agreement.refresh_from_db()
    assert agreement.stage == "registered"


def test_the_most_urgent_comes_first_and_a_long_list_has_pages(cast: Cast) -> None:
    made = [at(cast, "agreed") for _number in range(28)]
    for number, agreement in enumerate(made):
        Agreement.objects.filter(pk=agreement.pk).update(step_due=date(2026, 3, 31) - timedelta(days=number))
    client = enter(cast.bente)
    page = client.get("/kursusopgaver/")
    assert shown(page)["find"] == made[:-7:-1]
    assert (page.context["columns"][0].count, page.context["columns"][0].more) == (28, 22)
    assert shown(client.get("/kursusopgaver/?column=find")) == {"find": made[:2:-1]}
    last = client.get("/kursusopgaver/?column=find&page=2")
    assert shown(last) == {"find": made[2::-1]} and not last.context["columns"][0].more


def test_one_row_and_thirty_cost_the_same_number_of_queries(cast: Cast) -> None:
    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    client = enter(cast.bente)
    at(cast, "funded")
    one = queries("/kursusopgaver/?column=book")
    for number in range(29):
        employment = employ(make_person(f"Ny{number}"), cast.kindergarten)
        conversation = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars)
        plan = DevelopmentPlan.objects.create(conversation=conversation)
        agreement = agree_activity(
            plan=plan, kind=Kind.COURSE, title="Kursus", planned_from=TODAY, planned_to=TODAY, by=None, on=TODAY
        )
        agreement = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        take_step(agreement, Event.FUND, by=None, on=TODAY, price=1)
    assert queries("/kursusopgaver/?column=book") == one


def test_a_press_that_comes_too_late_says_so_in_the_card(cast: Cast) -> None:
    client, agreement = enter(cast.bente), at(cast, "waitlisted")
    at_first = agreement.turn
    take_step(agreement, Event.STILL_WAITING, by=cast.bente, on=TODAY)
    agreement.turn = at_first
    page = press(client, agreement, Event.CONFIRM_SEAT, htmx=True)
    text = page.content.decode()
    assert page.status_code == 200 and "<html" not in text and 'class="error"' in text
    assert f'href="/kursusopgaver/{agreement.pk}/"' in text
    agreement.refresh_from_db()
    assert agreement.stage == "waitlisted"


def test_a_card_has_one_date_and_a_button_only_for_whoever_has_the_task(cast: Cast) -> None:
    find, found, funded = (at(cast, stage) for stage in ("agreed", "found", "funded"))
    cards = {
        card.agreement.pk: card
        for column in enter(cast.bente).get("/kursusopgaver/").context["columns"]
        for card in column.cards
    }
    assert (cards[find.pk].does, cards[find.pk].page) == ("Find et hold", f"/kursusopgaver/{find.pk}/")
    assert (cards[funded.pk].does, cards[funded.pk].page) == ("Skriv til udbyderen", f"/aftaler/{funded.pk}/tilmeld/")
    assert cards[funded.pk].presses == (Event.REGISTER,)
    others = cards[found.pk]
    assert (others.holder, others.does, others.presses) == ("hos Lars Hansen", "", ())


def test_a_search_finds_name_course_and_provider(cast: Cast) -> None:
    wished, booked = at(cast, "agreed", title="Regneark"), at(cast, "funded", title="Konflikter")
    bente = enter(cast.bente)

    def there(query: str) -> set[Agreement]:
        page = bente.get("/kursusopgaver/", {"q": query})
        return {agreement for found in shown(page).values() for agreement in found}

    assert there("mette regn") == {wished}
    assert there("engsk") == {booked}
    assert there("hansen") == {wished, booked}
    assert there("mette findes ikke") == set()


def test_the_board_says_how_many_are_late_and_counts_every_column_also_when_it_shows_one(cast: Cast) -> None:
    late, _coming = at(cast, "agreed"), at(cast, "agreed")
    at(cast, "waitlisted")
    Agreement.objects.filter(pk=late.pk).update(step_due=TODAY - timedelta(days=3))
    page = enter(cast.bente).get("/kursusopgaver/?column=waiting")
    assert "1 over fristen" in page.content.decode()
    heads = {head.key: (head.count, head.shown) for head in page.context["heads"]}
    assert heads["find"] == (2, False) and heads["waiting"] == (1, True)


def test_the_desk_shows_only_a_provider_or_a_month_and_keeps_that_in_its_links(cast: Cast) -> None:
    wished, booked = at(cast, "agreed"), at(cast, "funded")  # wished from 31 May; a run in June at Engskolen
    bente = enter(cast.bente)

    def there(query: str) -> set[Agreement]:
        return {one for found in shown(bente.get(f"/kursusopgaver/?{query}")).values() for one in found}

    assert there("q=engsk") == {booked}
    assert there("month=2026-06") == {booked}
    assert there("month=2026-05") == {wished}
    assert there("month=2026-05&q=engsk") == set()
    assert there("month=2031-05") == there("month='") == {wished, booked}
    page = bente.get("/kursusopgaver/?q=engsk&column=book")
    assert page.context["kept"] == "q=engsk"


def test_what_the_filters_can_be_is_of_the_units_served_alone(cast: Cast) -> None:
    at(cast, "funded")
    choices = enter(cast.bente).get("/kursusopgaver/valg/").context
    assert choices["units"] == ["Børn og Unge", "Børn og Unge / Børnehuset Mælkebøtten"]


def test_a_lapsed_place_on_a_waiting_list_is_a_row_until_it_is_cancelled(cast: Cast) -> None:
    agreement = take_step(at(cast, "waitlisted"), Event.LAPSE, by=None, on=TODAY)
    client, url = enter(cast.bente), f"/kursusopgaver/{agreement.pk}/afmeldt/"
    page = client.get("/kursusopgaver/")
    assert "Afmeld pladsen hos udbyderen" in page.content.decode()
    assert not any(shown(page).values())  # it has no step
    others = (cast.mette, cast.lars, cast.hanne, cast.birgit)
    assert {enter(person).post(url).status_code for person in others} == {404}
    Notification.objects.all().delete()
    assert client.post(url).status_code == 302
    assert "Afmeld pladsen" not in client.get("/kursusopgaver/").content.decode()
    assert client.post(url).status_code == 404
    told = set(Notification.objects.values_list("person__given_name", flat=True))
    assert told == {"Mette", "Lars"}
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.run) == ("lapsed", None)
    assert take_step(agreement, Event.REOPEN, by=cast.mette, on=TODAY).stage == "agreed"


def test_the_row_of_a_lapsed_place_goes_when_the_course_begins(cast: Cast) -> None:
    agreement = take_step(at(cast, "waitlisted"), Event.LAPSE, by=None, on=TODAY)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=TODAY + timedelta(days=1))
    client = enter(cast.bente)
    assert "Afmeld pladsen" in client.get("/kursusopgaver/").content.decode()
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=TODAY)
    assert "Afmeld pladsen" not in client.get("/kursusopgaver/").content.decode()
