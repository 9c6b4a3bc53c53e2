"""Gennemgang: a manager goes through the team's open agreements on one page, one press each, or several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.access.agreements import events_open_to_manager
from udbytte.domain.lifecycle import page_answers
from udbytte.domain.numbers import int_from
from udbytte.models import Agreement, Person
from udbytte.models.formatting import kroner
from udbytte.models.labels import BUTTONS
from udbytte.models.third_person import step_words
from udbytte.queries.money.budgets import agreements_to_nominate, uncommitted_for
from udbytte.queries.people.team_review import asked_today, open_agreements_of_team
from udbytte.runtime.clock import today
from udbytte.services.agreements.questions import ask_owner, can_be_asked
from udbytte.services.errors import Refused
from udbytte.web.agreements.buttons import Choice, press, primary_forms
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.agreements.facts import proposed_instead
from udbytte.web.agreements.practice_details import QUESTIONS
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.request import only, person_of
from udbytte.web.base.saved import say_saved

from .team_decisions import (
    IN_THE_ROW,
    expected_event,
    is_decision_of,
    long_button,
    place_to_answer,
    plain_yes,
    question_of,
    what_waits,
)

LATE, WAITING = "over-fristen", "venter"  # the values of the filter


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One open agreement: whose step it is, and what the manager does about it."""

    row: Row
    is_own: bool  # the manager is to do it
    step: str  # a sentence about the next step
    choices: list[Choice]  # what the manager decides here, the expected choice first
    link: tuple[str, str] | None  # what the manager does on the agreement's page (label, address)
    can_ask: bool
    is_asked: bool
    facts: list[str]  # what is needed to decide
    learned: str
    questions: Sequence[object]  # that are good to ask in the talk
    tick: str  # the value that says yes to it together with others
    following: int | None  # the row to go on with

    @property
    def agreement(self) -> Agreement:
        return self.row.agreement


@dataclass(frozen=True, slots=True)
class Lookup:
    """The manager, the day, and what was looked up for all rows at once."""

    person: Person
    on: date
    asked: set[int]
    to_nominate: set[int]
    left: dict[int, int]


@only(lambda mine: mine.is_manager)
def review(request: HttpRequest, failed: EventForm | None = None, about: int = 0) -> HttpResponse:
    """The team's open agreements: what waits for the manager, then the latest first. `?vis=` shows a part of them."""
    person, on = person_of(request), today()
    agreements = list(open_agreements_of_team(person, on))
    own = [agreement for agreement in agreements if agreement.step_owner_id == person.pk]
    others = [agreement for agreement in agreements if agreement.step_owner_id != person.pk]
    ordered = [*own, *others]
    late = [agreement for agreement in ordered if agreement.step_due is not None and agreement.step_due < on]
    view = request.GET.get("vis", "")
    shown = {LATE: late, WAITING: own}.get(view, ordered)
    money = [agreement for agreement in shown if agreement.step == "settle_money"]
    lookup = Lookup(
        person,
        on,
        asked_today(shown, on),
        agreements_to_nominate(money, manager=person.pk) if money else set(),
        uncommitted_for(money) if money else {},
    )
    rows = []
    for index, agreement in enumerate(shown):
        following = shown[index + 1].pk if index + 1 < len(shown) else None
        rows.append(_review_row(agreement, lookup, failed if agreement.pk == about else None, following))
    counts = {"": len(agreements), WAITING: len(own), LATE: len(late)}
    context = {
        "rows": rows,
        "decisions": [item for item in rows if item.is_own],
        "others": [item for item in rows if not item.is_own],
        "view": view,
        "query": f"?vis={view}" if view in (LATE, WAITING) else "",
        "filters": [(value, label, counts[value]) for value, label in _filters()],
        "count": len(agreements),
        "late": len(late),
        "what_waits": what_waits([agreement.step for agreement in own], 0),
        "has_ticks": any(item.tick for item in rows),
    }
    return render(request, "people/team/review.html", context, status=422 if failed else 200)


def _filters() -> list[tuple[str, str]]:
    return [("", _("All open")), (WAITING, _("Waiting for you")), (LATE, _("Overdue"))]


