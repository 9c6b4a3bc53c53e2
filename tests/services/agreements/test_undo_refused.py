"""What cannot be undone: by somebody else, too late, or when something has happened since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.cast import TODAY, Cast
from tests.services.agreements.presses import HERE, LEARNED, MINUTE, NOW, REGISTERED, facts_of, press
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.models import (
    Agreement,
    Attachment,
    CourseRun,
    PracticeMethod,
    Press,
)
from udbytte.queries.money.budgets import balance_of
from udbytte.services.agreements.attachments import take_step_with_file
from udbytte.services.agreements.take_step import replace_agreement, take_step
from udbytte.services.agreements.undo import forget_presses, newest_press, undo, with_undo
from udbytte.services.courses.runs import cancel_run
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.practice.learning_partners import accept_help_request

pytestmark = pytest.mark.django_db


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
