"""Answers to a self-check: with a key of the tests, and counted as the worker does it at night."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from tests.cast import TODAY
from udbytte.access.links import Ballot
from udbytte.domain.figures.selfcheck import NUMBERS, Answer
from udbytte.models import BallotKey, Person, SelfCheck
from udbytte.services.figures.ballot_box import PrivateKey, count_ballots
from udbytte.services.figures.selfcheck import answer_self_check, open_self_check

KEY = PrivateKey(bytes(range(32)), None)
OTHER_KEY = PrivateKey(bytes(range(1, 33)), None)
ALL_YES: Mapping[int, Answer] = dict.fromkeys(NUMBERS, Answer.YES)
ALL_NO: Mapping[int, Answer] = dict.fromkeys(NUMBERS, Answer.NO)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def keep_key(key: PrivateKey = KEY) -> None:
    """Put the public key where the worker puts it."""
    BallotKey.objects.update_or_create(defaults={"public": key.public})


def self_check(by: Person) -> SelfCheck:
    """An open self-check of everybody."""
    keep_key()
    return open_self_check(None, by=by, on=TODAY)


def vote(check: SelfCheck, person: int, answers: Mapping[int, Answer] = ALL_YES, *, minutes: int = 0) -> None:
    answer_self_check(Ballot(check.pk, person), answers, now=NOON + timedelta(minutes=minutes))


def votes(check: SelfCheck, people: Iterable[int], answers: Mapping[int, Answer] = ALL_YES) -> None:
    for person in people:
        vote(check, person, answers)


def night(check: SelfCheck, key: PrivateKey | None = KEY) -> tuple[int, int]:
    """What the worker does at night: the people it counts, and those counted in all."""
    counted = count_ballots(key)
    check.refresh_from_db()
    return counted, check.answers
