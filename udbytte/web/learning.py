"""Which ways give learning: of the whole organisation, for everybody who may see figures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from udbytte.ground.clock import today

from ..access.figures import figures_reach
from ..models.agreements import DROP_LABELS
from ..queries.learning import what_gives_learning
from .pages import person_of


def learning(request: HttpRequest) -> HttpResponse:
    """What came of learning in practice, by way, with and without a helper, and what got in the way."""
    if not figures_reach(person_of(request), today()):
        raise Http404
    found = what_gives_learning(today())
    context = {
        "learning": found,
        "hindrances": [(one.label, people) for one, people in found.hindrances],
        "dropped": [(DROP_LABELS[reason], people) for reason, people in found.dropped],
    }
    return render(request, "figures/learning.html", context)


urlpatterns = [path("udbytte/maader/", learning, name="learning")]
