"""Gennemgang: a manager goes through the team's open agreements on one page, one press each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.access.agreements import events_open_to_manager
from udbytte.domain.lifecycle import Event, page_answers
from udbytte.emails.steps import WORDS
from udbytte.models import Agreement, Person
from udbytte.models.formatting import kroner
from udbytte.models.labels import BUTTONS
from udbytte.models.third_person import step_words
from udbytte.queries.money.budgets import agreements_to_nominate
from udbytte.queries.people.team_review import asked_today, open_agreements_of_team
from udbytte.runtime.clock import today
from udbytte.services.agreements.questions import ask_owner, can_be_asked
from udbytte.services.errors import Refused
from udbytte.web.agreements.buttons import NOT_BEFORE_END, Choice, press
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.request import only, person_of
from udbytte.web.base.saved import say_saved

LATE = "over-fristen"  # the value of the filter
# Decided in the row with at most a few fields. Everything else needs the agreement's page.
IN_THE_ROW = frozenset(
    {Event.FUND, Event.NOMINATE, Event.TALK, Event.TALK_STUCK, Event.CONFIRM_DROP, Event.START, Event.STILL_WAITING}
)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One open agreement: whose step it is, and the one thing that the manager does about it."""

    row: Row
    step: str  # a sentence about the next step
    choice: Choice | None  # what the manager decides here
    link: tuple[str, str] | None  # what the manager does on the agreement's page (label, address)
    can_ask: bool
    is_asked: bool
    about: str
    following: int | None  # the row to go on with

    @property
    def agreement(self) -> Agreement:
        return self.row.agreement


@only(lambda mine: mine.is_manager)
def review(request: HttpRequest, failed: EventForm | None = None, about: int = 0) -> HttpResponse:
    """The team's open agreements, the latest first; `?vis=over-fristen` shows only what is past its date."""
    person, on = person_of(request), today()
    agreements = list(open_agreements_of_team(person, on))
    late = [agreement for agreement in agreements if agreement.step_due is not None and agreement.step_due < on]
    only_late = request.GET.get("vis") == LATE
    shown = late if only_late else agreements
    asked, to_nominate = asked_today(shown, on), agreements_to_nominate(shown, manager=person.pk)
    rows = []
    for index, agreement in enumerate(shown):
        following = shown[index + 1].pk if index + 1 < len(shown) else None
        form = failed if agreement.pk == about else None
        asks = agreement.pk in to_nominate
        rows.append(_review_row(agreement, person, on, form, asks=asks, asked=asked, following=following))
    context = {
        "rows": rows,
        "only_late": only_late,
        "late_address": f"{reverse('team-review')}?vis={LATE}",
        "count": len(agreements),
        "late": len(late),
    }
    return render(request, "people/team/review.html", context, status=422 if failed else 200)


def _review_row(
    agreement: Agreement,
    person: Person,
    on: date,
    failed: EventForm | None,
    *,
    asks: bool,
    asked: set[int],
    following: int | None,
) -> ReviewRow:
    is_own = agreement.step_owner_id == person.pk
    event = _first_event(agreement, person, on, asks=asks) if is_own else None
    form = failed
    if form is None and event is not None and event in IN_THE_ROW:
        form = EventForm(agreement, event, on, by=person)
    choice = link = None
    if form is not None:
        form.auto_id = f"a{agreement.pk}_{form.chosen}_%s"
        choice = Choice(form, str(BUTTONS[form.chosen]))
    elif event is not None:
        is_written = event is Event.WRITE_DOWN
        label = BUTTONS[event] if is_written else WORDS[agreement.step].button or BUTTONS[event]
        place = "write-down" if is_written else "next"
        link = str(label), f"{reverse('agreement', args=[agreement.pk])}?event={event}#{place}"
    return ReviewRow(
        row=row(agreement, on),
        step=_step_of(agreement, person, on),
        choice=choice,
        link=link,
        can_ask=not is_own and can_be_asked(agreement, on),
        is_asked=agreement.pk in asked,
        about=_about(agreement),
        following=following,
    )


def _first_event(agreement: Agreement, person: Person, on: date, *, asks: bool) -> Event | None:
    """What the manager is expected to do about a next step of the manager's."""
    open_events = events_open_to_manager(agreement, person, on)
    for event in (*page_answers(agreement.step), Event.WRITE_DOWN):
        if event not in open_events or (event is Event.FUND and asks):
            continue
        if event in NOT_BEFORE_END and agreement.ends_on is not None and on < agreement.ends_on:
            continue
        return event
    return None


def _step_of(agreement: Agreement, person: Person, on: date) -> str:
    """The next step in a sentence: the manager's own, or what somebody else does or has not done yet."""
    return step_words(agreement, person.pk, is_late=agreement.step_due is not None and agreement.step_due < on)


def _about(agreement: Agreement) -> str:
    """What is needed to decide here: the price, the outcome, the reason to drop it."""
    if agreement.step == "settle_money" and agreement.estimated_price is not None:
        return kroner(agreement.estimated_price)
    if agreement.step == "confirm_drop":
        return str(agreement.get_drop_reason_display())
    return str(agreement.learned or "") if agreement.step == "talk" else ""  # type: ignore[attr-defined]


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
        messages.error(request, _("That cannot be done with the agreement as it is now."))
        return _go_on(request)
    form = EventForm(agreement, event, on, request.POST, by=person)
    pressed = press(agreement, form, by=person, on=on)
    if pressed is None:
        return review(request, failed=form, about=pk)
    say_saved(request, _("Saved. %(name)s has been notified.") % {"name": agreement.employee.name}, pressed.undo)
    return _go_on(request)


def _go_on(request: HttpRequest) -> HttpResponse:
    """The page again, at the row after the one that was pressed."""
    address = reverse("team-review")
    if request.GET.get("vis") == LATE:
        address += f"?vis={LATE}"
    following = request.POST.get("following", "")
    return redirect(f"{address}#r{following}" if following.isdecimal() else address)


urlpatterns = [
    path("hold/gennemgang/", review, name="team-review"),
    path("hold/gennemgang/<int:pk>/", review_press, name="team-review-press"),
]
