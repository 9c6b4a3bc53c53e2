"""Closing a round: what is open is shown first, managers are asked, and the next conversation carries over the rest."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person
from tests.house import House, house
from tests.queries.figures.test_questions import agree
from udbytte.domain.lifecycle import Event
from udbytte.emails.news import news_of
from udbytte.models import (
    Agreement,
    CarriedOn,
    Carrying,
    Conversation,
    DevelopmentPlan,
    NotHeld,
    Notification,
    Round,
    WhyNotHeld,
)
from udbytte.queries.rounds.closing import (
    agreements_to_carry_over,
    closing_of,
    leftover_agreements_of,
    leftover_counts,
    unexplained_conversations_of,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.conversations.carry_over import carry_over_agreement
from udbytte.services.conversations.plan import sign_plan
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.rounds.closing import confirm_conversation_held, explain_conversation_not_held
from udbytte.services.rounds.rounds import close_round

__all__ = ["house"]
pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=365)


@pytest.fixture
def next_talk(cast: Cast) -> Conversation:
    """Mette's conversation in the round after, held on TODAY and not signed; the first round is closed."""
    round_ = Round.objects.create(
        name="MUS 2027",
        announced_on=date(2026, 2, 20),
        conversations_from=date(2026, 3, 1),
        conversations_to=date(2026, 4, 30),
        closes_on=date(2027, 12, 31),
        published_on=date(2026, 2, 20),
    )
    round_.units.add(cast.municipality)
    talk = Conversation.objects.create(round=round_, employment=cast.employment, manager=cast.lars, held_on=TODAY)
    DevelopmentPlan.objects.create(conversation=talk)
    return talk


def test_what_is_open_stands_on_a_page_of_its_own_before_the_round_is_closed(house: House) -> None:
    cast = house.cast
    for place in range(6):
        agree(house, place, title="Hemmelig aftale")
    Conversation.objects.filter(pk=house.plans[7].conversation_id).update(held_on=None)
    client, page = enter(cast.hanne), f"/runder/{cast.round.pk}/luk/"
    page_text = client.get(page).content.decode()
    assert "1 af 8 samtaler er ikke talt som holdt" in page_text and "6 af 6 aftaler er åbne" in page_text
    assert "Hemmelig" not in page_text and "Mette" not in page_text
    cast.round.refresh_from_db()
    assert cast.round.closed_on is None  # looking closes nothing
    assert client.post(page)["Location"] == f"/runder/{cast.round.pk}/rapport/"
    cast.round.refresh_from_db()
    assert cast.round.closed_on == TODAY
    assert client.get(page).status_code == 302
    again = client.post(page, follow=True)  # pressed twice: the same report, and no word of anything wrong
    assert again.redirect_chain[-1][0].endswith("/rapport/") and "kan ikke gøres" not in again.content.decode()


def test_hr_is_told_on_the_first_page_from_the_day_a_round_was_to_close(cast: Cast) -> None:
    def told() -> bool:
        return f"Luk {cast.round}, der skulle lukkes" in enter(cast.hanne).get("/").content.decode()

    assert not told()
    Round.objects.filter(pk=cast.round.pk).update(conversations_to=TODAY, closes_on=TODAY)
    assert told() and "skulle lukkes" not in enter(cast.lars).get("/").content.decode()
    close_round(cast.round, by=cast.hanne, on=TODAY)
    assert not told()


def test_counts_before_closing_are_hidden_where_people_are_too_few(cast: Cast) -> None:
    cast.agree()
    total = closing_of(cast.round, on=TODAY).total
    assert (total.conversations, total.not_held, total.agreements, total.open) == (None, None, None, None)


def unheld(cast: Cast) -> Conversation:
    """Karim's conversation, which Lars has not held."""
    karims = cast.karim.employments.get()
    return Conversation.objects.create(round=cast.round, employment=karims, manager=cast.lars)


