"""All addresses of money."""

from __future__ import annotations

from django.urls import URLPattern

from . import applications, budgets, deputies, funding

urlpatterns: list[URLPattern] = [
    *deputies.urlpatterns,
    *budgets.urlpatterns,
    *funding.urlpatterns,
    *applications.urlpatterns,
]
