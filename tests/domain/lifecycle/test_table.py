"""The table of the lifecycle says what the design says."""

from __future__ import annotations

import pytest

from udbytte.domain.lifecycle import (
    ANSWERS,
    CLOSED,
    CONFIRM_DROP,
    CONFIRM_REPLACE,
    FORKS,
    MIDWAY,
    PHASES,
    STEPS,
    TRANSITIONS,
    Condition,
    Event,
    Kind,
    MissingFact,
    NoSuchEvent,
    NotAllowed,
    Party,
    Stage,
    State,
    advance,
    event_that_happens,
    events_for,
    events_from,
    page_answers,
    replay,
)

COURSE = "agreed found nominated funded waitlisted registered attended unknown used told"
PRACTICE = "agreed asked staffed under_way stuck done told"


def test_every_stage_of_a_kind_that_is_not_closed_has_one_step() -> None:
    assert {stage for kind, stage in STEPS if kind is Kind.COURSE} == set(COURSE.split())
    assert {stage for kind, stage in STEPS if kind is Kind.PRACTICE} == set(PRACTICE.split())


def test_the_steps_have_the_owners_of_the_design() -> None:
    owners = {(kind.value, stage.value): step.owner.value for (kind, stage), step in STEPS.items()}
    assert owners == {
        ("course", "agreed"): "coordinator",
        ("course", "found"): "manager",
        ("course", "nominated"): "budget_owner",
        ("course", "funded"): "coordinator",
        ("course", "waitlisted"): "coordinator",
        ("course", "registered"): "employee",
        ("course", "attended"): "employee",
        ("course", "unknown"): "employee",
        ("course", "used"): "employee",
        ("course", "told"): "manager",
        ("practice", "agreed"): "employee",
        ("practice", "asked"): "helper",
        ("practice", "staffed"): "employee",
        ("practice", "under_way"): "employee",
        ("practice", "stuck"): "manager",
        ("practice", "done"): "employee",
        ("practice", "told"): "manager",
    }


def test_no_transition_leads_to_a_stage_that_its_kind_does_not_have() -> None:
    for (kind, _stage, _event), row in TRANSITIONS.items():
        assert row.to is None or row.to in CLOSED or (kind, row.to) in STEPS


def test_every_open_stage_can_lead_to_learning() -> None:
    for kind, stage in STEPS:
        reached, frontier = {stage}, {stage}
        while frontier:
            rows = (row.to for (k, s, _), row in TRANSITIONS.items() if k is kind and s in frontier)
            frontier = {to for to in rows if to is not None} - reached
            reached |= frontier
        assert Stage.LEARNED in reached, (kind, stage)


def test_every_open_stage_can_be_postponed_paused_dropped_replaced_and_left() -> None:
    for kind, stage in STEPS:
        always = {Event.POSTPONE, Event.PAUSE, Event.PROPOSE_DROP, Event.PROPOSE_REPLACE, Event.HAND_OVER, Event.LEAVE}
        assert always <= set(events_from(State(kind, stage)))


def test_nothing_can_happen_to_a_closed_agreement() -> None:
    for stage in CLOSED:
        reopening = {Event.REOPEN, Event.RESTART} if stage is Stage.LAPSED else set()
        assert set(events_from(State(Kind.COURSE, stage))) == reopening
        assert State(Kind.COURSE, stage).step is None


def test_what_a_leave_closed_is_back_in_the_stage_that_it_had() -> None:
    left = advance(State(Kind.PRACTICE, Stage.UNDER_WAY), Event.LEAVE, parties=None)
    assert set(events_from(left)) == {Event.COME_BACK, Event.START_OVER}
    assert events_for(left, frozenset(Party)) == frozenset()
    assert advance(left, Event.COME_BACK, parties=None) == State(Kind.PRACTICE, Stage.UNDER_WAY)
    assert event_that_happens(left, Event.COME_BACK, lambda _: False) is Event.START_OVER
    dropped = advance(State(Kind.COURSE, Stage.FOUND, Party.EMPLOYEE), Event.CONFIRM_DROP, parties=None)
    assert events_from(dropped) == {}


