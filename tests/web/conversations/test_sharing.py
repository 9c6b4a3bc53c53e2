"""Sharing one's preparation, stopping it until the conversation is held, and seeing when the other has read it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.models import Answer, Preparation, PreparationQuestion
from udbytte.services.conversations import plan as conversations
from udbytte.services.errors import NotPermitted, NotPossible

pytestmark = pytest.mark.django_db
TEXT = "Det, jeg helst vil tale om"


@pytest.fixture
def shared(cast: Cast) -> Preparation:
    """Mette's answer, which Lars may read; the conversation is not held yet."""
    cast.conversation.held_on = None
    cast.conversation.save()
    question = PreparationQuestion.objects.create(round=cast.round, text_da="Hvad er vigtigst?")
    preparation = Preparation.objects.create(conversation=cast.conversation, author=cast.mette)
    Answer.objects.create(preparation=preparation, question=question, text=TEXT)
    conversations.share_preparation(cast.conversation, by=cast.mette, on=TODAY)
    return preparation


def page_of(cast: Cast, who: str) -> str:
    address = reverse("conversation", args=[cast.conversation.pk])
    return enter(getattr(cast, who)).get(address).content.decode()


def test_whoever_shared_can_stop_it_until_the_conversation_is_held(cast: Cast, shared: Preparation) -> None:
    assert TEXT in page_of(cast, "lars")
    assert "Lad ikke Lars læse den mere" in page_of(cast, "mette")
    address = reverse("conversation", args=[cast.conversation.pk])
    enter(cast.mette).post(address, {"do": "write", "part": "prepare", "stop-sharing": "1"})
    assert TEXT not in page_of(cast, "lars")
    assert TEXT in page_of(cast, "mette") and "Lad Lars læse den" in page_of(cast, "mette")


def test_what_was_held_belongs_to_the_two(cast: Cast, shared: Preparation) -> None:
    cast.conversation.held_on = TODAY
    cast.conversation.save()
    assert "Lad ikke Lars læse den mere" not in page_of(cast, "mette")
    with pytest.raises(NotPossible):
        conversations.stop_sharing_preparation(cast.conversation, by=cast.mette, on=TODAY)


def test_nobody_stops_anothers_sharing(cast: Cast, shared: Preparation) -> None:
    conversations.stop_sharing_preparation(cast.conversation, by=cast.lars, on=TODAY)
    with pytest.raises(NotPermitted):
        conversations.stop_sharing_preparation(cast.conversation, by=cast.karim, on=TODAY)
    shared.refresh_from_db()
    assert shared.shared_on == TODAY


def test_the_page_says_when_the_other_has_first_opened_it(cast: Cast, shared: Preparation) -> None:
    assert "Lars har ikke åbnet den endnu." in page_of(cast, "mette")
    page_of(cast, "lars")
    with CaptureQueriesContext(connection) as asked:
        page_of(cast, "lars")
    assert not [query["sql"] for query in asked if query["sql"].startswith('UPDATE "udbytte_preparation')]
    assert "Lars åbnede den første gang 2. mar" in page_of(cast, "mette")
