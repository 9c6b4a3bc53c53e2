"""The course board: the coordinator's course agreements by what is to be done, with each step done there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from udbytte.access.people import paths_served, units_served
from udbytte.domain.lifecycle import Event, allowed, events_for
from udbytte.domain.numbers import int_from
from udbytte.models import Agreement, Role
from udbytte.models.formatting import day, days, deadline, due, kroner
from udbytte.models.third_person import step_words
from udbytte.queries.courses.board import (
    RELATED,
    BoardFilter,
    columns_of,
    on_the_board_of,
    reports_asked_about,
    seats_to_cancel,
    seats_to_cancel_below,
)
from udbytte.queries.people.missing import missing_since
from udbytte.queries.people.team import colleagues_named
from udbytte.queries.people.units import labels_of_units
from udbytte.runtime.clock import today
from udbytte.services.courses.registration import cancel_lapsed_seat
from udbytte.web.agreements.buttons import Choice, Pressed, fold_heading, other_forms, press, primary_forms
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.agreements.page import said_of
from udbytte.web.base.fields import StyledForm, UnitField
from udbytte.web.base.request import only, person_of
from udbytte.web.base.saved import say_saved

from .board_card import COORDINATOR, Card, card_of

FIRST = 6
A_PAGE = 25
LAST_PAGE = 99_999
COLUMNS = {
    "find": lazy("Find a course date"),
    "money": lazy("Funding"),
    "book": lazy("Register"),
    "waiting": lazy("Waiting list"),
    "upcoming": lazy("Coming up"),
    "went": lazy("Did they attend?"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One column of the board, the most urgent first; `more`: so many further cards are on the next pages."""

    key: str
    title: str
    count: int
    cards: list[Card]
    more: int
    first: bool  # the one that a phone shows


@dataclass(frozen=True, slots=True)
class Head:
    """A column in the chooser."""

    key: str
    title: str
    count: int
    shown: bool


