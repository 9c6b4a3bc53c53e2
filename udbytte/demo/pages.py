"""The pages of the demo: log in as one of the cast, and read the emails that people get.

queries/demo.py decides where they exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from udbytte.domain.numbers import int_from
from udbytte.models import ACCOUNT_KINDS, Email, Person
from udbytte.queries.demo import has_demo_login, has_mailbox

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CAST = {
    "employee": _("Employee: what we agreed, and what I do next"),
    "manager": _("Manager: my team, the money, the conversations"),
    "coordinator": _("Course coordinator: finds courses, registers people and follows up"),
    "helper": _("Helper: asked to help a colleague learn"),
    "budget-owner": _("Budget owner: decides about nominations"),
    "hr": _("HR: runs the round and sees whether it works"),
    "works-council": _("Works council: does it work, and does everyone get their share"),
    "administrator": _("Administrator: organisation, roles, imports"),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the way through the demo: as whom, on which page, and what to press there."""

    role: str
    page: str
    head: _StrPromise
    words: _StrPromise


STOPS = (
    Stop(
        "employee",
        "home",
        _("What do I do next?"),
        _(
            "Mette works with children and has no desk. Answer the question at the top of her page, with one press."
            " Then read whose turn it is and by when."
        ),
    ),
    Stop(
        "manager",
        "team",
        _("What waits for me?"),
        _(
            "Lars leads a kindergarten. Everything that was agreed is in one table. Press the button beside whoever"
            " is most late, or start the review and go through all of it."
        ),
    ),
    Stop(
        "coordinator",
        "course-board",
        _("Which courses are to be found?"),
        _(
            "Bente finds course dates and registers people. Press the button on a card in the first column, and"
            " choose one of the dates that fit."
        ),
    ),
    Stop(
        "hr",
        "figures",
        _("Does anything come of it?"),
        _(
            "Hanne in HR sees how much of what was agreed ended in learning, and what would help most. Press the"
            " button under Start here, or open the report for the works council."
        ),
    ),
)


@login_not_required
def demo(request: HttpRequest) -> HttpResponse:
    """Say what Udbytte is, lead through it in five minutes, and show the cast."""
    if not has_demo_login():
        raise Http404
    people = {person.external_id: person for person in Person.objects.filter(external_id__startswith="demo:")}
    context = {
        "stops": [(stop, people[f"demo:{stop.role}"]) for stop in STOPS if f"demo:{stop.role}" in people],
        "cast": [(role, words, people.get(f"demo:{role}")) for role, words in CAST.items()],
        "public_self_check": settings.PUBLIC_SELF_CHECK,
    }
    return render(request, "demo/demo.html", context)


@login_not_required
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Log in as the cast member for `role`; `stop` says on which page of the way through the demo."""
    if not has_demo_login() or request.POST.get("role") not in CAST:
        raise Http404
    person = get_object_or_404(Person, external_id=f"demo:{request.POST['role']}")
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    UserSession.objects.create_from_request(request)
    record_authentication(request, person, method="demo")  # what needs a login from a moment ago can be tried too
    stop = int_from(request.POST.get("stop", ""))
    return redirect(STOPS[stop - 1].page if stop is not None and 1 <= stop <= len(STOPS) else "home")


def _readable_emails() -> QuerySet[Email]:
    """Login codes are only for visitors who may log in as one of the cast anyway."""
    emails = Email.objects.exclude(text="")  # the content of old ones is gone
    return emails if has_demo_login() else emails.exclude(kind__in=ACCOUNT_KINDS)


@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """All emails of the demo, the newest first."""
    if not has_mailbox():
        raise Http404
    emails = _readable_emails().select_related("person").order_by("-created_at", "-pk")
    who = request.GET.get("person", "")
    person = int_from(who)
    if person is not None:
        emails = emails.filter(person=person)
    page = Paginator(emails, 20).get_page(request.GET.get("page"))
    return render(request, "demo/mailbox.html", {"page": page, "who": who})


# An email has its style inline. It may not run, load or send anything, and may not be framed.
EMAIL_MAY = (
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)


@login_not_required
def email(request: HttpRequest, pk: int) -> HttpResponse:
    """One email of the demo, as it looks in a mail program."""
    if not has_mailbox():
        raise Http404
    message = get_object_or_404(_readable_emails().exclude(html=""), pk=pk)
    response = HttpResponse(message.html)
    response["Content-Security-Policy"] = "; ".join(EMAIL_MAY)
    return response


urlpatterns = [
    path("demo/", demo, name="demo"),
    path("demo/enter", enter, name="demo-enter"),
    path("postkasse/", mailbox, name="mailbox"),
    path("postkasse/<int:pk>/", email, name="email"),
]
