"""Links that answer one question: signed, for one person and one turn of one agreement, and expiring.

The day is carried in the token and compared with the day that the reader gives, so that no clock is asked here.

Links that answer about a conversation's time: signed, for one person and one turn of one conversation, expiring.

Ballots of the self-check: signed, for one check and one time each, and without whose they are.

The mark of a ballot is made of check and person with the installation's secret. It is the same each time it is made, so
that nobody has two, and nothing that is kept leads from it to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.core import signing
from django.utils.crypto import salted_hmac

from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, CheckIn, Person

ANSWER_SALT = "udbytte.answer"
SIGNING_SALT = "udbytte.sign"
DAYS_VALID = 30


@dataclass(frozen=True, slots=True)
class AnswerLink:
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
class SignatureLink:
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
    return signing.dumps(payload, salt=ANSWER_SALT, compress=True)


def read_token(token: str, on: date) -> AnswerLink:
    """The question a token asks. Raises BadToken, or ExpiredToken when it was made too long before `on`."""
    try:
        person_id, agreement_id, event, turn, made_on, facts, *rest = signing.loads(token, salt=ANSWER_SALT)
        question = AnswerLink(person_id, agreement_id, Event(event), turn, facts, rest[0] if rest else None)
        made = date.fromisoformat(made_on)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    _require_fresh(made, on)
    return question


def make_signing_token(*, person: Person, plan_id: int, mark: str, on: date) -> str:
    """The token of a link /underskriv/<token>/ that lets the person read the plan and sign it."""
    return signing.dumps([person.pk, plan_id, mark, on.isoformat()], salt=SIGNING_SALT)


def read_signing_token(token: str, on: date) -> SignatureLink:
    """What a token asks to be signed. Raises BadToken, or ExpiredToken when it was made too long before `on`."""
    try:
        person_id, plan_id, mark, made_on = signing.loads(token, salt=SIGNING_SALT)
        asked, made = SignatureLink(person_id, plan_id, mark), date.fromisoformat(made_on)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    _require_fresh(made, on)
    return asked


def _require_fresh(made: date, on: date) -> None:
    if on > made + timedelta(days=DAYS_VALID):
        raise ExpiredToken


MEETING_SALT = "udbytte.meeting"


class Asks(StrEnum):
    """What a link asks: which time suits, or whether the two have talked."""

    TIME = "time"
    TALKED = "talked"


@dataclass(frozen=True, slots=True)
class MeetingLink:
    """`turn` is the conversation's when the letter was written; `chosen` is the answer chosen beforehand, or empty."""

    asks: Asks
    person_id: int
    conversation_id: int
    turn: int
    chosen: str = ""


def make_meeting_token(question: MeetingLink, *, on: date) -> str:
    """The token of a link /svar/samtale/<token>/."""
    payload = [
        question.asks.value,
        question.person_id,
        question.conversation_id,
        question.turn,
        on.isoformat(),
        question.chosen,
    ]
    return signing.dumps(payload, salt=MEETING_SALT, compress=True)


def read_meeting_token(token: str, on: date) -> MeetingLink:
    """The question a token asks. Raises BadToken, or ExpiredToken when it was made too long before `on`."""
    try:
        asks, person_id, conversation_id, turn, made_on, chosen = signing.loads(token, salt=MEETING_SALT)
        question = MeetingLink(Asks(asks), person_id, conversation_id, turn, chosen)
        made = date.fromisoformat(made_on)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    if on > made + timedelta(days=DAYS_VALID):
        raise ExpiredToken
    return question


BALLOT_SALT = "udbytte.ballot"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A right to answer once. `mark` names no person."""

    check: int
    mark: str


class BadBallot(Exception):
    """The ballot was not made here, or was cut or changed on its way."""


def mark_of_ballot(check: int, person: int) -> str:
    """The mark of the ballot that a person has in a check."""
    return salted_hmac(BALLOT_SALT, f"{check}:{person}", algorithm="sha256").hexdigest()


def make_ballot(check: int, person: int) -> str:
    """The token of a link /selvtjek/stem/<token>/."""
    return signing.dumps([check, mark_of_ballot(check, person)], salt=BALLOT_SALT)


def read_ballot(token: str) -> Ballot:
    """The ballot of a token. Raises BadBallot when it was not made here."""
    try:
        check, mark = signing.loads(token, salt=BALLOT_SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadBallot from error
    return Ballot(check, mark)
