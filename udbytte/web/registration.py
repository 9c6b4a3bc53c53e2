"""Registering by mail: the letter to the provider, ready to be changed and sent."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.ground.clock import today

from ..access.agreements import agreement_view, parties_of
from ..domain.lifecycle import Event, allowed
from ..queries.steps import RELATED
from ..services.errors import Refused
from ..services.registration import LONGEST, LONGEST_SUBJECT, template_for, write_to_provider
from .pages import person_of
from .words import due


class ProviderForm(forms.Form):
    """What is written to the provider, and where to."""

    turn = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.EmailField(label=lazy("The provider's e-mail"), widget=forms.EmailInput(attrs={"class": "ds-input"}))
    subject = forms.CharField(
        label=lazy("Subject"), max_length=LONGEST_SUBJECT, widget=forms.TextInput(attrs={"class": "ds-input"})
    )
    text = forms.CharField(
        label=lazy("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"class": "ds-input", "rows": 14})
    )


def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The registration as a mail in the person's own name; a POST sends it."""
    person, on = person_of(request), today()
    found = get_object_or_404(agreement_view(person, on).select_related(*RELATED), pk=pk)
    if found.run is None or not allowed(found.state, Event.WRITE_PROVIDER, parties_of(found, person, on)):
        return redirect("agreement", pk)
    subject, text = template_for(found, person)
    first = {"turn": found.turn, "to": found.run.course.signup_email, "subject": subject, "text": text}
    form = ProviderForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            after = write_to_provider(found, by=person, on=on, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            words = {"due": due(after.step_due, on) if after.step_due else ""}
            messages.success(request, _("It is sent. When the provider has answered, write it here: %(due)s.") % words)
            return redirect("agreement", pk)
    status = 422 if form.is_bound else 200
    return render(request, "agreements/write.html", {"agreement": found, "form": form}, status=status)


urlpatterns = [path("aftaler/<int:pk>/tilmeld/", write, name="write-provider")]
