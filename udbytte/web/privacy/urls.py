"""All addresses of data protection."""

from __future__ import annotations

from django.urls import URLPattern

from . import desk, handout, own_data

urlpatterns: list[URLPattern] = [
    *own_data.urlpatterns,
    *desk.urlpatterns,
    *handout.urlpatterns,
]
