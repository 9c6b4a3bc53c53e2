"""What a browser may keep of our pages, and whom to tell about a hole in them.

`PrivateMiddleware` forbids browsers to keep pages that somebody is logged in for, or that a link from an email opens,
so that nobody reads them after logout on a shared computer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from udbytte.runtime.clock import today

CONTACT_HOLDS = timedelta(days=180)  # RFC 9116: a file says until when it holds, at most a year ahead


class PrivateMiddleware:
    """Says of each private page that nothing of it is stored, and on logging out that what was stored is removed.

    Drafts stay in the browser: the page of the conversation keeps there what waits for a connection.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_in = request.user.is_authenticated
        response = self.get_response(request)
        if was_in or request.user.is_authenticated or hasattr(request, "signed_link"):
            response.headers.setdefault("Cache-Control", "no-store, private")
        if was_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a security hole, as RFC 9116 has it; 404 where UDBYTTE_SECURITY_CONTACT is not set."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = timezone.make_aware(datetime.combine(today() + CONTACT_HOLDS, time()))
    lines = [f"Contact: {settings.SECURITY_CONTACT}", f"Expires: {expires.isoformat()}", "Preferred-Languages: da, en"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


urlpatterns = [path(".well-known/security.txt", security_txt, name="security-txt")]
