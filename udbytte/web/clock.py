"""The day it is. Only web, tasks and management ask; below them the day is an argument."""

from __future__ import annotations

from datetime import date

from django.utils import timezone


def today() -> date:
    """Today where the organisation is (settings.TIME_ZONE)."""
    return timezone.localdate()
