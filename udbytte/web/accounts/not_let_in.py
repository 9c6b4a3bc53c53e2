"""The page for somebody who comes from the login at work and is not let in: what is so, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazy

from udbytte.runtime.sign_on import Provider
from udbytte.web.base.audit import note_failed_login

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason. `ask`: somebody else must put it right; without it the person can try again."""

    head: _StrPromise
    words: _StrPromise
    status: int = 403
    ask: bool = True


NOT_KNOWN = lazy("Udbytte does not know you yet")
NO_ANSWER = lazy("We could not log you in")
REFUSALS = {
    "unknown": Refusal(
        NOT_KNOWN,
        lazy(
            "You are logged in at %(name)s, but you are not among the employees that your workplace has told Udbytte"
            " about. If you have just started, you may be there in a few days."
        ),
    ),
    "no_claim": Refusal(
        NOT_KNOWN, lazy("%(name)s does not tell Udbytte who you are: the email or number that we look for is missing.")
    ),
    "unverified": Refusal(
        NOT_KNOWN,
        lazy("%(name)s tells your email, but not that it is checked. So we cannot know that it is you."),
    ),
    "other_account": Refusal(
        lazy("You have another account than before"),
        lazy(
            "Udbytte knows you by another account at %(name)s. An administrator can see that it is you, and let the new"
            " account in."
        ),
    ),
    "invalid": Refusal(
        NO_ANSWER,
        lazy("The answer from %(name)s was too old, or was not for this window. Start again."),
        status=400,
        ask=False,
    ),
    "cancelled": Refusal(NO_ANSWER, lazy("You stopped at %(name)s before you were logged in."), ask=False),
    "away": Refusal(
        NO_ANSWER, lazy("%(name)s does not answer right now. Try again in a few minutes."), status=503, ask=False
    ),
}


def not_let_in(request: HttpRequest, provider: Provider, reason: str) -> HttpResponse:
    """The page for a reason of REFUSALS. It is noted, without who it may have been."""
    refusal = REFUSALS[reason]
    note_failed_login(None, f"work login, {reason}")
    context = {
        "refusal": refusal,
        "words": refusal.words % {"name": provider.name},
        "provider": provider,
        "ask": settings.SIGN_ON.ask,
        "codes_for": settings.SIGN_ON.codes_for,
    }
    return render(request, "account/not_let_in.html", context, status=refusal.status)
