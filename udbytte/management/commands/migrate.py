"""`udbytte migrate`: Django's own command, and then the catalogue that Udbytte is delivered with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from udbytte.services.delivered import deliver_catalogue

# The first and the last of the migrations that 0001_models replaces.
FIRST_REPLACED, LAST_REPLACED = ("udbytte", "0001_initial"), ("udbytte", "0030_names")


class Command(migrate.Command):
    help = "Bring the database up to date, with the practice methods and funding sources that are delivered."

    def handle(self, *args: Any, **options: Any) -> None:
        applied = MigrationRecorder(connection).applied_migrations()
        if FIRST_REPLACED in applied and LAST_REPLACED not in applied:
            raise CommandError(
                "the database is older than this version can upgrade: see Upgrade in docs/operations.md."
            )
        super().handle(*args, **options)
        if not (options["app_label"] or options["plan"] or options["check_unapplied"]):
            deliver_catalogue()
