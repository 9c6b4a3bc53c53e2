"""The day it is. Only web, tasks and management ask; below them the day is an argument."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """Today where the organisation is (settings.TIME_ZONE), or the day that UDBYTTE_TODAY sets for trying out."""
    other: date | None = settings.CONFIG.today
    return other or timezone.localdate()
