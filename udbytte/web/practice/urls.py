"""All addresses of practice."""

from __future__ import annotations

from django.urls import URLPattern

from . import catalogue, helpers, partners, suggest, transfer

urlpatterns: list[URLPattern] = [
    *helpers.urlpatterns,
    *catalogue.urlpatterns,
    *suggest.urlpatterns,
    *transfer.urlpatterns,
    *partners.urlpatterns,
]
