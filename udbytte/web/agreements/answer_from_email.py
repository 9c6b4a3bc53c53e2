"""Answer one question from an email, without logging in. A GET shows the question and changes nothing.

Without login an email answers the person's own facts and a helper's yes or no. Everything else leads to the page of the
agreement, behind the login, with the form open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.agreements import is_one_of_the_two, parties_of
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import HELPER_ANSWERS, Event, allowed, email_answers
from udbytte.emails.steps import ANSWERS, asks_of, check_in_question, helper_question
from udbytte.models import Agreement, CheckIn, Person
from udbytte.models.formatting import days, deadline
from udbytte.models.labels import BUTTONS
from udbytte.models.third_person import does_next
from udbytte.queries.agreements.lists import RELATED
from udbytte.runtime.clock import today
from udbytte.services.agreements.take_step import answer_as_helper, answer_whether_learned
from udbytte.services.errors import Refused
from udbytte.services.practice.helping import is_asked
from udbytte.web.base.email_links import (
    BROKEN,
    NOT_YOURS,
    USED,
    LearnQuestion,
    answered_from_email,
    answered_page,
    outcome_page,
)
from udbytte.web.money.bills import bill_is_asked
from udbytte.web.practice.forms import HelperCheckInForm

from .buttons import Pressed, press
from .event_forms import EventForm
from .where_it_lies import public_heading, public_whose
from .written_card import initial_of

# What can be done when the learning does not happen; each needs a session.
CURES = (Event.ASK_ANOTHER, Event.POSTPONE, Event.PROPOSE_DROP)
LEARNS = lazy("Do you learn something new from it?")
COLLEAGUE_LEARNS = lazy("Does your colleague learn something new from it?")


@dataclass(frozen=True, slots=True)
class AnswerButton:
    """One of the answers to a check-in. The one that was chosen in the email is the loud one."""

    value: str
    label: str
    is_chosen: bool


@answered_from_email(AnswerLink)
def answer(request: HttpRequest, person: Person, link: AnswerLink) -> HttpResponse:
    """Show one question with the answer chosen beforehand, or send it."""
    agreement = Agreement.objects.select_related(*RELATED, "method").filter(pk=link.agreement_id).first()
    if agreement is None:
        return outcome_page(request, BROKEN)
    if link.check_in is not None:
        return _check_in(request, person, agreement, link, link.check_in)
    return _event(request, person, agreement, link)


def _event(request: HttpRequest, person: Person, agreement: Agreement, link: AnswerLink) -> HttpResponse:
    on, event = today(), link.event
    answers_as_helper = event in HELPER_ANSWERS and is_asked(agreement, person)
    if not agreement.is_still_at(link.turn) and not answers_as_helper:
        return outcome_page(request, USED)
    if event not in (*email_answers(agreement.step), *HELPER_ANSWERS):
        return redirect(_page_with_form(agreement, event))
    if not allowed(agreement.state, event, parties_of(agreement, person, on, event)):
        return outcome_page(request, NOT_YOURS)
    if request.method == "POST":
        data = request.POST.copy()
        data["turn"], data["event"] = str(agreement.turn if answers_as_helper else link.turn), event.value
        form = EventForm(agreement, event, on, data, request.FILES, by=person)
        pressed = press(agreement, form, by=person, on=on)
        if pressed is not None:
            return _answered(request, person, pressed, link, form)
        agreement.refresh_from_db()
        if not agreement.is_still_at(link.turn) and not answers_as_helper:
            return outcome_page(request, USED)
    else:
        form = EventForm(agreement, event, on, by=person)
        form.initial = {**form.initial, **initial_of(agreement, event, person), **link.facts}
    return _ask(request, person, agreement, form, link)


def _page_with_form(agreement: Agreement, event: Event) -> str:
    """The agreement's page with the form of an event open."""
    return f"{reverse('agreement', args=[agreement.pk])}?event={event}#next"


def _answered(
    request: HttpRequest, person: Person, pressed: Pressed, link: AnswerLink, form: EventForm
) -> HttpResponse:
    """The answer is saved: what is next, and what can be done where it does not happen."""
    agreement = pressed.agreement
    more: list[tuple[str, str]] = []
    learns = None
    if form.chosen is Event.CHECK_IN:
        if form.cleaned_data["happens"] == "no":
            more = [(str(BUTTONS[event]), _page_with_form(agreement, event)) for event in CURES]
        else:
            learns = _learn_question(person, agreement, link)
    next_step = next_step_sentence(agreement, person)
    if form.chosen is Event.GO and (asked := bill_is_asked(agreement)):
        next_step = f"{asked} {next_step}"
    return answered_page(request, person, link, next_step=next_step, learns=learns, more=more, undo=pressed.undo)


def next_step_sentence(agreement: Agreement, person: Person) -> str:
    """What is next, for whom and by when. A helper reads no more than that the answer has been passed on."""
    on = today()
    if not is_one_of_the_two(agreement, person, on) and agreement.step_owner_id != person.pk:
        return _("%(who)s gets your answer.") % {"who": agreement.employee.name}
    if agreement.step_owner is None or agreement.step_due is None:
        return _("Done. Nothing more is needed.")
    when = deadline(agreement.step_due, on)
    if agreement.step_owner_id == person.pk:
        return _("Next for you, %(due)s: %(step)s") % {"step": asks_of(agreement, person), "due": when}
    sentence = does_next(agreement.step, agreement.step_owner.name)
    return _("Next: %(sentence)s, %(due)s.") % {"sentence": sentence, "due": when}


