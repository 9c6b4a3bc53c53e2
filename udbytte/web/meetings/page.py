"""Finding a time: the page of one conversation, and the manager's list of all conversations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.conversations import conversations_seen_by, slots_for
from udbytte.domain.meetings import MeetingStatus
from udbytte.domain.numbers import int_from
from udbytte.models import Conversation, ConversationKind, Round
from udbytte.models.formatting import day_and_time
from udbytte.queries.meetings.status import ConversationStatus, free_slots, groups_of, meeting_of, meetings_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings import slots
from udbytte.services.meetings import slots as absences
from udbytte.services.meetings import times as services
from udbytte.services.meetings.free_times import TimeTaken
from udbytte.web.base.addresses import page_address
from udbytte.web.base.components import Action, Table, TableRow
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .forms import AbsenceForm, DeclineForm, HeldForm, MeetingTimeForm, SlotForm
from .status_text import group_status_text, slot_text, status_text

RELATED = ("round", "manager", "group", "employment__person", "employment__unit")
SETTLED = (MeetingStatus.PLANNED, MeetingStatus.PASSED, MeetingStatus.HELD)  # have a time or are held
Failures = dict[str, Any]


def meeting_context(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    """The context of the part that shows the status of a conversation and its form for "held"."""
    on, meeting = today(), meeting_of(conversation, today())
    return {
        "meeting": meeting,
        "status": status_text(meeting, on),
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
        "proposed": slot_text(proposed, on) if proposed is not None else "",
        "slots": SlotForm(free, on, chosen=chosen) if free.exists() else None,
        "when": MeetingTimeForm.of(conversation),
        "planned": day_and_time(conversation.planned_at, on) if conversation.planned_at else "",
        "decline": DeclineForm(auto_id="decline_%s"),
        "absence": AbsenceForm(initial={"starts_on": on}, auto_id="leave_%s"),
    }


def _choose_time(request: HttpRequest, found: Conversation) -> Failures:
    free = slots_for(found, today())
    form = SlotForm(free, today(), request.POST)
    if form.is_valid():
        with Submission(form):
            slots.take_slot(form.cleaned_data["slot"], found, by=person_of(request), on=today())
    return {"slots": form} if form.errors else {}


def _plan_time(request: HttpRequest, found: Conversation) -> Failures:
    form = MeetingTimeForm(request.POST, auto_id="when_%s")
    if form.is_valid():
        facts = form.cleaned_data
        with Submission(form):
            try:
                services.plan_conversation(found, by=person_of(request), on=today(), **facts)
            except TimeTaken:
                form.offer_anyway()
                raise
    return {"when": form} if form.errors else {}


def _hold(request: HttpRequest, found: Conversation) -> Failures:
    form = HeldForm(request.POST, auto_id="held_%s")
    if form.is_valid():
        facts = form.cleaned_data
        with Submission(form):
            services.hold_conversation(found, by=person_of(request), on=today(), **facts)
    return {"held": form} if form.errors else {}


def _decline(request: HttpRequest, found: Conversation) -> Failures:
    form = DeclineForm(request.POST, auto_id="decline_%s")
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        with Submission(form):
            services.decline_conversation(found, reason, by=person_of(request), on=today())
    return {"decline": form} if form.errors else {}


def _record_absence(request: HttpRequest, found: Conversation) -> Failures:
    form = AbsenceForm(request.POST, auto_id="leave_%s")
    if form.is_valid():
        facts = form.cleaned_data
        with Submission(form):
            absences.record_absence(found.employment, by=person_of(request), on=today(), **facts)
    return {"absence": form} if form.errors else {}


def _cancel(request: HttpRequest, conversation: Conversation) -> Failures:
    services.cancel_conversation(conversation, by=person_of(request), on=today())
    return {}


def _turn_down_proposal(request: HttpRequest, conversation: Conversation) -> Failures:
    slots.turn_down_proposed_time(conversation, by=person_of(request), on=today())
    return {}


def _take_back_decline(request: HttpRequest, conversation: Conversation) -> Failures:
    services.take_back_decline(conversation, by=person_of(request), on=today())
    return {}


def _end_absence(request: HttpRequest, conversation: Conversation) -> Failures:
    absences.end_absence(conversation.employment, by=person_of(request), on=today())
    return {}


# What `do` may name. Each action returns the forms that could not be saved, by their context key.
ACTIONS: dict[str, Callable[[HttpRequest, Conversation], Failures]] = {
    "choose": _choose_time,
    "when": _plan_time,
    "hold": _hold,
    "cancel": _cancel,
    "decline": _decline,
    "take-back": _take_back_decline,
    "turn-down": _turn_down_proposal,
    "absence": _record_absence,
    "back": _end_absence,
}


def meeting_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page on which the two find a time. A POST names in `do` what is done."""
    conversations = conversations_seen_by(person_of(request), today())
    conversation = get_object_or_404(conversations.select_related(*RELATED), pk=pk)
    if request.method != "POST":
        return render(request, "meetings/meeting.html", _context(request, conversation))
    action = ACTIONS.get(request.POST.get("do", ""))
    if action is None:
        raise Http404
    try:
        failed = action(request, conversation)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("meeting", pk)
    conversation.refresh_from_db()
    if failed:
        return render(request, "meetings/meeting.html", _context(request, conversation) | failed, status=422)
    messages.success(request, _("Saved."))
    return redirect("conversation" if conversation.held_on is not None else "meeting", pk)


