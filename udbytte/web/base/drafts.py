"""Drafts: what is typed stays in the browser (static/drafts.js) until this tells it that the server has saved it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

# The cookie with the drafts that are saved and that the browser has not removed yet; drafts.js finds it by its end.
SAVED = f"{settings.COOKIE_PREFIX}udbytte_saved"
SECONDS = 600
MOST = 10
_ID = re.compile(r"[a-z0-9]{1,40}")


def draft_key(person_id: int) -> str:
    """The key by which a person's drafts are sealed in their browser. It is the same in each of their sessions."""
    return base64.b64encode(salted_hmac("udbytte.drafts", str(person_id), algorithm="sha256").digest()).decode()


class DraftMiddleware:
    """Tells the browser which draft a form has saved.

    It is not saved where the form is shown again, where the answer is an error or says one, or asks to log in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        draft = request.POST.get("draft", "") if request.method == "POST" and response.status_code < 400 else ""
        if _ID.fullmatch(draft) and _is_saved(request, response):
            known = [each for each in request.COOKIES.get(SAVED, "").split(".") if _ID.fullmatch(each)]
            response.set_cookie(
                SAVED,
                ".".join([*known, draft][-MOST:]),
                max_age=SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


def _is_saved(request: HttpRequest, response: HttpResponse) -> bool:
    accounts = reverse("account_login").removesuffix("login/")
    if urlsplit(response.get("Location", "")).path.startswith(accounts):
        return False
    added = getattr(get_messages(request), "_queued_messages", [])
    return not any(message.level >= messages.ERROR for message in added)


class LoginMiddleware(LoginRequiredMiddleware):
    """Asks to log in. After a form was sent, logging in leads back to the page of the form, where its draft is."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        try:
            page = urlsplit(request.headers.get("Referer", ""))
        except ValueError:  # no address
            page = urlsplit("")
        is_ours = url_has_allowed_host_and_scheme(page.geturl(), {request.get_host()})
        if request.method != "POST" or not is_ours or not page.netloc:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(
            page._replace(scheme="", netloc="", fragment="").geturl(), self.get_login_url(view_func)
        )
