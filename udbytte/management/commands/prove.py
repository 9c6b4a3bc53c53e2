"""`udbytte prove`: whether what is agreed is moved on, over many simulated years."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from udbytte.demo.prove import Lives, as_json, as_table, broken_bounds, default_jobs, figures_of, live_all
from udbytte.demo.year import DEMO_EMPLOYEES
from udbytte.runtime.processes import ChildDied

# The same year in each proof, so that proofs can be compared. It has the summer holiday and Christmas in it.
LAST_DAY = date(2026, 11, 30)


def seeds(text: str) -> tuple[int, ...]:
    """The seeds of "1-20" or "7"."""
    first, *rest = text.split("-", maxsplit=1)
    try:
        numbers = tuple(range(int(first), int(rest[0] if rest else first) + 1))
    except ValueError:
        numbers = ()
    if not numbers:
        raise ArgumentTypeError("write seeds as 1-20, or one of them")
    return numbers


class Command(BaseCommand):
    help = "Simulate a workplace from many seeds, each in a database of its own. Ends with 1 when a bound is not kept."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seeds", type=seeds, default=seeds("1-20"), help="first and last, as 1-20")
        parser.add_argument("--employees", type=int, default=DEMO_EMPLOYEES, help="how many people work there")
        parser.add_argument("--days", type=int, default=365, help="how many days are simulated")
        parser.add_argument("--until", type=date.fromisoformat, default=LAST_DAY, help=f"the last day ({LAST_DAY})")
        parser.add_argument("--jobs", type=int, default=default_jobs(), help="lives at a time (one for each core)")
        parser.add_argument("--silent-area", action="store_true", help="no manager of the first area ever answers")
        parser.add_argument("--json", action="store_true", help="print figures and reports as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("seeds", "employees", "days", "until", "silent_area")
        lives = Lives(**{name: options[name] for name in names})
        try:
            reports = live_all(lives, jobs=max(1, options["jobs"]), say=_say)
        except ChildDied as died:
            raise SystemExit(f"udbytte prove: {died}") from None
        except KeyboardInterrupt:
            _say("\nudbytte prove: stopped. Its databases are removed, and no figures are kept.")
            raise SystemExit(130) from None
        figures = figures_of(reports)
        self.stdout.write(as_json(lives, reports) if options["json"] else as_table(figures))
        broken = broken_bounds(figures, lives.bounds)
        for sentence in broken:
            _say(f"udbytte prove: {sentence}")
        if broken:
            raise SystemExit(1)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
