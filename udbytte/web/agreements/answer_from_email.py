"""Answer one question from an email, without logging in. A GET shows the question and changes nothing."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path

from udbytte.access.agreements import parties_of
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import HELPER_ANSWERS, Event, allowed
from udbytte.models import Agreement, CheckIn, Person
from udbytte.models.formatting import kroner
from udbytte.models.labels import BUTTONS, STEP_LABELS
from udbytte.queries.agreements import RELATED
from udbytte.runtime.clock import today
from udbytte.services.agreements.take_step import answer_as_helper
from udbytte.services.errors import Refused
from udbytte.services.practice.helping import is_asked
from udbytte.web.base.email_links import BROKEN, NOT_YOURS, SENT, USED, answered_from_email, outcome_page
from udbytte.web.practice.forms import HelperCheckInForm

from .buttons import press
from .event_forms import EventForm
from .where_it_lies import public_heading, public_whose


@answered_from_email(AnswerLink)
def answer(request: HttpRequest, person: Person, link: AnswerLink) -> HttpResponse:
    """Show one question with the answer chosen beforehand, or send it."""
    agreement = Agreement.objects.select_related(*RELATED).filter(pk=link.agreement_id).first()
    if agreement is None:
        return outcome_page(request, BROKEN)
    if link.check_in is not None:
        return _check_in(request, person, agreement, link.check_in)
    return _event(request, person, agreement, link)


def _event(request: HttpRequest, person: Person, agreement: Agreement, link: AnswerLink) -> HttpResponse:
    on, event = today(), link.event
    answers_as_helper = event in HELPER_ANSWERS and is_asked(agreement, person)
    if agreement.turn != link.turn and not answers_as_helper:
        return outcome_page(request, USED)
    if not allowed(agreement.state, event, parties_of(agreement, person, on, event)):
        return outcome_page(request, NOT_YOURS)
    if request.method == "POST":
        data = request.POST.copy()
        data["turn"], data["event"] = str(agreement.turn if answers_as_helper else link.turn), event.value
        form = EventForm(agreement, event, on, data, request.FILES, by=person)
        after = press(agreement, form, by=person, on=on)
        if after is not None:
            return _sent(request, person, after, form)
        agreement.refresh_from_db()
        if agreement.turn != link.turn and not answers_as_helper:
            return outcome_page(request, USED)
    else:
        form = EventForm(agreement, event, on, by=person)
        form.initial = {**form.initial, **link.facts}
    asks = str(STEP_LABELS["answer"]) if event in HELPER_ANSWERS else agreement.get_step_display()
    return _ask(request, person, agreement, form, str(BUTTONS[event]), asks)


def _sent(request: HttpRequest, person: Person, agreement: Agreement, form: EventForm) -> HttpResponse:
    """Say thank you. If the practice does not happen, offer what can be done about it, also without logging in."""
    does_not_happen = form.chosen is Event.CHECK_IN and form.cleaned_data["happens"] == "no"
    alternatives: list[tuple[str, str]] = []
    if does_not_happen:
        for event in (Event.ASK_ANOTHER, Event.POSTPONE, Event.PROPOSE_DROP):
            link = AnswerLink.ask(event, person=person, agreement=agreement, on=today())
            alternatives.append((str(BUTTONS[event]), link.path))
    return outcome_page(request, SENT, more=alternatives)


def _check_in(request: HttpRequest, person: Person, agreement: Agreement, pk: int) -> HttpResponse:
    """Ask a helper: does it happen, and does your colleague learn from it?"""
    check_ins = CheckIn.objects.filter(by=person, by_helper=True, agreement=agreement, withdrawn_on=None)
    check_in = check_ins.filter(pk=pk).first()
    if check_in is None:
        return outcome_page(request, BROKEN)
    if check_in.answered_on is not None or not agreement.is_open:
        return outcome_page(request, USED)
    data: QueryDict | None = request.POST if request.method == "POST" else None
    form = HelperCheckInForm(data)
    if data is not None and form.is_valid():
        answers = {name: form.cleaned_data[name] == "yes" for name in ("happens", "learns")}
        try:
            answer_as_helper(check_in, by=person, on=today(), line=form.cleaned_data["line"], **answers)
        except Refused:
            return outcome_page(request, USED)
        return outcome_page(request, SENT)
    return _ask(request, person, agreement, form, str(BUTTONS[Event.CHECK_IN]))


def _ask(
    request: HttpRequest, person: Person, agreement: Agreement, form: forms.Form, label: str, asks: str = ""
) -> HttpResponse:
    decides = isinstance(form, EventForm) and form.chosen in (Event.GRANT, Event.REFUSE)
    undecided = agreement.nominations.filter(decided_on__isnull=True).select_related("by")
    nomination = undecided.first() if decides else None
    is_public = agreement.is_up_the_line_for(person.pk)
    whose = agreement.employee.name if agreement.employee_id != person.pk else ""
    context = {
        "person": person,
        "agreement": agreement,
        "title": public_heading(agreement) if is_public else agreement.title,
        "form": form,
        "label": label,
        "asks": asks,
        "whose": public_whose(agreement) if is_public else whose,
        "nomination": nomination,
        "price": kroner(nomination.price) if nomination is not None else "",
    }
    return render(request, "agreements/answer_ask.html", context, status=422 if form.is_bound else 200)


urlpatterns = [path("svar/<str:token>/", answer, name="answer")]
