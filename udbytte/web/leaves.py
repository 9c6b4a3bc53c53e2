"""HR says that somebody is on leave, on the employment's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.ground.clock import today

from ..models import Employment
from ..services.errors import Refused
from ..services.leaves import end_leave, set_leave
from .meeting_forms import LeaveForm
from .pages import only, person_of


@only(lambda mine: mine.is_hr)
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Away from a day until the day of return; or back already."""
    found, by, on = get_object_or_404(Employment, pk=pk), person_of(request), today()
    form = LeaveForm(request.POST)
    try:
        if "back" in request.POST:
            end_leave(found, by=by, on=on)
        elif form.is_valid():
            set_leave(found, by=by, on=on, **form.cleaned_data)
        else:
            raise Refused(_("Write the first day, and the day of return."))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("employment", pk)


urlpatterns = [path("organisation/ansaettelse/<int:pk>/orlov/", leave, name="leave")]
