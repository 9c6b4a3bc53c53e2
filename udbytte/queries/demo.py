"""Whether this is a demo: the mode or a setting says so, and the demo has made the database."""

from __future__ import annotations

from django.conf import settings

from udbytte.models import DemoMark


def is_demo_database() -> bool:
    """Asked each time and not cached, because a restore can replace the data while pages are served."""
    return DemoMark.objects.exists()


def has_mailbox() -> bool:
    """Whether everybody may read all emails."""
    return settings.MODE == "demo" and is_demo_database()


def has_demo_login() -> bool:
    """Whether everybody may log in as one of the cast."""
    return settings.DEMO_LOGIN and is_demo_database()
