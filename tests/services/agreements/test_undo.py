"""Undoing what was just pressed: the agreement is put back as it was, and nobody hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction

from tests.cast import TODAY, Cast
from tests.services.agreements.presses import LEARNED, MINUTE, NOW, REGISTERED, Press_, facts_of, press, press_and_undo
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.models import (
    Agreement,
    CheckIn,
    CountedAgreement,
    LogEntry,
    Notification,
    Outcome,
    Overrun,
)
from udbytte.services.agreements.take_step import answer_whether_learned, take_step
from udbytte.services.agreements.undo import TABLES, newest_press, undo
from udbytte.services.errors import Refused

pytestmark = pytest.mark.django_db


def everything_of(agreement: Agreement) -> list[dict[str, Any]]:
    """The agreement with its rows and what the figures count of it, without the number of its log entries."""
    own = [row for model in TABLES for row in model._default_manager.filter(agreement=agreement.pk).order_by("pk")]
    counted = CountedAgreement.objects.filter(agreement=agreement, until=None)
    rows: list[dict[str, Any]] = serializers.serialize(
        "python", [Agreement.objects.get(pk=agreement.pk), *own, *counted]
    )
    rows[0]["fields"].pop("turn")
    counted_now = rows[-1]
    counted_now.pop("pk"), counted_now["fields"].pop("since")  # the days before get a row of their own
    return rows


COURSE: dict[str, tuple[tuple[Press_, ...], Press_]] = {
    "a course date is chosen": ((), REGISTERED[0]),
    "nominated": (REGISTERED[:1], REGISTERED[1]),
    "refused": (REGISTERED[:2], (Event.REFUSE, "birgit", {"reason": "Ikke i år"})),
    "granted": (REGISTERED[:2], REGISTERED[2]),
    "registered": (REGISTERED[:3], REGISTERED[3]),
    "on the waiting list": (REGISTERED[:3], (Event.WAITLIST, "bente", {})),
    "the seat is given back": (REGISTERED, (Event.CANCEL_SEAT, "bente", {"reason": "Syg", "cost": 500})),
    "went, with a bill": (REGISTERED, (Event.GO, "mette", {"went": "yes", "actual_price": 9000})),
    "did not go": (REGISTERED, (Event.NOT_GONE, "mette", {"reason": "Syg", "cost": 100})),
    "postponed": (
        REGISTERED[:1],
        (Event.POSTPONE, "mette", {"until": TODAY + timedelta(days=200), "reason": "Travlt"}),
    ),
    "paused": (REGISTERED[:1], (Event.PAUSE, "lars", {"until": TODAY + timedelta(days=30)})),
    "a drop is proposed": (REGISTERED, (Event.PROPOSE_DROP, "mette", {"reason": DropReason.NO_TIME})),
    "the drop is confirmed": (
        (*REGISTERED, (Event.PROPOSE_DROP, "mette", {"reason": DropReason.NO_TIME})),
        (Event.CONFIRM_DROP, "lars", {}),
    ),
    "told": (
        (*REGISTERED, (Event.GO, "mette", {"went": "yes"}), (Event.USE, "mette", {})),
        (Event.REPORT_OUTCOME, "mette", LEARNED),
    ),
    "talked": (
        (
            *REGISTERED,
            (Event.GO, "mette", {"went": "yes"}),
            (Event.USE, "mette", {}),
            (Event.REPORT_OUTCOME, "mette", LEARNED),
        ),
        (Event.TALK, "lars", {}),
    ),
}


ASKED: tuple[Press_, ...] = ((Event.ASK, "mette", {"helper": "karim"}),)


STARTED: tuple[Press_, ...] = (*ASKED, (Event.ACCEPT, "karim", {}), (Event.START, "mette", {}))


PRACTICE: dict[str, tuple[tuple[Press_, ...], Press_]] = {
    "a helper is asked": ((), ASKED[0]),
    "nobody is needed": ((), (Event.NEED_NOBODY, "mette", {"reason": "Alene"})),
    "the helper says yes": (ASKED, (Event.ACCEPT, "karim", {})),
    "the helper says no": (ASKED, (Event.DECLINE, "karim", {"suggests": "jonas"})),
    "the helper stops": (STARTED, (Event.LOSE_HELPER, "karim", {"reason": "Travlt"})),
    "the helper is sent away": (ASKED, (Event.LOSE_HELPER, "mette", {"reason": "En anden"})),
    "it happens": (STARTED, (Event.CHECK_IN, "mette", {"happens": True})),
    "it does not happen for the second time": (
        (*STARTED, (Event.CHECK_IN, "mette", {"happens": False})),
        (Event.CHECK_IN, "mette", {"happens": False}),
    ),
    "finished": (STARTED, (Event.FINISH, "mette", {})),
}


LIVES = [(Kind.COURSE, name) for name in COURSE] + [(Kind.PRACTICE, name) for name in PRACTICE]


@pytest.mark.parametrize(("kind", "name"), LIVES, ids=[name for _kind, name in LIVES])
def test_what_is_undone_leaves_everything_as_it_was_and_nobody_is_told(cast: Cast, kind: Kind, name: str) -> None:
    earlier, (event, who, facts) = (COURSE if kind is Kind.COURSE else PRACTICE)[name]
    agreement = cast.agree(kind)
    for event_before, by, facts_before in earlier:
        agreement = take_step(
            agreement, event_before, by=getattr(cast, by), on=TODAY, facts=facts_of(cast, event_before, facts_before)
        )
    before, told = everything_of(agreement), set(Notification.objects.values_list("pk", flat=True))
    after, pressed = press(agreement, event, getattr(cast, who), **facts_of(cast, event, facts))
    assert pressed is not None and everything_of(after) != before
    row = undo(pressed, by=getattr(cast, who), on=TODAY, now=NOW + MINUTE)
    assert everything_of(row) == before
    assert set(Notification.objects.values_list("pk", flat=True)) == told
    assert row.turn > after.turn and [entry.number for entry in row.log.all()] == list(range(1, agreement.turn + 1))
    again, pressed = press(row, event, getattr(cast, who), **facts_of(cast, event, facts))
    assert (again.stage, again.step) == (after.stage, after.step) and pressed is not None, "it can be pressed again"


def test_the_log_keeps_both_entries_and_neither_counts(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    row = press_and_undo(agreement, Event.NEED_NOBODY, cast.mette, reason="Alene")
    entries = LogEntry.all_entries.filter(agreement=row).values_list("number", "event", "by__given_name", "undone")
    assert list(entries) == [
        (1, "agree", "Lars", False),
        (2, "need_nobody", "Mette", True),
        (3, "undo", "Mette", True),
    ]
    assert list(row.log.values_list("event", flat=True)) == ["agree"]
    taken = LogEntry.all_entries.get(agreement=row, number=1)
    for change in ({"undone": False}, {"event": "talk"}, {"undone": True, "event": "talk"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LogEntry.all_entries.filter(pk=taken.pk + 1).update(**change)


def test_a_second_step_in_the_same_press_is_undone_with_it(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    agreement = take_step(agreement, Event.CHECK_IN, by=cast.mette, on=TODAY, happens=False)
    stuck, pressed = press(agreement, Event.CHECK_IN, cast.mette, happens=False)
    assert stuck.stage == "stuck" and pressed is not None
    row = undo(pressed, by=cast.mette, on=TODAY, now=NOW)
    assert (row.stage, row.log.last().event) == ("under_way", "check_in")  # type: ignore[union-attr]
    assert row.log.count() == agreement.turn


def test_presses_are_undone_the_newest_first(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    alone, first = press(agreement, Event.NEED_NOBODY, cast.mette, reason="Alene")
    _started, second = press(alone, Event.START, cast.mette)
    assert first is not None and second is not None
    with pytest.raises(Refused, match="Der er sket noget"):
        undo(first, by=cast.mette, on=TODAY, now=NOW)
    assert undo(second, by=cast.mette, on=TODAY, now=NOW).stage == "staffed"
    assert newest_press(Agreement.objects.get(pk=agreement.pk), cast.mette, on=TODAY, now=NOW) == first
    assert undo(first, by=cast.mette, on=TODAY, now=NOW).stage == "agreed"


def test_whether_something_was_learned_belongs_to_the_answer_and_is_undone_with_it(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    row, pressed = press(agreement, Event.CHECK_IN, cast.mette, happens=True)
    assert pressed is not None
    answer_whether_learned(CheckIn.objects.get(agreement=row), by=cast.mette, on=TODAY, learns=True)
    undo(pressed, by=cast.mette, on=TODAY, now=NOW)
    assert not CheckIn.objects.exists()


def test_an_outcome_that_was_undone_is_in_no_figure(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    agreement = take_step(agreement, Event.FINISH, by=cast.mette, on=TODAY)
    row = press_and_undo(agreement, Event.REPORT_OUTCOME, cast.mette, **LEARNED)
    assert not Outcome.objects.exists()
    now = CountedAgreement.objects.get(agreement=row, until=None)
    assert (now.stage, now.newness) == ("done", "")


def test_a_bill_that_was_asked_about_is_asked_no_more(cast: Cast) -> None:
    agreement = cast.agree()
    for event, who, facts in REGISTERED:
        agreement = take_step(agreement, event, by=getattr(cast, who), on=TODAY, facts=facts_of(cast, event, facts))
    _row, pressed = press(agreement, Event.GO, cast.mette, went="yes", actual_price=9000)
    assert Overrun.objects.count() == 1 and pressed is not None
    undo(pressed, by=cast.mette, on=TODAY, now=NOW)
    assert not Overrun.objects.exists()


def test_a_figure_of_an_earlier_day_stays_as_it_was(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE, on=TODAY - timedelta(days=3))
    press_and_undo(agreement, Event.NEED_NOBODY, cast.mette, reason="Alene")
    rows = CountedAgreement.objects.filter(agreement=agreement).order_by("pk")
    assert list(rows.values_list("since", "until", "stage")) == [
        (None, TODAY, "agreed"),
        (TODAY, None, "agreed"),
    ]


def test_the_database_refuses_every_other_change_of_the_log(cast: Cast) -> None:
    cast.agree()
    for change in ("undone = true, event = 'talk'", "event = 'talk'", "facts = '{\"x\": 1}'", "undone = false"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE udbytte_logentry SET {change}")  # noqa: S608
