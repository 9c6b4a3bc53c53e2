"""A manager offers times, or proposes one to each employee."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.meetings import WANTS_TIME
from udbytte.models import Conversation
from udbytte.queries.meetings.status import ConversationStatus, last_offer_of, meetings_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings.slots import offer_times, propose_time
from udbytte.web.base.request import chosen_round, only, person_of
from udbytte.web.base.submit import Submission

from .forms import OfferForm, ProposeForm


def _meetings_without_time(request: HttpRequest) -> list[ConversationStatus]:
    """The conversations without a time, of the round that `runde` names or else of the round that ends first."""
    meetings = [meeting for meeting in meetings_of(person_of(request), today()) if meeting.status in WANTS_TIME]
    rounds = {meeting.conversation.round for meeting in meetings}
    by_end = sorted(rounds, key=lambda round_: (round_.conversations_to, round_.pk))
    chosen = chosen_round(request, by_end)
    return [meeting for meeting in meetings if meeting.conversation.round == chosen]


@only(lambda roles: roles.is_manager)
def offer_times_page(request: HttpRequest) -> HttpResponse:
    """A POST offers times for all to choose from (`do=offer`), or proposes one time to each (`do=propose`)."""
    person, on = person_of(request), today()
    without_time = [meeting.conversation for meeting in _meetings_without_time(request)]
    do, last = request.POST.get("do"), last_offer_of(person)
    begin = on + timedelta(days=1)
    if without_time:
        begin = max(begin, without_time[0].round.conversations_from)
    offered = OfferForm(request.POST if do == "offer" else None, on=on, begin=begin, last=last)
    proposed = ProposeForm(without_time, request.POST if do == "propose" else None, last=last)
    if request.method == "POST" and not without_time:
        messages.error(request, _("Everybody has a time already."))
        return redirect("meetings")
    if offered.is_bound and offered.is_valid() and _offer(request, offered, without_time):
        return redirect("meetings")
    if proposed.is_bound and proposed.is_valid() and _propose(request, proposed):
        return redirect("meetings")
    context: dict[str, Any] = {"wanting": without_time, "offer": offered, "propose": proposed}
    status = 422 if offered.is_bound or proposed.is_bound else 200
    return render(request, "meetings/offer_times.html", context, status=status)


def _offer(request: HttpRequest, form: OfferForm, without_time: list[Conversation]) -> bool:
    facts = {name: form.cleaned_data[name] for name in ("minutes", "place")}
    with Submission(form):
        certain, where_free = form.starts(), form.on_chosen_days()
        made = offer_times(
            without_time[0].round, certain, by=person_of(request), on=today(), where_free=where_free, **facts
        )
        offered = ngettext(
            "You have offered %(count)s time. Those who have none get an email, and choose.",
            "You have offered %(count)s times. Those who have none get an email, and choose.",
            len(made),
        )
        messages.success(request, offered % {"count": len(made)})
        busy = len({*certain, *where_free}) - len(made)
        if busy:
            left_out = ngettext(
                "%(count)s time is not offered, as you have something else then.",
                "%(count)s times are not offered, as you have something else then.",
                busy,
            )
            messages.info(request, left_out % {"count": busy})
        return True
    return False


def _propose(request: HttpRequest, form: ProposeForm) -> bool:
    """Propose all times, or none if one is refused; the refusal stands beside its field."""
    facts = {name: form.cleaned_data[name] for name in ("minutes", "place")}
    try:
        with transaction.atomic():
            for row, at in form.proposed():
                field = f"at_{row.pk}"
                propose_time(row, at, by=person_of(request), on=today(), **facts)
    except Refused as refused:
        form.add_error(field, refused.message)
        return False
    messages.success(request, _("The times are proposed. Each of them gets an email, and says whether it suits."))
    return True


urlpatterns = [
    path("medarbejdere/samtaler/tider/", offer_times_page, name="offer-times"),
]
