"""A manager offers times to those who have none, or proposes one to each.

HR says that somebody is on leave, on the employment's page.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from udbytte.domain.meetings import WANTS_TIME
from udbytte.models import Conversation, Employment
from udbytte.queries.meetings import Meeting, meetings_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings.slots import end_absence, offer_times, propose_time, record_absence
from udbytte.web.base.request import chosen_round, only, person_of
from udbytte.web.base.submit import Submission

from .forms import AbsenceForm, OfferForm, ProposeForm


def _wanting(request: HttpRequest) -> list[Meeting]:
    """Those who have no time, of the round that `runde` names, or whose conversations come first."""
    found = [one for one in meetings_of(person_of(request), today()) if one.status in WANTS_TIME]
    rounds = sorted({one.conversation.round for one in found}, key=lambda one: (one.conversations_to, one.pk))
    round_ = chosen_round(request, rounds)
    return [one for one in found if one.conversation.round == round_]


@only(lambda mine: mine.is_manager)
def offer(request: HttpRequest) -> HttpResponse:
    """Times that several choose from, or one time for each; `do` says which."""
    wanting = [one.conversation for one in _wanting(request)]
    do = request.POST.get("do")
    offered = OfferForm(request.POST if do == "offer" else None)
    proposed = ProposeForm(wanting, request.POST if do == "propose" else None)
    if request.method == "POST" and not wanting:
        messages.error(request, _("Everybody has a time already."))
        return redirect("meetings")
    if offered.is_bound and offered.is_valid() and _offer(request, offered, wanting):
        return redirect("meetings")
    if proposed.is_bound and proposed.is_valid() and _propose(request, proposed):
        return redirect("meetings")
    context: dict[str, Any] = {"wanting": wanting, "offer": offered, "propose": proposed}
    status = 422 if offered.is_bound or proposed.is_bound else 200
    return render(request, "meetings/offer.html", context, status=status)


def _offer(request: HttpRequest, form: OfferForm, wanting: list[Conversation]) -> bool:
    facts = {name: form.cleaned_data[name] for name in ("minutes", "place")}
    with Submission(form):
        made = offer_times(wanting[0].round, form.starts(), by=person_of(request), on=today(), **facts)
        said = ngettext("%(count)s time is offered.", "%(count)s times are offered.", len(made)) % {"count": len(made)}
        messages.success(request, _("%(said)s Those who have none are told, and choose.") % {"said": said})
        return True
    return False


def _propose(request: HttpRequest, form: ProposeForm) -> bool:
    """All of them, or none when one cannot be: that one is named."""
    facts = {name: form.cleaned_data[name] for name in ("minutes", "place")}
    try:
        with transaction.atomic():
            for row, at in form.proposed():
                field = f"at_{row.pk}"
                propose_time(row, at, by=person_of(request), on=today(), **facts)
    except Refused as refused:
        form.add_error(field, refused.message)
        return False
    messages.success(request, _("The times are proposed. Each of them answers whether it suits."))
    return True


@only(lambda mine: mine.is_hr)
@require_POST
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Away from a day until the day of return; or back already."""
    found, by, on = get_object_or_404(Employment, pk=pk), person_of(request), today()
    form = AbsenceForm(request.POST)
    try:
        if "back" in request.POST:
            end_absence(found, by=by, on=on)
        elif form.is_valid():
            record_absence(found, by=by, on=on, **form.cleaned_data)
        else:
            raise Refused(_("Write the first day, and the day of return."))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("employment", pk)


urlpatterns = [
    path("hold/samtaler/tider/", offer, name="offer-times"),
    path("organisation/ansaettelse/<int:pk>/orlov/", absence, name="absence"),
]
