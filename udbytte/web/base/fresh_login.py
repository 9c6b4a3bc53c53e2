"""Whether somebody has just logged in, for what nobody at an open screen may do."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .request import person_of

FRESH_FOR_WORK = 30 * 60  # seconds in which somebody can give roles or import without logging in again


def just_logged_in(request: HttpRequest, *, within: int | None = None) -> bool:
    """Whether the person logged in, or confirmed who they are, at most so many seconds ago in this session."""
    records = get_authentication_records(request, person_of(request))
    longest = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT if within is None else within
    return bool(records) and time.time() - records[-1]["at"] < longest


def fresh_login_to(method: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page that asks for a fresh login when it is sent (POST) or fetched (GET): else it says how to get one."""

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == method and not just_logged_in(request, within=FRESH_FOR_WORK):
                return log_in_again(request)
            return view(request, *args, **kwargs)

        return page

    return around


def log_in_again(request: HttpRequest) -> HttpResponse:
    """Nothing is saved; how to log in again."""
    return render(request, "account/again_page.html", status=403)
