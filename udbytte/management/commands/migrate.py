"""`udbytte migrate`: Django's own command, and then the catalogue that Udbytte is delivered with, and older secrets."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from udbytte.services.delivered import deliver_catalogue
from udbytte.services.people.second_step import seal_older_secrets

# The first and the last of the thirty migrations that 0001_models came in place of. It cannot have them as `replaces`,
# because it is replaced itself, and Django 5.2 knows no replacing in two steps.
FIRST_OF_THIRTY, LAST_OF_THIRTY = ("udbytte", "0001_initial"), ("udbytte", "0030_names")
IN_THEIR_PLACE = ("udbytte", "0001_models")


class Command(migrate.Command):
    help = "Bring the database up to date, with the practice methods and funding sources that are delivered."

    def handle(self, *args: Any, **options: Any) -> None:
        recorder = MigrationRecorder(connection)
        applied = recorder.applied_migrations()
        if FIRST_OF_THIRTY in applied and LAST_OF_THIRTY not in applied:
            raise CommandError(
                "the database is older than this version can upgrade: see Upgrade in docs/operate/operating.md."
            )
        if LAST_OF_THIRTY in applied and IN_THEIR_PLACE not in applied:
            recorder.record_applied(*IN_THEIR_PLACE)
        super().handle(*args, **options)
        if not (options["app_label"] or options["plan"] or options["check_unapplied"]):
            deliver_catalogue()
            seal_older_secrets()
