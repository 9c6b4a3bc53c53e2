"""The first page: the next step."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from ..access.agreements import parties_of
from ..models import Agreement
from ..queries.conversations import coming_conversations, rules_to_read
from ..queries.steps import check_ins_asked_of, own_agreements, steps_of
from .actions import primary_forms
from .clock import today
from .pages import person_of
from .words import due, row

REST = 30


def _front_door(request: HttpRequest) -> HttpResponse:
    """Where a stranger is led: to the cast in the demo, to the login elsewhere."""
    return redirect("demo") if settings.DEMO_LOGIN else redirect_to_login(request.get_full_path())


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """One large card with what is due first and its buttons; under it the rest by date; then the agreements as dots."""
    if not request.user.is_authenticated:
        return _front_door(request)
    person, on = person_of(request), today()
    steps = list(steps_of(person)[: REST + 1])
    first = steps[0] if steps else None
    context = {
        "first": row(first, on) if first else None,
        "forms": _first_forms(first, request) if first else [],
        "rest": [row(agreement, on) for agreement in steps[1:]],
        "rest_more": len(steps) > REST,
        "agreements": [row(agreement, on) for agreement in own_agreements(person)[:REST]],
        "check_ins": check_ins_asked_of(person).exists(),
        "rules": rules_to_read(person),
        "conversations": [(item, item.planned_at) for item in coming_conversations(person, on)],
        "due_words": due(first.step_due, on) if first and first.step_due else "",
    }
    return render(request, "home/home.html", context)


def _first_forms(agreement: Agreement, request: HttpRequest) -> list[object]:
    on = today()
    return list(primary_forms(agreement, parties_of(agreement, person_of(request), on), on))


urlpatterns = [path("", home, name="home")]
