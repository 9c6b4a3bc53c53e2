"""The command `udbytte`: Django's commands and our own, with a database that is running."""

from __future__ import annotations

import os
import sys

from udbytte.ground import config, leash, postgres

WITHOUT_DATABASE = {"help", "version", "--version", "--help", "-h", "collectstatic", "lifecycle", "compilemessages"}


def main() -> None:
    """Run one subcommand. Wrong settings or an unusable database end with one clear line each and status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udbytte.settings")
    leash.take(sys.argv)
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "serve":
        config.be_a_web_process()
    settings = config.load()
    if command not in WITHOUT_DATABASE:
        postgres.hold_or_exit(settings)

    from django.core.management import execute_from_command_line

    execute_from_command_line(["udbytte", *sys.argv[1:]])
