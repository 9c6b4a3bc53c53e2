"""The pages for what fails in a view or in a middleware. Django calls them while it handles the exception."""

from __future__ import annotations

import logging
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults
from psycopg.errors import DeadlockDetected, LockNotAvailable

logger = logging.getLogger(__name__)
SECONDS_UNTIL_AGAIN = "5"


def server_error(request: HttpRequest) -> HttpResponse:
    """Something failed on our side, or somebody else writes the same data right now."""
    return _busy_page(request, sys.exc_info()[1]) or defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request cannot be read. Django also says so when the session cannot be written, for whatever reason."""
    return _busy_page(request, exception) or defaults.bad_request(request, exception)


def _busy_page(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """The page that asks the person to try again, if the database refused a lock: nothing is saved then."""
    while error is not None and not isinstance(error, OperationalError):
        error = error.__cause__ or error.__context__
    if error is None or not isinstance(error.__cause__, (LockNotAvailable, DeadlockDetected)):
        return None
    where = request.resolver_match.view_name if request.resolver_match else "before any view"
    logger.warning("%s: %s", where, type(error.__cause__).__name__)
    page = HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": SECONDS_UNTIL_AGAIN})
    page._has_been_logged = True  # type: ignore[attr-defined]  # Django would log it as an error
    return page
