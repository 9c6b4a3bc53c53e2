"""`udbytte lifecycle`: print the table of the lifecycle as text, JSON or a picture."""

from __future__ import annotations

import json
from dataclasses import fields
from enum import Enum, StrEnum
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from udbytte.domain.lifecycle import STEPS, TRANSITIONS, Kind, Transition
from udbytte.domain.lifecycle.line_picture import draw_line
from udbytte.domain.lifecycle.picture import draw


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
        if options["json"]:
            rows = [{"kind": k, "stage": s, "event": e} | _columns(row) for (k, s, e), row in TRANSITIONS.items()]
            self.stdout.write(json.dumps(rows, indent=1))
            return
        for (step_kind, stage), step in STEPS.items():
            if step_kind is kind:
                self.stdout.write(f"{stage}: {step.name} ({step.owner})")
                for (row_kind, row_stage, event), row in TRANSITIONS.items():
                    if (row_kind, row_stage) == (kind, stage):
                        self.stdout.write(f"    {event:14} -> {row.to or 'as it was':11} {', '.join(sorted(row.by))}")


def _columns(row: Transition) -> dict[str, Any]:
    """Every column of a row, as JSON has it: parties sorted, other choices by their names in lower case."""
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Enum) and not isinstance(value, StrEnum):
        return value.name.lower()
    return value
