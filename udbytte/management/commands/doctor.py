"""`udbytte doctor`: check the whole installation and say what to repair."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from udbytte.queries import health


class Command(BaseCommand):
    help = "Look at the whole installation and say what to repair, with status 1 if anything is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--drill", action="store_true", help="of a restored backup: leave out what does not run there"
        )
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = health.findings(datetime.now(UTC), is_drill=options["drill"])
        if options["json"]:
            self.stdout.write(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=2))
        else:
            for finding in findings:
                self.stdout.write(f"{'ok  ' if finding.ok else 'fix '}  {finding.name:<11} {finding.seen}")
                if finding.mend:
                    self.stdout.write(f"      {'':<11} -> {finding.mend}")
        if not all(finding.ok for finding in findings):
            raise SystemExit(1)
