"""What a manager writes down in a talk counts when the employee has said yes, and only then."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import TODAY, Cast
from tests.services.agreements.test_line import pass_days, registered, write_emails_of
from udbytte.access.agreements import written_answers_to_confirm
from udbytte.domain.lifecycle import WRITTEN_ANSWERS, Event, Kind, page_answers
from udbytte.domain.notifications import WrittenForYou
from udbytte.models import Agreement, Notification, Outcome, Person, WrittenAnswer
from udbytte.services.agreements.take_step import take_step
from udbytte.services.agreements.written_answers import confirm_written_answer, decline_written_answer, write_down
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, StaleStep

pytestmark = pytest.mark.django_db
OUTCOME: dict[str, Any] = {"learned": "Jeg spørger først", "newness": "much", "in_use": "daily"}


def under_way(cast: Cast) -> Agreement:
    row = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    return take_step(row, Event.START, by=cast.mette, on=TODAY)


def to_tell(cast: Cast) -> Agreement:
    return take_step(under_way(cast), Event.FINISH, by=cast.mette, on=TODAY)


def written(cast: Cast, agreement: Agreement, by: Person | None = None, on: date = TODAY) -> WrittenAnswer:
    return write_down(agreement, Event.REPORT_OUTCOME, OUTCOME, by=by or cast.lars, on=on)


def test_what_is_written_down_counts_only_when_the_employee_has_said_yes(cast: Cast) -> None:
    agreement = to_tell(cast)
    due = agreement.step_due
    row = written(cast, agreement)
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.step, agreement.step_due) == ("done", "tell", due)
    assert agreement.step_owner == cast.mette and not Outcome.objects.exists()
    assert list(written_answers_to_confirm(cast.mette)) == [row] and not written_answers_to_confirm(cast.lars)
    told = Notification.objects.get(kind="written")
    assert told.person == cast.mette and told.typed_facts == WrittenForYou(written=row.pk, by=cast.lars.name)
    assert not Notification.objects.filter(kind="step", person=cast.mette, agreement=agreement, on=TODAY).filter(
        cause__endswith=f":{agreement.turn}"
    )

    confirm_written_answer(row, by=cast.mette, on=TODAY + timedelta(days=2))
    agreement.refresh_from_db()
    outcome = Outcome.objects.get()
    assert outcome.learned == "Jeg spørger først" and outcome.told_on == TODAY + timedelta(days=2)
    entry = agreement.log.get(event=Event.REPORT_OUTCOME)
    assert entry.by == cast.mette and entry.facts["written_by"] == cast.lars.pk
    assert agreement.stage == "learned" and outcome.talked_on == TODAY + timedelta(days=2)  # they have talked
    assert not written_answers_to_confirm(cast.mette)
    with pytest.raises(NotPossible):
        confirm_written_answer(row, by=cast.mette, on=TODAY)


def test_the_manager_who_got_an_untold_outcome_may_only_write_it_down(cast: Cast) -> None:
    agreement = to_tell(cast)
    on = pass_days((agreement.step_due - TODAY).days + 16 if agreement.step_due else 0)
    agreement.refresh_from_db()
    assert agreement.step_owner == cast.lars and agreement.line_level == 1
    with pytest.raises(NotPermitted):
        take_step(agreement, Event.REPORT_OUTCOME, by=cast.lars, on=on, facts=OUTCOME)
    row = written(cast, agreement, on=on)
    agreement.refresh_from_db()
    assert agreement.step_owner == cast.mette
    confirm_written_answer(row, by=cast.mette, on=on)
    agreement.refresh_from_db()
    assert agreement.stage == "learned"


def test_what_was_written_down_and_never_confirmed_ends_openly(cast: Cast) -> None:
    agreement = to_tell(cast)
    on = pass_days((agreement.step_due - TODAY).days + 16 if agreement.step_due else 0)
    row = written(cast, Agreement.objects.get(pk=agreement.pk), on=on)
    write_emails_of(on)
    pass_days(20, on)
    agreement.refresh_from_db()
    assert agreement.step_owner == cast.mette and row.is_open
    pass_days(10, on + timedelta(days=20))
    agreement.refresh_from_db()
    assert agreement.stage == "not_told" and not Outcome.objects.exists()


@pytest.mark.parametrize("who", ["mette", "dorthe", "bente", "karim", "hanne", "jonas"])
def test_nobody_but_the_manager_writes_it_down(cast: Cast, who: str) -> None:
    agreement = to_tell(cast)
    with pytest.raises(NotPermitted):
        written(cast, agreement, by=getattr(cast, who))
    assert not WrittenAnswer.objects.exists()


@pytest.mark.parametrize("who", ["lars", "dorthe", "bente", "hanne", "jonas"])
def test_nobody_but_the_employee_says_yes_or_no(cast: Cast, who: str) -> None:
    row = written(cast, to_tell(cast))
    for answer in (confirm_written_answer, decline_written_answer):
        with pytest.raises(NotPermitted):
            answer(row, by=getattr(cast, who), on=TODAY)
    assert WrittenAnswer.objects.get().is_open and not Outcome.objects.exists()


def test_after_a_no_the_employee_answers(cast: Cast) -> None:
    agreement = to_tell(cast)
    row = written(cast, agreement)
    decline_written_answer(row, by=cast.mette, on=TODAY)
    agreement.refresh_from_db()
    assert agreement.step == "tell" and agreement.step_owner == cast.mette and not Outcome.objects.exists()
    with pytest.raises(NotPossible):
        confirm_written_answer(row, by=cast.mette, on=TODAY)
    take_step(agreement, Event.REPORT_OUTCOME, by=cast.mette, on=TODAY, facts=OUTCOME | {"learned": "Mine egne ord"})
    assert Outcome.objects.get().learned == "Mine egne ord"


def test_an_own_answer_withdraws_it_and_a_move_of_the_course_does_not(cast: Cast) -> None:
    seat = registered(cast)
    row = write_down(seat, Event.GO, {"went": "yes"}, by=cast.lars, on=TODAY)
    seat.refresh_from_db()
    seat = take_step(seat, Event.MOVE_RUN, by=None, on=TODAY)
    row.refresh_from_db()
    assert row.is_open
    take_step(seat, Event.GO, by=cast.mette, on=TODAY, went="partly")
    row.refresh_from_db()
    assert row.withdrawn_on == TODAY
    with pytest.raises(NotPossible):
        confirm_written_answer(row, by=cast.mette, on=TODAY)


def test_a_leave_withdraws_it(cast: Cast) -> None:
    agreement = under_way(cast)
    row = write_down(agreement, Event.CHECK_IN, {"happens": True, "learns": True}, by=cast.lars, on=TODAY)
    agreement.refresh_from_db()
    take_step(agreement, Event.LEAVE, by=None, on=TODAY)
    row.refresh_from_db()
    assert row.withdrawn_on == TODAY


def test_what_is_written_again_replaces_what_was_written(cast: Cast) -> None:
    agreement = to_tell(cast)
    first = written(cast, agreement)
    with pytest.raises(StaleStep):
        written(cast, agreement)
    agreement.refresh_from_db()
    second = written(cast, agreement)
    first.refresh_from_db()
    assert first.withdrawn_on == TODAY and second.is_open


def test_only_an_answer_to_the_present_step_can_be_written_with_its_facts(cast: Cast) -> None:
    agreement = to_tell(cast)
    for event in (Event.GO, Event.CHECK_IN, Event.TALK):
        with pytest.raises(NotPossible):
            write_down(agreement, event, {"went": "yes"}, by=cast.lars, on=TODAY)
    with pytest.raises(MissingFact):
        write_down(agreement, Event.REPORT_OUTCOME, {"learned": "x"}, by=cast.lars, on=TODAY)
    with pytest.raises(NotPossible):
        write_down(cast.agree(), Event.GO, {"went": "yes"}, by=cast.lars, on=TODAY)
    assert not WrittenAnswer.objects.exists()


@pytest.mark.parametrize(
    ("event", "facts", "stage"),
    [(Event.GO, {"went": "yes"}, "attended"), (Event.NOT_GONE, {"reason": "Syg"}, "agreed")],
)
def test_whether_somebody_went_can_be_written_down(cast: Cast, event: Event, facts: dict[str, Any], stage: str) -> None:
    seat = registered(cast)
    on = date(2026, 6, 12)
    row = write_down(seat, event, facts, by=cast.lars, on=on)
    assert confirm_written_answer(row, by=cast.mette, on=on).stage == stage


def test_a_check_in_and_a_first_use_can_be_written_down(cast: Cast) -> None:
    practice = under_way(cast)
    row = write_down(practice, Event.CHECK_IN, {"happens": True, "learns": True}, by=cast.lars, on=TODAY)
    confirm_written_answer(row, by=cast.mette, on=TODAY)
    assert practice.check_ins.get().happens
    used = take_step(registered(cast), Event.GO, by=cast.mette, on=date(2026, 6, 11), went="yes")
    row = write_down(used, Event.USE, {"line": "Til et møde"}, by=cast.lars, on=date(2026, 6, 20))
    assert confirm_written_answer(row, by=cast.mette, on=date(2026, 6, 20)).stage == "used"


def test_what_can_be_written_down_answers_the_step() -> None:
    for step, answers in WRITTEN_ANSWERS.items():
        assert set(answers) <= set(page_answers(step))
