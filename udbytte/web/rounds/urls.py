"""All addresses of rounds."""

from __future__ import annotations

from django.urls import URLPattern

from . import check, close, kickoffs, plan, rounds, rules, wheel

urlpatterns: list[URLPattern] = [
    *rounds.urlpatterns,
    *rules.urlpatterns,
    *kickoffs.urlpatterns,
    *plan.urlpatterns,
    *wheel.urlpatterns,
    *check.urlpatterns,
    *close.urlpatterns,
]
