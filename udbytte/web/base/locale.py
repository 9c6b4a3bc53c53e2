"""The middleware around every page, and the page that switches the language."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    UnreadablePostError,
)
from django.middleware.locale import LocaleMiddleware
from django.urls import path, reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.defaults import bad_request

from udbytte.models import Person
from udbytte.services.people.preferences import save_preferences

from . import health


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, for good for a person and by a cookie for others, and go back to the page before."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise Http404
    page_before = request.POST.get("next", "")
    is_ours = page_before.startswith("/") and url_has_allowed_host_and_scheme(page_before, {request.get_host()})
    response = HttpResponseRedirect(page_before if is_ours else reverse("home"))
    person = request.user
    if isinstance(person, Person):
        save_preferences(person, language=chosen, digest_weekday=person.digest_weekday, wants_mail=person.wants_mail)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


class HealthMiddleware:
    """Answers a monitor before anything else runs, as a monitor knows no host name and no TLS.

    So these answers have headers of their own: they are text, and no browser makes anything else of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = health.VIEWS.get(request.path_info)
        if view is None:
            return self.get_response(request)
        response = view(request)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
        return response


class UnreadableMiddleware:
    """Refuses a request in another charset than UTF-8 or with a NUL character, before anything else reads it.

    Django cannot read the first, and PostgreSQL cannot store the second. No browser sends either, nor TRACE, which
    views would take for a GET.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        is_utf8 = _is_utf8(request)
        request.encoding = "utf-8"  # the only name of it that Django knows; also for the page that refuses
        if not is_utf8:
            return bad_request(request, ValueError("charset"))
        try:
            has_nul = any("\0" in text for text in _texts(request))
        except UnreadablePostError:
            has_nul = False  # the browser has gone; the next reader of the body finds out
        return bad_request(request, ValueError("NUL")) if has_nul else self.get_response(request)


def _is_utf8(request: HttpRequest) -> bool:
    charset = (request.content_params or {}).get("charset")
    try:
        return charset is None or codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


def _texts(request: HttpRequest) -> Iterator[str]:
    """All texts of a request that can reach the database: path, cookies, query and form."""
    yield request.path_info
    yield from request.COOKIES.values()
    for sent in (request.GET, request.POST):
        for name, values in sent.lists():
            yield name
            yield from values


class LanguageMiddleware(LocaleMiddleware):
    """Uses the language that the person has chosen; else the one the browser asks for; else Danish."""

    def process_request(self, request: HttpRequest) -> None:
        language = getattr(request.user, "language", "")
        if language in dict(settings.LANGUAGES):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        else:
            super().process_request(request)


urlpatterns = [
    path("sprog/", language, name="language"),
]