def test_a_refused_nomination_leads_back_to_finding_a_run() -> None:
    state = State(Kind.COURSE, Stage.NOMINATED)
    after = advance(state, Event.REFUSE, parties=frozenset({Party.BUDGET_OWNER}), facts={"reason": "for dyrt"})
    assert (after.stage, after.step and after.step.name) == (Stage.AGREED, "find_run")


def test_a_helper_who_says_no_sends_the_agreement_back() -> None:
    after = advance(State(Kind.PRACTICE, Stage.ASKED), Event.DECLINE, parties=frozenset({Party.HELPER}))
    assert after == State(Kind.PRACTICE, Stage.AGREED)


def test_a_drop_is_confirmed_by_the_other_and_by_nobody_else() -> None:
    state = advance(
        State(Kind.COURSE, Stage.FOUND),
        Event.PROPOSE_DROP,
        parties=frozenset({Party.EMPLOYEE}),
        facts={"reason": "no_time"},
    )
    assert state.stage is Stage.FOUND and state.step is not None and state.step.owner is Party.MANAGER
    with pytest.raises(NotAllowed):
        advance(state, Event.CONFIRM_DROP, parties=frozenset({Party.EMPLOYEE}))
    assert advance(state, Event.CONFIRM_DROP, parties=frozenset({Party.MANAGER})).stage is Stage.DROPPED
    assert advance(state, Event.KEEP, parties=frozenset({Party.MANAGER})) == State(Kind.COURSE, Stage.FOUND)


def test_while_a_drop_is_proposed_the_ordinary_step_cannot_be_taken() -> None:
    state = State(Kind.COURSE, Stage.FOUND, Party.MANAGER)
    with pytest.raises(NoSuchEvent):
        advance(state, Event.FUND, parties=frozenset({Party.MANAGER}), facts={"price": 1})


def test_a_needed_fact_that_is_missing_is_named() -> None:
    with pytest.raises(MissingFact) as caught:
        advance(State(Kind.COURSE), Event.CHOOSE_RUN, parties=frozenset({Party.COORDINATOR}))
    assert caught.value.name == "run"


def test_hr_only_hands_on_steps_of_managers_coordinators_and_budget_owners() -> None:
    for (kind, stage), step in STEPS.items():
        open_to_hr = events_for(State(kind, stage), frozenset({Party.HR}))
        routes = step.owner in (Party.MANAGER, Party.COORDINATOR, Party.BUDGET_OWNER)
        assert open_to_hr == ({Event.HAND_OVER} if routes else frozenset()), stage


def test_a_manager_hands_on_no_step_but_the_managers_own() -> None:
    for (kind, stage), step in STEPS.items():
        handed = Event.HAND_OVER in events_for(State(kind, stage), frozenset({Party.MANAGER}))
        assert handed == (step.owner is Party.MANAGER), stage
    for party in (Party.EMPLOYEE, Party.MANAGER):
        proposed = State(Kind.COURSE, Stage.FOUND, party)
        assert Event.HAND_OVER not in events_for(proposed, frozenset(Party))


def test_another_way_is_agreed_by_the_other_one() -> None:
    state = State(Kind.COURSE, Stage.FOUND)
    manager, employee = frozenset({Party.MANAGER}), frozenset({Party.EMPLOYEE})
    assert Event.REPLACE not in events_from(state)
    facts = {"title": "Sidemandsoplæring", "kind": Kind.PRACTICE, "planned_from": 1, "planned_to": 2}
    proposed = advance(state, Event.PROPOSE_REPLACE, parties=manager, facts=facts)
    assert proposed.step is not None and (proposed.step.name, proposed.step.owner) == (
        "confirm_replace",
        Party.EMPLOYEE,
    )
    assert Event.CONFIRM_DROP not in events_from(proposed)
    with pytest.raises(NotAllowed):
        advance(proposed, Event.REPLACE, parties=manager, facts={"replacement": 1})
    assert advance(proposed, Event.REPLACE, parties=employee, facts={"replacement": 1}).stage is Stage.REPLACED
    assert advance(proposed, Event.KEEP, parties=employee) == state


