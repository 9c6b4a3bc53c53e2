"""Write down an answer in a talk, and say whether it is right: on a page, from an email, from a printed slip."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.access.agreements import agreements_seen_by, events_open_to, written_answers_to_confirm
from udbytte.access.links import AnswerLink, WrittenLink
from udbytte.domain.lifecycle import WRITTEN_ANSWERS, Event
from udbytte.models import Agreement, Person, WrittenAnswer
from udbytte.queries.agreements.lists import RELATED
from udbytte.runtime.clock import today
from udbytte.services.agreements.undo import with_undo
from udbytte.services.agreements.written_answers import confirm_written_answer, decline_written_answer, write_down
from udbytte.services.errors import Refused
from udbytte.web.base.email_links import USED, answered_from_email, answered_page, outcome_page
from udbytte.web.base.request import person_of
from udbytte.web.base.saved import say_saved
from udbytte.web.base.submit import Submission

from .answer_from_email import next_step_sentence
from .buttons import Pressed
from .page import said_of, show_failed
from .written_card import WrittenForm, card_of, write_forms


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the employee answered in a talk."""
    person, on = person_of(request), today()
    agreement = get_object_or_404(agreements_seen_by(person, on).exclude(employee=person), pk=pk)
    answers = WRITTEN_ANSWERS.get(agreement.step, ())
    event = next((event for event in answers if event == request.POST.get("event")), None)
    if event is None or Event.WRITE_DOWN not in events_open_to(agreement, person, on):
        messages.error(request, _("That cannot be done with the agreement as it is now."))
        return redirect("agreement", pk)
    form = WrittenForm(agreement, event, on, request.POST)
    if form.is_valid():
        with Submission(form):
            write_down(agreement, event, form.facts(), by=person, on=on, turn=form.cleaned_data["turn"])
            words = _("Written down. It counts when %(who)s has said yes.")
            messages.success(request, words % {"who": agreement.employee.short_name})
            return redirect("agreement", pk)
    agreement.refresh_from_db()
    sent = request.POST.copy()
    sent["turn"] = str(agreement.turn)  # the person now sees what happened meanwhile, and can press once more
    form.data = sent
    choices = write_forms(agreement, on)
    choices = [type(each)(form, each.label, each.secondary) if each.form.chosen is event else each for each in choices]
    return show_failed(request, pk, form, write_forms=choices, opens_written=True)


@require_POST
def answer_written(request: HttpRequest, pk: int) -> HttpResponse:
    """Say on a page whether it is right what was written down."""
    person, on = person_of(request), today()
    rows = written_answers_to_confirm(person).select_related("agreement", "by")
    written = get_object_or_404(rows, agreement=pk)
    try:
        if request.POST.get("right") == "yes":
            pressed = _confirm(written, person, on)
            say_saved(request, said_of(pressed.agreement, person), pressed.undo)
            return redirect("home")
        decline_written_answer(written, by=person, on=on)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("agreement", pk)
    messages.success(request, _("It does not count. Answer in your own words."))
    return redirect(card_of(written).own_answer)


@answered_from_email(WrittenLink)
def answer_written_from_link(request: HttpRequest, person: Person, link: WrittenLink) -> HttpResponse:
    """Say it without logging in. A GET shows what was written and changes nothing."""
    rows = written_answers_to_confirm(person).select_related("agreement__employee", "by")
    written = rows.filter(pk=link.written_id).first()
    if written is None:
        return outcome_page(request, USED)
    own = AnswerLink.ask(written.kind, person=person, agreement=written.agreement, on=link.made_on)
    if request.method != "POST":
        context = {"person": person, "card": card_of(written), "own_answer": own.path}
        return render(request, "agreements/written_from_link.html", context)
    try:
        if request.POST.get("right") != "yes":
            decline_written_answer(written, by=person, on=today())
            return answered_page(request, person, link, more=[(_("Answer it yourself"), own.path)])
        pressed = _confirm(written, person, today())
    except Refused:
        return outcome_page(request, USED)
    after = Agreement.objects.select_related(*RELATED).get(pk=pressed.agreement.pk)
    return answered_page(request, person, link, next_step=next_step_sentence(after, person), undo=pressed.undo)


def _confirm(written: WrittenAnswer, person: Person, on: date) -> Pressed:
    def act() -> Agreement:
        return confirm_written_answer(written, by=person, on=on)

    return Pressed(*with_undo(written.agreement, act, by=person, on=on, now=timezone.now()))


urlpatterns = [
    path("aftaler/<int:pk>/skriv-ned/", write, name="write-down"),
    path("aftaler/<int:pk>/skrevet/", answer_written, name="answer-written"),
    path("svar/nedskrevet/<str:token>/", answer_written_from_link, name="answer-written-link"),
]
