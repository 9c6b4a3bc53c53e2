"""HR's pages for practice methods: their order, which of them are offered, and their texts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from udbytte.domain.numbers import int_from
from udbytte.domain.practice.method_files import delivered_methods
from udbytte.models import MethodGroup, PracticeMethod
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.practice.methods import arrange_methods as place_methods
from udbytte.services.practice.methods import reset_method, save_method
from udbytte.web.base.request import only, person_of
from udbytte.web.base.submit import Submission

from .forms import MethodForm


def _is_changed(method: PracticeMethod) -> bool:
    """Whether a delivered method differs from what was delivered."""
    delivered = delivered_methods().get(method.key, {})
    return any(getattr(method, name) != value for name, value in delivered.items())


@only(lambda roles: roles.is_hr)
@require_http_methods(["GET", "HEAD", "POST"])
def arrange_methods(request: HttpRequest) -> HttpResponse:
    """All methods, hidden ones too, each with its place in its group. A POST gives all their places at once."""
    methods = list(PracticeMethod.objects.all())
    if request.method == "POST":
        places = {method.pk: int_from(request.POST.get(f"place-{method.pk}", "")) for method in methods}
        known = {pk: place for pk, place in places.items() if place is not None}
        shown = {pk for value in request.POST.getlist("shown") if (pk := int_from(value)) is not None}
        place_methods(known, shown, by=person_of(request), on=today())
        messages.success(request, _("Saved. Everybody sees the ways in this order now."))
        return redirect("arrange-methods")
    groups = []
    for group in MethodGroup:
        of_group = [method for method in methods if method.group == group]
        rows = [
            {"method": method, "place": place, "most": len(of_group), "changed": _is_changed(method)}
            for place, method in enumerate(of_group, start=1)
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
