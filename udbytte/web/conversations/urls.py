"""All addresses of conversations."""

from __future__ import annotations

from django.urls import URLPattern

from . import autosave, page, plan, review, sign_from_email

urlpatterns: list[URLPattern] = [
    *plan.urlpatterns,
    *page.urlpatterns,
    *autosave.urlpatterns,
    *review.urlpatterns,
    *sign_from_email.urlpatterns,
]
