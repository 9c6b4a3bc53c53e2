"""My team: the manager's employees, with the decisions that wait first; and counts for the units below."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.domain.lifecycle import Event, Party, events_for, page_answers
from udbytte.models import Agreement, Conversation
from udbytte.models.formatting import day, kroner, short_day_and_time
from udbytte.queries.money.budgets import agreements_to_nominate, uncommitted_for
from udbytte.queries.people.missing import missing_since
from udbytte.queries.people.new_manager import taken_over_by
from udbytte.queries.people.team import Member, decisions_about, decisions_of, team_of, units_below
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
    missing = missing_since([member.employment.person_id for member in reports], on)
    members = [_card(member, on, missing.get(member.employment.person_id)) for member in reports]
    first = decisions_about(reports, person)[: DECISIONS + 1]
    prefetch_related_objects([agreement for agreement in first if agreement.step == "settle_money"], "run__course")
    left = uncommitted_for([agreement for agreement in first if agreement.step == "settle_money"])
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


def _card(member: Member, on: date, missing: date | None) -> dict[str, Any]:
    """What the card of one employee shows."""
    since, conversation = member.still_since(on), member.conversation
    return {
        "member": member,
        "name": member.employment.person.name,
        "plan": page_address("plan-of", member.employment.pk),
        "follow_up": page_address("follow-up-talk", member.employment.pk),
        "talk": page_address("conversation", conversation.pk) if conversation else "",
        "talk_status": _status_of(conversation) if conversation else _("not in a round"),
        "since": day(since, on) if since else "",
        "missing": day(missing, on) if missing else "",
        "rows": [row(agreement, on) for agreement in member.agreements],
    }


def _status_of(conversation: Conversation) -> str:
    """How far the conversation is, in few words, or the day that is planned."""
    if conversation.held_on:
        return _("conversation held")
    if conversation.declined_on:
        return _("no conversation this time")
    if conversation.planned_at:
        return short_day_and_time(conversation.planned_at, today())
    return _("plan the conversation")


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
        messages.error(request, _("That cannot be done with the agreement as it is now."))
        return redirect("team")
    form = EventForm(agreement, Event(events[0]), today(), request.POST)
    form.auto_id = f"a{pk}_{form.chosen}_%s"
    pressed = press(agreement, form, by=person_of(request), on=today())
    if pressed is None:
        return team(request, failed=form, about=pk)
    say_saved(request, _("Saved. %(name)s has been notified.") % {"name": agreement.employee.name}, pressed.undo)
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
