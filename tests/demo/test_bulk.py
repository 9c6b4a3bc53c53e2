"""The bulk data follows every rule that the services follow."""

from __future__ import annotations

from itertools import groupby

import pytest

from tests.cast import TODAY
from udbytte.demo.bulk.fill import fill_with_bulk_data
from udbytte.domain.lifecycle import STEPS, Event, Kind, Party, State, replay
from udbytte.models import Agreement, Employment, LogEntry, Person
from udbytte.queries.money.budgets import balance_of
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db


def _made() -> dict[str, object]:
    return fill_with_bulk_data(employees=2000, agreements=3000, seed=4, on=TODAY, say=lambda _line: None)


def test_bulk_data_replays_and_stands_with_the_right_people() -> None:
    made = _made()
    assert (made["employees"], made["agreements"]) == (2000, 3000)
    states = {agreement.pk: agreement.state for agreement in Agreement.objects.all()}
    entries = LogEntry.objects.order_by("agreement_id", "number")
    seen: dict[int, State] = {}
    for pk, log in groupby(entries, key=lambda entry: entry.agreement_id):
        events = [(Event(entry.event), Party(entry.party) if entry.party else None) for entry in log]
        seen[pk] = replay(states[pk].kind, events)
    assert seen == states
    assert {(agreement.kind, agreement.stage) for agreement in Agreement.objects.all()} >= set(STEPS)
    managers = dict(Employment.objects.values_list("pk", "line_manager_id"))
    owners = dict(Agreement.objects.values_list("pk", "step_owner_id"))
    follow_organisation_changes(on=TODAY)
    assert dict(Employment.objects.values_list("pk", "line_manager_id")) == managers
    assert dict(Agreement.objects.values_list("pk", "step_owner_id")) == owners
    assert not Person.objects.filter(is_active=False).exists()


def test_bulk_budgets_are_never_overspent() -> None:
    _made()
    paid = Agreement.objects.filter(budget__isnull=False, kind=Kind.COURSE).select_related("budget")
    budgets = {agreement.budget for agreement in paid[:200] if agreement.budget is not None}
    assert budgets
    assert all(balance_of(budget).uncommitted >= 0 for budget in budgets)
