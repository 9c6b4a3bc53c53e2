"""The first round, filled in from a template: an organisation has no previous round to begin from."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from udbytte.domain.round_dates import first_dates
from udbytte.models import Person, Round, Unit

from .rounds import create_round


def first_round(on: date) -> dict[str, Any]:
    """What a first round is filled in with: name, dates, follow-up days (`follow_ups`) and ground rules."""
    dates = asdict(first_dates(on))
    return dates | {
        "name": _("MUS %(year)s") % {"year": dates["conversations_from"].year},
        "procedure": _(
            "Your manager invites you at least 14 days ahead. You both prepare, each on your own. You write down what "
            "you agree while you talk, and you both sign it."
        ),
        "criteria": _(
            "What you agree on is to be of use in the work. Everyone can get something: a course, an education or "
            "learning at work."
        ),
        "possibilities": _(
            "Look in the catalogue of courses and at the ways of learning at work. You are welcome to propose "
            "something else."
        ),
        "money": _("The amount of your unit stands here when it has been set. Ask your manager what it covers."),
    }


def draft_first_round(*, by: Person | None, on: date) -> Round | None:
    """Make a draft for the whole organisation; None if there is a round already, or no unit yet."""
    tops = list(Unit.objects.exclude(ends_on__lt=on).filter(parent__isnull=True))
    if not tops or Round.objects.exists():
        return None
    return create_round(by=by, on=on, units=tops, **first_round(on))
