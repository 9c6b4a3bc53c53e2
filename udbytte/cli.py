"""The command `udbytte`: our own commands and Django's, with a database that is running."""

from __future__ import annotations

import ast
import os
import sys
from importlib.metadata import version
from pathlib import Path

from udbytte.runtime import config, leash, postgres

# Django's own commands that do not fit Udbytte, and what to use in their place.
INSTEAD = {
    "createsuperuser": (
        "Udbytte has no superusers. The first administrator is made with: udbytte role administrator EMAIL "
        '(add --create "Given Family" for somebody who is in no import).'
    )
}
WITHOUT_DATABASE = {"help", "collectstatic", "lifecycle", "compilemessages"}
ASKS_FOR_HELP = {"--help", "-h"}
COMMANDS = Path(__file__).resolve().parent / "management" / "commands"
# Of Django's commands, those that the manual uses; the others work and are not shown.
OF_DJANGO = {
    "collectstatic": "Put the files that are served into the data folder.",
}


def main() -> None:
    """Run one subcommand. Wrong settings or an unusable database end with one clear line each and status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udbytte.settings")
    leash.take(sys.argv)
    command, *arguments = sys.argv[1:] or ["help"]
    asked_about = arguments[0] if command == "help" and arguments else command
    if asked_about in INSTEAD:
        print(INSTEAD[asked_about], file=sys.stderr)
        raise SystemExit(2)
    if command in ("--version", "version"):
        print(version("udbytte"))
        return
    if command in ASKS_FOR_HELP or (command == "help" and not arguments):
        print(_help())
        return
    if command == "serve":
        config.be_a_web_process()
    settings = config.load()
    if command not in WITHOUT_DATABASE and not ASKS_FOR_HELP.intersection(arguments):
        postgres.hold_or_exit(settings)

    from django.core.management import execute_from_command_line

    execute_from_command_line(["udbytte", *sys.argv[1:]])


def _help() -> str:
    """All commands that people need, a line each. It is told without settings, as these may be what is wrong."""
    ours = {file.stem: _first_sentence(file) for file in COMMANDS.glob("[a-z]*.py")}
    lines = [f"  {name:<14} {what}" for name, what in sorted((ours | OF_DJANGO).items())]
    return "\n".join(["udbytte COMMAND [--help]", "", *lines])


def _first_sentence(file: Path) -> str:
    """Of a command's `help`, read from its source: importing it would need settings that are in order."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "help":
            sentence, _, _ = str(ast.literal_eval(node.value)).partition(". ")
            return sentence.rstrip(".") + "."
    return ""
