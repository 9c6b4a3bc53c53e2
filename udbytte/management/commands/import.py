# ruff: noqa: N999 (the command is called import, which is no name of a module)
"""`udbytte import organisation PATH`: bring the organisation in line with a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from udbytte.formats.columns import FIELDS
from udbytte.ground.clock import today
from udbytte.services.imports import Report, import_organisation

MOST_SHOWN = 10
MOST_PROBLEMS_SHOWN = 100


class Command(BaseCommand):
    help = "Import data from a file; the same file twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        organisation = kinds.add_parser(
            "organisation",
            help="units, people, employments and managers: a folder or zip of four CSV files, one CSV or XLSX, or EMUS",
        )
        organisation.add_argument("path", type=Path)
        organisation.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        organisation.add_argument("--skip-bad", action="store_true", help="leave bad rows out and write the rest")
        organisation.add_argument("--confirm", action="store_true", help="even if over a fifth of employments end")
        organisation.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help=f"which column a field is, such as name='Fulde navn'; fields: {', '.join(FIELDS)}",
        )
        organisation.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(_("There is no such file or folder: %(path)s") % {"path": path}, returncode=2)
        report = import_organisation(
            path,
            by=None,
            on=today(),
            dry_run=options["dry_run"],
            skip_bad=options["skip_bad"],
            confirm=options["confirm"],
            mapping=mapping_of(options["map"]),
        )
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        else:
            self.tell(report)
        if report.refused:
            raise SystemExit(1)

    def tell(self, report: Report) -> None:
        """The report as a few plain lines."""
        verdicts = {
            "new": _("new"),
            "changed": _("changed"),
            "moved": _("moved"),
            "left": _("left"),
            "unchanged": _("unchanged"),
        }
        kinds = {
            "units": _("Units"),
            "people": _("People"),
            "employments": _("Employments"),
            "managers": _("Manager roles"),
        }
        for kind, name in kinds.items():
            counted = ", ".join(f"{report.counts[kind][verdict]} {word}" for verdict, word in verdicts.items())
            self.stdout.write(f"{name + ':':15} {counted}")
        for verdict, examples in report.examples.items():
            for example in examples[:MOST_SHOWN]:
                self.stdout.write(f"  {verdicts[verdict]}: {example}")
            if len(examples) > MOST_SHOWN:
                self.stdout.write("  …")
        for problem in report.problems[:MOST_PROBLEMS_SHOWN]:
            place = ", ".join(
                part
                for part in (
                    problem.file,
                    _("row %(row)s") % {"row": problem.row} if problem.row else "",
                    problem.field,
                )
                if part
            )
            self.stdout.write(f"! {place}: {problem.message}")
        if len(report.problems) > MOST_PROBLEMS_SHOWN:
            more = len(report.problems) - MOST_PROBLEMS_SHOWN
            self.stdout.write(_("… and %(number)s problems more.") % {"number": more})
        self.stdout.write(outcome(report))


def outcome(report: Report) -> str:
    """What came of it, in one sentence."""
    if report.written:
        if report.problems:
            return _("Imported. %(number)s problems were skipped.") % {"number": len(report.problems)}
        return _("Imported.")
    if report.missing:
        return _("Nothing was written. Tell the columns with --map FIELD=COLUMN.")
    if report.needs_confirmation:
        return _("Nothing was written. If so many have really left, run it again with --confirm.")
    if report.refused:
        return _("Nothing was written. Mend the rows above, or leave them out with --skip-bad.")
    return _("A dry run: nothing was written.")


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """Field to column, from "field=column". Raises CommandError (status 2)."""
    mapping = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or field.strip() not in FIELDS or not column.strip():
            message = _("--map %(pair)s is not FIELD=COLUMN; the fields are: %(fields)s.")
            raise CommandError(message % {"pair": pair, "fields": ", ".join(FIELDS)}, returncode=2)
        mapping[field.strip()] = column.strip()
    return mapping
