"""Which ways give learning: of the whole organisation, for everybody who may see figures."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from udbytte.ground.clock import today

from ..access.figures import figures_reach
from ..models.agreements import DROP_LABELS
from ..queries.figures import rounds_with
from ..queries.learning import learning_in
from .figures import chosen_round
from .pages import person_of


def learning(request: HttpRequest) -> HttpResponse:
    """What came of learning in practice, by way, with and without a helper, and what got in the way."""
    on = today()
    if not figures_reach(person_of(request), on):
        raise Http404
    rounds = rounds_with(None, on)
    asked = chosen_round(rounds, request.GET.get("runde", ""))
    chosen, found = asked, learning_in(asked, on) if asked is not None else None
    if "runde" not in request.GET:  # a new round has nothing to tell yet
        known = ((one, learning_in(one, on)) for one in rounds)
        chosen, found = next(((one, said) for one, said in known if said.whole is not None), (chosen, found))
    context = {
        "rounds": rounds,
        "round": chosen,
        "learning": found,
        "hindrances": [(one.label, people) for one, people in found.hindrances] if found else [],
        "dropped": [(DROP_LABELS[reason], people) for reason, people in found.dropped] if found else [],
    }
    return render(request, "figures/learning.html", context)


urlpatterns = [path("udbytte/maader/", learning, name="learning")]
