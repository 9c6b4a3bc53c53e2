"""Mit hold: the manager's people at a glance, decisions first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from ..queries.teams import decisions_of, standing_still_for, team_of
from .clock import today
from .pages import only, person_of
from .words import due, row


@only(lambda mine: mine.is_manager)
def team(request: HttpRequest) -> HttpResponse:
    """One row per employee; what waits for the manager is on top, what stands still comes first."""
    person, on = person_of(request), today()
    members = [
        {"member": member, "still": member.still_on(on), "rows": [row(a, on) for a in member.agreements]}
        for member in team_of(person, on)
    ]
    decisions = [row(agreement, on) for agreement in decisions_of(person)]
    return render(request, "team/team.html", {"members": members, "decisions": decisions})


@only(lambda mine: mine.is_hr or mine.is_coordinator)
def standing_still(request: HttpRequest) -> HttpResponse:
    """What nobody has moved for three weeks. HR reads unit, stage and days; a coordinator title and person too."""
    person, on = person_of(request), today()
    found = standing_still_for(person, on)
    shown = [
        {
            "agreement": agreement,
            "days": (on - agreement.step_due).days if agreement.step_due else 0,
            "due": due(agreement.step_due, on) if agreement.step_due else "",
        }
        for agreement in found[:100]
    ]
    return render(request, "team/standing_still.html", {"rows": shown, "count": found.count()})


urlpatterns = [path("hold/", team, name="team"), path("staar-stille/", standing_still, name="standing-still")]
