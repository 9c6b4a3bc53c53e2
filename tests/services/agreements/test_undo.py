"""Undoing what was just pressed: the agreement is put back as it was, and nobody hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import serializers
from django.db import IntegrityError, connection, transaction

from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.models import (
    Agreement,
    Attachment,
    CheckIn,
    CountedAgreement,
    CourseRun,
    Email,
    Helper,
    LogEntry,
    Notification,
    Outcome,
    Overrun,
    Person,
    PracticeMethod,
    Press,
)
from udbytte.queries.money.budgets import balance_of
from udbytte.services.agreements.attachments import take_step_with_file
from udbytte.services.agreements.take_step import answer_whether_learned, replace_agreement, take_step
from udbytte.services.agreements.undo import TABLES, forget_presses, newest_press, undo, with_undo
from udbytte.services.courses.runs import cancel_run
from udbytte.services.errors import NotPermitted, Refused, StaleStep
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.write import write_urgent_emails
from udbytte.services.practice.learning_partners import accept_help_request

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=HERE)
MINUTE = timedelta(minutes=1)


def press(agreement: Agreement, event: Event, by: Person, **facts: Any) -> tuple[Agreement, Press | None]:
    def act() -> Agreement:
        return take_step(agreement, event, by=by, on=TODAY, facts=facts)

    return with_undo(agreement, act, by=by, on=TODAY, now=NOW)


def press_and_undo(agreement: Agreement, event: Event, by: Person, **facts: Any) -> Agreement:
    pressed = press(agreement, event, by, **facts)[1]
    assert pressed is not None
    return undo(pressed, by=by, on=TODAY, now=NOW + MINUTE)


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


# --- Each thing that can be pressed is put back whole

Press_ = tuple[Event, str, dict[str, Any]]
LEARNED = {"learned": "At lytte", "newness": "much", "in_use": "daily"}
REGISTERED: tuple[Press_, ...] = (
    (Event.CHOOSE_RUN, "bente", {}),
    (Event.NOMINATE, "lars", {"price": 6000, "reason": "Vi har brug for det"}),
    (Event.GRANT, "birgit", {}),
    (Event.REGISTER, "bente", {"reference": "A-7"}),
)
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


def facts_of(cast: Cast, event: Event, facts: dict[str, Any]) -> dict[str, Any]:
    named = {name: getattr(cast, value) if name in ("helper", "suggests") else value for name, value in facts.items()}
    return named | ({"run": cast.run} if event is Event.CHOOSE_RUN else {})


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


# --- Who, and for how long


def test_only_whoever_pressed_it_undoes_it(cast: Cast) -> None:
    row, pressed = press(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, cast.mette, reason="Alene")
    assert pressed is not None
    with pytest.raises(NotPermitted):
        undo(pressed, by=cast.lars, on=TODAY, now=NOW)
    assert newest_press(row, cast.lars, on=TODAY, now=NOW) is None
    assert newest_press(row, cast.mette, on=TODAY, now=NOW) == pressed


@pytest.mark.parametrize(
    ("later", "day"),
    [(timedelta(minutes=15), TODAY), (MINUTE, TODAY + timedelta(days=1))],
    ids=["after 15 minutes", "on the next day"],
)
def test_after_its_time_it_stays(cast: Cast, later: timedelta, day: date) -> None:
    row, pressed = press(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, cast.mette, reason="Alene")
    assert pressed is not None
    with pytest.raises(Refused, match="15 minutter"):
        undo(pressed, by=cast.mette, on=day, now=NOW + later)
    row.refresh_from_db()
    assert row.stage == "staffed" and newest_press(row, cast.mette, on=day, now=NOW + later) is None


def test_just_before_midnight_the_time_ends_with_the_day(cast: Cast) -> None:
    agreement, late = cast.agree(Kind.PRACTICE), datetime(2026, 3, 2, 23, 50, tzinfo=HERE)
    _row, pressed = with_undo(
        agreement,
        lambda: take_step(agreement, Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene"),
        by=cast.mette,
        on=TODAY,
        now=late,
    )
    assert pressed is not None and pressed.until == datetime(2026, 3, 3, tzinfo=HERE)


def test_it_is_undone_once(cast: Cast) -> None:
    _row, pressed = press(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, cast.mette, reason="Alene")
    assert pressed is not None
    undo(pressed, by=cast.mette, on=TODAY, now=NOW)
    with pytest.raises(Refused, match="allerede fortrudt"):
        undo(pressed, by=cast.mette, on=TODAY, now=NOW)


def test_what_was_undone_or_can_be_no_more_is_forgotten(cast: Cast) -> None:
    row, pressed = press(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, cast.mette, reason="Hemmeligt")
    assert pressed is not None and pressed.before
    assert forget_presses(NOW + 14 * MINUTE) == 0 and forget_presses(NOW + 15 * MINUTE) == 1
    with pytest.raises(Refused, match="15 minutter"):
        undo(pressed, by=cast.mette, on=TODAY, now=NOW)
    _again, pressed = press(row, Event.START, cast.mette)
    assert pressed is not None
    undo(pressed, by=cast.mette, on=TODAY, now=NOW)
    assert Press.objects.get().before == ""


# --- As long as nothing has happened since


def test_what_somebody_has_acted_on_stays(cast: Cast) -> None:
    found, _ = press(cast.agree(), Event.CHOOSE_RUN, cast.bente, run=cast.run)
    nominated, pressed = press(found, Event.NOMINATE, cast.lars, price=6000, reason="Vi har brug for det")
    take_step(nominated, Event.GRANT, by=cast.birgit, on=TODAY)
    assert pressed is not None
    with pytest.raises(Refused, match="Der er sket noget"):
        undo(pressed, by=cast.lars, on=TODAY, now=NOW)
    nominated.refresh_from_db()
    assert nominated.stage == "funded"


def test_a_file_added_since_keeps_it_and_a_file_of_the_press_goes_with_it(cast: Cast) -> None:
    agreement = cast.agree()
    for event, who, facts in REGISTERED[:3]:
        agreement = take_step(agreement, event, by=getattr(cast, who), on=TODAY, facts=facts_of(cast, event, facts))
    file = ("svar.pdf", b"%PDF-1.7")

    def act() -> Agreement:
        return take_step_with_file(agreement, Event.REGISTER, file=file, by=cast.bente, on=TODAY, facts={})

    _row, pressed = with_undo(agreement, act, by=cast.bente, on=TODAY, now=NOW)
    assert pressed is not None and Attachment.objects.count() == 1
    assert undo(pressed, by=cast.bente, on=TODAY, now=NOW).stage == "funded" and not Attachment.objects.exists()
    row, pressed = with_undo(agreement, act, by=cast.bente, on=TODAY, now=NOW)
    assert pressed is not None
    Attachment.objects.filter(agreement=row).update(id=Attachment.objects.get().pk + 5)
    with pytest.raises(Refused, match="Der er sket noget"):
        undo(pressed, by=cast.bente, on=TODAY, now=NOW)


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


def test_a_seat_that_somebody_else_has_taken_is_not_given_back(cast: Cast) -> None:
    cast.run.course.kind = "in_house"
    cast.run.course.save()
    CourseRun.objects.filter(pk=cast.run.pk).update(seats=1)
    rows = [cast.agree(), cast.agree()]
    for index, row in enumerate(rows):
        for event, who, facts in REGISTERED[: 4 - index]:
            row = take_step(row, event, by=getattr(cast, who), on=TODAY, facts=facts_of(cast, event, facts))
        rows[index] = row
    given, pressed = press(rows[0], Event.CANCEL_SEAT, cast.bente, reason="Syg")
    assert pressed is not None
    take_step(rows[1], Event.REGISTER, by=cast.bente, on=TODAY)
    with pytest.raises(Refused, match="pladser"):
        undo(pressed, by=cast.bente, on=TODAY, now=NOW)
    given.refresh_from_db()
    assert given.stage == "agreed" and given.registered_on is None


def test_money_that_was_granted_to_somebody_else_is_not_taken_back(cast: Cast) -> None:
    funded = cast.agree()
    for event, who, facts in REGISTERED[:3]:
        funded = take_step(funded, event, by=getattr(cast, who), on=TODAY, facts=facts_of(cast, event, facts))
    proposed = take_step(funded, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    dropped, pressed = press(proposed, Event.CONFIRM_DROP, cast.lars)
    assert pressed is not None and balance_of(cast.budget).uncommitted == 20000
    other = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    other = take_step(other, Event.NOMINATE, by=cast.lars, on=TODAY, price=18000, price_reason="Flere", reason="Vi vil")
    take_step(other, Event.GRANT, by=cast.birgit, on=TODAY)
    with pytest.raises(Refused, match="Pengene"):
        undo(pressed, by=cast.lars, on=TODAY, now=NOW)
    dropped.refresh_from_db()
    assert dropped.stage == "dropped" and balance_of(cast.budget).uncommitted == 2000


def test_a_course_date_that_was_cancelled_meanwhile_does_not_come_back(cast: Cast) -> None:
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    nominated = take_step(found, Event.NOMINATE, by=cast.lars, on=TODAY, price=6000, reason="Vi vil")
    _row, pressed = press(nominated, Event.REFUSE, cast.birgit, reason="Ikke i år")
    assert pressed is not None
    cancel_run(cast.run, by=cast.bente, on=TODAY, why="For få tilmeldte")
    with pytest.raises(Refused, match="Der er sket noget"):
        undo(pressed, by=cast.birgit, on=TODAY, now=NOW)


def test_a_step_does_not_go_back_to_the_manager_from_before(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    agreement = take_step(agreement, Event.FINISH, by=cast.mette, on=TODAY)
    agreement = take_step(agreement, Event.REPORT_OUTCOME, by=cast.mette, on=TODAY, facts=LEARNED)
    _row, pressed = press(agreement, Event.TALK, cast.lars)
    assert pressed is not None
    cast.employment.line_manager = cast.dorthe
    cast.employment.save()
    with pytest.raises(Refused, match="Der er sket noget"):
        undo(pressed, by=cast.lars, on=TODAY, now=NOW)


def test_what_reaches_other_agreements_cannot_be_undone(cast: Cast) -> None:
    """Another agreement arises, or several learn together."""
    proposed = take_step(
        cast.agree(Kind.PRACTICE),
        Event.PROPOSE_REPLACE,
        by=cast.mette,
        on=TODAY,
        title="Noget andet",
        kind=Kind.PRACTICE,
        planned_from=TODAY,
        planned_to=TODAY + timedelta(days=60),
    )
    yes: Callable[[], Agreement] = lambda: replace_agreement(proposed, by=cast.lars, on=TODAY)  # noqa: E731
    assert with_undo(proposed, yes, by=cast.lars, on=TODAY, now=NOW)[1] is None
    PracticeMethod.objects.filter(key="partnership").update(people_from=2, people_to=3, role="buddy")
    shared = cast.agree(Kind.PRACTICE, method=PracticeMethod.objects.get(key="partnership"))
    shared = take_step(shared, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    accept: Callable[[], Agreement] = lambda: accept_help_request(shared, by=cast.karim, on=TODAY)  # noqa: E731
    row, pressed = with_undo(shared, accept, by=cast.karim, on=TODAY, now=NOW)
    assert row.group is not None and pressed is None


# --- Who hears of it, and when


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
