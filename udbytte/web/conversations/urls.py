"""All addresses of conversations."""

from __future__ import annotations

from django.urls import URLPattern

from . import autosave, page, plan, plan_text, sign_from_email

urlpatterns: list[URLPattern] = [
    *plan.urlpatterns,
    *plan_text.urlpatterns,
    *page.urlpatterns,
    *autosave.urlpatterns,
    *sign_from_email.urlpatterns,
]
