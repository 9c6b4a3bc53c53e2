"""The typed facts of `take_step` agree with the table of the lifecycle."""

from __future__ import annotations

from typing import get_args, get_overloads, get_type_hints

from udbytte.domain.lifecycle import FORKS, TRANSITIONS, Event
from udbytte.services.agreements.facts import NoFacts, TakeStep


def test_the_facts_that_the_table_needs_are_required_and_no_others() -> None:
    required: dict[Event, frozenset[str]] = {}
    for signature in get_overloads(TakeStep.__call__):
        hints = get_type_hints(signature)
        if hints["event"] is not Event:  # the last one takes any event, with its facts in a mapping
            (facts,) = get_args(hints["facts"])
            for event in get_args(hints["event"]):
                assert event not in required
                required[event] = facts.__required_keys__ - NoFacts.__required_keys__
    assert set(required) == set(Event) - {Event.AGREE}
    for (_kind, _stage, event), row in TRANSITIONS.items():
        assert required[event] == set(row.needs), event


def test_a_fork_needs_no_fact_that_the_chosen_event_lacks() -> None:
    needs = {event: set(row.needs) for (_kind, _stage, event), row in TRANSITIONS.items()}
    for (_kind, _stage, chosen), fork in FORKS.items():
        if chosen is not Event.STEP_ASIDE:
            assert needs[fork.then] | needs[fork.otherwise] <= needs[chosen]