def test_a_lapsed_agreement_is_back_in_the_stage_that_it_had() -> None:
    lapsed = advance(State(Kind.COURSE, Stage.NOMINATED), Event.LAPSE, parties=None)
    assert (lapsed.stage, lapsed.lost_from, lapsed.step) == (Stage.LAPSED, Stage.NOMINATED, None)
    assert advance(lapsed, Event.REOPEN, parties=frozenset({Party.EMPLOYEE})).stage is Stage.NOMINATED
    assert advance(lapsed, Event.RESTART, parties=frozenset({Party.MANAGER})).stage is Stage.AGREED
    assert event_that_happens(lapsed, Event.REOPEN, lambda _: False) is Event.RESTART


def test_nothing_lapses_from_registered_on() -> None:
    lapsing = {(kind, stage) for kind, stage, event in TRANSITIONS if event is Event.LAPSE}
    late = {Stage.REGISTERED, Stage.ATTENDED, Stage.UNKNOWN, Stage.USED, Stage.UNDER_WAY, Stage.DONE, Stage.REPORTED}
    assert not {stage for _kind, stage in lapsing} & late


def test_only_the_application_lets_somebody_leave() -> None:
    with pytest.raises(NotAllowed):
        advance(State(Kind.COURSE), Event.LEAVE, parties=frozenset(Party))
    assert advance(State(Kind.COURSE), Event.LEAVE, parties=None).stage is Stage.DROPPED


def test_a_log_replays_to_its_state() -> None:
    log = [
        (Event.AGREE, None),
        (Event.CHOOSE_RUN, None),
        (Event.PROPOSE_DROP, Party.EMPLOYEE),
        (Event.KEEP, None),
        (Event.FUND, None),
    ]
    assert replay(Kind.COURSE, log) == State(Kind.COURSE, Stage.FUNDED)


def test_the_phases_cover_every_stage_but_the_losses() -> None:
    assert set(PHASES) == set(Stage) - (CLOSED - {Stage.LEARNED})


def test_a_fork_leads_to_events_that_can_happen_in_its_stage() -> None:
    for (kind, stage, _chosen), fork in FORKS.items():
        lost_from = Stage.AGREED if stage in CLOSED else None
        assert {fork.then, fork.otherwise} <= set(events_from(State(kind, stage, lost_from=lost_from)))


def test_one_of_several_helpers_who_declines_only_steps_aside() -> None:
    state = State(Kind.PRACTICE, Stage.ASKED)
    assert event_that_happens(state, Event.DECLINE, lambda _: True) is Event.STEP_ASIDE
    assert event_that_happens(state, Event.DECLINE, lambda _: False) is Event.DECLINE


def test_a_helper_who_stops_after_the_end_always_steps_aside_and_nothing_is_asked() -> None:
    asked: list[Condition] = []

    def holds(condition: Condition) -> bool:
        asked.append(condition)
        return False

    state = State(Kind.PRACTICE, Stage.DONE)
    assert event_that_happens(state, Event.LOSE_HELPER, holds) is Event.STEP_ASIDE
    assert event_that_happens(state, Event.TALK, holds) is Event.TALK
    assert asked == []


def test_every_step_has_answers_and_each_can_happen_where_the_step_is() -> None:
    assert set(ANSWERS) == {step.name for step in (*STEPS.values(), CONFIRM_DROP, CONFIRM_REPLACE, MIDWAY)}
    for (kind, stage), step in STEPS.items():
        possible = set(events_from(State(kind, stage)))
        assert set(page_answers(step.name)) <= possible, step.name
    dropping = events_from(State(Kind.COURSE, Stage.FOUND, Party.EMPLOYEE))
    assert set(page_answers("confirm_drop")) <= set(dropping)


def test_what_comes_from_outside_leaves_a_proposed_drop_as_it_is() -> None:
    state = State(Kind.COURSE, Stage.REGISTERED, Party.MANAGER)
    after = advance(state, Event.LOSE_RUN, parties=None, facts={"reason": "aflyst"})
    assert after == State(Kind.COURSE, Stage.AGREED, Party.MANAGER)