def test_closing_asks_each_manager_once_about_what_was_not_held(cast: Cast) -> None:
    unheld(cast)
    Conversation.objects.create(round=cast.round, employment=cast.lars.employments.get(), manager=cast.dorthe)
    close_round(cast.round, by=cast.hanne, on=TODAY)
    notifications = Notification.objects.filter(kind="not_held")
    assert {(notification.person.given_name, notification.facts["count"]) for notification in notifications} == {
        ("Lars", 1),
        ("Dorthe", 1),
    }
    item = news_of(notifications.get(person=cast.lars), cast.lars)
    assert item is not None and item.links[0].url.endswith("/medarbejdere/fra-forrige-runde/")
    assert "MUS 2026" in item.head and "Karim" not in item.head + item.body


def test_a_manager_says_that_it_was_held_or_why_not(cast: Cast) -> None:
    talk = unheld(cast)
    assert list(unexplained_conversations_of(cast.lars, TODAY)) == []  # the round is open
    close_round(cast.round, by=cast.hanne, on=TODAY)
    client = enter(cast.lars)
    assert "1 samtale mangler enten en dato" in client.get("/medarbejdere/").content.decode()
    page = "/medarbejdere/fra-forrige-runde/"
    assert "Karim Hansen" in client.get(page).content.decode()
    for wrong in ("2026-12-24", "2025-01-01", "i går"):
        answer = client.post(page, {"conversation": talk.pk, "held": "1", "held_on": wrong})
        assert answer.status_code == 422 and wrong in answer.content.decode()
    assert client.post(page, {"conversation": talk.pk, "held": "1", "held_on": "2026-02-27"}).status_code == 302
    talk.refresh_from_db()
    assert talk.held_on == date(2026, 2, 27)
    assert list(unexplained_conversations_of(cast.lars, TODAY)) == []
    assert client.post(page, {"conversation": talk.pk, "reason": "no_time"}).status_code == 404


def test_why_it_was_not_held_is_one_of_some_reasons_and_said_once(cast: Cast) -> None:
    talk = unheld(cast)
    close_round(cast.round, by=cast.hanne, on=TODAY)
    client = enter(cast.lars)
    assert (
        client.post("/medarbejdere/fra-forrige-runde/", {"conversation": talk.pk, "reason": "syg"}).status_code == 422
    )
    assert (
        client.post("/medarbejdere/fra-forrige-runde/", {"conversation": talk.pk, "reason": "away"}).status_code == 302
    )
    assert list(NotHeld.objects.values_list("reason", "by__given_name")) == [("away", "Lars")]
    for verb in (
        lambda: explain_conversation_not_held(talk, WhyNotHeld.NO_TIME, by=cast.lars, on=TODAY),
        lambda: confirm_conversation_held(talk, held_on=TODAY, by=cast.lars, on=TODAY),
    ):
        with pytest.raises(NotPermitted):
            verb()


def test_a_new_manager_is_asked_in_the_place_of_who_held_the_conversations(cast: Cast) -> None:
    talk = unheld(cast)
    close_round(cast.round, by=cast.hanne, on=TODAY)
    nanna = make_person("Nanna")
    employ(nanna, cast.kindergarten)
    employment = talk.employment
    employment.chosen_manager = nanna
    employment.save()
    follow_organisation_changes(on=TODAY)
    assert [list(unexplained_conversations_of(who, TODAY)) for who in (cast.lars, nanna)] == [[], [talk]]
    with pytest.raises(NotPermitted):
        confirm_conversation_held(talk, held_on=TODAY, by=cast.lars, on=TODAY)
    confirm_conversation_held(talk, held_on=TODAY, by=nanna, on=TODAY)


def test_a_plan_is_not_signed_while_something_from_last_time_has_no_answer(cast: Cast, next_talk: Conversation) -> None:
    old = cast.agree()
    new = next_talk.plan
    for person in (cast.mette, cast.lars):
        with pytest.raises(Refused, match="sidst"):
            sign_plan(new, by=person, on=TODAY)
    carry_over_agreement(next_talk, old, Carrying.LATER, by=cast.mette, on=TODAY)
    sign_plan(new, by=cast.mette, on=TODAY)
    sign_plan(new, by=cast.lars, on=TODAY)


