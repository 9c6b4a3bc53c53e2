"""Today's date. Only pages, tasks and commands ask for it; below them the day is an argument."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """Today in the time zone of the organisation (settings.TIME_ZONE), or the day in UDBYTTE_TODAY."""
    other: date | None = settings.CONFIG.today
    return other or timezone.localdate()
