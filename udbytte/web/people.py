"""What a person chooses about themself."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from ..mail.feed import feed_token
from ..models import Person
from ..services.people import save_preferences
from .pages import person_of


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
    feed = ""
    if person.calendar_feed is not None:
        feed = settings.BASE_URL + reverse("calendar-feed", args=[feed_token(person)])
    context = {"form": form, "feed": feed}
    return render(request, "people/preferences.html", context, status=422 if form.is_bound else 200)


urlpatterns = [path("indstillinger/", preferences, name="preferences")]
