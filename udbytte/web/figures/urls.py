"""All addresses of figures."""

from __future__ import annotations

from django.urls import URLPattern

from . import advice_buttons, dashboard, report, selfcheck

urlpatterns: list[URLPattern] = [
    *dashboard.urlpatterns,
    *advice_buttons.urlpatterns,
    *selfcheck.urlpatterns,
    *report.urlpatterns,
]