def test_goes_on_leaves_the_agreement_as_it_is(cast: Cast, next_talk: Conversation) -> None:
    old = cast.agree()
    before = (old.step, old.step_due, old.turn)
    page = enter(cast.lars)
    assert "Åbne aftaler fra sidst" in page.get(f"/samtaler/{next_talk.pk}/").content.decode()
    sent = {"do": "carry", "agreement": old.pk, "how": "goes_on"}
    assert page.post(f"/samtaler/{next_talk.pk}/", sent)["Location"].endswith("#last")
    old.refresh_from_db()
    assert (old.step, old.step_due, old.turn) == before
    assert not agreements_to_carry_over(next_talk).exists()


def test_it_moves_to_a_new_date_with_a_reason(cast: Cast, next_talk: Conversation) -> None:
    old, page = cast.agree(), f"/samtaler/{next_talk.pk}/"
    client, sent = enter(cast.mette), {"do": "carry", "agreement": old.pk, "event": "postpone", "turn": old.turn}
    wrong = client.post(page, sent | {"until": "2026-09-01", "reason": ""})
    assert wrong.status_code == 422 and "2026-09-01" in wrong.content.decode()
    assert client.post(page, sent | {"until": "2026-09-01", "reason": "Sommerferien"}).status_code == 302
    old.refresh_from_db()
    assert old.step_due == date(2026, 9, 1)
    assert CarriedOn.objects.get().how == Carrying.MOVED


def test_a_drop_is_proposed_and_waits_for_the_other(cast: Cast, next_talk: Conversation) -> None:
    old, page = cast.agree(), f"/samtaler/{next_talk.pk}/"
    sent = {"do": "carry", "agreement": old.pk, "event": "propose_drop", "turn": old.turn, "reason": "irrelevant"}
    assert enter(cast.lars).post(page, sent).status_code == 302
    old.refresh_from_db()
    assert (old.is_open, old.step, old.step_owner) == (True, "confirm_drop", cast.mette)
    sign_plan(next_talk.plan, by=cast.lars, on=TODAY)
    take_step(old, Event.CONFIRM_DROP, by=cast.mette, on=TODAY)
    assert "Åbne aftaler fra sidst" not in enter(cast.mette).get(page).content.decode()


