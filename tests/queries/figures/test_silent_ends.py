"""What lapsed, was not told or ended because the person left is its own number: never answered, helped or learned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import TODAY
from tests.house import House
from tests.queries.figures.test_questions import agree, figures, question, registered, told
from udbytte.domain.figures.key_questions import Measure, SilentEnd, silent_ends_of
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CountedAgreement, Outcome, Person
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=300)


def lapse(row: Agreement, on: date = TODAY) -> Agreement:
    return take_step(row, Event.LAPSE, by=None, on=on)


def leave(row: Agreement, on: date = TODAY) -> Agreement:
    return take_step(row, Event.LEAVE, by=None, on=on)


def numbers(house: House, measure: Measure, *names: str, on: date = LATER) -> dict[str, int]:
    sums = figures(house, on).sums[measure]
    return {name: sums.get(name, 0) for name in names}


def ends(house: House, number: int, on: date = LATER) -> dict[str, int]:
    return {end.value: count for end, count in silent_ends_of(number, figures(house, on).sums).items()}


def start_practice(house: House, place: int, *, helped: bool = False) -> Agreement:
    row = agree(house, place, Kind.PRACTICE)
    if helped:
        row = take_step(row, Event.ASK, by=row.employee, on=TODAY, helper=house.cast.karim)
        row = take_step(row, Event.ACCEPT, by=house.cast.karim, on=TODAY)
    else:
        row = take_step(row, Event.NEED_NOBODY, by=row.employee, on=TODAY, reason="Det går selv")
    return take_step(row, Event.START, by=row.employee, on=TODAY)


def move_find_step(row: Agreement, to: Person, level: int) -> Agreement:
    return take_step(row, Event.MOVE_ON, by=None, on=TODAY, owner=to, level=level, days=14, away=None)


def test_a_closed_course_that_nobody_decided_is_not_answered(house: House) -> None:
    for place in range(3):
        agree(house, place)
    lapse(agree(house, 3))
    leave(agree(house, 4))
    assert question(house, 3, LATER) == (0, 5)
    assert ends(house, 3) == {"lapsed": 1, "left": 1}


def test_who_went_and_never_told_what_came_of_it_is_in_no_answer(house: House) -> None:
    rows = [registered(house, place) for place in range(5)]
    over = house.cast.run.ends_on + timedelta(days=1)
    went = [take_step(row, Event.GO, by=row.employee, on=over, went="yes") for row in rows[:2]]
    assert question(house, 3, over) == (2, 5)
    used = take_step(went[0], Event.USE, by=went[0].employee, on=over)
    take_step(used, Event.NOT_TOLD, by=None, on=over + timedelta(days=1))
    assert question(house, 3, over) == (2, 5)  # the day before says the same
    assert question(house, 3, over + timedelta(days=1)) == (1, 5)
    assert numbers(house, Measure.PAST, "went", "neither", "not_told") == {"went": 1, "neither": 0, "not_told": 1}


def test_an_unknown_went_is_no_answer_and_stays_under_way(house: House) -> None:
    rows = [registered(house, place) for place in range(5)]
    over = house.cast.run.ends_on + timedelta(days=70)
    take_step(rows[0], Event.WENT_UNKNOWN, by=None, on=over)
    assert question(house, 3, over) == (0, 5)
    assert numbers(house, Measure.FLOW, "at.under_way", "at.done", on=over) == {"at.under_way": 5, "at.done": 0}


def test_an_answer_of_a_manager_or_a_coordinator_counts_with_a_mark(house: House) -> None:
    rows = [registered(house, place) for place in range(5)]
    over = house.cast.run.ends_on + timedelta(days=20)
    moved = take_step(rows[0], Event.MOVE_ON, by=None, on=over, owner=house.cast.lars, level=1, days=14, away=None)
    take_step(moved, Event.GO, by=house.cast.lars, on=over, went="yes")
    take_step(rows[1], Event.GO, by=rows[1].employee, on=over, went="yes")
    assert numbers(house, Measure.PAST, "answered", "went", "by_others", on=over) == {
        "answered": 2, "went": 2, "by_others": 1,
    }  # fmt: skip


@pytest.mark.parametrize("ended", [lapse, leave])
def test_a_helper_of_what_ended_without_a_decision_has_helped_nobody(house: House, ended: object) -> None:
    assert callable(ended)
    for place in range(4):
        agree(house, place, Kind.PRACTICE)
    row = agree(house, 4, Kind.PRACTICE)
    row = take_step(row, Event.ASK, by=row.employee, on=TODAY, helper=house.cast.karim)
    row = take_step(row, Event.ACCEPT, by=house.cast.karim, on=TODAY)
    assert question(house, 6) == (1, 5)
    ended(row, TODAY + timedelta(days=1))
    assert question(house, 6, LATER) == (0, 5)
    assert sum(ends(house, 6).values()) == 1


def test_a_coordinators_step_with_the_line_manager_or_hr_is_no_coordinators(house: House) -> None:
    rows = [agree(house, place) for place in range(5)]
    cast = house.cast
    assert question(house, 2) == (5, 5)
    moved = move_find_step(rows[0], cast.lars, 1)
    assert question(house, 2) == (4, 5)
    move_find_step(moved, cast.hanne, 2)
    assert question(house, 2) == (4, 5)
    move_find_step(rows[1], cast.birgit, 1)  # another coordinator
    assert question(house, 2) == (4, 5)
    assert set(CountedAgreement.objects.filter(moved_away=True).values_list("agreement", flat=True)) == {rows[0].pk}


def test_a_check_in_that_was_not_answered_counts_as_asked_from_the_day_it_is_noted(house: House) -> None:
    rows = [start_practice(house, place) for place in range(5)]
    due = max(row.step_due for row in rows if row.step_due)
    noted = due + timedelta(days=14)
    before = question(house, 7, noted - timedelta(days=1))
    assert before == (0, 5)
    for row in rows:
        take_step(row, Event.CHECK_IN_UNANSWERED, by=None, on=noted)
    assert question(house, 7, noted - timedelta(days=1)) == before
    assert question(house, 7, noted) == (0, 5)
    row = Agreement.objects.get(pk=rows[0].pk)
    assert row.step_due is not None and row.step_due > noted
    take_step(row, Event.CHECK_IN, by=row.employee, on=row.step_due, happens=True, learns=True)
    assert question(house, 7, row.step_due) == (1, 6)
    assert numbers(house, Measure.ASKED, "people", on=row.step_due) == {"people": 5}


def test_check_ins_of_what_was_not_told_are_not_answered(house: House) -> None:
    rows = [start_practice(house, place) for place in range(5)]
    due = max(row.step_due for row in rows if row.step_due)
    for row in rows:
        take_step(row, Event.CHECK_IN, by=row.employee, on=due, happens=True, learns=True)
    done = take_step(Agreement.objects.get(pk=rows[0].pk), Event.FINISH, by=rows[0].employee, on=due)
    take_step(done, Event.NOT_TOLD, by=None, on=due + timedelta(days=50))
    later = due + timedelta(days=50)
    sums = figures(house, later).sums[Measure.ASKED]
    assert (sums["answered"], sums["not_told"]) == (4, 1)
    assert question(house, 7, due) == (5, 5)


def test_the_headline_has_all_ends_in_its_base_and_how_many_were_talked_about(house: House) -> None:
    told(house, 0, "much")
    row = told_without_talk(house, 1)
    lapse(agree(house, 2))
    leave(agree(house, 3))
    done = take_step(start_practice(house, 4), Event.FINISH, by=house.plans[4].conversation.employment.person, on=TODAY)
    take_step(done, Event.NOT_TOLD, by=None, on=TODAY)
    assert not Outcome.objects.get(agreement=row).talked_on
    names = ("base", "learned", "talked", "lapsed", "not_told", "left", "dropped")
    assert numbers(house, Measure.DUE, *names, on=TODAY) == {
        "base": 5, "learned": 2, "talked": 1, "lapsed": 1, "not_told": 1, "left": 1, "dropped": 0,
    }  # fmt: skip


def told_without_talk(house: House, place: int) -> Agreement:
    row = take_step(start_practice(house, place), Event.FINISH, by=None, on=TODAY)
    row = take_step(row, Event.REPORT_OUTCOME, by=row.employee, on=TODAY, learned="En ting", newness="much")
    return take_step(row, Event.TALK_MISSING, by=None, on=TODAY)


def test_who_left_is_told_from_who_dropped_because_the_job_changed(house: House) -> None:
    leave(agree(house, 0))
    row = take_step(agree(house, 1), Event.PROPOSE_DROP, by=house.cast.lars, on=TODAY, reason="changed_job")
    take_step(row, Event.CONFIRM_DROP, by=row.employee, on=TODAY)
    for place in range(2, 5):
        agree(house, place)
    assert numbers(house, Measure.FLOW, "lost.agreed", "left.agreed") == {"lost.agreed": 1, "left.agreed": 1}


def test_losses_are_counted_by_phase_and_step_with_their_names(house: House) -> None:
    cast = house.cast
    lapse(agree(house, 0))
    found = take_step(agree(house, 1), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    lapse(found)
    missed = take_step(agree(house, 2), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    take_step(missed, Event.MISS_DEADLINE, by=None, on=TODAY)
    moved = move_find_step(agree(house, 3), cast.lars, 1)
    away = take_step(
        agree(house, 4), Event.MOVE_ON, by=None, on=TODAY, owner=cast.lars, level=1, days=0, away=cast.bente.pk
    )
    late = {f"late.find_run.{(LATER - (row.step_due or LATER)).days}" for row in (moved, away)}
    flow = figures(house, LATER).sums[Measure.FLOW]
    stalled = {name: number for name, number in flow.items() if name.split(".")[0] in
               ("lapsed", "lapsed_at", "missed_at", "moved_at")}  # fmt: skip
    assert stalled == {
        "lapsed.agreed": 1, "lapsed.in_place": 1, "lapsed_at.find_run": 1, "lapsed_at.settle_money": 1,
        "missed_at.settle_money": 1, "moved_at.find_run": 1,
    }  # fmt: skip
    assert late <= set(flow)


def test_a_lapse_of_what_did_not_happen_is_not_told_apart_as_a_managers(house: House) -> None:
    """Only a manager's step lapses under way, and few managers are behind a small unit's number."""
    stuck = take_step(start_practice(house, 0), Event.GET_STUCK, by=None, on=TODAY)
    lapse(stuck)
    for place in range(1, 5):
        agree(house, place)
    assert numbers(house, Measure.FLOW, "lapsed.under_way", "lapsed.in_place", "lapsed_at.talk_stuck") == {
        "lapsed.under_way": 0, "lapsed.in_place": 1, "lapsed_at.talk_stuck": 1,
    }  # fmt: skip


def test_every_end_has_its_own_number_in_every_question_that_has_any(house: House) -> None:
    lapse(agree(house, 0))
    lapse(agree(house, 1, Kind.PRACTICE))
    for place in range(2, 7):
        agree(house, place)
        agree(house, place, Kind.PRACTICE)
    shown = {number: ends(house, number) for number in range(8)}
    assert shown == {number: {} if number == 7 else {SilentEnd.LAPSED: 2 if number == 0 else 1} for number in range(8)}