def _learn_question(person: Person, agreement: Agreement, link: AnswerLink) -> LearnQuestion | None:
    """The question whether something new is learned, about the check-in that the person has just answered."""
    on = today()
    answered = CheckIn.objects.filter(agreement=agreement, by=person, answered_on=on, happens=True, learns=None)
    check_in = answered.order_by("-pk").first()
    if check_in is None:
        return None
    address = AnswerLink.ask(
        Event.CHECK_IN, person=person, agreement=agreement, on=link.made_on, check_in=check_in.pk
    ).path
    return LearnQuestion(str(COLLEAGUE_LEARNS if check_in.by_helper else LEARNS), address)


def _check_in(request: HttpRequest, person: Person, agreement: Agreement, link: AnswerLink, pk: int) -> HttpResponse:
    """Ask a helper whether it happens; or, after "it happens", anybody whether something new is learned."""
    check_in = CheckIn.objects.filter(by=person, agreement=agreement, withdrawn_on=None, pk=pk).first()
    if check_in is None:
        return outcome_page(request, BROKEN)
    if check_in.answered_on is not None:
        return _whether_learned(request, person, agreement, link, check_in)
    if not check_in.by_helper or not agreement.is_open:
        return outcome_page(request, USED)
    data: QueryDict | None = request.POST if request.method == "POST" else None
    form = HelperCheckInForm(data)
    if data is not None and form.is_valid():
        try:
            answer_as_helper(check_in, by=person, on=today(), **form.answers())
        except Refused:
            return outcome_page(request, USED)
        learns = _learn_question(person, agreement, link)
        return answered_page(request, person, link, next_step=next_step_sentence(agreement, person), learns=learns)
    return _ask(request, person, agreement, form, link)


def _whether_learned(
    request: HttpRequest, person: Person, agreement: Agreement, link: AnswerLink, check_in: CheckIn
) -> HttpResponse:
    """Save whether something new is learned, which the page after "it happens" asks."""
    learns = request.POST.get("learns")
    if learns not in ("yes", "no"):
        return outcome_page(request, USED)
    try:
        answer_whether_learned(check_in, by=person, on=today(), learns=learns == "yes")
    except Refused:
        return outcome_page(request, USED)
    return answered_page(request, person, link, next_step=next_step_sentence(agreement, person))


def _ask(
    request: HttpRequest, person: Person, agreement: Agreement, form: forms.Form, link: AnswerLink
) -> HttpResponse:
    for field in form.fields.values():
        field.widget.attrs.pop("list", None)  # colleagues are suggested only to who is logged in
    is_own = agreement.employee_id == person.pk
    asks, buttons = asks_of(agreement, person), list[AnswerButton]()
    if link.event is Event.CHECK_IN:
        asks = check_in_question(agreement, person)
        chosen = request.POST.get("happens") or link.facts.get("happens", "")
        buttons = [
            AnswerButton(each.facts["happens"], str(each.label), each.facts["happens"] == chosen)
            for each in ANSWERS["check_in"]
        ]
        buttons.sort(key=lambda button: not button.is_chosen)
    elif link.event in HELPER_ANSWERS:
        asks = helper_question(agreement)
    is_public = agreement.is_up_the_line_for(person.pk)
    whose = "" if is_own else agreement.employee.name
    context = {
        "person": person,
        "agreement": agreement,
        "title": public_heading(agreement) if is_public else agreement.title,
        "form": form,
        "label": str(BUTTONS[link.event]),
        "asks": asks,
        "whose": public_whose(agreement) if is_public else whose,
        "facts": _request(agreement, person, today()) if link.event in HELPER_ANSWERS else [],
        "own_plan": agreement.own_plan if agreement.reminds_of_plan and is_own else [],
        "buttons": buttons,
        "other_answers": _other_answers(agreement, person, link) if is_own else [],
        "asks_line": any(button.is_chosen and button.value == "no" for button in buttons),
    }
    return render(request, "agreements/answer_ask.html", context, status=422 if form.is_bound else 200)


def _other_answers(agreement: Agreement, person: Person, link: AnswerLink) -> list[tuple[str, str]]:
    """The other answers to the same question (label, address), for whoever has come by the code on a slip."""
    others = [event for event in email_answers(agreement.step) if event is not link.event]
    if link.event not in email_answers(agreement.step):
        return []
    return [
        (str(BUTTONS[event]), AnswerLink.ask(event, person=person, agreement=agreement, on=link.made_on).path)
        for event in others
    ]


def _request(agreement: Agreement, person: Person, on: date) -> list[tuple[str, str]]:
    """What a helper is asked: what, why, from when to when, and for how many hours."""
    row = agreement.helpers.filter(person=person, ended_on=None).first()
    facts = []
    if agreement.method is not None:
        facts.append((_("The way of learning"), f"{agreement.method}. {agreement.method.summary}".strip()))
    if agreement.purpose:
        facts.append((_("What it is for"), agreement.purpose))
    facts.append((_("When"), days(agreement.planned_from, agreement.planned_to, on)))
    if row is not None:
        facts.append((_("As"), row.get_role_display()))
        if row.hours:
            hours = ngettext("about %(hours)s hour in all", "about %(hours)s hours in all", row.hours)
            facts.append((_("Time"), hours % {"hours": row.hours}))
    return facts


urlpatterns = [path("svar/<str:token>/", answer, name="answer")]
