"""`udbytte restore FILE`: replace all data by that of a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from udbytte.runtime import backup


class Command(BaseCommand):
    help = "Replace all data by that of FILE, or nothing if something is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="replace the data that is there now")
        parser.add_argument("--key-file", type=Path, help="the file with the secret key of age of an encrypted backup")

    def handle(self, *args: Any, **options: Any) -> None:
        connection.close()
        if backup.count_tables(settings.CONFIG) and not options["yes"]:
            raise CommandError("the database has data already; replace all of it with --yes.")
        try:
            backup.restore(settings.CONFIG, options["file"], key_file=options["key_file"])
        except backup.BackupFailed as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write("restore: the data of the backup is in place. Bring it up to date with: udbytte migrate")
