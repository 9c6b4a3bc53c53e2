"""Signed links: each lets one person answer one question without logging in.

A link carries the day it was made, and whoever reads it gives today's day, so that no clock is asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self, get_type_hints

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Person

HANDOUT_DAYS = 7


class BrokenLink(Exception):
    """The link was not made by this installation, or was cut or changed on its way."""


class ExpiredLink(Exception):
    """The link is older than its kind is valid."""


@dataclass(frozen=True, slots=True)
class SignedLink:
    """What a link asks, and of whom. A subclass is one kind of link, and its fields are what the token carries.

    The token holds the values of the fields in their order, so links in emails that were sent keep working as long as
    no field is moved, renamed in `salt`, or added anywhere but at the end with a default. A last field that is None is
    left out.
    """

    salt: ClassVar[str]
    prefix: ClassVar[str]
    """The path of the page, up to the token."""
    days_valid: ClassVar[int | None] = 30
    """How many days after `made_on` the link can be used; None: as long as its question is open."""

    @property
    def token(self) -> str:
        """The signed text that stands in the address."""
        values = [_packed(getattr(self, item.name)) for item in fields(self)]
        if values[-1] is None:
            values.pop()
        return signing.dumps(values, salt=self.salt, compress=True)

    @property
    def path(self) -> str:
        """The address of the page without the host."""
        return f"{self.prefix}{self.token}/"

    @property
    def url(self) -> str:
        """The whole address, as it stands in an email."""
        return f"{settings.BASE_URL}{self.path}"

    @classmethod
    def read(cls, token: str, *, on: date) -> Self:
        """What a token asks. Raises BrokenLink, or ExpiredLink when it was made more than `days_valid` before `on`."""
        try:
            values = signing.loads(token, salt=cls.salt)
            hints = get_type_hints(cls)
            types = [hints[item.name] for item in fields(cls)]
            if len(values) > len(types):
                raise ValueError("more values than fields")
            link = cls(*map(_unpacked, types, values))
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise BrokenLink from error
        made_on: date | None = getattr(link, "made_on", None)
        if made_on is not None and cls.days_valid is not None and on > made_on + timedelta(days=cls.days_valid):
            raise ExpiredLink
        return link


def _packed(value: Any) -> Any:
    """The value as JSON can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def _unpacked(kind: Any, value: Any) -> Any:
    """The value of a field of that type. Raises ValueError or TypeError where the value does not fit."""
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


@dataclass(frozen=True, slots=True)
class AnswerLink(SignedLink):
    """May `event` happen to the agreement? `facts` are the answer that was chosen beforehand.

    `turn` is the agreement's when the email was written: a later turn means that the question is answered. A helper's
    check-in is asked with its own number in `check_in`.
    """

    salt: ClassVar[str] = "udbytte.answer"
    prefix: ClassVar[str] = "/svar/"

    person_id: int
    agreement_id: int
    event: Event
    turn: int
    made_on: date
    facts: Mapping[str, str] = field(default_factory=dict)
    check_in: int | None = None

    @classmethod
    def ask(
        cls,
        event: Event,
        *,
        person: Person,
        agreement: Agreement,
        on: date,
        facts: Mapping[str, str] | None = None,
        check_in: int | None = None,
    ) -> Self:
        """A link that lets the person answer with `event`; `facts` fill in its form."""
        return cls(person.pk, agreement.pk, event, agreement.turn, on, facts or {}, check_in)


@dataclass(frozen=True, slots=True)
class SignatureLink(SignedLink):
    """Will the person sign the plan as it was when the email was written (`mark`, from mark_of_plan)?"""

    salt: ClassVar[str] = "udbytte.sign"
    prefix: ClassVar[str] = "/underskriv/"

    person_id: int
    plan_id: int
    mark: str
    made_on: date


@dataclass(frozen=True, slots=True)
class PartnerLink(SignedLink):
    """Does the person want a partner for the first use of the course of their agreement?"""

    salt: ClassVar[str] = "udbytte.partner"
    prefix: ClassVar[str] = "/svar/makker/"

    person_id: int
    agreement_id: int
    made_on: date


@dataclass(frozen=True, slots=True)
class WrittenLink(SignedLink):
    """Is it right what the manager wrote down of the person's answer?"""

    salt: ClassVar[str] = "udbytte.written"
    prefix: ClassVar[str] = "/svar/nedskrevet/"

    person_id: int
    written_id: int
    made_on: date


@dataclass(frozen=True, slots=True)
class UndoLink(SignedLink):
    """Undo what the person has just answered without logging in. `back` is the path of the question."""

    salt: ClassVar[str] = "udbytte.undo"
    prefix: ClassVar[str] = "/svar/fortryd/"
    days_valid: ClassVar[int | None] = 1

    person_id: int
    press_id: int
    back: str
    made_on: date


@dataclass(frozen=True, slots=True)
class HandoutLink(SignedLink):
    """The page on which somebody who has left writes the code for everything about them."""

    salt: ClassVar[str] = "udbytte.handout"
    prefix: ClassVar[str] = "/udlevering/"
    days_valid: ClassVar[int | None] = HANDOUT_DAYS

    person_id: int
    handout_id: int
    made_on: date


class MeetingQuestion(StrEnum):
    """Which time suits, or whether the two have talked."""

    TIME = "time"
    TALKED = "talked"


@dataclass(frozen=True, slots=True)
class MeetingLink(SignedLink):
    """A question about a conversation's time.

    `turn` is the conversation's when the email was written; `chosen` is the answer chosen beforehand, or empty.
    """

    salt: ClassVar[str] = "udbytte.meeting"
    prefix: ClassVar[str] = "/svar/samtale/"

    question: MeetingQuestion
    person_id: int
    conversation_id: int
    turn: int
    made_on: date
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Ballot(SignedLink):
    """A right to answer a self-check once. It is made anew where it is needed, and ends with its self-check.

    Its `mark` is made of check and person with the installation's secret, and is in no link: what is stored of a used
    ballot leads to nobody, also not by the emails that are stored.
    """

    salt: ClassVar[str] = "udbytte.self-check"
    prefix: ClassVar[str] = "/selvtjek/stem/"
    days_valid: ClassVar[int | None] = None

    check: int
    person_id: int

    @property
    def mark(self) -> str:
        """The same each time, so that nobody has two."""
        return salted_hmac("udbytte.ballot", f"{self.check}:{self.person_id}", algorithm="sha256").hexdigest()
