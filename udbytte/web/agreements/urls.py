"""All addresses of agreements."""

from __future__ import annotations

from django.urls import URLPattern

from . import answer_from_email, attachments, page, practice_details, stalled

urlpatterns: list[URLPattern] = [
    *page.urlpatterns,
    *attachments.urlpatterns,
    *practice_details.urlpatterns,
    *stalled.urlpatterns,
    *answer_from_email.urlpatterns,
]
