"""Follow-up talks: an agenda that both add to, and what is left of it goes on to the next talk."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connections, transaction

from tests.cast import TODAY, Cast, make_cast
from udbytte.models import AgendaItem, Employment, FollowUpTalk
from udbytte.services.errors import MissingFact, NotPermitted, Refused, TooLong
from udbytte.services.meetings.follow_up_talks import (
    add_agenda_item,
    hold_follow_up_talk,
    mark_agenda_item,
    plan_follow_up_talk,
)

pytestmark = pytest.mark.django_db
NEXT = date(2026, 6, 2)


def texts(talk: FollowUpTalk) -> list[str]:
    return [item.text for item in talk.items.all()]


def test_both_add_to_one_agenda_and_nobody_else_does(cast: Cast) -> None:
    mine = add_agenda_item(cast.employment, "  Mentor i\nmøder ", by=cast.mette, on=TODAY)
    his = add_agenda_item(cast.employment, "Vagtplanen", by=cast.lars, on=TODAY)
    assert mine.talk == his.talk and texts(mine.talk) == ["Mentor i møder", "Vagtplanen"]
    for stranger in (cast.dorthe, cast.karim, cast.hanne, cast.jonas):
        with pytest.raises(NotPermitted):
            add_agenda_item(cast.employment, "Nysgerrig", by=stranger, on=TODAY)
        with pytest.raises(NotPermitted):
            mark_agenda_item(mine, done=True, by=stranger, on=TODAY)
        with pytest.raises(NotPermitted):
            hold_follow_up_talk(cast.employment, TODAY, by=stranger, on=TODAY)


def test_the_application_adds_what_got_no_answer_once(cast: Cast) -> None:
    agreement = cast.agree()
    for _ in range(2):
        add_agenda_item(cast.employment, "Forslaget faldt", by=None, on=TODAY, agreement=agreement)
    item = AgendaItem.objects.get()
    assert (item.by, item.agreement, item.talk.employment) == (None, agreement, cast.employment)


def test_an_empty_or_too_long_item_is_refused_with_its_field(cast: Cast) -> None:
    with pytest.raises(MissingFact):
        add_agenda_item(cast.employment, "  ", by=cast.mette, on=TODAY)
    with pytest.raises(TooLong):
        add_agenda_item(cast.employment, "x" * 301, by=cast.mette, on=TODAY)
    assert not AgendaItem.objects.exists()


def test_what_is_not_done_goes_on_to_the_next_talk_and_what_is_done_stays(cast: Cast) -> None:
    done = add_agenda_item(cast.employment, "Nået", by=cast.mette, on=TODAY)
    add_agenda_item(cast.employment, "Ikke nået", by=cast.lars, on=TODAY)
    mark_agenda_item(done, done=True, by=cast.lars, on=TODAY)
    held = hold_follow_up_talk(cast.employment, TODAY, by=cast.mette, on=TODAY, next_on=NEXT)
    coming = FollowUpTalk.objects.get(held_on=None)
    assert (texts(held), texts(coming), coming.planned_on) == (["Nået"], ["Ikke nået"], NEXT)
    done.refresh_from_db()
    with pytest.raises(Refused):
        mark_agenda_item(done, done=False, by=cast.mette, on=TODAY)


def test_without_anything_left_no_talk_is_begun(cast: Cast) -> None:
    hold_follow_up_talk(cast.employment, TODAY, by=cast.lars, on=TODAY)
    assert FollowUpTalk.objects.get().held_on == TODAY


def test_a_mark_can_be_taken_off(cast: Cast) -> None:
    item = add_agenda_item(cast.employment, "Ferie", by=cast.mette, on=TODAY)
    for done in (True, False):
        mark_agenda_item(item, done=done, by=cast.lars, on=TODAY)
        item.refresh_from_db()
        assert item.done_on == (TODAY if done else None)


def test_days_that_cannot_be_are_refused(cast: Cast) -> None:
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    for day in (yesterday, date(2062, 1, 1)):
        with pytest.raises(Refused):
            plan_follow_up_talk(cast.employment, day, by=cast.mette, on=TODAY)
        with pytest.raises(Refused):
            hold_follow_up_talk(cast.employment, TODAY, by=cast.mette, on=TODAY, next_on=day)
    with pytest.raises(Refused):
        hold_follow_up_talk(cast.employment, tomorrow, by=cast.mette, on=TODAY)
    assert plan_follow_up_talk(cast.employment, NEXT, by=cast.mette, on=TODAY).planned_on == NEXT
    assert plan_follow_up_talk(cast.employment, None, by=cast.lars, on=TODAY).planned_on is None


def test_a_former_manager_takes_no_part(cast: Cast) -> None:
    Employment.objects.filter(pk=cast.employment.pk).update(line_manager=cast.dorthe)
    employment = Employment.objects.get(pk=cast.employment.pk)
    with pytest.raises(NotPermitted):
        add_agenda_item(employment, "Sidste ord", by=cast.lars, on=TODAY)
    add_agenda_item(employment, "Velkommen", by=cast.dorthe, on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_first_item_at_once_have_one_talk() -> None:
    cast = make_cast()
    start = threading.Barrier(2)

    def add(text: str) -> None:
        start.wait()
        add_agenda_item(cast.employment, text, by=cast.mette, on=TODAY)
        connections.close_all()

    threads = [threading.Thread(target=add, args=[text]) for text in ("En", "To")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(texts(FollowUpTalk.objects.get())) == ["En", "To"]


@pytest.mark.django_db(transaction=True)
def test_what_is_added_while_the_talk_is_marked_as_held_is_on_the_next_agenda() -> None:
    cast = make_cast()
    add_agenda_item(cast.employment, "Før", by=cast.mette, on=TODAY)

    def add() -> None:
        add_agenda_item(cast.employment, "Imens", by=cast.mette, on=TODAY)
        connections.close_all()

    adding = threading.Thread(target=add)
    with transaction.atomic():
        hold_follow_up_talk(cast.employment, TODAY, by=cast.lars, on=TODAY)
        adding.start()
        adding.join(timeout=0.5)
        assert adding.is_alive()  # it waits for the other
    adding.join()
    assert texts(FollowUpTalk.objects.get(held_on=None)) == ["Før", "Imens"]
