"""What a person chooses about themself, and what they help with."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import override
from django.views.decorators.http import require_POST

from udbytte.ground.clock import today

from ..access.agreements import agreements_helped_by
from ..models import CheckIn, Person
from ..queries.steps import RELATED, check_ins_asked_of
from ..services.agreements import answer_as_helper
from ..services.errors import Refused
from ..services.people import save_preferences
from .fields import YES_NO
from .pages import person_of
from .words import row


class PreferencesForm(forms.ModelForm[Person]):
    class Meta:
        model = Person
        fields = ("language", "digest_weekday", "wants_mail")
        widgets = {"language": forms.RadioSelect, "digest_weekday": forms.RadioSelect}


def preferences(request: HttpRequest) -> HttpResponse:
    """Language, the weekday of the letter, and letters by e-mail or none."""
    person = person_of(request)
    form = PreferencesForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        save_preferences(person, **form.cleaned_data)
        with override(person.language):
            messages.success(request, _("Saved."))
        return redirect("preferences")
    return render(request, "people/preferences.html", {"form": form}, status=422 if form.is_bound else 200)


class HelperCheckInForm(forms.Form):
    happens = forms.ChoiceField(label=lazy("Does it happen?"), choices=YES_NO, widget=forms.RadioSelect)
    learns = forms.ChoiceField(
        label=lazy("Does your colleague learn something new from it?"), choices=YES_NO, widget=forms.RadioSelect
    )
    line = forms.CharField(label=lazy("A line about it, if you like"), max_length=300, required=False)


def helping(request: HttpRequest) -> HttpResponse:
    """What the person is asked to help with, or helps with: title, purpose and dates."""
    person, on = person_of(request), today()
    agreements = agreements_helped_by(person, on).select_related(*RELATED).order_by("step_due", "pk")
    questions = [(item, HelperCheckInForm(auto_id=f"c{item.pk}_%s")) for item in check_ins_asked_of(person)]
    context = {"rows": [row(agreement, on) for agreement in agreements], "questions": questions}
    return render(request, "people/helping.html", context)


@require_POST
def helper_check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The helper's side of a check-in."""
    asked = get_object_or_404(CheckIn, pk=pk, by=person_of(request), by_helper=True)
    form = HelperCheckInForm(request.POST, auto_id=f"c{pk}_%s")
    if not form.is_valid():
        return render(request, "people/helping.html", {"rows": [], "questions": [(asked, form)]}, status=422)
    said = form.cleaned_data
    try:
        answer_as_helper(
            asked,
            by=person_of(request),
            on=today(),
            happens=said["happens"] == "yes",
            learns=said["learns"] == "yes",
            line=said["line"],
        )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Thank you. The answer is saved."))
    return redirect("helping")


urlpatterns = [
    path("indstillinger/", preferences, name="preferences"),
    path("hjaelper/", helping, name="helping"),
    path("hjaelper/<int:pk>/", helper_check_in, name="helper-check-in"),
]
