"""All pages, by subject."""

from __future__ import annotations

from django.urls import URLPattern

from . import (
    agreements,
    answers,
    answers,
    conversations,
    courses,
    demo,
    desk,
    home,
    letters,
    money,
    organisation,
    people,
    plans,
    practice,
    rounds,
    standing,
    teams,
)

urlpatterns: list[URLPattern] = [
    *home.urlpatterns,
    *plans.urlpatterns,
    *agreements.urlpatterns,
    *answers.urlpatterns,
    *people.urlpatterns,
    *practice.urlpatterns,
    *conversations.urlpatterns,
    *courses.urlpatterns,
    *teams.urlpatterns,
    *standing.urlpatterns,
    *desk.urlpatterns,
    *money.urlpatterns,
    *rounds.urlpatterns,
    *organisation.urlpatterns,
    *demo.urlpatterns,
    *answers.urlpatterns,
    *letters.urlpatterns,
]
