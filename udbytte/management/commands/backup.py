"""`udbytte backup FILE`: write all data to one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from udbytte.runtime import backup


class Command(BaseCommand):
    help = "Write all data to FILE, and replace an existing file only with --yes."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="replace the file if it exists")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            if file.exists() and not options["yes"]:
                raise CommandError(f"{file} exists already; choose another name, or replace it with --yes.")
            backup.write(settings.CONFIG, file)
        except backup.BackupFailed as failure:
            raise CommandError(str(failure)) from failure
        except OSError as error:  # of a folder that this user may not enter
            raise CommandError(f"{file} cannot be written ({error.strerror}).") from error
        encrypted = ", encrypted for " + ", ".join(settings.CONFIG.backup_recipients)
        size = f"{file.stat().st_size / 1e6:.1f} MB{encrypted if settings.CONFIG.backup_recipients else ''}"
        self.stdout.write(f"backup: {file} has all data ({size}).")