def test_a_stale_page_moves_nothing_and_can_be_sent_once_more(cast: Cast, next_talk: Conversation) -> None:
    old, page = cast.agree(), f"/samtaler/{next_talk.pk}/"
    stale = old.turn
    take_step(old, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    sent = {
        "do": "carry",
        "agreement": old.pk,
        "event": "postpone",
        "turn": stale,
        "until": "2026-09-01",
        "reason": "x",
    }
    answer = enter(cast.mette).post(page, sent)
    assert answer.status_code == 422 and not CarriedOn.objects.exists()
    fresh = Agreement.objects.get(pk=old.pk).turn
    assert f'value="{fresh}"' in answer.content.decode()


def test_only_the_two_take_it_up_and_only_what_is_open_from_before(cast: Cast, next_talk: Conversation) -> None:
    old = cast.agree()
    for person in (cast.dorthe, cast.hanne, cast.karim, cast.jonas):
        with pytest.raises(NotPermitted):
            carry_over_agreement(next_talk, old, Carrying.GOES_ON, by=person, on=TODAY)
    with pytest.raises(NotPossible):
        carry_over_agreement(
            cast.conversation, old, Carrying.GOES_ON, by=cast.lars, on=TODAY
        )  # it is of that round itself
    close_round(next_talk.round, by=cast.hanne, on=TODAY)
    with pytest.raises(NotPossible):
        carry_over_agreement(next_talk, old, Carrying.GOES_ON, by=cast.lars, on=TODAY)
    others = enter(cast.lars).post(f"/samtaler/{next_talk.pk}/", {"do": "carry", "agreement": "0", "how": "goes_on"})
    assert others.status_code == 404


def test_what_nobody_has_taken_up_is_shown_to_the_manager_until_it_is(cast: Cast, next_talk: Conversation) -> None:
    old = cast.agree()
    assert list(leftover_agreements_of(cast.lars, TODAY)) == []
    close_round(cast.round, by=cast.hanne, on=TODAY)
    assert list(leftover_agreements_of(cast.lars, TODAY)) == [old]
    assert list(leftover_agreements_of(cast.dorthe, TODAY)) == list(leftover_agreements_of(cast.mette, TODAY)) == []
    client = enter(cast.lars)
    assert "1 åben aftale er ikke taget op" in client.get("/medarbejdere/").content.decode()
    carry_over_agreement(next_talk, old, Carrying.LATER, by=cast.lars, on=TODAY)
    assert list(leftover_agreements_of(cast.lars, TODAY)) == [old]  # later is not taken up
    carry_over_agreement(next_talk, old, Carrying.GOES_ON, by=cast.lars, on=TODAY)
    assert list(leftover_agreements_of(cast.lars, TODAY)) == []
    assert CarriedOn.objects.count() == 1


def test_hr_sees_how_many_there_are_of_at_least_five_people(house: House) -> None:
    for place in range(4):
        agree(house, place)
    close_round(house.cast.round, by=house.cast.hanne, on=TODAY)
    assert leftover_counts(TODAY) == {}
    agree(house, 4)
    agree(house, 4)
    assert leftover_counts(TODAY) == {"people": 5, "agreements": 6}
    page_text = enter(house.cast.hanne).get("/runder/").content.decode()
    assert "6 aftaler hos 5 medarbejdere er åbne" in page_text


def lapsed(cast: Cast, times: int, *, on: date = TODAY) -> Agreement:
    """An agreement of the first round that has lapsed so many times."""
    agreement = cast.agree()
    for number in range(times):
        if number:
            agreement = take_step(agreement, Event.REOPEN, by=cast.mette, on=on)
        agreement = take_step(agreement, Event.LAPSE, by=None, on=on)
    return agreement


def test_what_has_lapsed_twice_is_answered_before_the_next_plan_is_signed(cast: Cast, next_talk: Conversation) -> None:
    once, twice = lapsed(cast, 1), lapsed(cast, 2)
    assert list(agreements_to_carry_over(next_talk)) == [twice]
    plan = DevelopmentPlan.objects.get(conversation=next_talk)
    with pytest.raises(Refused):
        sign_plan(plan, by=cast.mette, on=TODAY)
    page = enter(cast.mette).get(f"/samtaler/{next_talk.pk}/").content.decode()
    assert "Den er bortfaldet to gange" in page and 'value="reopened"' in page and 'value="ended"' in page
    for how in (Carrying.GOES_ON, Carrying.LATER, Carrying.MOVED):
        with pytest.raises(NotPossible):
            carry_over_agreement(next_talk, twice, how, by=cast.mette, on=TODAY)
    with pytest.raises(NotPossible):
        carry_over_agreement(next_talk, once, Carrying.ENDED, by=cast.mette, on=TODAY)
    data = {"do": "carry", "agreement": twice.pk, "how": "ended"}
    assert enter(cast.mette).post(f"/samtaler/{next_talk.pk}/", data).status_code == 302
    assert not agreements_to_carry_over(next_talk).exists()
    sign_plan(plan, by=cast.mette, on=TODAY)
    twice.refresh_from_db()
    assert twice.stage == "lapsed"


def test_in_a_conversation_it_is_opened_again_however_long_ago_it_lapsed(cast: Cast, next_talk: Conversation) -> None:
    agreement = lapsed(cast, 2, on=TODAY - timedelta(days=200))
    with pytest.raises(Refused):
        take_step(agreement, Event.REOPEN, by=cast.lars, on=TODAY)
    carry_over_agreement(next_talk, agreement, Carrying.REOPENED, by=cast.lars, on=TODAY)
    agreement.refresh_from_db()
    assert (agreement.is_open, agreement.step_due) == (True, TODAY + timedelta(days=14))
    assert not agreements_to_carry_over(next_talk).exists()
