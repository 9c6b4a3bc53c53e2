"""The first page: a person's next step, and what else waits for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.agreements import events_open_to
from udbytte.access.rounds import kickoffs_to_report, questions_to_answer
from udbytte.models import Agreement, FundingApplication, Person
from udbytte.models.formatting import day, day_and_time, due
from udbytte.queries.agreements.stalled import groups_for_hr, sentence_of
from udbytte.queries.demo import has_demo_login
from udbytte.queries.figures.selfcheck import ballots_of
from udbytte.queries.meetings.status import conversations_with_offered_times, groups_to_answer, meetings_to_answer
from udbytte.queries.money.budgets import open_overruns_of
from udbytte.queries.money.funding import open_applications_of
from udbytte.queries.notifications.mail import mail_state
from udbytte.queries.people.home import (
    MOST,
    filled_lists,
    newest_agreements_of,
    next_steps_beside_groups_of,
    next_steps_of,
    present_conversations_of,
    waiting_for,
)
from udbytte.queries.people.new_manager import take_over_of, unfinished_by
from udbytte.queries.rounds.closing import rounds_to_close
from udbytte.queries.rounds.rules import rounds_with_unread_rules
from udbytte.runtime.clock import today
from udbytte.web.agreements.buttons import primary_forms
from udbytte.web.agreements.course_details import course_of
from udbytte.web.agreements.facts import proposed_instead
from udbytte.web.agreements.rows import Row, row
from udbytte.web.agreements.written_card import cards_to_confirm
from udbytte.web.base.request import person_of, roles
from udbytte.web.meetings.status_text import group_status_text, status_text
from udbytte.web.money.nominations import decision_facts

WAITING = {
    "team": lazy("on your team have stood still for a week"),
    "course-board": lazy("on the course desk are past their date, with somebody else"),
}


def _front_door(request: HttpRequest) -> HttpResponse:
    """Where a stranger is led: to the cast in the demo, to the login elsewhere."""
    return redirect("demo") if has_demo_login() else redirect_to_login(request.get_full_path())


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """One large card with what is due first and its buttons; under it the rest by date; then the agreements as dots."""
    if not request.user.is_authenticated:
        return _front_door(request)
    person, mine, on = person_of(request), roles(request), today()
    groups = groups_for_hr(person, on) if mine.is_hr else []
    steps = next_steps_beside_groups_of(person) if mine.is_hr else next_steps_of(person)
    moved = [agreement for agreement in steps if agreement.is_up_the_line_for(person.pk)]
    prefetch_related_objects(moved, "course", "method", "employment__line_manager")
    rest_more = len(steps) > MOST
    conversations = present_conversations_of(person)
    filled = filled_lists(person, mine, on)
    written = cards_to_confirm(person, MOST) if "written" in filled else []
    asked_about = {card.agreement.pk for card in written}
    steps = [agreement for agreement in steps if agreement.pk not in asked_about]
    first = steps[0] if steps and not written else None  # one loud card
    beside: dict[str, Any] = {
        "written": written,
        "rules": rounds_with_unread_rules(person, conversations),
        "conversations": [
            (conversation, conversation.planned_at)
            for conversation in conversations
            if conversation.held_on is None and conversation.declined_on is None
        ],
        "choosing": conversations_with_offered_times(conversations, on),
        **_asked_as_manager(person, filled, on),
        "stalled": sentence_of(groups[0]) if groups else "",
        "stalled_count": sum(group.count for group in groups),
        "closing": list(rounds_to_close(on)) if mine.is_hr else [],
        "ballots": [token for _check, token in ballots_of(person, on)] if "ballots" in filled else [],
        "applications": _applications(person, on) if "applications" in filled else [],
        "take_over": take_over_of(person, on) if "taken_over" in filled else None,
        "unfinished": _unfinished(person, on) if "unfinished" in filled else [],
        "bills": open_overruns_of(person).count() if "bills" in filled else 0,
        "check_ins": "check_ins" in filled,
        "asked": "asked" in filled,
        "unsent": _unsent(on) if mine.is_administrator else "",
        "waiting": [(place, WAITING[place.where]) for place in waiting_for(person, mine, on)],
    }
    context = beside | {
        "others_wait": any(beside.values()),
        "first": row(first, on, reader=person.pk) if first else None,
        "forms": _first_forms(first, request) if first else [],
        "decision": decision_facts(first) if first and first.step == "decide" and not first.stray else None,
        "rest": [row(agreement, on, reader=person.pk) for agreement in (steps[1:] if first else steps)],
        "rest_more": rest_more,
        "agreements": [row(agreement, on) for agreement in newest_agreements_of(person)],
        "course": course_of(first, on) if first and first.step == "go" else None,
        "proposed": proposed_instead(first, on) if first and first.step == "confirm_replace" else "",
        "due_words": due(first.step_due, on) if first and first.step_due else "",
    }
    return render(request, "people/home/home.html", context)


def _unsent(on: date) -> str:
    """Since when emails are not sent, as a sentence; empty while they are."""
    state = mail_state(timezone.now())
    if not state.is_trouble:
        return ""
    if state.outage is not None:
        return _("No emails have been sent since %(since)s. See why") % {"since": day_and_time(state.outage.since, on)}
    since = day_and_time(state.oldest or timezone.now(), on)
    return _("Some emails have waited since %(since)s. See why") % {"since": since}


def _applications(person: Person, on: date) -> list[tuple[FundingApplication, str]]:
    """The applications whose next step is the person's, each with its day in words."""
    applications = open_applications_of(person)[:MOST]
    return [(application, due(application.due, on) if application.due else "") for application in applications]


def _unfinished(person: Person, on: date) -> list[Row]:
    """What a former manager still has to do for people who have another one now."""
    return [
        row(agreement, on, reader=person.pk)
        for agreement in unfinished_by(person, on).select_related("employee")[:MOST]
    ]


def _asked_as_manager(person: Person, filled: set[str], on: date) -> dict[str, Any]:
    """What a manager is asked: about the ground rules, and whether meetings were held. Only filled lists are read."""
    asked: dict[str, Any] = {}
    if "rules_questions" in filled:
        asked["rules_questions"] = questions_to_answer(person, on).count()
    if "kickoffs" in filled:
        kickoffs = kickoffs_to_report(person, on)
        asked["kickoffs"] = [(kickoff, day(timezone.localdate(kickoff.planned_at), on)) for kickoff in kickoffs]
    if "meetings" in filled:
        asked["meetings"] = [(meeting, status_text(meeting, on)) for meeting in meetings_to_answer(person, on)]
    if "groups" in filled:
        asked["groups"] = [(group, group_status_text(group, on)) for group in groups_to_answer(person, on)]
    return asked


def _first_forms(agreement: Agreement, request: HttpRequest) -> list[object]:
    person, on = person_of(request), today()
    return list(primary_forms(agreement, events_open_to(agreement, person, on), on, by=person))


urlpatterns = [path("", home, name="home")]
