"""The ways of learning in practice: the catalogue, one way, and the sheet for the wall.

What a way or a course gave, in words; empty where nothing may be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from udbytte.models import MethodGroup, PracticeMethod
from udbytte.queries.practice.methods import Use, methods_in_use, unit_of
from udbytte.queries.practice.outcomes import ToldOutcomes, account_of_method, outcomes_by_method
from udbytte.runtime.clock import today
from udbytte.services.practice.methods import record_visit
from udbytte.web.base.request import person_of, roles

from .edit_methods import arrange_methods, edit_method, reorder_method, restore_delivered_method, show_or_hide_method
from .forms import WishForm


def learned_much(given: ToldOutcomes | None) -> str:
    """Of those who told, how many learned much."""
    return _("%(much)s of %(told)s learned much") % {"much": given.much, "told": given.told} if given else ""


def would_recommend(given: ToldOutcomes | None) -> str:
    """Of those who said, how many would recommend it; empty where too few did."""
    if given is None or not given.asked:
        return ""
    numbers = {"yes": given.recommend, "asked": given.asked}
    return _("%(yes)s of %(asked)s would recommend it to a colleague") % numbers


MOST_ON_SHEET = 16  # more than these are set smaller


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A way as the catalogue shows it, with what may be told of it in words; empty where nothing may."""

    method: PracticeMethod
    asked: str
    use: str
    here: str
    gave: str
    nobody: bool


def hours_of(method: PracticeMethod) -> str:
    """What it asks of those who help, in hours."""
    hours = method.helper_hours
    if not hours:
        return _("nobody is asked to help")
    numbers = {"hours": hours, "least": method.people_from, "most": method.people_to}
    if method.people_to > max(2, method.people_from):
        said = ngettext(
            "%(least)s-%(most)s together, %(hours)s hour each",
            "%(least)s-%(most)s together, %(hours)s hours each",
            hours,
        )
    elif method.is_shared:
        said = ngettext("%(most)s together, %(hours)s hour each", "%(most)s together, %(hours)s hours each", hours)
    else:
        said = ngettext("asks %(hours)s hour of a helper", "asks %(hours)s hours of a helper", hours)
    return said % numbers


def _shown(method: PracticeMethod, use: Use, given: ToldOutcomes | None) -> MethodRow:
    people, here = use.people or 0, use.here or 0
    said = ngettext("%(people)s person uses it now", "%(people)s people use it now", people) % {"people": people}
    own = ngettext("%(here)s in your unit", "%(here)s in your unit", here) % {"here": here}
    return MethodRow(
        method, hours_of(method), said if people else "", own if here else "", learned_much(given), use.nobody
    )


def _grouped(rows: Iterable[MethodRow]) -> list[tuple[MethodGroup, list[MethodRow]]]:
    """The ways under their groups; a group without ways is left out."""
    under: dict[MethodGroup, list[MethodRow]] = {group: [] for group in MethodGroup}
    for row in rows:
        under[row.method.group].append(row)
    return [(group, some) for group, some in under.items() if some]


def _fitting(wanted: list[str]) -> tuple[list[PracticeMethod], bool]:
    """The offered ways that fit all wishes; where none does, those that fit one of them, and False."""
    offered = list(PracticeMethod.objects.filter(hidden=False))
    fits_all = [method for method in offered if set(wanted) <= set(method.wishes)]
    if fits_all or not wanted:
        return fits_all, True
    return [method for method in offered if set(wanted) & set(method.wishes)], False


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """The offered ways in their groups; for htmx the list alone.

    Having had them in view is recorded by a request of its own: a GET writes nothing.
    """
    form, on = WishForm(request.GET), today()
    found, all_fit = _fitting(form.wanted)
    used, given = methods_in_use(unit_of(person_of(request).pk, on), on), outcomes_by_method()
    rows = [_shown(method, used[method.pk], given.get(method.pk)) for method in found]
    part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    context = {
        "form": form,
        "wanted": form.wanted,
        "all_fit": all_fit,
        "groups": _grouped(rows),
        "number": len(rows),
        "tells_use": any(row.use for row in rows),
        "keeps": roles(request).is_hr,
    }
    response = render(request, "practice/found_methods.html" if part else "practice/methods.html", context)
    patch_vary_headers(response, ("HX-Request",))
    return response


@require_safe
def method(request: HttpRequest, pk: int) -> HttpResponse:
    """One way: all its texts, the agreement to start from, who uses it, and what it gave. A hidden one too.

    It is linked to from agreements, which go on when it is offered no more.
    """
    found, on = get_object_or_404(PracticeMethod, pk=pk), today()
    unit, account = unit_of(person_of(request).pk, on), account_of_method(found)
    context = {
        "method": found,
        "row": _shown(found, methods_in_use(unit, on)[pk], account.given),
        "unit": unit,
        "texts": [(label, said) for label, said in _texts(found) if said],
        "ready": [(label, said) for label, said in _ready(found) if said],
        "account": account,
        "recommended": would_recommend(account.given),
        "keeps": roles(request).is_hr,
    }
    return render(request, "practice/method.html", context)


def _texts(method: PracticeMethod) -> list[tuple[str, str]]:
    return [
        (_("When it fits"), method.said("fits")),
        (_("Who helps, and what it asks of them"), method.said("asks")),
        (_("How to start on Monday"), method.said("start")),
        (_("How to follow up"), method.said("follow_up")),
        (_("What can go wrong"), method.said("pitfalls")),
    ]


def _ready(method: PracticeMethod) -> list[tuple[str, Any]]:
    """What an agreement about it starts with."""
    weeks = ngettext("%(weeks)s week", "%(weeks)s weeks", method.weeks) % {"weeks": method.weeks}
    every = method.check_in_weeks
    asked = ngettext("every week", "every %(weeks)s weeks", every) % {"weeks": every} if every else ""
    return [
        (_("What it is for"), method.said("ready_purpose")),
        (_("For how long"), weeks),
        (_("When it is done"), method.said("ready_when")),
        (_("Who helps"), method.get_role_display() if method.helper_hours else ""),
        (_("You are asked how it goes"), asked),
        (_("How it will be checked"), method.said("ready_check")),
        (_("Whom to turn to if it fails"), method.said("ready_turn_to")),
    ]


@require_safe
def print_methods(request: HttpRequest) -> HttpResponse:
    """All offered ways on one sheet of A4, for the wall of the room where people meet."""
    found = list(PracticeMethod.objects.filter(hidden=False))
    ordered = [method for group in MethodGroup for method in found if method.group == group]
    return render(request, "practice/sheet.html", {"methods": ordered, "many": len(ordered) > MOST_ON_SHEET})


@require_POST
def record_methods_seen(request: HttpRequest) -> HttpResponse:
    """The person has had the ways in view."""
    record_visit(person_of(request), on=today())
    return HttpResponse(status=204)


urlpatterns = [
    path("maader/", methods, name="methods"),
    path("maader/set/", record_methods_seen, name="methods-seen"),
    path("maader/print/", print_methods, name="print-methods"),
    path("maader/orden/", arrange_methods, name="arrange-methods"),
    path("maader/ny/", edit_method, name="new-method"),
    path("maader/<int:pk>/", method, name="method"),
    path("maader/<int:pk>/ret/", edit_method, name="edit-method"),
    path("maader/<int:pk>/flyt/", reorder_method, name="move-method"),
    path("maader/<int:pk>/skjul/", show_or_hide_method, name="hide-method"),
    path("maader/<int:pk>/nulstil/", restore_delivered_method, name="reset-method"),
]