def _review_row(agreement: Agreement, lookup: Lookup, failed: EventForm | None, following: int | None) -> ReviewRow:
    person, on = lookup.person, lookup.on
    is_own, must_nominate = agreement.step_owner_id == person.pk, agreement.pk in lookup.to_nominate
    is_late = agreement.step_due is not None and agreement.step_due < on
    event = expected_event(agreement, person, on, must_nominate=must_nominate) if is_own else None
    decides = is_decision_of(agreement, person)
    choices: list[Choice] = []
    if event is not None and event in IN_THE_ROW:
        if decides:
            may = events_open_to_manager(agreement, person, on)
            choices = primary_forms(agreement, may, on, asks=must_nominate)
        else:
            choices = [Choice(EventForm(agreement, event, on, by=person), str(BUTTONS[event]))]
    if failed is not None:
        known = [choice.form.chosen for choice in choices]
        sent = Choice(failed, str(BUTTONS[failed.chosen]), secondary=failed.chosen in known[1:])
        choices = [sent if choice.form.chosen is failed.chosen else choice for choice in choices]
        choices = choices if failed.chosen in known else [sent, *choices]
    for choice in choices:
        choice.form.auto_id = f"a{agreement.pk}_{choice.form.chosen}_%s"
    says_yes = plain_yes(agreement, person, on, lookup.to_nominate)
    return ReviewRow(
        row=row(agreement, on),
        is_own=is_own,
        step=question_of(agreement, must_nominate=must_nominate)
        if decides
        else step_words(agreement, person.pk, is_late=is_late),
        choices=[replace(choice, opens=choice.label) for choice in choices],
        link=(long_button(agreement, event), place_to_answer(agreement, event))
        if event is not None and not choices
        else None,
        can_ask=not is_own and can_be_asked(agreement, on),
        is_asked=agreement.pk in lookup.asked,
        facts=_facts(agreement, lookup) if decides else [],
        learned=str(agreement.learned or "") if agreement.step == "talk" else "",  # type: ignore[attr-defined]
        questions=QUESTIONS.get(agreement.step, ()) if decides else (),
        tick=f"{agreement.pk}-{agreement.turn}" if says_yes is not None else "",
        following=following,
    )


def _facts(agreement: Agreement, lookup: Lookup) -> list[str]:
    """What is needed to decide: what is left of the budget, or what is proposed instead."""
    if agreement.step == "settle_money" and agreement.pk in lookup.left:
        return [_("%(left)s can still be granted") % {"left": kroner(lookup.left[agreement.pk])}]
    if agreement.step == "confirm_replace":
        return [_("Proposed instead: %(proposed)s") % {"proposed": proposed_instead(agreement, lookup.on)}]
    return []


@only(lambda mine: mine.is_manager)
@require_POST
def review_press(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whoever has the step, or decide it. The page goes on with the next row."""
    person, on = person_of(request), today()
    agreement = get_object_or_404(open_agreements_of_team(person, on), pk=pk)
    if request.POST.get("do") == "ask":
        try:
            owner = ask_owner(agreement, by=person, on=on)
            messages.success(request, _("%(name)s is asked.") % {"name": owner.name})
        except Refused as refused:
            messages.error(request, refused.message)
        return _go_on(request)
    event = next((event for event in IN_THE_ROW if event == request.POST.get("event")), None)
    if event is None or event not in page_answers(agreement.step):
        messages.error(request, _("The agreement has moved on, so that cannot be done any more."))
        return _go_on(request)
    form = EventForm(agreement, event, on, request.POST, by=person)
    pressed = press(agreement, form, by=person, on=on)
    if pressed is None:
        return review(request, failed=form, about=pk)
    say_saved(request, _("Saved. %(name)s will be notified.") % {"name": agreement.employee.name}, pressed.undo)
    return _go_on(request)


@only(lambda mine: mine.is_manager)
@require_POST
def review_together(request: HttpRequest) -> HttpResponse:
    """Say yes to all that are ticked (`chosen`: number and turn). What is refused is said, and the rest is saved."""
    person, on = person_of(request), today()
    turns = dict(value.split("-", 1) for value in request.POST.getlist("chosen") if value.count("-") == 1)
    chosen = [number for number in map(int_from, turns) if number is not None]
    agreements = list(open_agreements_of_team(person, on).filter(pk__in=chosen))
    to_nominate = agreements_to_nominate(agreements, manager=person.pk)
    if not agreements:
        messages.error(request, _("Choose at least one."))
    for agreement in agreements:
        event = plain_yes(agreement, person, on, to_nominate)
        if event is None:
            messages.error(request, _("%(title)s cannot be answered with a yes any more.") % {"title": agreement.title})
            continue
        data = {"turn": turns[str(agreement.pk)], "event": event.value, "price": agreement.estimated_price}
        form = EventForm(agreement, event, on, data, by=person)
        pressed = press(agreement, form, by=person, on=on)
        if pressed is None:
            why = " ".join(str(error) for errors in form.errors.values() for error in errors)
            messages.error(request, _("%(title)s is not answered. %(why)s") % {"title": agreement.title, "why": why})
            continue
        words = {"title": agreement.title, "name": agreement.employee.name}
        say_saved(request, _("Yes to %(title)s. %(name)s will be notified.") % words, pressed.undo)
    return _go_on(request)


def _go_on(request: HttpRequest) -> HttpResponse:
    """The page that was pressed on; in the review at the row after the one that was pressed."""
    if request.POST.get("from") == "team":
        return redirect("team")
    address, view = reverse("team-review"), request.GET.get("vis")
    if view in (LATE, WAITING):
        address += f"?vis={view}"
    following = request.POST.get("following", "")
    return redirect(f"{address}#r{following}" if following.isdecimal() else address)


urlpatterns = [
    path("medarbejdere/gennemgang/", review, name="team-review"),
    path("medarbejdere/gennemgang/flere/", review_together, name="team-review-together"),
    path("medarbejdere/gennemgang/<int:pk>/", review_press, name="team-review-press"),
]
