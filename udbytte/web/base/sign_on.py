"""What a session knows of a login at work: which provider it came from, when the person logged in there, and how.

web/accounts writes it before the person is logged in here, and pages read it for a fresh login and for the second step.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY as RECORDS,
)
from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from udbytte.models import Person

KEY = "sign_on"
METHOD = "socialaccount"


@dataclass(frozen=True, slots=True)
class WorkLogin:
    """A login at work. `at`: when the person gave their password there, 0 if the provider does not say."""

    person: int
    provider: str
    at: float
    has_second_step: bool
    ticket: str = ""  # by which the person is logged out there too


def remember_work_login(request: HttpRequest, login: WorkLogin) -> None:
    request.session[KEY] = asdict(login)


def work_login(request: HttpRequest, person: Person | None) -> WorkLogin | None:
    """The login at work in this session; None when the session is another person's, or from a code."""
    known = request.session.get(KEY)
    if person is None or not known or known["person"] != person.pk:
        return None
    return WorkLogin(**known)


@receiver(authentication_step_completed)
def _date_from_the_provider(request: HttpRequest, user: Person, method: str, **kwargs: object) -> None:
    """A login is as old as it is at the provider: one that is only passed on is not fresh."""
    login = work_login(request, user)
    if method == METHOD and login is not None:
        records = request.session[RECORDS]
        records[-1]["at"] = login.at
        request.session[RECORDS] = records


def again_at_work(request: HttpRequest) -> str:
    """The address to log in again at work, which leads back to this page; empty without a login at work."""
    login = work_login(request, request.user if isinstance(request.user, Person) else None)
    provider = settings.SIGN_ON.provider(login.provider) if login is not None else None
    if provider is None:
        return ""
    page = urlsplit(request.get_full_path() if request.method == "GET" else request.headers.get("Referer", ""))
    back = page._replace(scheme="", netloc="", fragment="").geturl() or "/"
    return f"{reverse('work-login', args=[provider.id])}?{urlencode({'again': '1', 'next': back})}"
