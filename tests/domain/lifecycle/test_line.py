"""The line says what the design's table says, and its clock counts what it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.lifecycle import (
    CONFIRM_DROP,
    CONFIRM_REPLACE,
    LAPSES,
    MIDWAY,
    STEPS,
    TRANSITIONS,
    Event,
    Kind,
    Party,
    Stage,
    State,
    events_for,
    events_from,
)
from udbytte.domain.lifecycle.line import (
    ASKED_BEFORE_LAPSE,
    HAS_IT_FOR,
    KEPT_FOR,
    LINE,
    Clock,
    Ending,
    Move,
    Place,
    day_before_deadline,
    late_days_after_hand_over,
    late_days_after_proposal,
    move_of,
)
from udbytte.domain.working_days import is_working_day, working_day_from, working_days_before, working_days_between

DUE = date(2026, 8, 31)  # a Monday, with no quiet days and no holidays in the next hundred days
LAPSING = sorted(name for name, row in LINE.items() if row.ending is Ending.LAPSES)
# Who may press natively at each place, besides what the line's row adds for the party whose step it is.
BY_PLACE = {
    Place.OTHER_COORDINATOR: Party.COORDINATOR,
    Place.LINE_MANAGER: Party.MANAGER,
    Place.HR: Party.HR,
}


def after(days: int, step: str, **clock: object) -> Move:
    """What happens to a step so many days after its date."""
    facts = {"due": DUE, "since": DUE - timedelta(days=30), **clock}
    return move_of(LINE[step], Clock(**facts), on=DUE + timedelta(days=days))  # type: ignore[arg-type]


def test_there_is_a_row_for_every_step_proposal_and_application() -> None:
    names = {step.name for step in (*STEPS.values(), CONFIRM_DROP, CONFIRM_REPLACE, MIDWAY)}
    assert set(LINE) == names | {"application.to_send", "application.sent"}


def test_there_are_three_levels_at_most_and_they_come_in_order() -> None:
    for name, row in LINE.items():
        days = [level.after for level in row.levels]
        assert len(days) <= 3 and days == sorted(set(days)), name
        assert row.ending is Ending.NEVER or not days or row.after > days[-1], name


def test_nothing_stands_longer_than_nine_weeks() -> None:
    for name, row in LINE.items():
        assert row.ending is not Ending.NEVER and row.after <= 63, name


def test_what_lapses_in_the_line_lapses_in_the_lifecycle() -> None:
    lapsing = {(kind, stage) for (kind, stage), step in STEPS.items() if LINE[step.name].ending is Ending.LAPSES}
    assert lapsing == LAPSES
    for kind, stage, event in TRANSITIONS:
        if event is Event.LAPSE:
            assert (kind, stage) in LAPSES


def test_an_ending_can_happen_wherever_the_step_is() -> None:
    for (kind, stage), step in STEPS.items():
        row = LINE[step.name]
        if row.event is not None:
            assert row.event in events_from(State(kind, stage)), (stage, row.event)
    assert LINE["midway"].event in events_from(State(Kind.COURSE, Stage.REGISTERED, midway=True))
    assert LINE["confirm_drop"].event in events_from(State(Kind.COURSE, Stage.FOUND, Party.EMPLOYEE))


def test_nobody_is_given_a_step_of_which_they_may_press_nothing() -> None:
    for (kind, stage), step in STEPS.items():
        for level in LINE[step.name].levels:
            state = State(kind, stage)
            for place in level.places:
                if place is Place.HR:
                    open_events = events_for(state, frozenset({Party.HR}))
                else:
                    native = {BY_PLACE[place]} if place in BY_PLACE else set()
                    parties = frozenset({*native, step.owner})
                    open_events = events_for(state, parties) & level.may
                assert open_events, (stage, place)


def test_a_step_of_an_employee_stops_at_the_line_manager() -> None:
    own = {step.name for step in STEPS.values() if step.owner is Party.EMPLOYEE}
    for name in own | {"midway", "confirm_drop"}:
        places = {place for level in LINE[name].levels for place in level.places}
        assert places <= {Place.LINE_MANAGER, Place.OTHER_COORDINATOR}, name


def test_hr_only_hands_steps_on() -> None:
    for row in LINE.values():
        for level in row.levels:
            assert Place.HR not in level.places or level.may == {Event.HAND_OVER}


def test_finding_a_course_moves_after_two_weeks_and_to_hr_after_six() -> None:
    assert [after(days, "find_run") for days in (0, 13, 14)] == [Move.NOTHING, Move.NOTHING, Move.MOVES]
    told = DUE + timedelta(days=14)
    assert after(41, "find_run", level=1, told_on=told) is Move.NOTHING
    assert after(42, "find_run", level=1, told_on=told) is Move.MOVES
    assert after(42, "find_run", level=1) is Move.NOTHING, "whoever has it has not been told"


def test_a_level_counts_from_the_day_on_which_it_was_told() -> None:
    late_told = DUE + timedelta(days=20)
    assert after(47, "find_run", level=1, told_on=late_told) is Move.NOTHING
    assert after(48, "find_run", level=1, told_on=late_told) is Move.MOVES


def test_a_level_goes_on_from_the_late_days_with_which_it_began() -> None:
    told = DUE + timedelta(days=34)
    clock = Clock(DUE, level=1, begun_at=34, told_on=told, since=DUE)
    assert clock.days_late(LINE["find_run"], told + timedelta(days=8)) == 42
    assert after(45, "find_run", level=1, begun_at=34, told_on=told) is Move.NOTHING, "everybody has ten working days"
    assert after(46, "find_run", level=1, begun_at=34, told_on=told) is Move.MOVES


def test_the_employee_is_asked_a_week_before_the_agreement_lapses() -> None:
    clock = Clock(DUE, level=2, told_on=DUE + timedelta(days=42), since=DUE)
    row = LINE["find_run"]
    assert move_of(row, clock, on=DUE + timedelta(days=55)) is Move.NOTHING
    assert move_of(row, clock, on=DUE + timedelta(days=56)) is Move.ASKS
    asked = DUE + timedelta(days=56)
    assert move_of(row, clock, on=DUE + timedelta(days=62), asked_on=asked) is Move.NOTHING
    assert move_of(row, clock, on=DUE + timedelta(days=63), asked_on=asked) is Move.ENDS
    unasked = move_of(row, clock, on=DUE + timedelta(days=80))
    assert unasked is Move.ASKS, "nothing lapses before the employee was asked"


def test_days_of_the_summer_holiday_count_for_nobody() -> None:
    due = date(2026, 7, 1)
    clock = Clock(due, since=due - timedelta(days=30))
    assert clock.days_late(LINE["find_run"], date(2026, 7, 27)) == 26 - 21
    assert clock.days_late(LINE["find_run"], date(2026, 8, 5)) == 14


def test_an_absence_stops_the_clock_of_the_employees_own_step() -> None:
    away = ((DUE + timedelta(days=5), DUE + timedelta(days=14)),)
    clock = Clock(DUE, since=DUE, away=away)
    assert clock.days_late(LINE["find_helper"], DUE + timedelta(days=20)) == 10


def test_a_pause_or_a_proposal_lets_the_clock_go_on_where_it_was() -> None:
    assert Clock(DUE, used=20).days_late(LINE["find_run"], DUE) == 20
    assert Clock(DUE, used=20).days_late(LINE["find_run"], DUE + timedelta(days=3)) == 23
    assert Clock(DUE, used=20).days_late(LINE["find_run"], DUE - timedelta(days=1)) == 0
    row = LINE["find_run"]
    assert late_days_after_proposal(row, 60, 2) == 63 - 14, "at least two weeks are left"
    assert late_days_after_proposal(row, 10, 0) == 0
    assert late_days_after_proposal(row, 20, 1) == 20


def test_after_days_without_follow_up_what_is_late_begins_at_its_first_level() -> None:
    restarted = DUE + timedelta(days=200)
    clock = Clock(DUE, since=DUE, restarted_on=restarted)
    row = LINE["find_run"]
    assert clock.days_late(row, restarted) == 14
    assert move_of(row, clock, on=restarted) is Move.MOVES
    moved = Clock(DUE, level=1, told_on=restarted, since=DUE, restarted_on=restarted)
    for days in range(28):
        assert move_of(row, moved, on=restarted + timedelta(days=days)) is Move.NOTHING
    answered = Clock(DUE, since=DUE, restarted_on=restarted)
    assert move_of(LINE["use"], answered, on=restarted) is Move.NOTHING
    assert move_of(LINE["use"], answered, on=restarted + timedelta(days=14)) is Move.ENDS


def test_before_sign_up_closes_a_step_moves_ten_and_five_working_days_before() -> None:
    deadline = date(2026, 5, 8)
    early = deadline - timedelta(days=60)
    first = day_before_deadline(1, deadline, early)
    assert (first, day_before_deadline(2, deadline, early)) == (
        working_days_before(deadline, 10),
        working_days_before(deadline, 5),
    )
    late_start = deadline - timedelta(days=6)
    shared = [day_before_deadline(level, deadline, late_start) for level in (1, 2)]
    assert shared == [late_start + timedelta(days=2), late_start + timedelta(days=4)]
    not_due = Clock(deadline, since=early)
    row = LINE["decide"]
    assert move_of(row, not_due, on=first, deadline=deadline, begun=early) is Move.MOVES
    before = first - timedelta(days=1)
    assert move_of(row, not_due, on=before, deadline=deadline, begun=early) is Move.NOTHING


@given(st.sampled_from(sorted(LINE)), st.integers(0, 200), st.integers(0, 3), st.integers(0, 120))
def test_nothing_moves_before_ten_working_days_or_lapses_before_a_week(
    name: str, late: int, level: int, told: int
) -> None:
    row, on = LINE[name], DUE + timedelta(days=late)
    if level > len(row.levels) or level == 0:
        return
    told_on = DUE + timedelta(days=told)
    clock = Clock(DUE, level=level, told_on=told_on, since=DUE)
    move = move_of(row, clock, on=on, asked_on=DUE)
    if move is Move.MOVES:
        assert working_days_between(told_on, on) >= HAS_IT_FOR
    elif move is Move.ENDS and row.ending is Ending.LAPSES:
        assert (on - told_on).days >= ASKED_BEFORE_LAPSE


@pytest.mark.parametrize("name", LAPSING)
def test_a_step_that_everybody_ignores_ends_nine_weeks_after_its_date(name: str) -> None:
    row, level, told_on, asked_on = LINE[name], 0, None, None
    for days in range(100):
        on = DUE + timedelta(days=days)
        if told_on is None and level:
            told_on = on
        move = move_of(row, Clock(DUE, level=level, told_on=told_on, since=DUE - timedelta(days=20)), on=on,
                       asked_on=asked_on)  # fmt: skip
        if move is Move.MOVES:
            level, told_on = level + 1, None
        elif move is Move.ASKS:
            asked_on = on
        elif move is Move.ENDS:
            assert level == len(row.levels) and days <= 63 + level  # each level was told a day later
            return
    raise AssertionError(f"{name} never ends")


@pytest.mark.parametrize("name", LAPSING)
@given(
    hands=st.dictionaries(st.integers(0, 120), st.sampled_from([True, False]), max_size=12),
    begins=st.integers(0, 364),
)
def test_however_often_it_changes_hands_it_ends_nine_weeks_after_its_date(
    name: str, hands: dict[int, bool], begins: int
) -> None:
    """On the days of `hands` the step comes back to its own place (True), or to a colleague at the same place.

    The date is put off once at most, and whoever has the step when it lapses has had a week; after the new date, what
    is left of it.
    """
    row, asked_on = LINE[name], None
    due = working_day_from(date(2025, 8, 1) + timedelta(days=begins))
    clock = Clock(due, since=due - timedelta(days=20))
    for day in (due + timedelta(days=number) for number in range(150)):
        if (day - due).days in hands:
            used = late_days_after_hand_over(row, clock, day)
            if hands[(day - due).days]:
                clock = replace(clock, level=0, begun_at=0, told_on=None, since=day)
            if used is not None:
                assert clock.used == 0, "a second new date"
                clock, asked_on = replace(clock, used=used, due=working_day_from(day + timedelta(days=KEPT_FOR))), None
        if clock.level and clock.told_on is None:
            clock = replace(clock, told_on=day)  # a day after it has moved
        most = 63 if clock.used == 0 else ASKED_BEFORE_LAPSE + 1
        assert clock.counted(clock.due, day) <= most + len(row.levels), (day, clock)
        move = move_of(row, clock, on=day, asked_on=asked_on)
        if move is Move.MOVES:
            clock = replace(clock, level=clock.level + 1, begun_at=clock.days_late(row, day), told_on=None, since=day)
        elif move is Move.ASKS:
            asked_on = day
        elif move is Move.ENDS:
            told_on = clock.told_on if clock.level else clock.since
            assert told_on is not None and ((day - told_on).days >= ASKED_BEFORE_LAPSE or clock.used), clock
            return
    raise AssertionError(f"{name} never ends")


def test_it_lapses_nine_weeks_after_its_date_also_when_the_last_one_was_told_days_later() -> None:
    clock = Clock(DUE, level=3, begun_at=42, told_on=DUE + timedelta(days=47), since=DUE + timedelta(days=42))
    ends = [
        day
        for day in range(80)
        if move_of(LINE["decide"], clock, on=DUE + timedelta(days=day), asked_on=DUE) is Move.ENDS
    ]
    assert ends[0] == 63
    unheard = replace(clock, told_on=DUE + timedelta(days=60))
    assert move_of(LINE["decide"], unheard, on=DUE + timedelta(days=66), asked_on=DUE) is Move.NOTHING
    assert move_of(LINE["decide"], unheard, on=DUE + timedelta(days=67), asked_on=DUE) is Move.ENDS


def test_late_in_new_hands_it_gets_two_weeks_and_lapses_a_week_after_them() -> None:
    row = LINE["decide"]
    late = Clock(DUE, level=3, told_on=DUE + timedelta(days=42), since=DUE)
    assert late_days_after_hand_over(row, late, DUE + timedelta(days=49)) is None, "two weeks are left"
    assert late_days_after_hand_over(row, late, DUE + timedelta(days=50)) == 55
    assert late_days_after_hand_over(row, replace(late, used=55), DUE + timedelta(days=50)) is None, "once"
    assert late_days_after_hand_over(LINE["tell"], late, DUE + timedelta(days=41)) is None, "it ends with an event"
    again = Clock(DUE, used=55, level=3, told_on=DUE - timedelta(days=30), since=DUE - timedelta(days=31))
    asked_on = DUE + timedelta(days=1)
    assert [move_of(row, again, on=day) for day in (DUE, asked_on)] == [Move.NOTHING, Move.ASKS]
    assert move_of(row, again, on=asked_on + timedelta(days=6), asked_on=asked_on) is Move.NOTHING
    assert move_of(row, again, on=asked_on + timedelta(days=7), asked_on=asked_on) is Move.ENDS


def test_it_goes_no_further_when_less_than_two_weeks_are_left() -> None:
    back = {"since": DUE + timedelta(days=28)}
    assert after(49, "decide", **back) is Move.MOVES
    assert after(50, "decide", **back) is Move.NOTHING
    assert after(56, "decide", **back) is Move.ASKS


def test_only_what_passed_its_first_level_before_the_follow_up_was_late_before() -> None:
    row = LINE["find_run"]
    assert not Clock(DUE).was_late_before(row)
    assert not Clock(DUE, restarted_on=DUE + timedelta(days=14)).was_late_before(row)
    assert Clock(DUE, restarted_on=DUE + timedelta(days=15)).was_late_before(row)
    assert not Clock(DUE, level=1, restarted_on=DUE + timedelta(days=15)).was_late_before(row)
    summer = Clock(date(2026, 7, 1), restarted_on=date(2026, 7, 27))
    assert not summer.was_late_before(row), "the days of the summer holiday do not count"


def test_every_date_that_the_clock_is_tested_with_is_a_working_day() -> None:
    assert is_working_day(DUE)
