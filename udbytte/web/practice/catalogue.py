"""The catalogue of practice methods, the page of one method, and the sheet for the wall."""

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
from udbytte.queries.practice.methods import MethodUse, methods_in_use, unit_of
from udbytte.queries.practice.outcomes import ReportedOutcomes, outcomes_by_method, outcomes_of_method
from udbytte.runtime.clock import today
from udbytte.services.practice.methods import record_catalogue_visit
from udbytte.web.base.request import person_of, roles

from .edit_methods import arrange_methods, edit_method, restore_delivered_method
from .forms import WishForm
from .outcome_text import learned_much, would_recommend

MOST_ON_SHEET = 16  # with more methods than this, the text is smaller


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A practice method as the catalogue shows it. A text is empty where too few people are counted."""

    method: PracticeMethod
    asked: str  # hours of a helper
    use: str  # how many people use it now
    here: str  # how many of them are in the viewer's unit
    gave: str  # how many learned much
    nobody: bool  # nobody uses it


def hours_of(method: PracticeMethod) -> str:
    """The hours that the method asks of those who help."""
    hours = method.helper_hours
    if not hours:
        return _("nobody is asked to help")
    numbers = {"hours": hours, "least": method.people_from, "most": method.people_to}
    if method.people_to > max(2, method.people_from):
        words = ngettext(
            "%(least)s–%(most)s together, %(hours)s hour each",
            "%(least)s–%(most)s together, %(hours)s hours each",
            hours,
        )
    elif method.is_shared:
        words = ngettext("%(most)s together, %(hours)s hour each", "%(most)s together, %(hours)s hours each", hours)
    else:
        words = ngettext("asks %(hours)s hour of a helper", "asks %(hours)s hours of a helper", hours)
    return words % numbers


def _method_row(method: PracticeMethod, use: MethodUse, given: ReportedOutcomes | None) -> MethodRow:
    people, here = use.people or 0, use.here or 0
    total = _("at least %(people)s people use it now") % {"people": people}
    in_unit = _("at least %(here)s in your unit") % {"here": here}
    return MethodRow(
        method, hours_of(method), total if people else "", in_unit if here else "", learned_much(given), use.nobody
    )


def _grouped(rows: Iterable[MethodRow]) -> list[tuple[MethodGroup, list[MethodRow]]]:
    """The methods under their groups. A group without methods is left out."""
    under: dict[MethodGroup, list[MethodRow]] = {group: [] for group in MethodGroup}
    for row in rows:
        under[row.method.group].append(row)
    return [(group, methods) for group, methods in under.items() if methods]


def _fitting(wanted: list[str]) -> tuple[list[PracticeMethod], bool]:
    """The offered methods that fit all wishes, and True; if there are none, those that fit one of them, and False."""
    offered = list(PracticeMethod.objects.filter(hidden=False))
    fits_all = [method for method in offered if set(wanted) <= set(method.wishes)]
    if fits_all or not wanted:
        return fits_all, True
    return [method for method in offered if set(wanted) & set(method.wishes)], False


@require_safe
def methods_page(request: HttpRequest) -> HttpResponse:
    """The offered methods in their groups; for htmx only the list.

    The page records by a POST of its own that the person has seen the methods, because a GET writes nothing.
    """
    form, on = WishForm(request.GET), today()
    fitting, all_fit = _fitting(form.wanted)
    use, outcomes = methods_in_use(unit_of(person_of(request).pk, on), on), outcomes_by_method(on)
    rows = [_method_row(method, use[method.pk], outcomes.get(method.pk)) for method in fitting]
    part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    context = {
        "form": form,
        "wanted": form.wanted,
        "all_fit": all_fit,
        "groups": _grouped(rows),
        "number": len(rows),
        "shows_use": any(row.use for row in rows),
        "maintains": roles(request).is_hr,
    }
    response = render(request, "practice/found_methods.html" if part else "practice/methods.html", context)
    patch_vary_headers(response, ("HX-Request",))
    return response


@require_safe
def method_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A practice method: its texts, its ready agreement, how many use it, and its outcomes.

    A hidden method has its page too, because agreements about it link to it.
    """
    method, on = get_object_or_404(PracticeMethod, pk=pk), today()
    unit, account = unit_of(person_of(request).pk, on), outcomes_of_method(method, on)
    context = {
        "method": method,
        "row": _method_row(method, methods_in_use(unit, on)[pk], account.given),
        "unit": unit,
        "texts": [(label, text) for label, text in _texts(method) if text],
        "ready": [(label, text) for label, text in _ready_agreement(method) if text],
        "account": account,
        "recommended": would_recommend(account.given),
        "maintains": roles(request).is_hr,
    }
    return render(request, "practice/method.html", context)


def _texts(method: PracticeMethod) -> list[tuple[str, str]]:
    return [
        (_("When it fits"), method.localised("fits")),
        (_("Who helps, and what it asks of them"), method.localised("asks")),
        (_("How to start on Monday"), method.localised("start")),
        (_("How to follow up"), method.localised("follow_up")),
        (_("What can go wrong"), method.localised("pitfalls")),
    ]


def _ready_agreement(method: PracticeMethod) -> list[tuple[str, Any]]:
    """What an agreement about the method starts with."""
    weeks = ngettext("%(weeks)s week", "%(weeks)s weeks", method.weeks) % {"weeks": method.weeks}
    every = method.check_in_weeks
    asked = ngettext("every week", "every %(weeks)s weeks", every) % {"weeks": every} if every else ""
    return [
        (_("What it is for"), method.localised("ready_purpose")),
        (_("For how long"), weeks),
        (_("If-then plan"), method.localised("ready_if_then")),
        (_("Who helps"), method.get_role_display() if method.helper_hours else ""),
        (_("You are asked how it goes"), asked),
        (_("How it will be checked"), method.localised("ready_check")),
        (_("Whom to turn to if it fails"), method.localised("ready_turn_to")),
    ]


@require_safe
def print_methods(request: HttpRequest) -> HttpResponse:
    """All offered methods on one sheet of A4, for the wall of the meeting room."""
    methods = list(PracticeMethod.objects.filter(hidden=False))
    ordered = [method for group in MethodGroup for method in methods if method.group == group]
    return render(request, "practice/sheet.html", {"methods": ordered, "many": len(ordered) > MOST_ON_SHEET})


@require_POST
def record_methods_seen(request: HttpRequest) -> HttpResponse:
    """Record that the person has seen the methods."""
    record_catalogue_visit(person_of(request), on=today())
    return HttpResponse(status=204)


urlpatterns = [
    path("maader/", methods_page, name="methods"),
    path("maader/set/", record_methods_seen, name="methods-seen"),
    path("maader/print/", print_methods, name="print-methods"),
    path("maader/orden/", arrange_methods, name="arrange-methods"),
    path("maader/ny/", edit_method, name="new-method"),
    path("maader/<int:pk>/", method_page, name="method"),
    path("maader/<int:pk>/ret/", edit_method, name="edit-method"),
    path("maader/<int:pk>/nulstil/", restore_delivered_method, name="reset-method"),
]
