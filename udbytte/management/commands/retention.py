"""`udbytte retention`: erase what is past its limit by hand, or show what would go and when."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import override

from udbytte.domain.numbers import int_from
from udbytte.models import Person
from udbytte.queries.privacy.retention import outlook
from udbytte.runtime.clock import today
from udbytte.services.errors import Refused
from udbytte.services.privacy.retention import erase_on_request, run_retention


class Command(BaseCommand):
    help = "Erase what is past its retention limit. The worker does the same every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show what would go and when, and write nothing")
        parser.add_argument(
            "--on", type=date.fromisoformat, default=None, help="with --dry-run: as on that day, as 2028-03-02"
        )
        parser.add_argument("--person", metavar="#NUMBER", help="erase this one, who has left and asks for it, today")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._say_outlook(options["on"] or today(), as_json=options["json"])
            return
        if options["person"]:
            self._erase(options["person"])
            return
        erased = run_retention(on=today(), now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(erased, indent=1))
            return
        counts = ", ".join(f"{name} {count}" for name, count in erased.items() if count)
        self.stdout.write(f"Erased: {counts or 'nothing'}.")

    def _erase(self, asked: str) -> None:
        """One person. A name is not enough: there may be two of that name."""
        pk = int_from(asked.removeprefix("#"))
        person = Person.objects.filter(pk=pk).first() if pk is not None else None
        if person is None:
            raise CommandError(f"Nobody has the number {asked}. HR finds it on the page of the organisation.")
        try:
            with override("en"):
                erase_on_request(person, on=today())
        except Refused as refused:
            raise CommandError(refused.message) from None
        self.stdout.write(f"Erased: person #{person.pk}.")

    def _say_outlook(self, on: date, *, as_json: bool) -> None:
        rows = outlook(on)
        if as_json:
            facts = {"on": on.isoformat(), "parts": [row.as_json() for row in rows]}
            self.stdout.write(json.dumps(facts, indent=1))
            return
        self.stdout.write(f"{'what':<14} {'months':>6} {'now':>8} {'held':>8} {'+30 days':>8} {'+a year':>8}")
        for row in rows:
            self.stdout.write(
                f"{row.part:<14} {row.months:>6} {row.due:>8} {row.held:>8}"
                f" {row.within_30_days:>8} {row.within_a_year:>8}"
            )
        self.stdout.write("Nothing is written in a dry run.")
