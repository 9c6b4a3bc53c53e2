"""Whether somebody has just logged in, for what nobody at an open screen may do."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from .request import person_of


def just_logged_in(request: HttpRequest) -> bool:
    """Whether the person logged in, or confirmed who they are, a few minutes ago in this session."""
    records = get_authentication_records(request, person_of(request))
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
