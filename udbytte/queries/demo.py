"""Whether this is a demo: the mode or the setting says so, and the demo made the database."""

from __future__ import annotations

from django.conf import settings

from udbytte.models import DemoMark


def is_demo_database() -> bool:
    """Asked each time and not remembered: a restore can put other data in place while the pages are served."""
    return DemoMark.objects.exists()


def has_mailbox() -> bool:
    """Whether everybody may read all letters."""
    return settings.MODE == "demo" and is_demo_database()


def has_demo_login() -> bool:
    """Whether everybody may step in as one of the cast."""
    return settings.DEMO_LOGIN and is_demo_database()
