"""Who hears of what can be undone, and when."""

from __future__ import annotations

import pytest

from tests.cast import TODAY, Cast
from tests.services.agreements.presses import MINUTE, NOW, press, press_and_undo
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Email,
    Helper,
    Notification,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.agreements.undo import undo
from udbytte.services.errors import Refused, StaleStep
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.write import write_urgent_emails

pytestmark = pytest.mark.django_db


def test_nobody_is_told_before_it_can_be_undone_no_more(cast: Cast) -> None:
    _row, pressed = press(cast.agree(Kind.PRACTICE), Event.ASK, cast.mette, helper=cast.karim)
    assert pressed is not None
    assert write_urgent_emails(on=TODAY, now=NOW + 14 * MINUTE) == 0
    assert write_urgent_emails(on=TODAY, now=NOW + 15 * MINUTE) == 1
    assert list(Email.objects.values_list("person__given_name", flat=True)) == ["Karim"]


def test_what_was_undone_is_never_told_and_the_next_answer_is(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    row = press_and_undo(agreement, Event.ASK, cast.mette, helper=cast.karim)
    take_step(row, Event.ASK, by=cast.mette, on=TODAY, helper=cast.jonas)
    assert write_urgent_emails(on=TODAY, now=NOW + 30 * MINUTE) == 1
    assert list(Email.objects.values_list("person__given_name", flat=True)) == ["Jonas"]
    assert not Helper.objects.filter(person=cast.karim).exists()


def test_those_whose_help_is_not_needed_hear_of_it_only_when_it_stays(cast: Cast) -> None:
    """Their notification is about no agreement that they may still read."""
    asked = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    before = set(Notification.objects.values_list("pk", flat=True))
    _row, pressed = press(asked, Event.LOSE_HELPER, cast.mette, reason="En anden")
    (told,) = Notification.objects.filter(person=cast.karim, agreement=None)
    assert told.press == pressed and pressed is not None
    undo(pressed, by=cast.mette, on=TODAY, now=NOW)
    assert set(Notification.objects.values_list("pk", flat=True)) == before


def test_what_an_email_has_told_stays(cast: Cast) -> None:
    """The weekly email of the day does not wait."""
    _row, pressed = press(cast.agree(Kind.PRACTICE), Event.ASK, cast.mette, helper=cast.karim)
    assert pressed is not None
    follow_up(on=TODAY)
    with pytest.raises(Refused, match="mail"):
        undo(pressed, by=cast.mette, on=TODAY, now=NOW)


def test_what_an_email_asks_for_stays(cast: Cast) -> None:
    """Lars reads of his new step in an email about something else."""
    row, pressed = press(cast.agree(), Event.CHOOSE_RUN, cast.bente, run=cast.run)
    assert pressed is not None
    email = Email.objects.create(
        person=cast.lars,
        key="x",
        kind="digest",
        on=TODAY,
        to="x@example.test",
        subject="x",
        text="x",
        next_try_at=NOW,
        asks=[{"agreement": row.pk, "turn": row.turn, "step": row.step}],
    )
    with pytest.raises(Refused, match="mail"):
        undo(pressed, by=cast.bente, on=TODAY, now=NOW)
    Email.objects.filter(pk=email.pk).update(asks=[{"agreement": row.pk, "turn": row.turn - 1, "step": "find_run"}])
    assert undo(pressed, by=cast.bente, on=TODAY, now=NOW).stage == "agreed"


def test_a_question_from_before_is_open_again_and_a_page_from_between_is_stale(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    between, pressed = press(agreement, Event.NEED_NOBODY, cast.mette, reason="Alene")
    assert pressed is not None
    row = undo(pressed, by=cast.mette, on=TODAY, now=NOW)
    assert row.is_still_at(agreement.turn) and not row.is_still_at(between.turn) and not row.is_still_at(row.turn + 1)
    assert not row.is_still_at(-(10**12))
    with pytest.raises(StaleStep) as stale:
        take_step(row, Event.NEED_NOBODY, by=cast.mette, on=TODAY, turn=between.turn, reason="Alene")
    assert stale.value.entry is None, "nobody is named for what was undone"
    assert take_step(row, Event.NEED_NOBODY, by=cast.mette, on=TODAY, turn=agreement.turn, reason="Alene").turn == 4
