from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.cast import TODAY, Cast, employ, make_person
from udbytte.models import Conversation, DevelopmentPlan
from udbytte.services.people.organisation import follow_organisation_changes


@dataclass
class House:
    """The kindergarten with eight employees besides Lars, each with a conversation held on TODAY and a plan."""

    cast: Cast
    plans: list[DevelopmentPlan]


def more_people(cast: Cast, count: int, *, prefix: str = "Ny") -> list[DevelopmentPlan]:
    """So many colleagues of Mette's, each with a conversation held on TODAY and a plan."""
    employments = [employ(make_person(f"{prefix}{number}"), cast.kindergarten) for number in range(count)]
    follow_organisation_changes(on=TODAY)
    held = [
        Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars, held_on=TODAY)
        for employment in employments
    ]
    return [DevelopmentPlan.objects.create(conversation=conversation) for conversation in held]


@pytest.fixture
def house(cast: Cast) -> House:
    return House(cast, [cast.plan, *more_people(cast, 7)])
