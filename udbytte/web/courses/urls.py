"""All addresses of courses."""

from __future__ import annotations

from django.urls import URLPattern

from . import board, catalogue, choose_run, joint_needs, runs

urlpatterns: list[URLPattern] = [
    *choose_run.urlpatterns,
    *runs.urlpatterns,
    *catalogue.urlpatterns,
    *joint_needs.urlpatterns,
    *board.urlpatterns,
]
