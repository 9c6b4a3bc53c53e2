"""Answering about a conversation's time from a letter, without logging in. A GET changes nothing; a press sends it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from udbytte.access.conversations import conversations_seen_by, slots_for
from udbytte.access.links import Asks, BadToken, ExpiredToken, MeetingLink, read_meeting_token
from udbytte.domain.numbers import int_from
from udbytte.domain.reach import START
from udbytte.models import Conversation, Person, Slot
from udbytte.queries.meetings import meeting_of
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.meetings.slots import take_slot, turn_down
from udbytte.services.meetings.times import cancel_conversation, decline_conversation, hold_conversation
from udbytte.web.base.fields import DayField, StyledForm

from .forms import SlotForm
from .status_text import slot_text, time_words

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


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer_meeting(request: HttpRequest, token: str) -> HttpResponse:
    """Show one question about a conversation's time with the answer chosen beforehand, or send it."""
    try:
        question = read_meeting_token(token, today())
    except BadToken:
        return _said(request, "bad", 404)
    except ExpiredToken:
        return _said(request, "expired", 410)
    person = Person.objects.filter(pk=question.person_id, is_active=True).first()
    if person is None:
        return _said(request, "bad", 404)
    seen = conversations_seen_by(person, today()).select_related(*RELATED)
    found = seen.filter(pk=question.conversation_id).first()
    with override(person.language):
        request.LANGUAGE_CODE = person.language
        if found is None:
            return _said(request, "not_yours", 410)
        closed = found.round.closed_on is not None or found.held_on is not None or found.declined_on is not None
        if closed or found.planned_turn != question.turn:
            return _said(request, "used", 410)
        answer = _time if question.asks is Asks.TIME else _talked
        return answer(request, person, found, question)


def _time(request: HttpRequest, person: Person, found: Conversation, question: MeetingLink) -> HttpResponse:
    """Which time suits, or (a time that was proposed) that it does not."""
    on, free = today(), slots_for(found, today())
    if person.pk != found.employment.person_id:
        return _said(request, "not_yours", 410)
    if question.chosen == "no":
        proposed = free.filter(only_for=found).first()
        return _turn_down(request, person, found, proposed) if proposed else _said(request, "used", 410)
    form = SlotForm(free, on, request.POST if request.method == "POST" else None, chosen=int_from(question.chosen))
    if form.is_bound and form.is_valid():
        slot = form.cleaned_data["slot"]
        try:
            take_slot(slot, found, by=person, on=on)
        except Refused as refused:
            form.add_error("slot", refused.message)
        else:
            return _said(request, "sent", 200)
    gone = not form.is_bound and bool(question.chosen) and not free.filter(pk=int_from(question.chosen) or 0).exists()
    return _ask(request, person, found, form, _("Choose this time"), gone=gone, slots=free.exists(), times=True)


def _turn_down(request: HttpRequest, person: Person, found: Conversation, slot: Slot) -> HttpResponse:
    if request.method == "POST":
        try:
            turn_down(found, by=person, on=today())
        except Refused:
            return _said(request, "used", 410)
        return _said(request, "sent", 200)
    asks = slot_text(slot, today())
    return _ask(request, person, found, forms.Form(), _("It does not suit me"), slots=True, asks=asks)


def _talked(request: HttpRequest, person: Person, found: Conversation, question: MeetingLink) -> HttpResponse:
    on = today()
    if found.planned_at is None or person.pk != found.manager_id:
        return _said(request, "used" if person.pk == found.manager_id else "not_yours", 410)
    first = {"talked": question.chosen, "held_on": found.planned_on}
    form = TalkedForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            if told["talked"] == "held":
                hold_conversation(found, held_on=told["held_on"], by=person, on=on)
            elif told["talked"] == "declined":
                decline_conversation(found, told["reason"], by=person, on=on)
            else:
                cancel_conversation(found, by=person, on=on)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            return _said(request, "sent", 200)
    asks = time_words(found.planned_at, on)
    return _ask(request, person, found, form, _("Send the answer"), slots=True, asks=asks)


def _ask(
    request: HttpRequest, person: Person, found: Conversation, form: forms.Form, label: str, **more: Any
) -> HttpResponse:
    is_employee = person.pk == found.employment.person_id
    context = {
        "person": person,
        "conversation": found,
        "other": found.manager if is_employee else found.employment.person,
        "meeting": meeting_of(found, today()),
        "form": form,
        "label": label,
    }
    return render(request, "meetings/answer_from_email.html", context | more, status=422 if form.is_bound else 200)


def _said(request: HttpRequest, how: str, status: int) -> HttpResponse:
    return render(request, "components/answer_said.html", {"how": how, "methods": ()}, status=status)


urlpatterns = [path("svar/samtale/<str:token>/", answer_meeting, name="answer-meeting")]
