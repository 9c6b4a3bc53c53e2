"""The page of one agreement: what is agreed, the next step, what else can be done, and the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from udbytte.access.agreements import agreements_readable_by, events_open_to, parties_of, visible_parts
from udbytte.domain.lifecycle import HELPER_ANSWERS, Event, Kind, Party, allowed, page_answers
from udbytte.domain.lifecycle.undo import UNDO
from udbytte.models import Agreement, LogEntry, Person
from udbytte.models.agreements import WRITTEN_BY
from udbytte.models.formatting import day, deadline, due, kroner
from udbytte.models.labels import HAPPENED, UNDID
from udbytte.models.third_person import step_words
from udbytte.queries.agreements.lists import RELATED
from udbytte.queries.money.budgets import balance_of, budget_for
from udbytte.queries.people.team import colleagues_named
from udbytte.runtime.clock import today
from udbytte.services.agreements.attachments import write_observation
from udbytte.services.agreements.undo import newest_press, with_undo
from udbytte.services.courses.catalogue import choose_entered_run
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import person_of, roles
from udbytte.web.base.saved import offers_undo, say_saved, undo_sentence
from udbytte.web.base.submit import Submission, focus_first_error
from udbytte.web.money.bills import bill_is_asked, bill_texts
from udbytte.web.money.funding import funding_of
from udbytte.web.practice.partners import partner_question_of
from udbytte.web.practice.transfer import transfers_of

from .buttons import Choice, Pressed, fold_heading, lapse_forms, other_forms, press, primary_forms, reopen_form
from .course_details import about_the_course
from .event_forms import EventForm, NewRunForm
from .facts import check_in_answers, facts_of, proposed_instead
from .practice_details import ObservationForm, cures, practice_of
from .where_it_lies import (
    how_it_ended,
    lapse_question,
    missing_text,
    public_facts,
    public_heading,
    public_whose,
    where_it_lies,
)
from .written_card import initial_of, written_by_text, written_context


def _find(request: HttpRequest, pk: int) -> Agreement:
    related = (*RELATED, "course", "goal", "method", "transfer_of")
    seen = agreements_readable_by(person_of(request), today()).select_related(*related)
    return get_object_or_404(seen, pk=pk)


def history(agreement: Agreement, on: date) -> list[dict[str, str]]:
    """The log in plain sentences, the newest first."""
    entries = list(LogEntry.all_entries.filter(agreement=agreement).select_related("by").order_by("-number"))
    writers = Person.objects.in_bulk({entry.facts[WRITTEN_BY] for entry in entries if WRITTEN_BY in entry.facts})
    return [
        {
            "day": day(entry.on, on),
            "who": entry.by.name if entry.by else "Udbytte",
            "what": _happened(entry, agreement, writers),
            "why": _why(entry, agreement),
        }
        for entry in entries
    ]


def _why(entry: LogEntry, agreement: Agreement) -> str:
    """The reason or the line that was given; not of what was undone."""
    if entry.undone:
        return ""
    if entry.event == Event.PROPOSE_DROP:
        return str(agreement.get_drop_reason_display() if agreement.drop_reason else "")
    return str(entry.facts.get("reason") or entry.facts.get("line") or "")


def _happened(entry: LogEntry, agreement: Agreement, writers: Mapping[int, Person]) -> str:
    """What happened; marked where it was undone, or where the manager wrote it down in a talk."""
    if entry.event == UNDO:
        return str(UNDID)
    text = str(HAPPENED[Event(entry.event)])
    if entry.undone:
        return _("%(what)s (undone)") % {"what": text}
    by = writers.get(entry.facts.get(WRITTEN_BY, 0))
    return f"{text} ({written_by_text(by, agreement.employee)})" if by is not None else text


def _context(request: HttpRequest, agreement: Agreement, data: Any = None) -> dict[str, Any]:
    person, on = person_of(request), today()
    parties = parties_of(agreement, person, on)
    sees = visible_parts(agreement, person, parties, on)
    nomination = agreement.nominations.select_related("by").first() if sees.price else None
    open_events = events_open_to(agreement, person, on)
    others = other_forms(agreement, open_events, on, data, by=person)
    lapse = lapse_question(agreement, sees, on)
    before_lapse: list[Choice] = []
    if lapse is not None:
        before_lapse, others = lapse_forms(others, kept_once=lapse.is_kept_once)
    else:
        others = [choice for choice in others if choice.form.chosen is not Event.KEEP_OPEN]
    about = practice_of(agreement, person, on, whole=sees.whole) if sees.whole or sees.helping else {}
    helps, rest = cures(others) if about.get("is_not_happening") else ([], others)
    budget = None
    pays = Party.MANAGER in parties or sees.deciding or sees.up_the_line
    if pays and agreement.step in ("settle_money", "decide"):
        budget = budget_for(agreement.unit, agreement.round)
    knows_step = not sees.only_helps or agreement.step_owner_id == person.pk
    public = sees.up_the_line and not sees.title
    facts = facts_of(agreement, sees, nomination, about.get("learning_along", ()), on)
    undo = None if offers_undo(request) else newest_press(agreement, person, on=on, now=timezone.now())
    forms = primary_forms(agreement, open_events, on, data, by=person)
    return {
        "back": _back(request, agreement, parties, decides=sees.deciding),
        "has_task": agreement.step_owner_id == person.pk
        or any(choice.form.chosen in HELPER_ANSWERS for choice in forms),
        "undo": undo,
        "undo_until": undo_sentence(undo) if undo is not None else "",
        "agreement": agreement,
        "row": row(agreement, on),
        "sees": sees,
        "knows_step": knows_step,
        "next_heading": _next_heading(
            agreement, person, on, knows_step=knows_step, is_asked=bool(about.get("asked_beside"))
        ),
        "due": due(agreement.step_due, on) if agreement.step_due else "",
        "own_plan": agreement.own_plan if sees.whole and agreement.reminds_of_plan else [],
        "budget_left": kroner(balance_of(budget).uncommitted) if budget else "",
        "facts": public_facts(agreement, on) if public else facts,
        "public_heading": public_heading(agreement) if public else "",
        "public_whose": public_whose(agreement) if public else "",
        "missing": missing_text(agreement, on) if agreement.employee_id != person.pk else "",
        "lies": where_it_lies(agreement, person.pk, on, is_asked=lapse is not None) if knows_step else None,
        "lapse": lapse,
        "before_lapse": before_lapse,
        "ended": how_it_ended(agreement, on),
        "reopen": reopen_form(agreement, open_events, on, person),
        "check_ins": check_in_answers(agreement) if sees.whole else [],
        "outcome": getattr(agreement, "outcome", None) if sees.whole else None,
        "history": history(agreement, on) if sees.whole else [],
        "forms": forms,
        "cures": helps,
        "others": rest,
        "others_heading": fold_heading(rest),
        "opens_forms": data is not None,
        "opens_others": data is not None and data.get("event") not in page_answers(agreement.step),
        "colleagues": colleagues_named("", agreement.employee, on, unit=agreement.unit) if sees.whole else [],
        **partner_question_of(agreement, person),
        **transfers_of(agreement, whole=sees.whole),
        "new_run": NewRunForm(initial={"turn": agreement.turn}) if Event.CHOOSE_RUN in open_events else None,
        "proposed": proposed_instead(agreement, on) if sees.whole else "",
        **about,
        **(written_context(agreement, person, open_events, on) if sees.whole else {}),
    } | (_about_a_course(agreement, person, parties, on) if sees.price and agreement.kind == Kind.COURSE else {})


def _back(request: HttpRequest, agreement: Agreement, parties: frozenset[Party], *, decides: bool) -> tuple[str, str]:
    """The page in which the agreement lies for the reader, and what it is called."""
    mine = roles(request)
    if agreement.employee_id == person_of(request).pk:
        return "plan", _("My plan")
    if Party.MANAGER in parties and mine.is_manager:
        return "team", _("My team")
    if Party.COORDINATOR in parties and mine.is_coordinator:
        return "course-board", _("Course tasks")
    if decides and mine.is_budget_owner:
        return "money", _("Budget")
    if Party.HELPER in parties:
        return "helping", _("I help")
    return "home", _("Next step")


def _next_heading(agreement: Agreement, person: Person, on: date, *, knows_step: bool, is_asked: bool) -> str:
    """The heading of the next step. A helper who may not know the step reads only that they help."""
    if is_asked:
        return _("Can you help?")
    if not knows_step:
        return _("You help with this")
    return step_words(agreement, person.pk, is_late=agreement.step_due is not None and agreement.step_due < on)


def _about_a_course(agreement: Agreement, person: Person, parties: frozenset[Party], on: date) -> dict[str, Any]:
    about = about_the_course(agreement, person, parties, on) | funding_of(agreement, person, on)
    return about | {"bills": bill_texts(agreement, person, on)}


@require_http_methods(["GET", "POST"])
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one agreement; a POST lets one event happen and goes on to the page again."""
    found = _find(request, pk)
    if request.method == "POST" and request.POST.get("event") in set(Event):
        event = Event(request.POST["event"])
        form = EventForm(found, event, today(), request.POST, request.FILES, by=person_of(request))
        pressed = press(found, form, by=person_of(request), on=today())
        if pressed is not None:
            return _saved(request, pressed, event)
        return _refused(request, pk, form)
    if found.is_with_hr and roles(request).is_hr and not _reads_title(request, found):
        return redirect("stalled")  # HR acts on groups
    context = _context(request, found)
    _open_form(context, request.GET.get("event", ""), person_of(request))
    return render(request, "agreements/agreement.html", context)


