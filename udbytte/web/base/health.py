"""Pages for monitors: whether this process lives, and whether it can answer requests."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from udbytte.queries.health import blocking_problems


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives; nothing else is checked."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and its migrations are applied; otherwise 503 and the name of what is missing."""
    missing = blocking_problems()
    return HttpResponse("\n".join(missing or ["ok"]) + "\n", content_type="text/plain", status=503 if missing else 200)


urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
# HealthMiddleware answers these before the host is checked; the addresses above are for the list of all addresses.
VIEWS = {"/healthz": healthz, "/readyz": readyz}
