"""`udbytte simulate`: simulate a workplace over many days."""

from __future__ import annotations

import json
import sys
import time
from argparse import SUPPRESS, ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from udbytte.demo.bulk.fill import fill_with_bulk_data
from udbytte.demo.year import DEMO_DAYS, DEMO_EMPLOYEES, database_is_empty, simulate

SECONDS_BETWEEN_LINES = 2


class Command(BaseCommand):
    help = "Fill an empty database with a simulated workplace, through the same services as the pages."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employees", type=int, default=DEMO_EMPLOYEES, help="how many people work there")
        parser.add_argument("--days", type=int, default=365, help="how many days are simulated")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same result")
        parser.add_argument("--until", type=date.fromisoformat, help="the last day, as 2026-12-31 (today)")
        parser.add_argument("--demo", action="store_true", help="the demo: about 60 people and the cast, ending today")
        parser.add_argument("--silent-area", action="store_true", help="no manager of the first area ever answers")
        parser.add_argument("--bulk", action="store_true", help="fill the database for measuring, without the services")
        parser.add_argument("--agreements", type=int, default=0, help="with --bulk: how many (three an employee)")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        # For `udbytte prove`: another database of the same server, and a file for the report, in place of printing.
        parser.add_argument("--database", help=SUPPRESS)
        parser.add_argument("--report", type=Path, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["employees"] < 30 or options["days"] < 1:
            _refuse("--employees must be 30 or more, and --days 1 or more.")
        if options["database"]:
            connection.settings_dict["NAME"] = options["database"]
        if not database_is_empty():
            _refuse("there are people in this database already; a simulation needs an empty one.")
        until = options["until"] or timezone.localdate()
        begun = time.monotonic()
        _set_waiting_for_the_disk(False)
        if options["bulk"]:
            agreements = options["agreements"] or options["employees"] * 3
            made: dict[str, object] = fill_with_bulk_data(
                employees=options["employees"], agreements=agreements, seed=options["seed"], on=until, say=_say
            )
        else:
            demo = options["demo"]
            report = simulate(
                employees=options["employees"],
                days=DEMO_DAYS if demo else options["days"],
                seed=options["seed"],
                until=until,
                demo=demo,
                silent_area=options["silent_area"],
                progress=None if options["report"] else _Progress(),
            )
            made = report.as_dict()
        _set_waiting_for_the_disk(True)
        if options["report"]:
            options["report"].write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
            return
        _say(f"  made in {time.monotonic() - begun:.0f} seconds")
        if options["verbosity"] == 0:
            return
        if options["json"]:
            self.stdout.write(json.dumps(made, ensure_ascii=False, indent=2))
        else:
            for name, value in made.items():
                self.stdout.write(f"{name:28} {value}")


def _set_waiting_for_the_disk(waits: bool) -> None:
    """Whether each commit waits until it is on the disk: thousands of them are a third of the time.

    If the machine stops meanwhile, the data is made anew. With waiting, everything before is on the disk too, as the
    statistics of the new tables are written at the same time.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit TO {'on' if waits else 'off'}")
        if waits:
            cursor.execute("ANALYZE")


class _Progress:
    """Writes to stderr every other second how far it is, and how many seconds are left at the pace so far."""

    def __init__(self) -> None:
        self.begun = self.written_at = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self.written_at >= SECONDS_BETWEEN_LINES and done < total:
            self.written_at = now
            left = (now - self.begun) / done * (total - done)
            _say(f"  day {done} of {total}, about {left:.0f} seconds left")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _refuse(why: str) -> None:
    _say(f"udbytte simulate: {why}")
    raise SystemExit(2)
