"""A group conversation of Mette and Karim, for tests of services and of pages."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import TODAY
from tests.team import Team, at
from udbytte.models import (
    Conversation,
    Goal,
    GroupConversation,
)
from udbytte.services.meetings.groups import (
    create_group,
    plan_group,
)


@pytest.fixture
def group(team: Team) -> GroupConversation:
    cast = team.cast
    return create_group(cast.round, [team.mette, team.karim], title="Køkkenet", by=cast.lars, on=TODAY)


def planned(group: GroupConversation, team: Team, day: int = 9, on: date = TODAY) -> GroupConversation:
    plan_group(group, planned_at=at(day), minutes=120, place="Salen", by=team.cast.lars, on=on)
    group.refresh_from_db()
    return group


def again(row: Conversation) -> Conversation:
    row.refresh_from_db()
    return row


def goals(row: Conversation) -> list[tuple[str, str]]:
    return list(Goal.objects.filter(plan__conversation=row).values_list("text", "sign"))
