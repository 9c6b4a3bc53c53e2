"""All addresses, by subject."""

from __future__ import annotations

from django.urls import URLResolver, include, path

handler400 = "udbytte.web.base.errors.bad_request"
handler404 = "udbytte.web.base.errors.page_not_found"
handler500 = "udbytte.web.base.errors.server_error"

urlpatterns: list[URLResolver] = [
    path("konto/", include("udbytte.web.accounts.urls")),
    path("", include("udbytte.web.people.urls")),
    path("", include("udbytte.web.privacy.urls")),
    path("", include("udbytte.web.conversations.urls")),
    path("", include("udbytte.web.agreements.urls")),
    path("", include("udbytte.web.courses.urls")),
    path("", include("udbytte.web.practice.urls")),
    path("", include("udbytte.web.meetings.urls")),
    path("", include("udbytte.web.figures.urls")),
    path("", include("udbytte.web.money.urls")),
    path("", include("udbytte.web.rounds.urls")),
    path("", include("udbytte.imports.pages")),
    path("", include("udbytte.web.base.locale")),
    path("", include("udbytte.web.base.health")),
    path("", include("udbytte.web.base.accessibility")),
    path("", include("udbytte.web.base.private")),
    path("", include("udbytte.web.base.moved_addresses")),
    path("", include("udbytte.demo.pages")),
]
