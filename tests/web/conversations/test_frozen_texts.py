"""What both have signed is frozen: a later change of notes and shared answers leaves the old text for both to read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests.browsing import enter, seen_marks
from tests.cast import TODAY, Cast
from udbytte.models import (
    Answer,
    Conversation,
    ConversationKind,
    EarlierText,
    GroupConversation,
    Preparation,
    PreparationQuestion,
    Round,
    SetAside,
)
from udbytte.queries.conversations.texts import mark_of
from udbytte.services.conversations import plan as conversations
from udbytte.services.conversations.autosave import discard_set_aside_text, save_field
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.meetings.groups import save_group_notes, share_preparation_with_group
from udbytte.services.people.roles import choose_manager

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


@pytest.fixture
def question(cast: Cast) -> PreparationQuestion:
    return PreparationQuestion.objects.create(round=cast.round, text_da="Hvad gik godt?")


def url(cast: Cast) -> str:
    return f"/samtaler/{cast.conversation.pk}/"


def type_in(client: Client, cast: Cast, field: str, text: str) -> Any:
    """Save a field as the browser does, with the mark of the text that is stored."""
    seen = seen_marks(client, url(cast), [field]).get(f"seen-{field}", "")
    return client.post(f"{url(cast)}felt/", {"field": field, "text": text, "seen-text": seen})


def sign(cast: Cast) -> None:
    for person in (cast.mette, cast.lars):
        conversations.sign_plan(cast.plan, by=person, on=TODAY)


def close_round(cast: Cast) -> None:
    Round.objects.filter(pk=cast.round.pk).update(closed_on=TODAY)


def give_another_manager(cast: Cast) -> None:
    choose_manager(employment=cast.employment, manager=cast.dorthe, by=cast.hanne, on=TODAY)
    cast.conversation.refresh_from_db()
    assert cast.conversation.manager_id == cast.lars.pk  # it is held, so it stays with who held it


def notes(cast: Cast) -> str:
    return Conversation.objects.get(pk=cast.conversation.pk).notes


def earlier() -> list[tuple[str, str]]:
    """Who has replaced which text, the oldest first."""
    return [(text.by.given_name, text.text) for text in EarlierText.objects.order_by("pk")]


@pytest.mark.parametrize("freeze", [sign, close_round])
def test_notes_that_are_rewritten_later_stay_readable_to_both_as_they_were(cast: Cast, freeze: Any) -> None:
    type_in(enter(cast.lars), cast, "notes", "Aftalt: to kurser")
    assert "tidligere version" not in enter(cast.mette).get(url(cast)).content.decode()
    freeze(cast)
    assert type_in(enter(cast.mette), cast, "notes", "Aftalt: tre kurser").status_code == 200
    for person in (cast.mette, cast.lars):
        page = enter(person).get(url(cast)).content.decode()
        assert "Aftalt: tre kurser" in page and "Aftalt: to kurser" in page and "Mette Hansen" in page
    assert earlier() == [("Mette", "Aftalt: to kurser")]


def test_notes_that_were_empty_when_both_signed_are_seen_to_have_been_empty(cast: Cast) -> None:
    sign(cast)
    type_in(enter(cast.lars), cast, "notes", "Det står her nu")
    assert earlier() == [("Lars", "")]
    assert "Der var ikke skrevet noget." in enter(cast.mette).get(url(cast)).content.decode()


def test_before_both_have_signed_no_version_is_kept(cast: Cast) -> None:
    conversations.sign_plan(cast.plan, by=cast.lars, on=TODAY)
    for text in ("Et", "To"):
        type_in(enter(cast.mette), cast, "notes", text)
    assert notes(cast) == "To" and earlier() == []


def test_a_save_that_says_not_what_it_has_seen_overwrites_nothing(cast: Cast) -> None:
    mette = enter(cast.mette)
    type_in(mette, cast, "notes", "Gammel tekst")
    for signed in (False, True):
        if signed:
            sign(cast)
        answer = mette.post(f"{url(cast)}felt/", {"field": "notes", "text": "Ny tekst"})
        assert (answer.status_code, answer.json()["theirs"]) == (409, "Gammel tekst")
        assert mette.post(url(cast), {"do": "write", "notes": "Ny tekst"}).status_code == 422
        assert notes(cast) == "Gammel tekst"
    assert SetAside.objects.get().text == "Ny tekst"  # it is not lost either


def test_a_shared_answer_is_frozen_and_one_that_nobody_else_has_read_is_the_authors(
    cast: Cast, question: PreparationQuestion
) -> None:
    field = f"q-{question.pk}"
    for person, text in ((cast.mette, "Mettes svar"), (cast.lars, "Lars' eget")):
        type_in(enter(person), cast, field, text)
    conversations.share_preparation(cast.conversation, by=cast.mette, on=TODAY)
    sign(cast)
    type_in(enter(cast.mette), cast, field, "Mettes nye svar")
    type_in(enter(cast.lars), cast, field, "Noget andet")
    type_in(enter(cast.lars), cast, "own", "Kun mit")
    type_in(enter(cast.lars), cast, "own", "Kun mit, rettet")
    assert earlier() == [("Mette", "Mettes svar")]
    page = enter(cast.lars).get(url(cast)).content.decode()
    assert "Mettes svar" in page and "Mettes nye svar" in page
    page = enter(cast.mette).get(url(cast)).content.decode()
    assert "Mettes svar" in page and "Noget andet" not in page and "Kun mit" not in page
    with pytest.raises(NotPossible):
        conversations.save_preparation(cast.conversation, {question.pk: "Helt andet"}, by=cast.mette, on=TODAY)


def test_a_former_manager_reads_what_they_were_part_of_and_writes_no_more(
    cast: Cast, question: PreparationQuestion
) -> None:
    field = f"q-{question.pk}"
    type_in(enter(cast.lars), cast, "notes", "Fælles noter")
    type_in(enter(cast.lars), cast, field, "Lars' svar")
    conversations.share_preparation(cast.conversation, by=cast.lars, on=TODAY)
    sign(cast)
    give_another_manager(cast)
    lars = enter(cast.lars)
    page = lars.get(url(cast)).content.decode()
    assert "Fælles noter" in page and "Lars&#x27; svar" in page
    assert 'name="notes"' not in page and f'name="{field}"' not in page and 'name="own"' in page
    for name in ("notes", field):
        seen = mark_of("Fælles noter" if name == "notes" else "Lars' svar")
        assert lars.post(f"{url(cast)}felt/", {"field": name, "text": "x", "seen-text": seen}).status_code == 422
        with pytest.raises(NotPermitted):
            save_field(cast.conversation, name, "x", by=cast.lars, on=TODAY, at=MORNING, seen=seen)
    with pytest.raises(NotPermitted):
        conversations.share_preparation(cast.conversation, by=cast.lars, on=TODAY)
    assert (notes(cast), Answer.objects.get().text) == ("Fælles noter", "Lars' svar")
    assert type_in(lars, cast, "own", "Til mig selv").status_code == 200
    assert type_in(enter(cast.mette), cast, "notes", "Mettes noter").status_code == 200
    page = lars.get(url(cast)).content.decode()
    assert "Mettes noter" in page and "Fælles noter" in page


def test_while_one_person_writes_on_the_text_from_before_is_kept_once(cast: Cast) -> None:
    """The browser saves every few seconds. Only what stood there before the writer began is an earlier text."""
    save: dict[str, Any] = {"conversation": cast.conversation, "field": "notes", "on": TODAY}
    save_field(**save, text="Som underskrevet", by=cast.lars, at=MORNING, seen=mark_of(""))
    sign(cast)
    texts = ["Som underskrevet"]
    for minute, person, text in (
        (0, cast.mette, "A"),
        (1, cast.mette, "AB"),
        (2, cast.mette, "ABC"),
        (3, cast.lars, "Lars"),
        (4, cast.mette, "Mette igen"),
        (40, cast.mette, "Mette senere"),
    ):
        at = MORNING + timedelta(minutes=minute)
        save_field(**save, text=text, by=person, at=at, seen=mark_of(texts[-1]))
        texts.append(text)
    assert earlier() == [
        ("Mette", "Som underskrevet"),
        ("Lars", "ABC"),
        ("Mette", "Lars"),
        ("Mette", "Mette igen"),
    ]


def test_what_was_put_aside_before_both_signed_cannot_be_thrown_away_after(cast: Cast) -> None:
    save: dict[str, Any] = {"conversation": cast.conversation, "field": "notes", "on": TODAY, "at": MORNING}
    save_field(**save, text="Lars", by=cast.lars, seen=mark_of(""))
    save_field(**save, text="Mette", by=cast.mette, seen=mark_of(""))
    sign(cast)
    aside = SetAside.objects.get()
    with pytest.raises(NotPossible):
        discard_set_aside_text(cast.conversation, aside.pk, by=cast.lars, on=TODAY)
    assert SetAside.objects.get().text == "Mette"
    page = enter(cast.lars).get(url(cast)).content.decode()
    assert "1 tekst er lagt til side her" in page and f'value="{aside.pk}">Smid den væk' not in page
    # Who puts theirs in its place keeps the other's text as an earlier one.
    save_field(**save, text="Mette", by=cast.mette, seen=mark_of("Lars"), over=True)
    assert earlier() == [("Mette", "Lars")]


def test_the_database_refuses_to_change_or_delete_an_earlier_text(cast: Cast) -> None:
    sign(cast)
    type_in(enter(cast.lars), cast, "notes", "x")
    for change in (lambda: EarlierText.objects.update(text="y"), lambda: EarlierText.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert earlier() == [("Lars", "")]


def test_a_groups_notes_are_frozen_when_the_first_of_it_has_signed(cast: Cast) -> None:
    group = GroupConversation.objects.create(round=cast.round, manager=cast.lars, title="Stuen", held_on=TODAY)
    talk = cast.conversation
    Conversation.objects.filter(pk=talk.pk).update(group=group, kind=ConversationKind.GROUP)
    write: dict[str, Any] = {"group": group, "on": TODAY, "at": timezone.now()}
    save_group_notes(**write, notes="Fælles", by=cast.lars, seen="")
    preparation = Preparation.objects.get_or_create(conversation=talk, author=cast.mette)[0]
    talk.refresh_from_db()
    share_preparation_with_group(talk, by=cast.mette, on=TODAY)
    sign(cast)
    save_group_notes(**write, notes="Ændret", by=cast.mette, seen="Fælles")
    assert earlier() == [("Mette", "Fælles")]
    page = enter(cast.lars).get(f"/grupper/{group.pk}/").content.decode()
    assert "Fælles" in page and "Ændret" in page
    with pytest.raises(Refused):
        share_preparation_with_group(talk, by=cast.mette, on=TODAY, shares=False)
    preparation.refresh_from_db()
    assert preparation.shared_with_group_on == TODAY
    give_another_manager(cast)
    with pytest.raises(NotPermitted):
        save_group_notes(**write, notes="Lars igen", by=cast.lars, seen="Ændret")
    assert 'name="notes"' not in enter(cast.lars).get(f"/grupper/{group.pk}/").content.decode()
