"""The table of the lifecycle says what the design says."""

from __future__ import annotations

import pytest

from udbytte.domain.lifecycle import (
    ANSWERS,
    CLOSED,
    CONFIRM_DROP,
    FORKS,
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
    allowed,
    event_that_happens,
    events_from,
    page_answers,
    replay,
)

COURSE = "agreed found nominated funded waitlisted registered attended used told"
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
        assert row.to in CLOSED or (kind, row.to) in STEPS


def test_every_open_stage_can_lead_to_learning() -> None:
    for kind, stage in STEPS:
        reached, frontier = {stage}, {stage}
        while frontier:
            frontier = {row.to for (k, s, _), row in TRANSITIONS.items() if k is kind and s in frontier} - reached
            reached |= frontier
        assert Stage.LEARNED in reached, (kind, stage)


def test_every_open_stage_can_be_postponed_paused_dropped_replaced_and_left() -> None:
    for kind, stage in STEPS:
        always = {Event.POSTPONE, Event.PAUSE, Event.PROPOSE_DROP, Event.REPLACE, Event.HAND_OVER, Event.LEAVE}
        assert always <= set(events_from(State(kind, stage)))


def test_nothing_can_happen_to_a_closed_agreement() -> None:
    for stage in CLOSED:
        assert events_from(State(Kind.COURSE, stage)) == {}
        assert State(Kind.COURSE, stage).step is None


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


def test_hr_can_only_hand_a_step_over() -> None:
    for kind, stage in STEPS:
        mine = {e for e in Event if allowed(State(kind, stage), e, frozenset({Party.HR}))}
        assert mine == {Event.HAND_OVER}


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
    assert set(PHASES) == set(Stage) - {Stage.DROPPED, Stage.REPLACED}


def test_a_fork_leads_to_events_that_can_happen_in_its_stage() -> None:
    for (kind, stage, _chosen), fork in FORKS.items():
        assert {fork.then, fork.otherwise} <= set(events_from(State(kind, stage)))


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
    assert set(ANSWERS) == {step.name for step in (*STEPS.values(), CONFIRM_DROP)}
    for (kind, stage), step in STEPS.items():
        possible = set(events_from(State(kind, stage)))
        assert set(page_answers(step.name)) <= possible, step.name
    dropping = events_from(State(Kind.COURSE, Stage.FOUND, Party.EMPLOYEE))
    assert set(page_answers("confirm_drop")) <= set(dropping)


def test_what_comes_from_outside_leaves_a_proposed_drop_as_it_is() -> None:
    state = State(Kind.COURSE, Stage.REGISTERED, Party.MANAGER)
    after = advance(state, Event.LOSE_RUN, parties=None, facts={"reason": "aflyst"})
    assert after == State(Kind.COURSE, Stage.AGREED, Party.MANAGER)
