"""The table of the lifecycle is printed as it is."""

from __future__ import annotations

import json
from dataclasses import fields
from io import StringIO

import pytest
from django.core.management import call_command

from udbytte.domain.lifecycle import STEPS, TRANSITIONS, Kind, Transition


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("lifecycle", *arguments, stdout=out)
    return out.getvalue()


def test_json_has_every_row_with_every_column() -> None:
    rows = {(row["kind"], row["stage"], row["event"]): row for row in json.loads(printed("--json"))}
    assert set(rows) == set(TRANSITIONS)
    columns = {"kind", "stage", "event", *(field.name for field in fields(Transition))}
    assert [key for key, row in rows.items() if set(row) != columns] == []
    assert rows["course", "funded", "register"] == {
        "kind": "course",
        "stage": "funded",
        "event": "register",
        "to": "registered",
        "by": ["coordinator", "employee"],
        "needs": [],
        "notifies": ["employee"],
        "step": "new",
        "proposed": "impossible",
        "pause": "ends",
        "coordinates": True,
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_text_has_every_step_of_the_kind_and_every_event(kind: Kind) -> None:
    lines = printed("--kind", kind).splitlines()
    steps = [f"{stage}: {step.name} ({step.owner})" for (owner, stage), step in STEPS.items() if owner is kind]
    assert [line for line in lines if not line.startswith(" ")] == steps
    stages = {stage for owner, stage in STEPS if owner is kind}
    events = [key for key in TRANSITIONS if key[0] is kind and key[1] in stages]
    assert len(lines) - len(steps) == len(events)
