"""My team: the manager's employees, with the decisions that wait first; and counts for the units below."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.domain.lifecycle import Event, Party, events_for, page_answers
from udbytte.models import Agreement
from udbytte.models.formatting import kroner
from udbytte.queries.money.budgets import agreements_to_nominate, uncommitted_for
from udbytte.queries.people.new_manager import taken_over_by
from udbytte.queries.people.team import decisions_about, decisions_of, missing_from, read_runs, team_of, units_below
from udbytte.queries.rounds.closing import left_behind_by
from udbytte.runtime.clock import today
from udbytte.web.agreements.buttons import Choice, press, primary_forms
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.agreements.facts import proposed_instead
from udbytte.web.agreements.practice_details import QUESTIONS
from udbytte.web.agreements.rows import row
from udbytte.web.base.addresses import page_address
from udbytte.web.base.components import Table, TableRow
from udbytte.web.base.request import only, person_of, roles
from udbytte.web.base.saved import say_saved

from .team_member import card_of

DECISIONS = 10


@only(lambda mine: mine.is_manager)
def team(request: HttpRequest, failed: EventForm | None = None, about: int = 0) -> HttpResponse:
    """One card for each employee, the longest overdue first; the manager's decisions are on top."""
    person, on = person_of(request), today()
    reports = team_of(person, on)
    only_new = "nye" in request.GET
    if only_new:
        new = set(taken_over_by(person, on).values_list("pk", flat=True))
        reports = [member for member in reports if member.employment.pk in new]
    missing = missing_from(reports, on)
    members = [card_of(member, on, missing.get(member.employment.person_id)) for member in reports]
    first = decisions_about(reports, person)[: DECISIONS + 1]
    about_money = [agreement for agreement in first if agreement.step == "settle_money"]
    read_runs(about_money)
    left = uncommitted_for(about_money)
    asks = agreements_to_nominate(first, manager=person.pk)
    decisions = [
        {
            "row": row(agreement, on, reader=person.pk),
            "action": page_address("decide-here", agreement.pk),
            "forms": _forms(agreement, failed if about == agreement.pk else None, agreement.pk in asks),
            "price": kroner(agreement.estimated_price) if agreement.step == "settle_money" else "",
            "left": kroner(left[agreement.pk]) if agreement.pk in left else "",
            "learned": agreement.learned if agreement.step == "talk" else "",  # type: ignore[attr-defined]
            "questions": QUESTIONS.get(agreement.step, ()),
            "proposed": proposed_instead(agreement, on) if agreement.step == "confirm_replace" else "",
            "reason": agreement.get_drop_reason_display() if agreement.step == "confirm_drop" else "",
        }
        for agreement in first[:DECISIONS]
    ]
    unexplained, left_over = left_behind_by(person, on)
    context = {
        "members": members,
        "only_new": only_new,
        "decisions": decisions,
        "more": len(first) > DECISIONS,
        "units_below": roles(request).has_units_below,
        "unsaid": unexplained,
        "left": left_over,
    }
    return render(request, "people/team/team.html", context, status=422 if failed else 200)


def _forms(agreement: Agreement, failed: EventForm | None, asks: bool) -> list[Choice]:
    """The forms of one decision, each with ids of its own. The form that failed keeps what was typed."""
    choices = primary_forms(agreement, events_for(agreement.state, frozenset({Party.MANAGER})), today(), asks=asks)
    for choice in choices:
        choice.form.auto_id = f"a{agreement.pk}_{choice.form.chosen}_%s"
    if failed is None:
        return choices
    return [Choice(failed, c.label, c.secondary) if c.form.chosen is failed.chosen else c for c in choices]


@only(lambda mine: mine.is_manager)
@require_POST
def decide_here(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one decision on the team's page. If it cannot be done, the page keeps what was typed."""
    agreement = get_object_or_404(decisions_of(person_of(request), today()), pk=pk)
    events = [event for event in page_answers(agreement.step) if event == request.POST.get("event")]
    if not events:
        messages.error(request, _("That cannot be done where the agreement stands now."))
        return redirect("team")
    form = EventForm(agreement, Event(events[0]), today(), request.POST)
    form.auto_id = f"a{pk}_{form.chosen}_%s"
    pressed = press(agreement, form, by=person_of(request), on=today())
    if pressed is None:
        return team(request, failed=form, about=pk)
    say_saved(request, _("Saved. %(name)s is told.") % {"name": agreement.employee.name}, pressed.undo)
    return redirect("team")


@only(lambda mine: mine.is_manager)
def below(request: HttpRequest) -> HttpResponse:
    """Counts for the units right below; never about fewer than five people."""
    units = units_below(person_of(request), today())
    table = Table(
        columns=(
            _("Unit"),
            _("Employees"),
            _("Open agreements"),
            _("Stalled"),
            _("Talk missing"),
        ),
        rows=[
            TableRow(
                row.unit,
                (row.people, row.agreements, row.still, row.talks) if row.people is not None else (),
                url=page_address("figures-of", row.unit.pk),
                note=_("too few to show"),
            )
            for row in units
        ],
        label=_("The units below"),
        empty=_("There are no units below yours."),
    )
    return render(request, "people/team/below.html", {"table": table})


urlpatterns = [
    path("hold/", team, name="team"),
    path("hold/<int:pk>/", decide_here, name="decide-here"),
    path("hold/enheder/", below, name="units-below"),
]
