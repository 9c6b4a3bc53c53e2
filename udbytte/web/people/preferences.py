"""What a person chooses about themself.

The calendar feed: its secret address, and who opens and closes it.
"""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from udbytte.emails.feed import feed, feed_token, person_of_feed
from udbytte.models import Person
from udbytte.queries.notifications.feed import (
    feed_conversations_of,
    feed_groups_of,
    feed_kickoffs_of,
    feed_seats_of,
    feed_steps_of,
    feed_talks_of,
)
from udbytte.runtime.clock import today
from udbytte.services.people.preferences import close_calendar_feed, open_calendar_feed, save_preferences
from udbytte.web.base.request import person_of


class PreferencesForm(forms.ModelForm[Person]):
    class Meta:
        model = Person
        fields = ("language", "digest_weekday", "wants_mail")
        widgets = {"language": forms.RadioSelect, "digest_weekday": forms.RadioSelect}


def preferences(request: HttpRequest) -> HttpResponse:
    """Choose the language, the weekday of the weekly email, and whether there are emails at all."""
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


@login_not_required
@never_cache
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The person's calendar for everybody who has its address; 404 after the address was taken back."""
    person = person_of_feed(token)
    if person is None:
        raise Http404
    on = today()
    text = feed(
        person,
        conversations=feed_conversations_of(person, on),
        groups=feed_groups_of(person, on),
        kickoffs=feed_kickoffs_of(person, on),
        courses=feed_seats_of(person, on),
        steps=feed_steps_of(person),
        talks=feed_talks_of(person, on),
        now=timezone.now(),
    )
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="udbytte.ics"'
    return response


@require_POST
def new_feed(request: HttpRequest) -> HttpResponse:
    """Give the calendar an address. If it had one, the new one replaces it."""
    open_calendar_feed(person_of(request))
    messages.success(request, _("Your calendar has an address. An earlier one does not work any more."))
    return redirect("preferences")


@require_POST
def end_feed(request: HttpRequest) -> HttpResponse:
    """Take the address back."""
    close_calendar_feed(person_of(request))
    messages.success(request, _("The address does not work any more."))
    return redirect("preferences")


urlpatterns = [
    path("indstillinger/", preferences, name="preferences"),
    path("kalender/<str:token>.ics", calendar_feed, name="calendar-feed"),
    path("indstillinger/kalender/", new_feed, name="new-feed"),
    path("indstillinger/kalender/slut/", end_feed, name="end-feed"),
]
