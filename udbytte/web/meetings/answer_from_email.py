"""Answer about a conversation's time from an email, without logging in. A GET changes nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.conversations import conversations_seen_by, slots_for
from udbytte.access.links import MeetingLink, MeetingQuestion
from udbytte.domain.numbers import int_from
from udbytte.domain.reach import START
from udbytte.models import Conversation, Person, Slot
from udbytte.models.formatting import day_and_time
from udbytte.queries.meetings.status import meeting_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings.slots import take_slot, turn_down_proposed_time
from udbytte.services.meetings.times import cancel_conversation, decline_conversation, hold_conversation
from udbytte.web.base.email_links import NOT_YOURS, USED, answered_from_email, answered_page, outcome_page
from udbytte.web.base.fields import DayField, StyledForm
from udbytte.web.base.submit import Submission

from .forms import SlotForm
from .status_text import slot_text

RELATED = ("round", "manager", "employment__person")
TALKED = [
    ("held", lazy("Yes, we have talked")),
    ("new_time", lazy("No, we need a new time")),
    ("declined", lazy("There is to be no conversation this time")),
]


class TalkedForm(StyledForm):
    """Did you talk? On which day, or what instead."""

    talked = forms.ChoiceField(label=lazy("Did you talk?"), choices=TALKED, widget=forms.RadioSelect)
    held_on = DayField(label=lazy("The day you talked"), reach=START, required=False)
    reason = forms.CharField(label=lazy("Why is there no conversation?"), max_length=300, required=False)


@answered_from_email(MeetingLink)
def answer_meeting(request: HttpRequest, person: Person, link: MeetingLink) -> HttpResponse:
    """Show one question about a conversation's time with the answer chosen beforehand, or send it."""
    seen = conversations_seen_by(person, today()).select_related(*RELATED)
    conversation = seen.filter(pk=link.conversation_id).first()
    if conversation is None:
        return outcome_page(request, NOT_YOURS)
    ends = (conversation.round.closed_on, conversation.held_on, conversation.declined_on)
    is_over = any(day is not None for day in ends)
    if is_over or conversation.planned_turn != link.turn:
        return outcome_page(request, USED)
    answer = _time if link.question is MeetingQuestion.TIME else _talked
    return answer(request, person, conversation, link)


def _time(request: HttpRequest, person: Person, conversation: Conversation, link: MeetingLink) -> HttpResponse:
    """Which time suits, or (a time that was proposed) that it does not."""
    on, free = today(), slots_for(conversation, today())
    if person.pk != conversation.employment.person_id:
        return outcome_page(request, NOT_YOURS)
    if link.chosen == "no":
        proposed = free.filter(only_for=conversation).first()
        if proposed is None:
            return outcome_page(request, USED)
        return _turn_down(request, person, conversation, proposed, link)
    form = SlotForm(free, on, request.POST if request.method == "POST" else None, chosen=int_from(link.chosen))
    if form.is_bound and form.is_valid():
        slot = form.cleaned_data["slot"]
        with Submission(form, field="slot"):
            take_slot(slot, conversation, by=person, on=on)
            when = {"time": day_and_time(slot.starts_at, on), "who": _other_name(conversation, person)}
            sentence = _("You meet %(who)s on %(time)s. The calendar invitation comes by email.") % when
            return answered_page(request, person, link, next_step=sentence)
    gone = not form.is_bound and bool(link.chosen) and not free.filter(pk=int_from(link.chosen) or 0).exists()
    return _ask(request, person, conversation, form, _("Choose this time"), gone=gone, slots=free.exists(), times=True)


def _other_name(conversation: Conversation, person: Person) -> str:
    employee, manager = conversation.employment.person, conversation.manager
    other = manager if employee.pk == person.pk else employee
    return other.name if other is not None else ""


def _turn_down(
    request: HttpRequest, person: Person, conversation: Conversation, slot: Slot, link: MeetingLink
) -> HttpResponse:
    if request.method == "POST":
        try:
            turn_down_proposed_time(conversation, by=person, on=today())
        except Refused:
            return outcome_page(request, USED)
        sentence = _("Next, %(who)s proposes another time.") % {"who": _other_name(conversation, person)}
        return answered_page(request, person, link, next_step=sentence)
    asks = slot_text(slot, today())
    return _ask(request, person, conversation, forms.Form(), _("It does not suit me"), slots=True, asks=asks)


def _talked(request: HttpRequest, person: Person, conversation: Conversation, link: MeetingLink) -> HttpResponse:
    on = today()
    if conversation.planned_at is None or person.pk != conversation.manager_id:
        return outcome_page(request, USED if person.pk == conversation.manager_id else NOT_YOURS)
    first = {"talked": link.chosen, "held_on": conversation.planned_on}
    form = TalkedForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        answer = form.cleaned_data
        with Submission(form):
            if answer["talked"] == "held":
                hold_conversation(conversation, held_on=answer["held_on"], by=person, on=on)
            elif answer["talked"] == "declined":
                decline_conversation(conversation, answer["reason"], by=person, on=on)
            else:
                cancel_conversation(conversation, by=person, on=on)
            return answered_page(request, person, link, next_step=_after_talk(answer["talked"], conversation))
    asks = day_and_time(conversation.planned_at, on)
    return _ask(request, person, conversation, form, _("Send the answer"), slots=True, asks=asks)


def _after_talk(talked: str, conversation: Conversation) -> str:
    """What is next when the manager has said whether they talked."""
    who = {"who": conversation.employment.person.name}
    if talked == "held":
        return _("Next, you and %(who)s write the plan and sign it.") % who
    if talked == "declined":
        return _("%(who)s gets the message. Nothing more is needed.") % who
    return _("Next, find a new time with %(who)s.") % who


def _ask(
    request: HttpRequest, person: Person, conversation: Conversation, form: forms.Form, label: str, **more: Any
) -> HttpResponse:
    is_employee = person.pk == conversation.employment.person_id
    context = {
        "person": person,
        "conversation": conversation,
        "other": conversation.manager if is_employee else conversation.employment.person,
        "meeting": meeting_of(conversation, today()),
        "form": form,
        "label": label,
    }
    return render(request, "meetings/answer_from_email.html", context | more, status=422 if form.is_bound else 200)


urlpatterns = [path("svar/samtale/<str:token>/", answer_meeting, name="answer-meeting")]
