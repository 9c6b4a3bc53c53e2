"""Answering from a letter: one question, without logging in. A GET shows it and changes nothing; a press sends it."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from udbytte.access.agreements import parties_of
from udbytte.access.links import AnswerLink, BadToken, ExpiredToken, make_token, read_token
from udbytte.domain.lifecycle import HELPER_ANSWERS, Event, allowed
from udbytte.models import Agreement, CheckIn, Person
from udbytte.models.labels import BUTTONS, STEP_LABELS
from udbytte.queries.agreements import RELATED
from udbytte.runtime.clock import today
from udbytte.services.agreements.take_step import answer_as_helper
from udbytte.services.errors import Refused
from udbytte.services.practice.helping import is_asked
from udbytte.web.base.formatting import kroner
from udbytte.web.practice.forms import HelperCheckInForm

from .buttons import press
from .event_forms import EventForm


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show one question with the answer chosen beforehand, or send it."""
    try:
        question = read_token(token, today())
    except BadToken:
        return said(request, "bad", 404)
    except ExpiredToken:
        return said(request, "expired", 410)
    person = Person.objects.filter(pk=question.person_id, is_active=True).first()
    agreement = Agreement.objects.select_related(*RELATED).filter(pk=question.agreement_id).first()
    if person is None or agreement is None:
        return said(request, "bad", 404)
    with override(person.language):
        request.LANGUAGE_CODE = person.language
        if question.check_in is not None:
            return _check_in(request, person, agreement, question.check_in)
        return _event(request, person, agreement, question)


def _event(request: HttpRequest, person: Person, agreement: Agreement, question: AnswerLink) -> HttpResponse:
    on, event = today(), question.event
    asked = event in HELPER_ANSWERS and is_asked(agreement, person)
    if agreement.turn != question.turn and not asked:
        return said(request, "used", 410)
    if not allowed(agreement.state, event, parties_of(agreement, person, on)):
        return said(request, "not_yours", 410)
    if request.method == "POST":
        data = request.POST.copy()
        data["turn"], data["event"] = str(agreement.turn if asked else question.turn), event.value
        form = EventForm(agreement, event, on, data, request.FILES, by=person)
        after = press(agreement, form, by=person, on=on)
        if after is not None:
            return _sent(request, person, after, form)
        agreement.refresh_from_db()
        if agreement.turn != question.turn and not asked:
            return said(request, "used", 410)
    else:
        form = EventForm(agreement, event, on, by=person)
        form.initial = {**form.initial, **question.facts}
    asks = str(STEP_LABELS["answer"]) if event in HELPER_ANSWERS else agreement.get_step_display()
    return _ask(request, person, agreement, form, str(BUTTONS[event]), asks)


def _sent(request: HttpRequest, person: Person, agreement: Agreement, form: EventForm) -> HttpResponse:
    """Thank you; and where it does not happen, what can be done about it, also without logging in."""
    does_not_happen = form.chosen is Event.CHECK_IN and form.cleaned_data["happens"] == "no"
    methods: list[tuple[str, str]] = []
    if does_not_happen:
        for event in (Event.ASK_ANOTHER, Event.POSTPONE, Event.PROPOSE_DROP):
            token = make_token(person=person, agreement=agreement, event=event, on=today())
            methods.append((str(BUTTONS[event]), reverse("answer", args=[token])))
    return said(request, "sent", 200, methods=methods)


def _check_in(request: HttpRequest, person: Person, agreement: Agreement, pk: int) -> HttpResponse:
    """The helper's side: does it happen, does your colleague learn from it?"""
    asked = CheckIn.objects.filter(pk=pk, by=person, by_helper=True, agreement=agreement, withdrawn_on=None).first()
    if asked is None:
        return said(request, "bad", 404)
    if asked.answered_on is not None or not agreement.is_open:
        return said(request, "used", 410)
    data: QueryDict | None = request.POST if request.method == "POST" else None
    form = HelperCheckInForm(data)
    if data is not None and form.is_valid():
        told = form.cleaned_data
        yes = {name: told[name] == "yes" for name in ("happens", "learns")}
        try:
            answer_as_helper(asked, by=person, on=today(), line=told["line"], **yes)
        except Refused:
            return said(request, "used", 410)
        return said(request, "sent", 200)
    return _ask(request, person, agreement, form, str(BUTTONS[Event.CHECK_IN]))


def _ask(
    request: HttpRequest, person: Person, agreement: Agreement, form: forms.Form, label: str, asks: str = ""
) -> HttpResponse:
    decides = isinstance(form, EventForm) and form.chosen in (Event.GRANT, Event.REFUSE)
    asked = agreement.nominations.filter(decided_on__isnull=True).select_related("by")
    nomination = asked.first() if decides else None
    context = {
        "person": person,
        "agreement": agreement,
        "form": form,
        "label": label,
        "asks": asks,
        "whose": agreement.employee.name if agreement.employee_id != person.pk else "",
        "nomination": nomination,
        "price": kroner(nomination.price) if nomination is not None else "",
    }
    return render(request, "agreements/answer_ask.html", context, status=422 if form.is_bound else 200)


def said(request: HttpRequest, how: str, status: int, *, methods: Sequence[tuple[str, str]] = ()) -> HttpResponse:
    """What became of the question, and `ways` to go on (words, address); nothing else of anybody's is on the page."""
    return render(request, "components/answer_said.html", {"how": how, "methods": methods}, status=status)


urlpatterns = [path("svar/<str:token>/", answer, name="answer")]