@only(lambda roles: roles.is_manager)
def meetings_page(request: HttpRequest) -> HttpResponse:
    """The manager's conversations. A POST withdraws an offered time that nobody has chosen."""
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
    meetings = meetings_of(manager, on)
    by_round: dict[Round, list[ConversationStatus]] = defaultdict(list)
    for meeting in meetings:
        by_round[meeting.conversation.round].append(meeting)
    settled = sum(meeting.status in SETTLED for meeting in meetings)
    context = {
        "rounds": [
            (round_, _table(round_, rows, on), any(meeting.wants_time for meeting in rows))
            for round_, rows in by_round.items()
        ],
        "settled": settled,
        "all": len(meetings),
        "groups": [(group, group_status_text(group, on)) for group in groups_of(manager)],
        "free": [(slot, slot_text(slot, on)) for slot in free],
    }
    return render(request, "meetings/meetings.html", context)


ACTIONS_OF_STATUS = {
    MeetingStatus.PASSED: lazy("Answer"),
    MeetingStatus.NEW_TIME: lazy("Find a time"),
    MeetingStatus.UNPLANNED: lazy("Find a time"),
}


def _table(round_: Round, meetings: list[ConversationStatus], on: date) -> Table:
    """The conversations of a round, first those that need something of the manager."""
    rows = []
    for meeting in meetings:
        conversation = meeting.conversation
        name, url = conversation.employment.person.name, page_address("meeting", conversation.pk)
        text, label = status_text(meeting, on), ACTIONS_OF_STATUS.get(meeting.status)
        is_late = meeting.status in (MeetingStatus.PASSED, MeetingStatus.NEW_TIME)
        rows.append(
            TableRow(
                name,
                (format_html('<span class="late">{}</span>', text) if is_late else text,),
                url=url,
                sub="" if conversation.kind == ConversationKind.INDIVIDUAL else conversation.get_kind_display(),
                actions=[Action(str(label), url, variant="secondary", named=f"{label}, {name}")] if label else [],
            )
        )
    return Table((_("Name"), _("Conversation"), ""), rows, label=str(round_), css="cards rows")


urlpatterns = [
    path("samtaler/<int:pk>/tid/", meeting_page, name="meeting"),
    path("medarbejdere/samtaler/", meetings_page, name="meetings"),
]
