"""The command `udbytte`, which runs our commands and Django's, and starts the embedded database first."""

from __future__ import annotations

import ast
import os
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from udbytte.runtime import config, leash, postgres, setup_answers

# Commands of Django that do not fit Udbytte, and what to use instead.
INSTEAD = {
    "createsuperuser": (
        "Udbytte has no superusers. The first administrator is made with: udbytte role administrator EMAIL "
        '(add --create "Given Family" for somebody who is in no import).'
    )
}
WITHOUT_DATABASE = {"help", "collectstatic", "lifecycle", "compilemessages"}
ASKS_FOR_HELP = {"--help", "-h"}
COMMANDS = Path(__file__).resolve().parent / "management" / "commands"
# The commands of Django that the manual uses. The others work too, but are not listed.
OF_DJANGO = {
    "collectstatic": "Put the files that are served into the data folder.",
}


def main() -> None:
    """Run one subcommand. Wrong settings or an unusable database give one line each and status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "udbytte.settings")
    leash.take_option(sys.argv)
    command, *arguments = sys.argv[1:] or ["help"]
    asked_about = arguments[0] if command == "help" and arguments else command
    if asked_about in INSTEAD:
        print(INSTEAD[asked_about], file=sys.stderr)
        raise SystemExit(2)
    if command in ("--version", "version"):
        print(version("udbytte"))
        return
    if command in ASKS_FOR_HELP or (command == "help" and not arguments):
        with suppress(BrokenPipeError):  # of `udbytte --help | head`
            print(_help(), flush=True)
        return
    if command == "setup" and not ASKS_FOR_HELP.intersection(arguments):
        setup_answers.write_settings(arguments)
    if command == "serve":
        config.set_web_process_defaults()
    settings = config.load()
    if command not in WITHOUT_DATABASE and not ASKS_FOR_HELP.intersection(arguments):
        _ensure_database(command, settings)

    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["udbytte", command.replace("-", "_") if _is_ours(command) else command, *arguments])
    except Exception as error:
        if not _lacks_table(error):
            raise
        print("udbytte: the database is not ready for this version. Run first: udbytte migrate", file=sys.stderr)
        raise SystemExit(2) from None


def _is_ours(command: str) -> bool:
    return (COMMANDS / f"{command.replace('-', '_')}.py").exists()


def _ensure_database(command: str, settings: config.Config) -> None:
    """Start or find the database, or end with a line about it. The doctor goes on without: it has more to look at."""
    if command != "doctor":
        postgres.ensure_database_or_exit(settings)
        return
    with suppress(postgres.DatabaseUnusable):
        postgres.ensure_database(settings)


def _lacks_table(error: BaseException | None) -> bool:
    """Whether a table or column was missing in the database."""
    from psycopg.errors import UndefinedColumn, UndefinedTable

    if error is None or isinstance(error, (UndefinedColumn, UndefinedTable)):
        return error is not None
    group = error.exceptions if isinstance(error, ExceptionGroup) else ()
    return any(_lacks_table(each) for each in (*group, error.__cause__ or error.__context__))


def _help() -> str:
    """A line for each command that people need. Works without settings, because these may be wrong."""
    ours = {file.stem.replace("_", "-"): _first_sentence(file) for file in COMMANDS.glob("[a-z]*.py")}
    groups = (("Commands of Udbytte:", ours), ("Of Django, which Udbytte is made with:", OF_DJANGO))
    lines = ["udbytte COMMAND [--help]"]
    for heading, commands in groups:
        lines += ["", heading, *(f"  {name:<14} {what}" for name, what in sorted(commands.items()))]
    return "\n".join(lines)


def _first_sentence(file: Path) -> str:
    """The first sentence of a command's `help`, read from its source, because importing it needs correct settings."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "help":
            sentence, _, _ = str(ast.literal_eval(node.value)).partition(". ")
            return sentence.rstrip(".") + "."
    return ""
