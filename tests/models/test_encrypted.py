"""What people write is encrypted in the database, and a query cannot look into it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from django.db import DataError, connection, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import TODAY, Cast
from udbytte.models import Conversation, Goal, LogEntry, Notification
from udbytte.runtime.content_cipher import CannotDecrypt, ContentCipher, map_texts, parse_keys
from udbytte.runtime.key_files import read_or_make

FIRST, SECOND = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v", "Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0Pp9Oo8Nn7Mm6w"


def stored(table: str, column: str, pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}::text FROM {table} WHERE id = %s", [pk])  # noqa: S608
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_the_database_holds_no_word_of_it_and_python_reads_it(cast: Cast) -> None:
    Conversation.objects.filter(pk=cast.conversation.pk).update(notes="Kanariefugl, æøå 🐤")
    kept = stored("udbytte_conversation", "notes", cast.conversation.pk)
    assert kept.startswith("e1:") and "Kanarie" not in kept
    again = Conversation.objects.filter(pk=cast.conversation.pk)
    assert again.get().notes == "Kanariefugl, æøå 🐤"
    assert again.values_list("notes", flat=True)[0] == "Kanariefugl, æøå 🐤"
    assert again.annotate(said=F("notes")).get().said == "Kanariefugl, æøå 🐤"


@pytest.mark.django_db
def test_texts_in_json_are_encrypted_and_what_queries_ask_for_is_not(cast: Cast) -> None:
    agreement = cast.agree()
    entry = agreement.log.get()
    facts = {"reason": "Kanariefugl", "away": 7, "late_before": True, "many": [{"line": "Fugl"}, ""]}
    fresh = LogEntry.objects.create(
        agreement=agreement, number=2, on=TODAY, event=entry.event, to_stage="agreed", facts=facts
    )
    assert LogEntry.objects.get(pk=fresh.pk).facts == facts
    kept = stored("udbytte_logentry", "facts", fresh.pk)
    assert "ugl" not in kept and '"away": 7' in kept
    assert LogEntry.objects.filter(facts__away__isnull=False, facts__late_before=True).get() == fresh


@pytest.mark.django_db
def test_a_query_that_would_never_find_anything_is_refused(cast: Cast) -> None:
    empty = Goal.objects.create(plan=cast.plan, text="Kunne lede et møde")
    assert list(Goal.objects.filter(sign="")) == [empty]
    assert not Goal.objects.filter(text="").exists()
    for wrong in (
        lambda: Goal.objects.filter(text="Kunne lede et møde"),
        lambda: Goal.objects.filter(text__icontains="lede"),
        lambda: Goal.objects.filter(text__in=["a"]),
        lambda: Goal.objects.exclude(sign=F("text")),
        lambda: Notification.objects.filter(facts__contains={"by": "Lars"}),
        lambda: Notification.objects.filter(facts={}),
        lambda: Notification.objects.filter(facts__by="Lars"),
        lambda: Notification.objects.filter(facts__by__startswith="L"),
        lambda: Notification.objects.filter(facts__by__first="Lars"),
    ):
        with pytest.raises(FieldError):
            wrong().exists()


@pytest.mark.django_db
def test_a_text_is_no_longer_than_its_column_had_room_for(cast: Cast) -> None:
    with pytest.raises(DataError), transaction.atomic():
        Goal.objects.create(plan=cast.plan, text="x" * 401)


@given(st.text(), st.text())
def test_every_text_comes_back_whole(text: str, other: str) -> None:
    cipher = ContentCipher((FIRST,))
    assert cipher.decrypt(cipher.encrypt(text)) == text
    assert cipher.is_current(cipher.encrypt(text))
    assert map_texts(map_texts({"a": [text, 1, None]}, cipher.encrypt), cipher.decrypt) == {"a": [text, 1, None]}
    if text:
        assert cipher.encrypt(text) != cipher.encrypt(text)


def test_all_keys_read_and_the_first_writes() -> None:
    old = ContentCipher((FIRST,)).encrypt("Ord")
    both = ContentCipher((SECOND, FIRST))
    assert both.decrypt(old) == "Ord" and not both.is_current(old)
    assert both.encrypt("Ord").startswith(ContentCipher((SECOND,)).prefix)
    with pytest.raises(CannotDecrypt, match="not among the keys of UDBYTTE_CONTENT_KEYS"):
        ContentCipher((SECOND,)).decrypt(old)


def test_what_was_changed_in_the_database_is_not_read() -> None:
    cipher = ContentCipher((FIRST,))
    written = cipher.encrypt("Ord")
    for damaged in (written[:-3] + "AAA", written[:-8], cipher.prefix, cipher.prefix + "***"):
        with pytest.raises(CannotDecrypt, match="damaged"):
            cipher.decrypt(damaged)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no key in it"),
        ("short", "key 1 is not 32 random bytes in base64"),
        (f"{FIRST}\næææ", "key 2 is not 32 random bytes in base64"),
        ("A" * 43, "key 1 is not 32 random bytes in base64"),
        (f"{FIRST}, {FIRST}", "it has a key twice"),
    ],
)
def test_keys_that_cannot_be_used_are_named_by_their_place(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        parse_keys(text)
    assert FIRST not in str(refused.value)


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "content"
    assert read_or_make(file, lambda: "first") == read_or_make(file, lambda: "second") == "first"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [each.name for each in file.parent.iterdir()] == ["content"]
