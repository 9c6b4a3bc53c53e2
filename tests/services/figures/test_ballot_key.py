"""The key that opens the answers to self-checks: made once, renewed when nothing needs it, missed by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.ballots import ALL_YES, OTHER_KEY, keep_key, night, vote, votes
from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.access.links import Ballot
from udbytte.models import BallotKey, Email, SealedAnswers, SelfCheck, SpentBallot
from udbytte.queries.health import _ballot_key
from udbytte.runtime import ballot_key
from udbytte.runtime.config import Config
from udbytte.services.errors import Refused
from udbytte.services.figures.ballot_box import PrivateKey, count_ballots, keep_ballot_key
from udbytte.services.figures.selfcheck import close_self_check, open_self_check
from udbytte.tasks import figures as tasks


@pytest.fixture
def config(settings: Any, tmp_path: Path) -> Callable[..., Config]:
    def with_file(name: str = "ballot-key") -> Config:
        config: Config = settings.CONFIG
        return replace(config, ballot_key_file=tmp_path / name, ballot_key=None)

    return with_file


@pytest.mark.django_db
def test_the_key_is_made_once_and_replaced_when_no_self_check_needs_it(
    cast: Cast, config: Callable[..., Config]
) -> None:
    first = keep_ballot_key(config())
    assert first is not None and first.file is not None and first == keep_ballot_key(config())
    assert first.file.stat().st_mode & 0o777 == 0o600
    check = open_self_check(None, by=cast.hanne, on=TODAY)
    votes(check, range(5))
    assert count_ballots(first) == 5 and ballot_key.read(first.file) == first.private
    close_self_check(check, by=cast.hanne, on=TODAY)
    count_ballots(first)
    renewed = keep_ballot_key(config())
    assert renewed is not None and renewed.private != first.private and first.file.stat().st_mode & 0o777 == 0o600
    assert bytes(BallotKey.objects.get().public) == renewed.public
    count_ballots(renewed)
    assert keep_ballot_key(config()) == renewed  # it has sealed nothing yet


@pytest.mark.django_db
def test_the_worker_makes_the_key_and_counts_at_night(cast: Cast, config: Callable[..., Config], settings: Any) -> None:
    settings.CONFIG = config()
    tasks.keep_ballot_key(0)
    check = open_self_check(None, by=cast.hanne, on=TODAY)
    votes(check, range(6))
    tasks.count_ballots(0)
    check.refresh_from_db()
    assert (check.answers, check.shown_answers) == (6, 6)


@pytest.mark.django_db
def test_a_lost_key_stops_the_self_check_and_nothing_else(cast: Cast, config: Callable[..., Config]) -> None:
    key = keep_ballot_key(config())
    check = open_self_check(None, by=cast.hanne, on=TODAY)
    votes(check, range(6))
    other = keep_ballot_key(config("another"))  # the file was lost, and the worker has made another
    assert night(check, other) == (0, 0) and SealedAnswers.objects.count() == 6
    with pytest.raises(Refused, match="tager ikke imod svar"):
        vote(check, 7)
    assert Client().post(Ballot(check.pk, 7).path, {f"q{number}": "yes" for number in ALL_YES}).status_code == 422
    page = enter(cast.hanne).get(f"/selvtjek/{check.pk}/").content.decode()
    assert "Nøglen" in page and "Nøglen" not in enter(cast.mette).get(f"/selvtjek/{check.pk}/").content.decode()
    keep_ballot_key(config())  # it is put back
    vote(check, 7)
    assert night(check, key) == (7, 7)
    keep_ballot_key(config("another"))
    close_self_check(check, by=cast.hanne, on=TODAY)
    assert open_self_check(None, by=cast.hanne, on=TODAY).public_key == other.public if other else None


@pytest.mark.django_db
def test_a_key_that_cannot_be_read_or_written_is_logged(
    cast: Cast, config: Callable[..., Config], caplog: pytest.LogCaptureFixture
) -> None:
    broken = config()
    broken.ballot_key_file.write_text("no key")
    assert keep_ballot_key(broken) is None and "64 hexadecimal digits" in caplog.text
    assert keep_ballot_key(config("ballot-key/below")) is None and "cannot be" in caplog.text
    assert count_ballots(None) == 0 and not BallotKey.objects.exists()
    with pytest.raises(Refused, match="Nøglen"):
        open_self_check(None, by=cast.hanne, on=TODAY)
    keep_key(OTHER_KEY)
    assert PrivateKey(OTHER_KEY.private, None).public == open_self_check(None, by=cast.hanne, on=TODAY).public_key


@pytest.mark.django_db
def test_the_doctor_says_when_the_key_is_missing_open_to_others_or_another(
    cast: Cast, config: Callable[..., Config], settings: Any
) -> None:
    settings.CONFIG = config()
    assert _ballot_key().ok  # nothing was ever sealed
    keep_ballot_key(settings.CONFIG)
    assert (_ballot_key().seen, _ballot_key().ok) == ("the key fits", True)
    file: Path = settings.CONFIG.ballot_key_file
    file.chmod(0o640)
    assert _ballot_key().mend == f"Run: chmod 600 {file}"
    file.chmod(0o600)
    open_self_check(None, by=cast.hanne, on=TODAY)
    ballot_key.replace(file, OTHER_KEY.private)
    assert _ballot_key().seen == "the key does not fit all open self-checks"
    SelfCheck.objects.update(public_key=OTHER_KEY.public)
    assert _ballot_key().seen == "the key does not fit the public key"
    file.write_text("7f")
    assert "64 hexadecimal digits" in _ballot_key().seen and not _ballot_key().ok
    file.unlink()
    assert _ballot_key().seen == f"the key {file} is missing" and not _ballot_key().ok
    settings.CONFIG = replace(settings.CONFIG, ballot_key=OTHER_KEY.private)
    keep_ballot_key(settings.CONFIG)
    assert _ballot_key().ok and not file.exists()


@pytest.mark.django_db
def test_an_upgrade_ends_self_checks_that_were_not_sealed_with_what_was_shown(cast: Cast) -> None:
    """What was beyond the shown, the marks, and the ballots in stored emails are deleted."""
    check = SelfCheck.objects.create(
        opened_on=TODAY, answers=7, sums={"1": {"yes": 7}}, shown_answers=5, shown={"1": {"yes": 5}}
    )
    SpentBallot.objects.create(mark="a" * 64, check_of=check)
    facts = {"key": "k", "kind": "digest", "on": TODAY, "to": "m@example.dk", "message_id": "", "subject": ""}
    link = "https://mus.example.dk/selvtjek/stem/WzgsIm1hcmsiXQ:1abc:x_-y/"
    email = Email.objects.create(person=cast.mette, next_try_at=timezone.now(), **facts)
    written = [f"Svar\n{link}\nTak", f'<a href="{link}">Svar</a>']
    with connection.cursor() as cursor:  # as before texts were encrypted
        cursor.execute("UPDATE udbytte_email SET text = %s, html = %s", written)
    statement = import_module("udbytte.migrations.0027_sealed_answers").END_OLD_CHECKS
    with connection.cursor() as cursor:
        cursor.execute(statement)
    check.refresh_from_db()
    email.refresh_from_db()
    assert (check.answers, check.sums, check.closed_on is None) == (5, {"1": {"yes": 5}}, False)
    assert not SpentBallot.objects.exists()
    link = "https://mus.example.dk/selvtjek/alle/"
    assert (email.text, email.html) == (f"Svar\n{link}\nTak", f'<a href="{link}">Svar</a>')
