"""`udbytte doctor`: looks at the whole installation and says what to mend."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from udbytte.queries import health


class Command(BaseCommand):
    help = "Look at the whole installation and say what to mend. Ends with 1 when there is something."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="the findings as JSON: ok, name, seen, mend")

    def handle(self, *args: Any, **options: Any) -> None:
        found = health.findings(datetime.now(UTC))
        if options["json"]:
            self.stdout.write(json.dumps([finding.as_dict() for finding in found], ensure_ascii=False, indent=2))
        else:
            for finding in found:
                self.stdout.write(f"{'ok  ' if finding.ok else 'mend'}  {finding.name:<11} {finding.seen}")
                if finding.mend:
                    self.stdout.write(f"      {'':<11} -> {finding.mend}")
        if not all(finding.ok for finding in found):
            raise SystemExit(1)
