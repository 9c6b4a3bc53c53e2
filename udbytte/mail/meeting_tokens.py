"""Links that answer about a conversation's time: signed, for one person and one turn of one conversation, expiring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.core import signing

from .tokens import DAYS_VALID, BadToken, ExpiredToken

SALT = "udbytte.meeting"


class Asks(StrEnum):
    """What a link asks: which time suits, or whether the two have talked."""

    TIME = "time"
    TALKED = "talked"


@dataclass(frozen=True, slots=True)
class MeetingQuestion:
    """`turn` is the conversation's when the letter was written; `chosen` is the answer chosen beforehand, or empty."""

    asks: Asks
    person_id: int
    conversation_id: int
    turn: int
    chosen: str = ""


def make_meeting_token(question: MeetingQuestion, *, on: date) -> str:
    """The token of a link /svar/samtale/<token>/."""
    payload = [
        question.asks.value,
        question.person_id,
        question.conversation_id,
        question.turn,
        on.isoformat(),
        question.chosen,
    ]
    return signing.dumps(payload, salt=SALT, compress=True)


def read_meeting_token(token: str, on: date) -> MeetingQuestion:
    """The question a token asks. Raises BadToken, or ExpiredToken when it was made too long before `on`."""
    try:
        asks, person_id, conversation_id, turn, made_on, chosen = signing.loads(token, salt=SALT)
        question = MeetingQuestion(Asks(asks), person_id, conversation_id, turn, chosen)
        made = date.fromisoformat(made_on)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadToken from error
    if on > made + timedelta(days=DAYS_VALID):
        raise ExpiredToken
    return question
