"""The way to the organisation's accessibility statement, at the address that public bodies use for it: /was."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """Lead to the statement that UDBYTTE_ACCESSIBILITY_STATEMENT names; 404 where none is set."""
    if not settings.ACCESSIBILITY_STATEMENT:
        raise Http404
    return HttpResponseRedirect(settings.ACCESSIBILITY_STATEMENT)


urlpatterns = [path("was", statement, name="accessibility")]
