"""All pages, by subject."""

from __future__ import annotations

from django.urls import URLPattern

from . import (
    agreements,
    answers,
    attachments,
    choosing,
    conversations,
    courses,
    demo,
    desk,
    figures,
    home,
    imports,
    joint,
    languages,
    letters,
    money,
    organisation,
    people,
    plans,
    practice,
    registration,
    rounds,
    runs,
    standing,
    teams,
)

urlpatterns: list[URLPattern] = [
    *home.urlpatterns,
    *plans.urlpatterns,
    *agreements.urlpatterns,
    *choosing.urlpatterns,
    *attachments.urlpatterns,
    *registration.urlpatterns,
    *people.urlpatterns,
    *practice.urlpatterns,
    *conversations.urlpatterns,
    *courses.urlpatterns,
    *teams.urlpatterns,
    *standing.urlpatterns,
    *figures.urlpatterns,
    *runs.urlpatterns,
    *joint.urlpatterns,
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
