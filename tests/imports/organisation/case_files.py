"""The files of tests/imports/organisation/cases, and a round with agreements for the people in them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from udbytte.domain.lifecycle import Kind
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report import Report
from udbytte.models import Agreement, Conversation, DevelopmentPlan, Employment, Round
from udbytte.services.agreements.take_step import agree_activity

CASES = Path(__file__).with_name("cases")
DAY = date(2026, 3, 2)  # a Monday


def load(name: str, *, on: date = DAY, **options: Any) -> Report:
    return import_organisation(CASES / name, by=None, on=on, **options)


def make_round(on: date = DAY) -> Round:
    return Round.objects.create(
        name="MUS 2026",
        announced_on=on - timedelta(days=60),
        conversations_from=on - timedelta(days=30),
        conversations_to=on + timedelta(days=60),
        closes_on=on + timedelta(days=300),
        published_on=on - timedelta(days=60),
    )


def agree_with(email: str, round_: Round, kind: Kind = Kind.COURSE, *, on: date = DAY, **facts: Any) -> Agreement:
    """An agreement of the person with this address, in a conversation that was held on the day."""
    employment = Employment.objects.on(on).select_related("line_manager").get(person__email=email)
    talk, _made = Conversation.objects.get_or_create(
        round=round_, employment=employment, defaults={"manager": employment.line_manager, "held_on": on}
    )
    plan, _made = DevelopmentPlan.objects.get_or_create(conversation=talk)
    given: dict[str, Any] = {
        "title": "Konflikthåndtering",
        "planned_from": on + timedelta(days=90),
        "planned_to": on + timedelta(days=120),
    }
    return agree_activity(plan=plan, kind=kind, by=employment.person, on=on, **(given | facts))
