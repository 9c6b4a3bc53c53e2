"""All addresses of money."""

from __future__ import annotations

from django.urls import URLPattern

from . import applications, budgets, deputies, funding, nominations, workbook

urlpatterns: list[URLPattern] = [
    *deputies.urlpatterns,
    *budgets.urlpatterns,
    *nominations.urlpatterns,
    *workbook.urlpatterns,
    *funding.urlpatterns,
    *applications.urlpatterns,
]
