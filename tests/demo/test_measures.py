"""The figures of the proof, each counted from a log or a few agreements that are easy to read."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import TODAY, Cast
from udbytte.demo.measures import (
    Entry,
    agreements_that_lapsed,
    count_final,
    count_reopenings,
    deciders,
    due_and_learned,
    lapses_by_step,
    late_waits,
    logs,
    median_and_95th,
    open_at_the_end,
    percentile,
)
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.lifecycle.deadlines import DEFAULT_DAYS
from udbytte.models import Agreement, Person
from udbytte.services.agreements.take_step import replace_agreement, take_step

LAST = TODAY + timedelta(days=100)


def _entry(day: int, event: str, before: str, after: str, due: int | None, by: int | None = None) -> Entry:
    """An entry of a course's log; `day` and `due` count from TODAY."""
    on = TODAY + timedelta(days=day)
    until = TODAY + timedelta(days=due) if due is not None else None
    return Entry(1, "course", on, event, before, after, until, by, employee=1)


FOUND_LATE = [_entry(0, "agree", "", "agreed", 21), _entry(30, "choose_run", "agreed", "found", 37)]


@pytest.mark.parametrize(
    ("log", "waits"),
    [
        (FOUND_LATE, [9, 63]),  # the money is still not settled on the last day
        ([FOUND_LATE[0], _entry(20, "choose_run", "agreed", "found", 120)], []),  # each before its date
        ([FOUND_LATE[0], _entry(21, "choose_run", "agreed", "found", 120)], [0]),
        ([FOUND_LATE[0], _entry(20, "postpone", "agreed", "agreed", 60)], [79]),  # from the first date on
        ([FOUND_LATE[0], _entry(25, "propose_drop", "agreed", "agreed", 39),
          _entry(45, "confirm_drop", "agreed", "dropped", None)], [24]),
        ([FOUND_LATE[0], _entry(25, "drop", "agreed", "lapsed", None), _entry(40, "reopen", "lapsed", "agreed", 54)],
         [4, 46]),
        ([_entry(0, "go", "registered", "attended", 14), _entry(20, "not_used", "attended", "attended", 34),
          _entry(30, "not_used", "attended", "attended", 44)], [6, 56]),  # each question has a date of its own
    ],
)  # fmt: skip
def test_a_step_waits_from_its_first_date_to_its_end(log: list[Entry], waits: list[int]) -> None:
    assert late_waits([log], until=LAST) == waits


def test_a_log_of_the_database_is_read_in_order(cast: Cast) -> None:
    agreement = cast.agree()
    take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY + timedelta(days=30), run=cast.run)
    (log,) = logs()
    assert [(entry.event, entry.from_stage, entry.to_stage, entry.by) for entry in log] == [
        ("agree", "", "agreed", cast.lars.pk),
        ("choose_run", "agreed", "found", cast.bente.pk),
    ]
    assert late_waits([log], until=TODAY + timedelta(days=30)) == [9]


def test_a_share_of_the_values_lies_at_or_below_the_percentile() -> None:
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([7], 0.95) == 7
    assert median_and_95th([]) == {"median": None, "p95": None}
    assert median_and_95th([1, 2, 30, 4]) == {"median": 3, "p95": 30}


def test_lapses_and_reopenings_are_read_from_the_log_by_name() -> None:
    reopened = [
        _entry(0, "agree", "", "agreed", 21),
        _entry(90, "lapse", "agreed", "lapsed", None),
        _entry(99, "reopen", "lapsed", "agreed", 113),
    ]
    lapsed = [_entry(90, "lapse", "nominated", "lapsed", None)]
    assert lapses_by_step([reopened, lapsed]) == {"find_run": 1, "decide": 1}
    assert count_reopenings([reopened, lapsed, FOUND_LATE]) == 1
    assert agreements_that_lapsed([lapsed]) == {1} and agreements_that_lapsed([FOUND_LATE]) == set()


