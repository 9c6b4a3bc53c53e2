from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from udbytte.models import Conversation


def at(day: int, hour: int = 10, minute: int = 0, month: int = 3) -> datetime:
    """A time in the spring of 2026, by Danish clocks."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Copenhagen"))


class Team:
    """Lars, and the conversations of Mette and Karim that have no time yet."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        Conversation.objects.filter(pk=cast.conversation.pk).update(held_on=None)
        self.mette = Conversation.objects.get(pk=cast.conversation.pk)
        employment = cast.karim.employments.get()
        self.karim = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars)


@pytest.fixture
def team(cast: Cast) -> Team:
    return Team(cast)
