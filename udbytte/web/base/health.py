"""Pages for monitors: whether this process lives, whether it can answer requests, and whether emails go out."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from udbytte.queries.health import blocking_problems
from udbytte.queries.notifications.mail import mail_state

from . import metrics


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives; nothing else is checked."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and its migrations are applied; otherwise 503 and the name of what is missing."""
    missing = blocking_problems()
    return HttpResponse(
        "\n".join(missing or ["ok"]) + "\n", content_type="text/plain; charset=utf-8", status=503 if missing else 200
    )


@login_not_required
@never_cache
@require_safe
def mailz(request: HttpRequest) -> HttpResponse:
    """Whether emails go out: 503 when none has for three quarters of an hour. With the age of the oldest unsent one."""
    now = timezone.now()
    try:
        state = mail_state(now)
    except Error:
        return HttpResponse("database\n", content_type="text/plain; charset=utf-8", status=503)
    seconds = int(state.age(now).total_seconds())
    lines = f"{'mail' if state.is_trouble else 'ok'}\noldest unsent email: {seconds} s\n"
    return HttpResponse(lines, content_type="text/plain; charset=utf-8", status=503 if state.is_trouble else 200)


urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("mailz", mailz, name="mailz"),
    *metrics.urlpatterns,
]
# HealthMiddleware answers these before the host is checked; the addresses above are for the list of all addresses.
VIEWS = {"/healthz": healthz, "/readyz": readyz, "/mailz": mailz, "/metrics": metrics.metrics}
