"""A new key takes over everything, also what was not encrypted yet, while nothing else changes."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from pytest_django.fixtures import Settings

from tests.cast import TODAY, Cast
from tests.models.test_encrypted import FIRST, SECOND, stored
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import CheckIn, Conversation, EarlierText, LogEntry, StaleTally
from udbytte.models.encrypted import content_cipher
from udbytte.queries.encrypted import count_left, encrypted_columns
from udbytte.runtime.content_cipher import ContentCipher
from udbytte.services.agreements.take_step import take_step
from udbytte.services.content_keys import encrypt_column

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(cast: Cast, settings: Settings) -> LogEntry:
    """The cast's texts, some more, and one that was stored before there were keys."""
    row = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    for by in (cast.mette, cast.karim):
        CheckIn.objects.create(agreement=row, by=by, asked_on=TODAY, line="Kanariefugl")
    EarlierText.objects.create(
        conversation=cast.conversation, field="notes", text="Kanariefugl", by=cast.lars, at=row.log.get(number=2).at
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE udbytte_conversation SET notes = 'Kanariefugl'")
    StaleTally.objects.all().delete()
    before = settings.CONTENT_KEYS
    settings.CONTENT_KEYS = (SECOND, *before)
    return row.log.get(number=2)


def rotate(*options: str) -> dict[str, int]:
    out = StringIO()
    try:
        call_command("rotate_keys", "--json", *options, stdout=out)
    except SystemExit as left:
        assert left.code == 1
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def test_one_command_writes_all_with_the_first_key(written: LogEntry, settings: Settings) -> None:
    left = rotate("--check")["left"]
    assert left > 5 and rotate("--check")["rewritten"] == 0
    facts, told = written.facts, [entry.facts for entry in LogEntry.objects.all()]
    done = rotate("--batch", "2")
    assert (done["rewritten"], done["left"]) == (left, 0)
    assert rotate()["rewritten"] == 0
    settings.CONTENT_KEYS = (SECOND,)
    assert [entry.facts for entry in LogEntry.objects.all()] == told and written.facts == facts
    assert {Conversation.objects.get().notes, EarlierText.objects.get().text} == {"Kanariefugl"}
    assert {check_in.line for check_in in CheckIn.objects.all()} == {"Kanariefugl"}


def test_no_trigger_wakes_and_the_log_stays_append_only(written: LogEntry) -> None:
    rotate()
    assert not StaleTally.objects.exists()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        LogEntry.objects.filter(pk=written.pk).update(party="nobody")


def test_what_was_stopped_goes_on_where_it_was(written: LogEntry) -> None:
    (column,) = [each for each in encrypted_columns(apps.get_models()) if str(each) == "udbytte_checkin.line"]
    cipher = content_cipher()
    first = count_left(column, cipher)
    next(encrypt_column(column, cipher, batch=1))
    assert (first, count_left(column, cipher)) == (2, 1)
    assert sum(encrypt_column(column, cipher)) == 1


def test_without_the_key_that_wrote_it_nothing_is_changed(written: LogEntry, settings: Settings) -> None:
    check_in = CheckIn.objects.all()[0].pk
    kept = stored("udbytte_checkin", "line", check_in)
    settings.CONTENT_KEYS = (FIRST,)
    with pytest.raises(CommandError, match=r"udbytte_\w+\.\w+, row \d+: .* Nothing is lost: add that key"):
        rotate()
    assert stored("udbytte_checkin", "line", check_in) == kept


def test_every_text_of_the_second_step_turns_over_too(written: LogEntry, settings: Settings) -> None:
    old = ContentCipher((FIRST,)).encrypt("JBSWY3DP")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mfa_authenticator (type, data, user_id, created_at) SELECT 'totp', %s, id, now()"
            " FROM udbytte_person LIMIT 1",
            [json.dumps({"secret": old})],
        )
    settings.CONTENT_KEYS = (*settings.CONTENT_KEYS, FIRST)
    rotate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data ->> 'secret' FROM mfa_authenticator")
        (secret,) = cursor.fetchone()
    assert ContentCipher((SECOND,)).decrypt(secret) == "JBSWY3DP"
