"""Presses that can be undone, and their undoing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event
from udbytte.models import (
    Agreement,
    Person,
    Press,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.agreements.undo import undo, with_undo

HERE = ZoneInfo("Europe/Copenhagen")


NOW = datetime(2026, 3, 2, 10, 0, tzinfo=HERE)


MINUTE = timedelta(minutes=1)


def press(agreement: Agreement, event: Event, by: Person, **facts: Any) -> tuple[Agreement, Press | None]:
    def act() -> Agreement:
        return take_step(agreement, event, by=by, on=TODAY, facts=facts)

    return with_undo(agreement, act, by=by, on=TODAY, now=NOW)


def press_and_undo(agreement: Agreement, event: Event, by: Person, **facts: Any) -> Agreement:
    pressed = press(agreement, event, by, **facts)[1]
    assert pressed is not None
    return undo(pressed, by=by, on=TODAY, now=NOW + MINUTE)


Press_ = tuple[Event, str, dict[str, Any]]


LEARNED = {"learned": "At lytte", "newness": "much", "in_use": "daily"}


REGISTERED: tuple[Press_, ...] = (
    (Event.CHOOSE_RUN, "bente", {}),
    (Event.NOMINATE, "lars", {"price": 6000, "reason": "Vi har brug for det"}),
    (Event.GRANT, "birgit", {}),
    (Event.REGISTER, "bente", {"reference": "A-7"}),
)


def facts_of(cast: Cast, event: Event, facts: dict[str, Any]) -> dict[str, Any]:
    named = {name: getattr(cast, value) if name in ("helper", "suggests") else value for name, value in facts.items()}
    return named | ({"run": cast.run} if event is Event.CHOOSE_RUN else {})