def _saved(request: HttpRequest, pressed: Pressed, event: Event) -> HttpResponse:
    """Say what is next, on the agreement's page, or at home for those who may not read it any more."""
    after, person = pressed.agreement, person_of(request)
    asked = bill_is_asked(after) if event in (Event.GO, Event.PRICE) else ""
    until = undo_sentence(pressed.undo) if pressed.undo is not None else ""
    say_saved(request, " ".join(filter(None, (asked, said_of(after, person), until))), pressed.undo)
    seen = agreements_readable_by(person, today()).filter(pk=after.pk).exists()
    return redirect("agreement", after.pk) if seen else redirect("home")


def _open_form(context: dict[str, Any], event: str, person: Person) -> None:
    """Unfold the form of an event that an email leads to, filled with what the manager wrote down of it."""
    if event == Event.WRITE_DOWN:
        context["opens_written"] = True
    for name in ("forms", "cures", "others"):
        opened = [replace(choice, opened=choice.form.chosen == event) for choice in context[name]]
        context[name] = opened
        for choice in opened:
            if choice.opened and "to_confirm" in context:
                choice.form.initial |= initial_of(context["agreement"], choice.form.chosen, person)
        if any(choice.opened for choice in opened):
            context[f"opens_{name}"] = True


def show_failed(request: HttpRequest, pk: int, form: forms.BaseForm, **parts: Any) -> HttpResponse:
    """The page again with a form as it was filled in; `parts` are what the page shows instead of its own."""
    focus_first_error(form)
    return render(request, "agreements/agreement.html", _context(request, _find(request, pk)) | parts, status=422)


