"""All addresses of agreements."""

from __future__ import annotations

from django.urls import URLPattern

from . import answer_from_email, attachments, page, stalled, undo, written_answers

urlpatterns: list[URLPattern] = [
    *page.urlpatterns,
    *attachments.urlpatterns,
    *stalled.urlpatterns,
    *written_answers.urlpatterns,
    *undo.urlpatterns,
    *answer_from_email.urlpatterns,
]