class FilterForm(StyledForm):
    """Which agreements of the board to show."""

    q = forms.CharField(label=lazy("Name, course or provider"), required=False, max_length=200)
    unit = UnitField(label=lazy("Unit"), required=False)
    month = forms.ChoiceField(label=lazy("Month"), required=False)

    def __init__(self, data: QueryDict, on: date) -> None:
        super().__init__(data, auto_id="desk_%s")
        self.fields["q"].widget.input_type = "search"
        self.fields["month"].choices = [("", _("all")), *_months(on)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> BoardFilter:
        """What is chosen; a field that is wrong does not filter."""
        self.is_valid()
        chosen = self.cleaned_data
        below = chosen["unit"].path if chosen.get("unit") else ""
        return BoardFilter(below, chosen.get("q", ""), chosen.get("month", ""))


def _months(on: date) -> list[tuple[str, str]]:
    """The last three months and the twelve ahead."""
    first = on.year * 12 + on.month - 4
    days = [date((first + ahead) // 12, (first + ahead) % 12 + 1, 1) for ahead in range(16)]
    return [(f"{first_day:%Y-%m}", date_format(first_day, "F Y")) for first_day in days]


@only(lambda mine: mine.is_coordinator)
def course_board(request: HttpRequest) -> HttpResponse:
    """The six columns with the most urgent cards of each; `column` in the address shows one column, page by page."""
    on, person = today(), person_of(request)
    form = FilterForm(request.GET, on)
    tops = paths_served(person, [Role.COORDINATOR], on)
    chosen = request.GET.get("column", "")
    chosen = chosen if chosen in COLUMNS else ""
    asked = request.GET.get("page", "1")
    number = min(int_from(asked) or 1, LAST_PAGE) if chosen else 1
    size = A_PAGE if chosen else FIRST
    last = number * size
    columns = columns_of(tops, on, form.chosen, only=chosen, places=range(last - size + 1, last + 1))
    shown = {agreement.employee_id for column in columns.values() for agreement in column.agreements}
    missing = missing_since(shown, on)
    first = chosen or next((key for key, column in columns.items() if column.count), "find")
    groups = [
        Group(
            key,
            str(COLUMNS[key]),
            column.count,
            [card_of(agreement, person.pk, on, missing) for agreement in column.agreements],
            max(column.count - last, 0),
            key == first,
        )
        for key, column in columns.items()
        if chosen in ("", key)
    ]
    kept = urlencode({name: request.GET[name] for name in form.fields if request.GET.get(name)})
    context = {
        "reports": reports_asked_about(person, on),
        "columns": groups,
        "heads": [Head(key, str(COLUMNS[key]), column.count, key == first) for key, column in columns.items()],
        "tasks": _tasks_text(sum(column.count for column in columns.values()), filtered=bool(kept)),
        "late": sum(column.late for column in columns.values()),
        "form": form,
        "kept": kept,
        "chosen": chosen,
        "page": number,
        "to_cancel": [] if chosen else [_seat(agreement, on) for agreement in seats_to_cancel_below(tops, on)],
    }
    return render(request, "courses/board/board.html", context)


def _tasks_text(count: int, *, filtered: bool) -> str:
    """How many courses the board has."""
    if filtered:
        return ngettext("%(count)s course fits", "%(count)s courses fit", count) % {"count": count}
    if not count:
        return _("There are no course tasks now. They come when a course is agreed.")
    return ngettext("%(count)s course", "%(count)s courses", count) % {"count": count}


def _seat(agreement: Agreement, on: date) -> dict[str, Any]:
    """A waiting-list place of a lapsed agreement, which is still to be cancelled at the provider."""
    return {"agreement": agreement, "when": day(agreement.starts_on, on) if agreement.starts_on is not None else ""}


@only(lambda mine: mine.is_coordinator)
@require_POST
def cancel_seat(request: HttpRequest, pk: int) -> HttpResponse:
    """The place is cancelled at the provider: its row leaves the board."""
    person, on = person_of(request), today()
    agreement = get_object_or_404(seats_to_cancel(person, on), pk=pk)
    cancel_lapsed_seat(agreement, by=person, on=on)
    messages.success(request, _("The place is cancelled. %(name)s hears of it.") % {"name": agreement.employee.name})
    return redirect("course-board")


@only(lambda mine: mine.is_coordinator)
def board_choices(request: HttpRequest) -> HttpResponse:
    """The suggestions for the filters, fetched when a filter is first used."""
    person, on = person_of(request), today()
    served = set(units_served(person, Role.COORDINATOR, on).values_list("pk", flat=True))
    units = [label for pk, label in labels_of_units(on).items() if pk in served]
    return render(request, "people/organisation/units.html", {"units": sorted(units)})


@only(lambda mine: mine.is_coordinator)
def board_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement's step on a page of its own. A press on the board gets the card alone as its answer."""
    person, on = person_of(request), today()
    agreement = get_object_or_404(on_the_board_of(person, on).select_related(*RELATED), pk=pk)
    part = request.headers.get("HX-Request") == "true"
    failed: EventForm | None = None
    if request.method == "POST":
        event = request.POST.get("event", "")
        if event not in set(Event) or not allowed(agreement.state, Event(event), COORDINATOR):
            messages.error(request, _("That cannot be done with the agreement as it is now."))
            return redirect("course-board")
        form = EventForm(agreement, Event(event), on, request.POST, request.FILES)
        pressed = press(agreement, form, by=person, on=on)
        if pressed is not None:
            return _done(request, pressed, part)
        if part:
            return render(request, "courses/board/refused.html", {"agreement": agreement, "form": form})
        failed = form
    open_events = events_for(agreement.state, COORDINATOR)
    forms = primary_forms(agreement, open_events, on)
    others = other_forms(agreement, open_events, on)
    late = agreement.step_due is not None and agreement.step_due < on
    context = {
        "agreement": agreement,
        "heading": step_words(agreement, person.pk, is_late=late),
        "due": due(agreement.step_due, on) if agreement.step_due is not None else "",
        "late": late,
        "facts": _facts(agreement, on),
        "forms": _with_failed(forms, failed),
        "others": _with_failed(others, failed),
        "colleagues": colleagues_named("", agreement.employee, on, unit=agreement.unit) if others else [],
        "others_heading": fold_heading(others),
        "opens_others": failed is not None and failed.chosen not in {choice.form.chosen for choice in forms},
        "enters": allowed(agreement.state, Event.CHOOSE_RUN, COORDINATOR),
        "writes": allowed(agreement.state, Event.WRITE_PROVIDER, COORDINATOR),
    }
    return render(request, "courses/board/step.html", context, status=422 if failed is not None else 200)


def _facts(agreement: Agreement, on: date) -> list[str]:
    """Days, place, price and deadline, as far as they are known."""
    run, first, last = agreement.run, agreement.starts_on, agreement.ends_on
    price = agreement.price if agreement.price is not None else agreement.estimated_price
    if first and last:
        when = [days(first, last, on), run.place if run is not None else ""]
    else:
        when = [_("wished for %(days)s") % {"days": days(agreement.planned_from, agreement.planned_to, on)}]
    closes = run.signup_deadline if run is not None and agreement.stage != "registered" else None
    by = _("sign up by %(day)s") % {"day": deadline(closes, on)} if closes is not None else ""
    return [fact for fact in (*when, kroner(price) if price is not None else "", by) if fact]


def _with_failed(choices: list[Choice], failed: EventForm | None) -> list[Choice]:
    """The forms. The form that failed keeps what was typed."""
    for choice in choices:
        choice.form.auto_id = f"s_{choice.form.chosen}_%s"
    if failed is None:
        return choices
    failed.auto_id = f"s_{failed.chosen}_%s"
    return [Choice(failed, c.label, c.secondary) if c.form.chosen is failed.chosen else c for c in choices]


def _done(request: HttpRequest, pressed: Pressed, part: bool) -> HttpResponse:
    """Say what happens next, with the button that undoes it: in place of the card, or as a message on the board."""
    message = said_of(pressed.agreement, person_of(request))
    if part:
        context = {"agreement": pressed.agreement, "said": message, "undo": pressed.undo}
        return render(request, "courses/board/done.html", context)
    say_saved(request, message, pressed.undo)
    return redirect("course-board")


urlpatterns = [
    path("kursusopgaver/", course_board, name="course-board"),
    path("kursusopgaver/valg/", board_choices, name="course-board-choices"),
    path("kursusopgaver/<int:pk>/afmeldt/", cancel_seat, name="cancel-lapsed-seat"),
    path("kursusopgaver/<int:pk>/", board_step, name="course-board-step"),
]
