"""HR's pages for practice methods: their order, which of them are offered, and their texts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from udbytte.domain.practice.method_files import delivered_methods
from udbytte.models import MethodGroup, PracticeMethod
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.practice.methods import hide_method, move_method, reset_method, save_method
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .forms import MethodForm


def _is_changed(method: PracticeMethod) -> bool:
    """Whether a delivered method differs from what was delivered."""
    delivered = delivered_methods().get(method.key, {})
    return any(getattr(method, name) != value for name, value in delivered.items())


@only(lambda roles: roles.is_hr)
@require_safe
def arrange_methods(request: HttpRequest) -> HttpResponse:
    """All methods, hidden ones too. HR moves them within their group, hides them and opens them for editing."""
    methods = list(PracticeMethod.objects.all())
    groups = []
    for group in MethodGroup:
        of_group = [method for method in methods if method.group == group]
        rows = [
            {"method": method, "first": place == 0, "last": place == len(of_group) - 1, "changed": _is_changed(method)}
            for place, method in enumerate(of_group)
        ]
        groups.append((group, rows))
    return render(request, "practice/arrange_methods.html", {"groups": groups})


@only(lambda roles: roles.is_hr)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_method(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Edit a method, or add one: each text in Danish, with its translation beside it."""
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
    return render(request, "practice/edit_method.html", context, status=422 if form.is_bound else 200)


@only(lambda roles: roles.is_hr)
@require_POST
def reorder_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a method one place up or down in its group."""
    method = get_object_or_404(PracticeMethod, pk=pk)
    move_method(method, up=request.POST.get("to") == "up", by=person_of(request), on=today())
    return redirect("arrange-methods")


@only(lambda roles: roles.is_hr)
@require_POST
def show_or_hide_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a method, or offer it again."""
    method, hidden = get_object_or_404(PracticeMethod, pk=pk), request.POST.get("hidden") == "yes"
    hide_method(method, hidden=hidden, by=person_of(request), on=today())
    no_more, again = _("%(method)s is offered no more. Agreements about it go on."), _("%(method)s is offered again.")
    words = no_more if hidden else again
    messages.success(request, words % {"method": method})
    return redirect("arrange-methods")


@only(lambda roles: roles.is_hr)
@require_POST
def restore_delivered_method(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a delivered method back to what was delivered."""
    method = get_object_or_404(PracticeMethod, pk=pk)
    try:
        method = reset_method(method, by=person_of(request), on=today())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("%(method)s is as it was delivered.") % {"method": method})
    return redirect("edit-method", pk)
