"""Where one is logged in: a page to see it and to end it; and a session ends by itself when nobody uses it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.domain.numbers import int_from
from udbytte.models import Person
from udbytte.models.formatting import day_and_time
from udbytte.runtime.clock import today
from udbytte.services.people.sessions import end_all_sessions, end_session
from udbytte.web.base.components import Action, Table, TableRow
from udbytte.web.base.request import person_of

BEGAN, SEEN = "began", "seen"  # in the session, in seconds since 1970
SEEN_AGAIN_AFTER = 300  # seconds: a session is not written at every request
# What a browser says of itself, in the order in which it is looked for, as each of them also names those below it.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac", "Mac"))


@receiver(user_logged_in)
def _begin(sender: object, request: HttpRequest, **kwargs: object) -> None:
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


@receiver(authentication_step_completed)
def _renew(sender: object, request: HttpRequest, user: Person, **kwargs: object) -> None:
    """Somebody who is in shows again who they are: the session gets a new key, as at login, and keeps what is in it."""
    before = request.session.session_key
    if request.user != user or before is None:
        return
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


class SessionMiddleware:
    """Ends a session that nobody has used for UDBYTTE_IDLE_MINUTES, and every session after SESSION_COOKIE_AGE.

    What is typed stays in the browser as a draft, and is there after logging in again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            session, now = request.session, int(time.time())
            idle = now - session.get(SEEN, now)
            began = session.setdefault(BEGAN, now)
            is_idle = bool(settings.IDLE_SECONDS) and idle > settings.IDLE_SECONDS
            if is_idle or now - began > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif idle > SEEN_AGAIN_AFTER or SEEN not in session:
                session[SEEN] = now
        return self.get_response(request)


def sessions(request: HttpRequest) -> HttpResponse:
    """The browsers in which the person is logged in, this one first. A POST ends one of them."""
    person, on = person_of(request), today()
    if request.method == "POST":
        number = int_from(request.POST.get("do", ""))
        if number is not None and end_session(person, number, on=on):
            messages.success(request, _("You are logged out there."))
        return redirect("sessions")
    known = sorted(
        UserSession.objects.purge_and_list(person), key=lambda session: (not _is_this(session, request), -session.pk)
    )
    table = Table(
        (_("Where"), _("Logged in"), ""),
        [_row(session, request, on) for session in known],
        css="cards",
        empty=_("There is no list of logins for this way of logging in."),
    )
    return render(request, "account/sessions.html", {"table": table, "has_others": len(known) > 1})


def _is_this(session: UserSession, request: HttpRequest) -> bool:
    return bool(session.session_key == request.session.session_key)


def _row(session: UserSession, request: HttpRequest, on: date) -> TableRow:
    is_this, where = _is_this(session, request), browser_words(session.user_agent)
    actions = (
        []
        if is_this
        else [Action(_("Log out there"), reverse("sessions"), do=str(session.pk), variant="secondary", named=where)]
    )
    since = day_and_time(timezone.localtime(session.created_at), on)
    return TableRow(where, (since,), sub=_("this browser") if is_this else "", actions=actions)


def browser_words(agent: str) -> str:
    """A browser and its system in few words, from what it says of itself."""
    browser = next((name for sign, name in BROWSERS if sign in agent), _("a browser"))
    system = next((name for sign, name in SYSTEMS if sign in agent), "Linux" if "Linux" in agent else "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Log out everywhere else. This session goes on."""
    person = Person.objects.get(pk=person_of(request).pk)
    end_all_sessions(person, by=person, on=today())
    update_session_auth_hash(request, person)
    UserSession.objects.create_from_request(request)
    messages.success(request, _("You are logged out everywhere else."))
    return redirect("sessions")
