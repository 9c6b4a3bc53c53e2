"""`udbytte bench`: how fast the pages and the follow-up are at 100,000 employees, as a table."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from udbytte.demo.bench import AGREEMENTS, EMPLOYEES, as_json, as_table, measure, write_down
from udbytte.demo.growth import SIZES, growth_table, measure_growth, write_growth

FEWEST = 50


class Command(BaseCommand):
    help = "Measure speed in a database of its own. Ends with 1 when something is over its limit."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--employees", type=int, default=EMPLOYEES)
        parser.add_argument("--agreements", type=int, default=AGREEMENTS)
        parser.add_argument("--requests", type=int, default=FEWEST, help="of each page, on one connection; at least 50")
        parser.add_argument("--keep", action="store_true", help="keep the database, and use the one kept before")
        parser.add_argument("--json", action="store_true", help="print the lines as JSON")
        parser.add_argument("--no-record", action="store_true", help="do not keep the lines in docs/develop/speed.json")
        parser.add_argument(
            "--growth",
            action="store_true",
            help=f"measure {', '.join(f'{size:,}' for size in SIZES)} employees, as a table in Markdown",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEBUG:
            raise SystemExit("udbytte bench: UDBYTTE_DEBUG is on; it would be measured too. Turn it off.")
        if options["growth"]:
            measured = measure_growth(SIZES, max(FEWEST, options["requests"]))
            write_growth(measured)
            self.stdout.write(growth_table(measured))
            return
        employees, agreements = options["employees"], options["agreements"]
        requests = max(FEWEST, options["requests"])
        lines = measure(employees=employees, agreements=agreements, requests=requests, keep=options["keep"])
        text = as_json(lines, employees=employees, agreements=agreements)
        if not options["no_record"]:
            write_down(text)
        self.stdout.write(text if options["json"] else as_table(lines))
        if not all(line.ok for line in lines):
            raise SystemExit(1)
