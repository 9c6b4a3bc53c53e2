"""Pages behind the signed links of emails: one question, answered without logging in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from udbytte.access.links import AnswerLink, BrokenLink, ExpiredLink, MeetingLink, PartnerLink, SignatureLink
from udbytte.models import Person
from udbytte.runtime.clock import today

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PersonalLink = TypeVar("PersonalLink", AnswerLink, MeetingLink, PartnerLink, SignatureLink)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: heading and text of the page, and its status code."""

    heading: _StrPromise
    text: _StrPromise
    status: int = 410


SENT = Outcome(lazy("Thank you. Your answer is saved."), lazy("You can close the page now."), 200)
USED = Outcome(
    lazy("This is already answered"),
    lazy(
        "The question has been answered, or something has happened since the letter was sent. "
        "Nothing more was sent now."
    ),
)
EXPIRED = Outcome(
    lazy("The link is too old"), lazy("A link from a letter can be used for 30 days. Log in and answer there.")
)
CHANGED = Outcome(
    lazy("The plan reads otherwise now"),
    lazy("It has been changed since the letter was written, so nothing was signed. Log in and read it once more."),
)
NOT_YOURS = Outcome(lazy("The step has gone to somebody else"), lazy("Nothing was sent. Log in to see how it stands."))
BROKEN = Outcome(
    lazy("The link does not work"),
    lazy("Perhaps it was cut in two on its way. Copy the whole link, or log in and answer there."),
    404,
)


def outcome_page(request: HttpRequest, outcome: Outcome, *, more: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """What became of the question, and `more` that can be done (label, address). It shows nothing else of anybody's."""
    context = {"outcome": outcome, "more": more}
    return render(request, "components/answer_outcome.html", context, status=outcome.status)


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
            with override(person.language):
                request.LANGUAGE_CODE = person.language
                return view(request, person, link)

        return page

    return around