@pytest.mark.django_db
def test_nothing_is_decided_up_the_line_lapses_or_stays_untold_where_no_rule_says_so(cast: Cast) -> None:
    take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    assert deciders(logs()) == lapses_by_step(logs()) == {}
    assert count_reopenings(logs()) == count_final("not_told") == 0
    assert count_final("found") == 1


@pytest.mark.django_db
def test_who_decides_a_step_that_has_moved_is_counted_once_by_role(cast: Cast) -> None:
    def moved_to(person: Person, stage: str, *more: Entry) -> list[Entry]:
        decided = _entry(50, "postpone", stage, stage, 70, by=person.pk)
        return [_entry(40, "move_on", stage, stage, 21), decided, *more]

    again = _entry(60, "hand_over", "agreed", "agreed", 80, by=cast.lars.pk)
    cases = [
        moved_to(cast.lars, "agreed", again),
        moved_to(cast.dorthe, "found"),
        moved_to(cast.birgit, "nominated"),
        moved_to(cast.bente, "funded"),
        moved_to(cast.hanne, "agreed"),
        moved_to(cast.karim, "agreed"),
        [_entry(50, "refuse", "nominated", "agreed", 70, by=cast.birgit.pk)],  # it had not moved
    ]
    assert deciders(cases) == {"manager": 2, "budget_owner": 1, "coordinator": 1, "hr": 1, "other": 1}


OUTCOME_DAYS = timedelta(days=DEFAULT_DAYS["outcome"])


@pytest.mark.django_db
def test_postponing_does_not_change_when_an_agreements_time_comes(cast: Cast) -> None:
    first = TODAY + timedelta(days=120) + OUTCOME_DAYS
    agreement = cast.agree()
    take_step(agreement, Event.POSTPONE, by=cast.lars, on=TODAY, until=TODAY + timedelta(days=300), reason="Travlt.")
    agreement.refresh_from_db()
    assert agreement.answer_due_on > first
    assert due_and_learned(on=first - timedelta(days=1)) == (0, 0)
    assert due_and_learned(on=first) == (1, 0)


@pytest.mark.django_db
def test_what_was_dropped_is_due_and_what_was_replaced_is_due_once(cast: Cast) -> None:
    dropped, replaced = cast.agree(), cast.agree(Kind.PRACTICE, title="Mentor")
    take_step(dropped, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_time")
    dropped.refresh_from_db()
    take_step(dropped, Event.CONFIRM_DROP, by=cast.lars, on=TODAY)
    later = {"planned_from": TODAY + timedelta(days=400), "planned_to": TODAY + timedelta(days=500)}
    facts = {"title": "Makker", "kind": Kind.PRACTICE, **later}
    proposed = take_step(replaced, Event.PROPOSE_REPLACE, by=cast.lars, on=TODAY, facts=facts)
    new = replace_agreement(proposed, by=cast.mette, on=TODAY)
    on = date(2027, 1, 1)
    assert new.answer_due_on > on
    assert due_and_learned(on=on) == (2, 0)
    _end_in_learning(new)
    assert due_and_learned(on=on) == (2, 1)
    assert due_and_learned(on=new.answer_due_on) == (2, 1)


def _end_in_learning(agreement: Agreement) -> None:
    closed = {"step": "", "step_owner": None, "step_due": None, "step_since": None, "closed_on": TODAY}
    Agreement.objects.filter(pk=agreement.pk).update(stage="learned", **closed)


@pytest.mark.django_db
def test_of_the_open_ones_some_are_long_overdue_and_some_rest(cast: Cast) -> None:
    on = TODAY + timedelta(days=60)
    for days_overdue, rests_until in ((45, None), (46, None), (0, on), (0, on + timedelta(days=1))):
        row = cast.agree()
        due = on - timedelta(days=days_overdue)
        Agreement.objects.filter(pk=row.pk).update(step_due=due, paused_until=rests_until)
    _end_in_learning(cast.agree())
    still_open = open_at_the_end(on=on)
    assert (still_open.count, still_open.long_overdue, still_open.resting) == (4, 1, 1)
