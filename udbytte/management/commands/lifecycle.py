"""`udbytte lifecycle`: print the table of the lifecycle as text, JSON or a picture."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from udbytte.domain.lifecycle import STEPS, TRANSITIONS, Kind
from udbytte.domain.line_picture import draw_line
from udbytte.domain.picture import draw


class Command(BaseCommand):
    help = "Print the lifecycle of an agreement from the table that the application uses."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", choices=[kind.value for kind in Kind], default=Kind.COURSE.value)
        parser.add_argument("--svg", action="store_true", help="draw the kind's stages as SVG")
        parser.add_argument("--line", action="store_true", help="draw the line of late steps as SVG")
        parser.add_argument("--json", action="store_true", help="print all rows as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = Kind(options["kind"])
        if options["line"]:
            self.stdout.write(draw_line())
            return
        if options["svg"]:
            self.stdout.write(draw(kind))
            return
        rows: list[dict[str, Any]] = [
            {
                "kind": k,
                "stage": s,
                "event": e,
                "to": row.to or "the stage it had",
                "by": sorted(row.by),
                "needs": list(row.needs),
            }
            for (k, s, e), row in TRANSITIONS.items()
            if options["json"] or k is kind
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, indent=1))
            return
        for (owner, stage), step in STEPS.items():
            if owner is kind:
                self.stdout.write(f"{stage}: {step.name} ({step.owner})")
                for row in rows:
                    if row["stage"] == stage:
                        self.stdout.write(f"    {row['event']:14} -> {row['to']:11} {', '.join(row['by'])}")
