"""Pages behind the signed links of emails: one question, answered without logging in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from udbytte.access.links import (
    AnswerLink,
    BrokenLink,
    ExpiredLink,
    MeetingLink,
    PartnerLink,
    SignatureLink,
    UndoLink,
    WrittenLink,
)
from udbytte.emails.items import Item
from udbytte.emails.steps import helper_check_in_item, step_item
from udbytte.models import Person, Press
from udbytte.queries.notifications.answers import open_question_to
from udbytte.runtime.clock import today

from .saved import undo_sentence

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ASKED_FOR = timedelta(days=30)  # questions of older emails are not asked again here

PersonalLink = TypeVar("PersonalLink", AnswerLink, MeetingLink, PartnerLink, SignatureLink, UndoLink, WrittenLink)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: heading and text of the page, and its status code."""

    heading: _StrPromise
    text: _StrPromise | str
    status: int = 410


USED = Outcome(
    lazy("This is already answered"),
    lazy(
        "The question has been answered, or something has happened since the email was sent. Nothing more was sent now."
    ),
)
EXPIRED = Outcome(
    lazy("The link is too old"), lazy("A link from an email can be used for 30 days. Log in and answer there.")
)
ADDRESS_CHANGED = Outcome(
    lazy("The link is too old"), lazy("Your email address has been changed since then. Log in and answer there.")
)
CHANGED = Outcome(
    lazy("The plan reads otherwise now"),
    lazy("It has been changed since the email was written, so nothing was signed. Log in and read it once more."),
)
NOT_YOURS = Outcome(lazy("Somebody else has the task now"), lazy("Nothing was sent. Log in to see how it stands."))
BROKEN = Outcome(
    lazy("The link does not work"),
    lazy("Perhaps it was cut in two on its way. Copy the whole link, or log in and answer there."),
    404,
)


def outcome_page(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    """Why a question is not asked, and the way to log in. It shows nothing of anybody's."""
    return render(request, "components/answer_outcome.html", {"outcome": outcome}, status=outcome.status)


@dataclass(frozen=True, slots=True)
class LearnQuestion:
    """Whether something new is learned, asked after "it happens". It may stay open."""

    asks: str
    address: str


def answered_page(
    request: HttpRequest,
    person: Person,
    link: AnswerLink | MeetingLink | PartnerLink | SignatureLink | WrittenLink,
    *,
    next_step: str = "",
    learns: LearnQuestion | None = None,
    more: Sequence[tuple[str, str]] = (),
    undo: Press | None = None,
) -> HttpResponse:
    """The answer is saved: what is next, what else can be done (label, address), and the person's next question.

    `undo` is what was pressed, if it can be undone.

    The next question is one that an email of the last days has asked the person. Its link is as old as the one that was
    used, so that answering never makes a link last longer.
    """
    on = today()
    context = {
        "person": person,
        "next_step": next_step,
        "learns": learns,
        "more": more,
        "undo": UndoLink(person.pk, undo.pk, link.path, on).path if undo is not None else "",
        "undo_until": undo_sentence(undo) if undo is not None else "",
        "question": _next_question(person, on, link.made_on) if learns is None else None,
    }
    return render(request, "components/answered.html", context)


def _next_question(person: Person, on: date, made_on: date) -> Item | None:
    question = open_question_to(person, on, since=on - ASKED_FOR)
    if question is None:
        return None
    if question.check_in is not None:
        return helper_check_in_item(question.agreement, person, question.check_in, made_on=made_on)
    return step_item(question.agreement, person, on, made_on=made_on)


def answered_from_email(
    kind: type[PersonalLink],
) -> Callable[
    [Callable[[HttpRequest, Person, PersonalLink], HttpResponse]], Callable[[HttpRequest, str], HttpResponse]
]:
    """A page that needs no login: its view gets the person and the link that the token in the address stands for.

    It is in the person's language. A link that does not work, or of somebody who has left, ends at `outcome_page`.
    """

    def around(
        view: Callable[[HttpRequest, Person, PersonalLink], HttpResponse],
    ) -> Callable[[HttpRequest, str], HttpResponse]:
        @login_not_required
        @never_cache
        @require_http_methods(["GET", "POST"])
        @wraps(view)
        def page(request: HttpRequest, token: str) -> HttpResponse:
            try:
                link = kind.read(token, on=today())
            except BrokenLink:
                return outcome_page(request, BROKEN)
            except ExpiredLink:
                return outcome_page(request, EXPIRED)
            person = Person.objects.filter(pk=link.person_id, is_active=True).first()
            if person is None:
                return outcome_page(request, BROKEN)
            if person.email_changed_on is not None and link.made_on <= person.email_changed_on:
                return outcome_page(request, ADDRESS_CHANGED)
            request.signed_link = link  # type: ignore[attr-defined]  # the audit log reads it
            with override(person.language):
                request.LANGUAGE_CODE = person.language
                return view(request, person, link)

        return page

    return around
