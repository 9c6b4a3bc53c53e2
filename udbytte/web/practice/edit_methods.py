"""HR's keeping of the ways of learning in practice: their order, which are offered, and their texts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from udbytte.domain.method_files import delivered_ways
from udbytte.models import PracticeMethod, WayGroup
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.practice.methods import hide_way, move_way, reset_way, save_way
from udbytte.web.base.request import only, person_of

from .forms import WayForm


def _is_changed(way: PracticeMethod) -> bool:
    """Whether a delivered way says something else than what was delivered."""
    delivered = delivered_ways().get(way.key, {})
    return any(getattr(way, name) != value for name, value in delivered.items())


@only(lambda mine: mine.is_hr)
@require_safe
def arrange(request: HttpRequest) -> HttpResponse:
    """All ways, hidden ones too, to be moved within their group, hidden, and opened for editing."""
    found = list(PracticeMethod.objects.all())
    groups = []
    for group in WayGroup:
        some = [way for way in found if way.group == group]
        rows = [
            {"way": way, "first": place == 0, "last": place == len(some) - 1, "changed": _is_changed(way)}
            for place, way in enumerate(some)
        ]
        groups.append((group, rows))
    return render(request, "practice/arrange.html", {"groups": groups})


@only(lambda mine: mine.is_hr)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Edit a way, or write a new one: each text in Danish with its translation beside it."""
    found = get_object_or_404(PracticeMethod, pk=pk) if pk is not None else PracticeMethod()
    form = WayForm(request.POST or None, instance=found)
    if form.is_bound and form.is_valid():
        try:
            saved = save_way(found, form.cleaned_data, by=person_of(request), on=today())
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            messages.success(request, _("Saved. Agreements made before keep their words."))
            return redirect("way", saved.pk)
    context = {
        "form": form,
        "new": pk is None,
        "way": found,
        "changed": pk is not None and found.is_delivered and _is_changed(PracticeMethod.objects.get(pk=pk)),
    }
    return render(request, "practice/edit.html", context, status=422 if form.is_bound else 200)


@only(lambda mine: mine.is_hr)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a way one up or down in its group."""
    found = get_object_or_404(PracticeMethod, pk=pk)
    move_way(found, up=request.POST.get("to") == "up", by=person_of(request), on=today())
    return redirect("arrange-ways")


@only(lambda mine: mine.is_hr)
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a way no more, or again."""
    found, hidden = get_object_or_404(PracticeMethod, pk=pk), request.POST.get("hidden") == "yes"
    hide_way(found, hidden=hidden, by=person_of(request), on=today())
    said = _("%(way)s is offered no more. Agreements about it go on.") if hidden else _("%(way)s is offered again.")
    messages.success(request, said % {"way": found})
    return redirect("arrange-ways")


@only(lambda mine: mine.is_hr)
@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a delivered way back to what was delivered."""
    found = get_object_or_404(PracticeMethod, pk=pk)
    try:
        found = reset_way(found, by=person_of(request), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("%(way)s is as it was delivered.") % {"way": found})
    return redirect("edit-way", pk)
