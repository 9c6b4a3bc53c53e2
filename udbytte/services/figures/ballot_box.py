"""The night of the self-check: opens sealed answers, five people's or more at a time, and adds them to the sums.

Only the worker does this, because only it needs the private key.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from udbytte.domain.figures.sealing import OpenedAnswers, last_of_each, new_private_key, open_seal, public_key_of
from udbytte.domain.figures.selfcheck import STEP, add, shown_after
from udbytte.models import BallotKey, SealedAnswers, SelfCheck, SpentBallot
from udbytte.runtime import ballot_key
from udbytte.runtime.config import Config
from udbytte.services.locks import Lock, wait_for_lock

logger = logging.getLogger(__name__)
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """The key that opens ballots. `file`: it may be renewed there; None: the environment gives it."""

    private: bytes
    file: Path | None

    @property
    def public(self) -> bytes:
        return public_key_of(self.private)


def keep_ballot_key(config: Config) -> PrivateKey | None:
    """The private key of this installation, made if it is missing. Its public key is then in the database.

    None if it cannot be used: that is logged, and `doctor` says it too. An open check that the key does not fit takes
    no answers until the right key is back, because nobody could count them.
    """
    try:
        if config.ballot_key is not None:
            key = PrivateKey(config.ballot_key, None)
        else:
            key = PrivateKey(ballot_key.make(config.ballot_key_file), config.ballot_key_file)
    except ballot_key.NoBallotKey as problem:
        logger.error("no self-check can be opened or counted: %s", problem)
        key = None
    open_checks = SelfCheck.objects.filter(closed_on__isnull=True)
    readable = open_checks.filter(public_key=key.public) if key is not None else open_checks.none()
    readable.filter(is_unreadable=True).update(is_unreadable=False)
    open_checks.exclude(pk__in=readable.values("pk")).filter(is_unreadable=False).update(is_unreadable=True)
    if key is not None and not BallotKey.objects.filter(public=key.public).exists():
        BallotKey.objects.update_or_create(defaults={"public": key.public})
    return key


@transaction.atomic
def count_ballots(key: PrivateKey | None) -> int:
    """Count what has come in, and return how many people's answers that were. A second call counts nothing.

    1. Of each check the sealed answers are opened if there are STEP or more. Each person's last answers count. If these
       are the answers of fewer than STEP people, all stay sealed.
    2. They are added to the sums, and their ballots are spent, in random order. The sealed answers are deleted.
    3. A closed check ends: what is left of it is deleted unopened, and so are the marks of its ballots.
    4. When no check is open, the key is replaced: sealed answers in old backups can then never be opened.
    """
    wait_for_lock(Lock.BALLOTS)
    counted = 0
    if key is not None:
        waiting = SealedAnswers.objects.values("check_of")
        for check in SelfCheck.objects.filter(pk__in=waiting, public_key=key.public):
            counted += _count(check, key.private)
    SealedAnswers.objects.filter(check_of__closed_on__isnull=False).delete()
    SpentBallot.objects.filter(check_of__closed_on__isnull=False).delete()
    if key is not None:
        _renew(key)
    return counted


def _count(check: SelfCheck, private: bytes) -> int:
    rows = dict(check.sealed.values_list("pk", "sealed"))
    if len(rows) < STEP:
        return 0
    opened = [open_seal(bytes(sealed), check=check.pk, private=private) for sealed in rows.values()]
    fresh = _not_counted(check, last_of_each(row for row in opened if row is not None))
    if len(fresh) < STEP:
        return 0
    secrets.SystemRandom().shuffle(fresh)
    for row in fresh:
        check.sums = add(check.sums, row.answers)
    check.answers += len(fresh)
    check.shown, check.shown_answers = shown_after(check.shown, check.sums), check.answers
    check.save(update_fields=["sums", "answers", "shown", "shown_answers"])
    SpentBallot.objects.bulk_create((SpentBallot(mark=row.mark, check_of=check) for row in fresh), CHUNK)
    check.sealed.filter(pk__in=rows).delete()
    return len(fresh)


def _not_counted(check: SelfCheck, opened: list[OpenedAnswers]) -> list[OpenedAnswers]:
    """Those whose ballot is not spent. Somebody may have answered again while their answers were being counted."""
    spent = set(check.spent.values_list("mark", flat=True))
    return [row for row in opened if row.mark not in spent]


def _renew(key: PrivateKey) -> None:
    wait_for_lock(Lock.SELF_CHECK)  # nobody opens a check with the old key meanwhile
    used = SelfCheck.objects.filter(public_key=key.public)
    if key.file is None or not used.exists() or SelfCheck.objects.filter(closed_on__isnull=True).exists():
        return
    private = new_private_key()
    try:
        ballot_key.replace(key.file, private)
    except ballot_key.NoBallotKey as problem:
        logger.error("the key of the self-check cannot be replaced: %s", problem)
        return
    BallotKey.objects.update_or_create(defaults={"public": public_key_of(private)})
