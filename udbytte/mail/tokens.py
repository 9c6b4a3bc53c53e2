"""Links that answer one question: signed, for one person and one turn of one agreement, and expiring.

The day is carried in the token and compared with the day that the reader gives, so that no clock is asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core import signing

from ..domain.lifecycle import Event
from ..models import Agreement, CheckIn, Person

SALT = "udbytte.answer"
SIGNING = "udbytte.sign"
DAYS_VALID = 30


@dataclass(frozen=True, slots=True)
class Question:
    """What a link asks: may `event` happen to the agreement, with `facts` as the answer chosen beforehand.

    `turn` is the agreement's when the letter was written: once that has moved on, the question is answered. A helper's
    check-in is asked with its own number in `check_in`.
    """

    person_id: int
    agreement_id: int
    event: Event
    turn: int
    facts: Mapping[str, str]
    check_in: int | None = None


@dataclass(frozen=True, slots=True)
class ToSign:
    """What a link asks to be signed: a plan, as it read when the letter was written (`mark_of_plan`)."""

    person_id: int
    plan_id: int
    mark: str


class BadToken(Exception):
    """The link was not made here, or was cut or changed on its way."""


class ExpiredToken(Exception):
    """The link is older than DAYS_VALID days."""


def make_token(
    *,
    person: Person,
    agreement: Agreement,
    event: Event,
    on: date,
    facts: Mapping[str, str] | None = None,
    check_in: CheckIn | None = None,
) -> str:
    """The token of a link /svar/<token>/ that lets the person answer with `event`; `facts` fill in its form."""
    payload = [person.pk, agreement.pk, event.value, agreement.turn, on.isoformat(), dict(facts or {})]
    if check_in is not None:
        payload.append(check_in.pk)
    return signing.dumps(payload, salt=SALT, compress=True)


def read_token(token: str, on: date) -> Question:
    """The question a token asks. Raises BadToken, or ExpiredToken when it was made too long before `on`."""
    try:
        person_id, agreement_id, event, turn, made_on, facts, *rest = signing.loads(token, salt=SALT)
        question = Question(person_id, agreement_id, Event(event), turn, facts, rest[0] if rest else None)
        made = date.fromisoformat(made_on)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    _require_fresh(made, on)
    return question


def make_signing_token(*, person: Person, plan_id: int, mark: str, on: date) -> str:
    """The token of a link /underskriv/<token>/ that lets the person read the plan and sign it."""
    return signing.dumps([person.pk, plan_id, mark, on.isoformat()], salt=SIGNING)


def read_signing_token(token: str, on: date) -> ToSign:
    """What a token asks to be signed. Raises BadToken, or ExpiredToken when it was made too long before `on`."""
    try:
        person_id, plan_id, mark, made_on = signing.loads(token, salt=SIGNING)
        asked, made = ToSign(person_id, plan_id, mark), date.fromisoformat(made_on)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    _require_fresh(made, on)
    return asked


def _require_fresh(made: date, on: date) -> None:
    if on > made + timedelta(days=DAYS_VALID):
        raise ExpiredToken
