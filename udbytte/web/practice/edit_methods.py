"""HR's keeping of the ways of learning in practice: their order, which are offered, and their texts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from udbytte.domain.method_files import delivered_methods
from udbytte.models import MethodGroup, PracticeMethod
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.practice.methods import hide_method, move_method, reset_method, save_method
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .forms import MethodForm


def _is_changed(method: PracticeMethod) -> bool:
    """Whether a delivered way says something else than what was delivered."""
    delivered = delivered_methods().get(method.key, {})
    return any(getattr(method, name) != value for name, value in delivered.items())


@only(lambda mine: mine.is_hr)
@require_safe
def arrange(request: HttpRequest) -> HttpResponse:
    """All ways, hidden ones too, to be moved within their group, hidden, and opened for editing."""
    found = list(PracticeMethod.objects.all())
    groups = []
    for group in MethodGroup:
        some = [method for method in found if method.group == group]
        rows = [
            {"method": method, "first": place == 0, "last": place == len(some) - 1, "changed": _is_changed(method)}
            for place, method in enumerate(some)
        ]
        groups.append((group, rows))
    return render(request, "practice/arrange.html", {"groups": groups})


@only(lambda mine: mine.is_hr)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Edit a way, or write a new one: each text in Danish with its translation beside it."""
    found = get_object_or_404(PracticeMethod, pk=pk) if pk is not None else PracticeMethod()
    form = MethodForm(request.POST or None, instance=found)
    if form.is_bound and form.is_valid():
        with Submission(form):
            saved = save_method(found, form.cleaned_data, by=person_of(request), on=today())
            messages.success(request, _("Saved. Agreements made before keep their words."))
            return redirect("method", saved.pk)
    context = {
        "form": form,
        "new": pk is None,
        "method": found,
        "changed": pk is not None and found.is_delivered and _is_changed(PracticeMethod.objects.get(pk=pk)),
    }
    return render(request, "practice/edit.html", context, status=422 if form.is_bound else 200)


@only(lambda mine: mine.is_hr)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a way one up or down in its group."""
    found = get_object_or_404(PracticeMethod, pk=pk)
    move_method(found, up=request.POST.get("to") == "up", by=person_of(request), on=today())
    return redirect("arrange-methods")


@only(lambda mine: mine.is_hr)
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a way no more, or again."""
    found, hidden = get_object_or_404(PracticeMethod, pk=pk), request.POST.get("hidden") == "yes"
    hide_method(found, hidden=hidden, by=person_of(request), on=today())
    said = _("%(way)s is offered no more. Agreements about it go on.") if hidden else _("%(way)s is offered again.")
    messages.success(request, said % {"method": found})
    return redirect("arrange-methods")


@only(lambda mine: mine.is_hr)
@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a delivered way back to what was delivered."""
    found = get_object_or_404(PracticeMethod, pk=pk)
    try:
        found = reset_method(found, by=person_of(request), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("%(way)s is as it was delivered.") % {"method": found})
    return redirect("edit-method", pk)
