"""The day it is. Only web, tasks and management ask; below them the day is an argument."""

from __future__ import annotations

import os
from datetime import date

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone


def today() -> date:
    """Today where the organisation is (settings.TIME_ZONE). Where the demo login is on, UDBYTTE_TODAY sets another day.

    Raises ImproperlyConfigured when UDBYTTE_TODAY is no date.
    """
    other = os.environ.get("UDBYTTE_TODAY", "") if settings.DEMO_LOGIN else ""
    if not other:
        return timezone.localdate()
    try:
        return date.fromisoformat(other)
    except ValueError as error:
        raise ImproperlyConfigured(f"UDBYTTE_TODAY is {other!r}; write it as 2027-03-01.") from error
