"""Finding a time: the page of the two who talk, and the manager's list of all conversations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from udbytte.access.conversations import conversations_seen_by, slots_for
from udbytte.domain.meetings import MeetingStatus
from udbytte.domain.numbers import int_from
from udbytte.models import Conversation, Round
from udbytte.models.formatting import day_and_time
from udbytte.queries.meetings import Meeting, free_slots, groups_of, meeting_of, meetings_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings import slots
from udbytte.services.meetings import slots as absences
from udbytte.services.meetings import times as services
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .forms import AbsenceForm, DeclineForm, HeldForm, SlotForm, WhenForm
from .status_text import group_words, slot_words, status_words

RELATED = ("round", "manager", "group", "employment__person", "employment__unit")
Failed = dict[str, Any]


def meeting_context(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    """What the part of a page that tells where a conversation stands needs."""
    on, found = today(), meeting_of(conversation, today())
    return {
        "meeting": found,
        "status": status_words(found, on),
        "held": HeldForm(initial={"held_on": min(conversation.planned_on or on, on)}, auto_id="held_%s"),
    }


def _context(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    person, on = person_of(request), today()
    employee = conversation.employment.person
    is_employee = person.pk == employee.pk
    free = slots_for(conversation, on)
    proposed = free.filter(only_for=conversation).first()
    chosen = proposed.pk if proposed is not None else None
    return meeting_context(request, conversation) | {
        "conversation": conversation,
        "employee": employee,
        "other": conversation.manager if is_employee else employee,
        "is_employee": is_employee,
        "proposed": slot_words(proposed, on) if proposed is not None else "",
        "slots": SlotForm(free, on, chosen=chosen) if free.exists() else None,
        "when": WhenForm.of(conversation),
        "planned": day_and_time(conversation.planned_at, on) if conversation.planned_at else "",
        "decline": DeclineForm(auto_id="decline_%s"),
        "absence": AbsenceForm(initial={"starts_on": on}, auto_id="leave_%s"),
    }


def _choose(request: HttpRequest, found: Conversation) -> Failed:
    free = slots_for(found, today())
    form = SlotForm(free, today(), request.POST)
    if form.is_valid():
        with Submission(form):
            slots.take_slot(form.cleaned_data["slot"], found, by=person_of(request), on=today())
    return {"slots": form} if form.errors else {}


def _when(request: HttpRequest, found: Conversation) -> Failed:
    form = WhenForm(request.POST, auto_id="when_%s")
    if form.is_valid():
        facts = form.cleaned_data
        with Submission(form):
            services.plan_conversation(found, by=person_of(request), on=today(), **facts)
    return {"when": form} if form.errors else {}


def _hold(request: HttpRequest, found: Conversation) -> Failed:
    form = HeldForm(request.POST, auto_id="held_%s")
    if form.is_valid():
        facts = form.cleaned_data
        with Submission(form):
            services.hold_conversation(found, by=person_of(request), on=today(), **facts)
    return {"held": form} if form.errors else {}


def _decline(request: HttpRequest, found: Conversation) -> Failed:
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        with Submission(form):
            services.decline_conversation(found, reason, by=person_of(request), on=today())
    return {"decline": form} if form.errors else {}


def _absence(request: HttpRequest, found: Conversation) -> Failed:
    form = AbsenceForm(request.POST, auto_id="leave_%s")
    if form.is_valid():
        facts = form.cleaned_data
        with Submission(form):
            absences.record_absence(found.employment, by=person_of(request), on=today(), **facts)
    return {"absence": form} if form.errors else {}


def _cancel(request: HttpRequest, found: Conversation) -> Failed:
    services.cancel_conversation(found, by=person_of(request), on=today())
    return {}


def _turn_down(request: HttpRequest, found: Conversation) -> Failed:
    slots.turn_down(found, by=person_of(request), on=today())
    return {}


def _take_back(request: HttpRequest, found: Conversation) -> Failed:
    services.take_back_decline(found, by=person_of(request), on=today())
    return {}


def _back(request: HttpRequest, found: Conversation) -> Failed:
    absences.end_absence(found.employment, by=person_of(request), on=today())
    return {}


DOES: dict[str, Callable[[HttpRequest, Conversation], Failed]] = {
    "choose": _choose,
    "when": _when,
    "hold": _hold,
    "cancel": _cancel,
    "decline": _decline,
    "take-back": _take_back,
    "turn-down": _turn_down,
    "absence": _absence,
    "back": _back,
}


def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """When the two meet. A POST names in `do` what happens: chosen, moved, given up, held, declined, on leave."""
    seen = conversations_seen_by(person_of(request), today())
    found = get_object_or_404(seen.select_related(*RELATED), pk=pk)
    if request.method != "POST":
        return render(request, "meetings/meeting.html", _context(request, found))
    does = DOES.get(request.POST.get("do", ""))
    if does is None:
        raise Http404
    try:
        failed = does(request, found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("meeting", pk)
    found.refresh_from_db()
    if failed:
        return render(request, "meetings/meeting.html", _context(request, found) | failed, status=422)
    messages.success(request, _("Saved."))
    return redirect("conversation" if found.held_on is not None else "meeting", pk)


@only(lambda mine: mine.is_manager)
def meetings(request: HttpRequest) -> HttpResponse:
    """The manager's conversations, what needs an answer first; a POST withdraws a time that nobody has chosen."""
    manager, on = person_of(request), today()
    free = free_slots(manager, on)
    if request.method == "POST":
        number = request.POST.get("withdraw", "")
        slot = get_object_or_404(free, pk=int_from(number) or 0)
        try:
            slots.withdraw_slot(slot, by=manager, on=on)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("The time is withdrawn."))
        return redirect("meetings")
    found = meetings_of(manager, on)
    by_round: dict[Round, list[tuple[Meeting, str]]] = defaultdict(list)
    for one in found:
        by_round[one.conversation.round].append((one, status_words(one, on)))
    settled = sum(one.status in (MeetingStatus.PLANNED, MeetingStatus.PASSED, MeetingStatus.HELD) for one in found)
    context = {
        "rounds": [(round_, talks, any(one.wants_time for one, _said in talks)) for round_, talks in by_round.items()],
        "settled": settled,
        "all": len(found),
        "groups": [(one, group_words(one, on)) for one in groups_of(manager)],
        "free": [(slot, slot_words(slot, on)) for slot in free],
    }
    return render(request, "meetings/meetings.html", context)


urlpatterns = [
    path("samtaler/<int:pk>/tid/", meeting, name="meeting"),
    path("hold/samtaler/", meetings, name="meetings"),
]
