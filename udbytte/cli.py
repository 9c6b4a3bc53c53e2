"""The command `udbytte`: Django's commands and our own, with a database that is running."""

from __future__ import annotations

import os
import sys

from udbytte.ground import config, leash, postgres

WITHOUT_DATABASE = {"help", "version", "--version", "--help", "-h", "collectstatic", "lifecycle", "compilemessages"}
# Django's own commands that do not fit Udbytte, and what to use in their place.
INSTEAD = {
    "createsuperuser": (
        "Udbytte has no superusers. The first administrator is made with: udbytte role administrator EMAIL "
        '(add --create "Given Family" for somebody who is in no import).'
    )
}


def main() -> None:
    """Run one subcommand. Wrong settings or an unusable database end with one clear line each and status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udbytte.settings")
    leash.take(sys.argv)
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "help" and len(sys.argv) > 2:
        command = sys.argv[2] if sys.argv[2] in INSTEAD else command
    if command in INSTEAD:
        print(INSTEAD[command], file=sys.stderr)
        raise SystemExit(2)
    if command == "serve":
        os.environ.setdefault("UDBYTTE_POOL", config.POOL_OF_A_WEB_PROCESS)
    settings = config.load()
    if command not in WITHOUT_DATABASE:
        postgres.hold_or_exit(settings)

    from django.core.management import execute_from_command_line

    execute_from_command_line(["udbytte", *sys.argv[1:]])
