"""The first page: the next step."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from udbytte.access.agreements import parties_of
from udbytte.access.practice import secondary_questions_to
from udbytte.access.rounds import kickoffs_to_report, questions_to_answer
from udbytte.models import Agreement, Person
from udbytte.models.formatting import day, due
from udbytte.queries.agreements import check_ins_asked_of, own_agreements, steps_of
from udbytte.queries.conversations import open_conversations
from udbytte.queries.demo import has_demo_login
from udbytte.queries.meetings import groups_to_answer, to_answer, to_choose
from udbytte.queries.money.funding import open_applications_of
from udbytte.queries.people.home import waiting_for
from udbytte.queries.rounds.closing import rounds_to_close
from udbytte.queries.rounds.rules import rounds_to_read
from udbytte.queries.selfcheck import ballots_of
from udbytte.runtime.clock import today
from udbytte.web.agreements.buttons import primary_forms
from udbytte.web.agreements.course_details import course_of
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import person_of, roles
from udbytte.web.meetings.status_text import group_status_text, status_text

REST = 30
WAITING = {
    "team": lazy("on your team have stood still for a week"),
    "course-board": lazy("on the course desk are past their date, with somebody else"),
    "stalled": lazy("stand still in the units you care for"),
}


def _front_door(request: HttpRequest) -> HttpResponse:
    """Where a stranger is led: to the cast in the demo, to the login elsewhere."""
    return redirect("demo") if has_demo_login() else redirect_to_login(request.get_full_path())


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """One large card with what is due first and its buttons; under it the rest by date; then the agreements as dots."""
    if not request.user.is_authenticated:
        return _front_door(request)
    person, on = person_of(request), today()
    steps = list(steps_of(person)[: REST + 1])
    first = steps[0] if steps else None
    talks = list(open_conversations(person))
    beside: dict[str, Any] = {
        "rules": rounds_to_read(person, talks),
        "conversations": [
            (talk, talk.planned_at) for talk in talks if talk.held_on is None and talk.declined_on is None
        ],
        "choosing": to_choose(person, on),
        **(_asked_as_manager(person, on) if roles(request).is_manager else {}),
        "closing": list(rounds_to_close(on)) if roles(request).is_hr else [],
        "ballots": [token for _check, token in ballots_of(person, on)],
        "applications": [(one, due(one.due, on) if one.due else "") for one in open_applications_of(person)[:REST]],
        "check_ins": roles(request).is_helper and check_ins_asked_of(person).exists(),
        "asked": roles(request).is_helper and secondary_questions_to(person).exists(),
        "waiting": [(one, WAITING[one.where]) for one in waiting_for(person, roles(request), on)],
    }
    context = beside | {
        "others_wait": any(beside.values()),
        "first": row(first, on) if first else None,
        "forms": _first_forms(first, request) if first else [],
        "rest": [row(agreement, on) for agreement in steps[1:]],
        "rest_more": len(steps) > REST,
        "agreements": [row(agreement, on) for agreement in own_agreements(person)[:REST]],
        "course": course_of(first, on) if first and first.step == "go" else None,
        "due_words": due(first.step_due, on) if first and first.step_due else "",
    }
    return render(request, "people/home/home.html", context)


def _asked_as_manager(person: Person, on: date) -> dict[str, Any]:
    """Conversations and groups about which a manager is asked: did you talk, and when instead?"""
    return {
        "rules_questions": questions_to_answer(person, on).count(),
        "kickoffs": [(one, day(timezone.localdate(one.planned_at), on)) for one in kickoffs_to_report(person, on)],
        "meetings": [(one, status_text(one, on)) for one in to_answer(person, on)],
        "groups": [(one, group_status_text(one, on)) for one in groups_to_answer(person, on)],
    }


def _first_forms(agreement: Agreement, request: HttpRequest) -> list[object]:
    person, on = person_of(request), today()
    return list(primary_forms(agreement, parties_of(agreement, person, on), on, by=person))


urlpatterns = [path("", home, name="home")]
