"""The ways of learning in practice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from udbytte.ground.clock import today

from ..models import PracticeMethod
from ..queries.practice import people_by_way
from ..services.practice import record_visit
from .pages import person_of


def ways(request: HttpRequest) -> HttpResponse:
    """All ways that are offered. Having had them in view is recorded by a request of its own: a GET writes nothing."""
    used = people_by_way()
    offered = [(way, used.get(way.pk)) for way in PracticeMethod.objects.filter(hidden=False)]
    return render(request, "practice/ways.html", {"ways": offered, "in_use": any(count for _way, count in offered)})


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The person has had the ways in view."""
    record_visit(person_of(request), on=today())
    return HttpResponse(status=204)


urlpatterns = [path("maader/", ways, name="ways"), path("maader/set/", seen, name="ways-seen")]