def _reads_title(request: HttpRequest, agreement: Agreement) -> bool:
    person, on = person_of(request), today()
    return visible_parts(agreement, person, parties_of(agreement, person, on), on).title


def _refused(request: HttpRequest, pk: int, form: EventForm) -> HttpResponse:
    """The page again with the form as it was filled in and what is wrong with it.

    The form gets the fresh turn, so that the person, who now sees what happened meanwhile, can press once more. If the
    event is no longer possible, the page shows what was written, to be copied.
    """
    found = _find(request, pk)
    context = _context(request, found, request.POST)
    sent = request.POST.copy()
    sent["turn"] = str(found.turn)
    form.data = sent
    shown = False
    for choices in (context["forms"], context["cures"], context["others"], context["before_lapse"]):
        for index, choice in enumerate(choices):
            if choice.form.chosen == form.chosen:
                choices[index], shown = replace(choice, form=form), True
    context["failed"] = None if shown else form
    return render(request, "agreements/agreement.html", context, status=422)


def said_of(agreement: Agreement, person: Person) -> str:
    """What happens next, in one sentence."""
    if agreement.step_owner is None or agreement.step_due is None:
        return _("Done. Nothing more is needed.")
    words = {"step": agreement.get_step_display(), "due": deadline(agreement.step_due, today())}
    if agreement.step_owner_id == person.pk:
        return _("Saved. Next for you, %(due)s: %(step)s") % words
    words["step"] = step_words(agreement, person.pk, is_late=False)
    return _("Saved. Next: %(step)s, %(due)s.") % words


@require_http_methods(["GET", "POST"])
def new_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a course that is not in the catalogue, and choose it."""
    found = _find(request, pk)
    if not allowed(found.state, Event.CHOOSE_RUN, parties_of(found, person_of(request), today(), Event.CHOOSE_RUN)):
        return redirect("agreement", pk)
    form = NewRunForm(request.POST or None, initial={"turn": found.turn})
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "turn"}
        person, on, turn = person_of(request), today(), form.cleaned_data["turn"]
        with Submission(form):
            after, _press = with_undo(
                found,
                lambda: choose_entered_run(found, by=person, on=on, turn=turn, **facts),
                by=person,
                on=on,
                now=timezone.now(),
            )
            messages.success(request, said_of(after, person))
            return redirect("agreement", pk)
    status = 422 if form.is_bound else 200
    return render(request, "agreements/new_run.html", {"agreement": found, "form": form}, status=status)


@require_POST
def observe(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the manager or a helper sees."""
    found = _find(request, pk)
    form = ObservationForm(request.POST)
    if form.is_valid():
        with Submission(form):
            write_observation(found, text=form.cleaned_data["text"], by=person_of(request), on=today())
            messages.success(request, _("Saved. %(name)s has been notified.") % {"name": found.employee.name})
            return redirect("agreement", pk)
    return show_failed(request, pk, form, observation_form=form)


urlpatterns = [
    path("aftaler/<int:pk>/", agreement, name="agreement"),
    path("aftaler/<int:pk>/nyt-hold/", new_run, name="new-run"),
    path("aftaler/<int:pk>/set/", observe, name="observe"),
]
