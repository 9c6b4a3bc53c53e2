"""All pages, by subject."""

from __future__ import annotations

from django.urls import URLPattern

from . import (
    agreements,
    answers,
    conversations,
    courses,
    demo,
    desk,
    figures,
    home,
    imports,
    languages,
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
    *people.urlpatterns,
    *practice.urlpatterns,
    *conversations.urlpatterns,
    *courses.urlpatterns,
    *teams.urlpatterns,
    *standing.urlpatterns,
    *figures.urlpatterns,
    *desk.urlpatterns,
    *money.urlpatterns,
    *rounds.urlpatterns,
    *organisation.urlpatterns,
    *imports.urlpatterns,
    *languages.urlpatterns,
    *demo.urlpatterns,
    *answers.urlpatterns,
    *letters.urlpatterns,
]
