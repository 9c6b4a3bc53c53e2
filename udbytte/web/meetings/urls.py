"""All addresses of meetings."""

from __future__ import annotations

from django.urls import URLPattern

from . import answer_from_email, follow_up_talk, groups, offer_times, page

urlpatterns: list[URLPattern] = [
    *page.urlpatterns,
    *offer_times.urlpatterns,
    *groups.urlpatterns,
    *follow_up_talk.urlpatterns,
    *answer_from_email.urlpatterns,
]
