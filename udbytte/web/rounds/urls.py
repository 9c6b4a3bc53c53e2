"""All addresses of rounds."""

from __future__ import annotations

from django.urls import URLPattern

from . import check, close, kickoffs, plan, rounds, rules, sheet, wheel

urlpatterns: list[URLPattern] = [
    *rounds.urlpatterns,
    *rules.urlpatterns,
    *kickoffs.urlpatterns,
    *plan.urlpatterns,
    *sheet.urlpatterns,
    *wheel.urlpatterns,
    *check.urlpatterns,
    *close.urlpatterns,
]
