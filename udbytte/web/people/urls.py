"""All addresses of people."""

from __future__ import annotations

from django.urls import URLPattern

from . import audit, first_visit, home, logins, mails, organisation, preferences, slips, team, team_review

urlpatterns: list[URLPattern] = [
    *home.urlpatterns,
    *preferences.urlpatterns,
    *team.urlpatterns,
    *slips.urlpatterns,
    *team_review.urlpatterns,
    *organisation.urlpatterns,
    *logins.urlpatterns,
    *mails.urlpatterns,
    *audit.urlpatterns,
    *first_visit.urlpatterns,
]
