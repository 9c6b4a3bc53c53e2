"""Kursusbordet: the coordinator's course agreements, by what is to be done."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from ..access.agreements import course_agreements_served_by
from ..access.people import units_served
from ..models import Role
from .clock import today
from .pages import only, person_of
from .words import day, kroner, row

COLUMN = 20


@only(lambda mine: mine.is_coordinator)
def desk(request: HttpRequest) -> HttpResponse:
    """Columns from finding to having gone; the most urgent first, each column with pages of its own."""
    person, on = person_of(request), today()
    served = course_agreements_served_by(person, on).filter(closed_on__isnull=True)
    units = units_served(person, Role.COORDINATOR, on).order_by("path")
    unit = request.GET.get("unit", "")
    if unit.isdigit():
        served = served.filter(unit=int(unit))
    columns = [
        ("find", _("Find a course"), served.filter(step="find_run")),
        ("money", _("Money being settled"), served.filter(step__in=("settle_money", "decide"))),
        ("book", _("Book"), served.filter(step="register")),
        ("waiting", _("Waiting for a seat"), served.filter(step="confirm_seat")),
        ("upcoming", _("Upcoming"), served.filter(step="go", ends_on__gte=on)),
        ("went", _("Did they go?"), served.filter(step="go", ends_on__lt=on)),
    ]
    shown = []
    for key, title, rows in columns:
        ordered = rows.select_related("employee", "step_owner", "unit", "run").order_by("step_due", "pk")
        page = Paginator(ordered, COLUMN).get_page(request.GET.get(key))
        cards = [
            {
                "row": row(agreement, on),
                "price": kroner(agreement.price if agreement.price is not None else agreement.estimated_price),
                "starts": day(agreement.starts_on, on) if agreement.starts_on else "",
            }
            for agreement in page
        ]
        shown.append({"key": key, "title": title, "cards": cards, "page": page})
    return render(request, "desk/desk.html", {"columns": shown, "units": units[:300], "unit": unit})


urlpatterns = [path("kursusbordet/", desk, name="desk")]
