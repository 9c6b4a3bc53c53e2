"""The one Django app of the house."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


def make_cache_table(*, using: str, verbosity: int = 0, **_: Any) -> None:
    """Make the table that the shared cache needs, so that migrating is the only step of an installation."""
    call_command("createcachetable", database=using, verbosity=0)


class UdbytteConfig(AppConfig):
    name = "udbytte"
    label = "udbytte"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Udbytte"

    def ready(self) -> None:
        post_migrate.connect(make_cache_table, sender=self)
