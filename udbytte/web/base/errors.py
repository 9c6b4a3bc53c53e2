"""The pages for what fails in a view or in a middleware. Django calls them while it handles the exception."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults
from psycopg.errors import DeadlockDetected, LockNotAvailable

from .context import as_context

logger = logging.getLogger(__name__)
SECONDS_UNTIL_AGAIN = "5"
REFERENCE_LETTERS = "ABCDEFGHKMNPRSTXYZ23456789"
NEVER_SHOWN = "password"  # in the name of a field: it is written in no page, and typed again


@dataclass(frozen=True, slots=True)
class WaitPage:
    """What 503.html shows: why nothing is saved, what was written, and the form that sends it again."""

    is_away: bool  # the database is away; otherwise somebody else holds the row
    address: str
    is_sent: bool  # by a form
    has_file: bool = False  # a page cannot send a file again
    written: list[tuple[str, str]] = field(default_factory=list)  # texts, to be seen
    others: list[tuple[str, str]] = field(default_factory=list)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something failed on our side, somebody else writes the same data right now, or the database is away."""
    page = _wait_page(request, sys.exc_info()[1])
    if page is not None:
        return page
    reference = _new_reference()
    request.reference = reference  # type: ignore[attr-defined]  # the line with the traceback names it too
    logger.error("500 %s: %s", reference, _view_name(request))
    html = render_to_string("500.html", {"reference": reference, "is_sent": request.method == "POST"})
    return HttpResponse(html, status=500)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page, or it is not this person's to see: the same answer to both."""
    reference = _new_reference()
    by = getattr(getattr(request, "user", None), "pk", None) or "nobody"
    logger.info("404 %s: %s by=%s", reference, _view_name(request), by)
    return render(request, "404.html", {"reference": reference}, status=404)


def _new_reference() -> str:
    """What a person can read aloud to support, and what stands in the log: "K4T9-2XHM", of letters hard to mistake."""
    drawn = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def _view_name(request: HttpRequest) -> str:
    """The page by name, as its address may hold a key."""
    return request.resolver_match.view_name if request.resolver_match else "before any view"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request cannot be read. Django also says so when the session cannot be written, for whatever reason."""
    return _wait_page(request, exception) or defaults.bad_request(request, exception)


def _wait_page(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The page that shows what was written and sends it again, if the database refused a lock or is away."""
    cause = next((each for each in _causes(error) if _is_busy(each) or _is_away(each)), None)
    if cause is None:
        return None
    logger.warning("%s: %s", _view_name(request), type(cause).__name__)
    html = render_to_string("503.html", as_context(_shown(request, is_away=not _is_busy(cause))))
    headers = {"Retry-After": SECONDS_UNTIL_AGAIN, "Cache-Control": "no-store"}
    page = HttpResponse(html, status=503, headers=headers)
    page._has_been_logged = True  # type: ignore[attr-defined]  # Django would log it as an error
    return page


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, (LockNotAvailable, DeadlockDetected))


def _is_away(error: BaseException) -> bool:
    """Whether there is no connection to the database: none was made (psycopg knows no code then), or it was cut."""
    if isinstance(error, psycopg.InterfaceError):
        return True
    code = error.sqlstate if isinstance(error, psycopg.OperationalError) else ""
    return code is None or code.startswith(("08", "57P"))


def _shown(request: HttpRequest, *, is_away: bool) -> WaitPage:
    address = request.get_full_path()
    try:
        sent = [(name, str(value)) for name, values in request.POST.lists() for value in values]
        has_file = bool(request.FILES)
    except (SuspiciousOperation, UnreadablePostError, RawPostDataException):
        sent, has_file = [], False
    page = WaitPage(is_away, address, request.method == "POST", has_file)
    for name, value in sent:
        if NEVER_SHOWN not in name:
            (page.written if " " in value.strip() else page.others).append((name, value))
    return page
