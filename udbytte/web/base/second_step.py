"""Somebody whose role asks for a second step gets nowhere before it is taken or set up.

What is known stands in the session from logging in on, so that a page costs no query for it. A role that changes ends
the sessions of before.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from udbytte.models import Person
from udbytte.runtime.clock import today
from udbytte.services.people.second_step import has_second_step, is_second_step_required

from .sign_on import work_login

MISSING = "second_step_missing"
CAME_FOR = "second_step_came_for"  # in the session: the page that was asked for before the second step was set up
OPEN = {"language", "accessibility"}


@receiver(user_logged_in)
def _look_for_second_step(sender: object, request: HttpRequest, user: Person, **kwargs: object) -> None:
    request.session[MISSING] = is_second_step_required(user, today()) and not _has_taken_it(request, user)


def _has_taken_it(request: HttpRequest, person: Person) -> bool:
    """Whether a second step was taken in this session, here or at the provider of the login at work."""
    at_work = work_login(request, person)
    here = any(record.get("method") == "mfa" for record in get_authentication_records(request, person))
    return here or (at_work is not None and at_work.has_second_step)


@receiver(authentication_step_completed)
def _taken(sender: object, request: HttpRequest, method: str, **kwargs: object) -> None:
    if method == "mfa" and MISSING in request.session:
        request.session[MISSING] = False


@receiver(authenticator_removed)
def _removed(sender: object, request: HttpRequest, user: Person, **kwargs: object) -> None:
    if is_second_step_required(user, today()) and not has_second_step(user):
        request.session[MISSING] = True


def is_second_step_missing(request: HttpRequest) -> bool:
    return request.user.is_authenticated and bool(request.session.get(MISSING))


def page_came_for(request: HttpRequest) -> str:
    """Where somebody goes on who has just been made to set up the second step; empty for everybody else."""
    if not request.user.is_authenticated or is_second_step_missing(request):
        return ""
    return str(request.session.get(CAME_FOR, ""))


class SecondStepMiddleware:
    """Sends whoever lacks a second step to the page that sets it up; the pages of logging in stay open.

    The page that was asked for is remembered until the person is on any page of the application.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        accounts = reverse("account_login").removesuffix("login/")
        if not request.user.is_authenticated or match is None:
            return None
        if request.path.startswith(accounts) or match.url_name in OPEN:
            return None
        if not is_second_step_missing(request):
            request.session.pop(CAME_FOR, None)
            return None
        if request.method == "GET" and "HX-Request" not in request.headers:
            request.session[CAME_FOR] = request.get_full_path()
        return redirect("mfa_index")
