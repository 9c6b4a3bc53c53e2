# ruff: noqa: N999 (the command is called import, which is no name of a module)
"""`udbytte import organisation PATH` and `udbytte import courses PATH`: make the data as it is in a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from udbytte.imports.courses import table as course_table
from udbytte.imports.courses.run import import_courses
from udbytte.imports.jobs import COURSES, store_written_import
from udbytte.imports.organisation import table as employment_table
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report_text import report_lines
from udbytte.models import AuditKind
from udbytte.runtime.clock import today
from udbytte.services.people.audit import note


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # they load every page of the application
    help = "Import the organisation or courses from a file, which changes nothing the second time."

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
        organisation = kinds.add_parser(
            "organisation",
            help="units, people, employments and managers: a folder or zip of four CSV files, one CSV or XLSX, or EMUS",
        )
        courses = kinds.add_parser(
            "courses",
            help="courses and their dates: CSV or XLSX, schema.org JSON-LD (.json, or a saved page), or XCRI-CAP XML",
        )
        self.add_options(
            organisation, employment_table.COLUMNS.fields, ends="employments end", example="name='Fulde navn'"
        )
        organisation.add_argument(
            "--end-missing",
            nargs="?",
            const=0,
            default=None,
            type=int,
            metavar="NUMBER",
            help="end people whom the file lacks now; for more than a tenth of all write how many they are",
        )
        organisation.add_argument(
            "--same",
            action="append",
            default=[],
            metavar="ID",
            help="the pair with this id, of those that a dry run names, is the same person or unit",
        )
        self.add_options(
            courses, course_table.COLUMNS.fields, ends="coming course dates vanish", example="title='Overskrift'"
        )

    def add_options(self, parser: CommandParser, fields: Sequence[str], *, ends: str, example: str) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        parser.add_argument("--skip-bad", action="store_true", help="leave bad rows out and write the rest")
        parser.add_argument("--confirm", action="store_true", help=f"even if over a fifth of {ends}")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help=f"which column a field is, such as {example}; fields: {', '.join(fields)}",
        )
        parser.add_argument("--sheet", default="", help="which sheet of a workbook is read")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with override("en"):
            self._import(options)

    def _import(self, options: dict[str, Any]) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"There is no such file or folder: {path}", returncode=2)
        flags = {name: options[name] for name in ("dry_run", "skip_bad", "confirm", "sheet")}
        if options["kind"] == "courses":
            mapping = mapping_of(options["map"], course_table.COLUMNS.fields)
            with transaction.atomic():
                report = import_courses(path, on=today(), mapping=mapping, **flags)
                if report.written:
                    note(AuditKind.IMPORT, by=None, on=today(), page=COURSES)
        else:
            mapping = mapping_of(options["map"], employment_table.COLUMNS.fields)
            ends: dict[str, Any] = {
                "end_missing": options["end_missing"] is not None,
                "end_count": options["end_missing"],
            }
            ends["same"] = options["same"]
            with transaction.atomic():
                report = import_organisation(path, by=None, on=today(), mapping=mapping, **flags, **ends)
                if report.written:
                    store_written_import(path.name, report, on=today(), now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
        else:
            for line in report_lines(report):
                self.stdout.write(line)
        if report.refused:
            raise SystemExit(1)


def mapping_of(pairs: list[str], fields: Sequence[str]) -> dict[str, str]:
    """Field to column, from "field=column". Raises CommandError (status 2)."""
    mapping = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or field.strip() not in fields or not column.strip():
            raise CommandError(f"--map {pair} is not FIELD=COLUMN; the fields are: {', '.join(fields)}.", returncode=2)
        mapping[field.strip()] = column.strip()
    return mapping
