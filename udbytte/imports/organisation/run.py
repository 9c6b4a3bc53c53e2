"""Imports an organisation from a file."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem, Unreadable, grouped
from udbytte.imports.report import ORGANISATION, Progress, Report, no_progress
from udbytte.models import Person
from udbytte.services.locks import Lock, wait_for_lock
from udbytte.services.organisation import follow_organisation_changes

from . import read as shapes
from .compare import compare
from .known import Known
from .rows import Organisation
from .undeliverable import undeliverable_addresses
from .write import write_plan

MOST_ENDING = 5  # a file may end a fifth of the employments without a confirmation


def import_organisation(
    source: Path | tuple[str, bytes | BinaryIO],
    *,
    by: Person | None,
    on: date,
    dry_run: bool = False,
    skip_bad: bool = False,
    confirm: bool = False,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    progress: Progress = no_progress,
) -> Report:
    """Make the organisation as it is in a file: a path, or a name with its content. Writes everything or nothing.

    1. Read the file. A file that cannot be read is one problem.
    2. Compare it with the database, in the transaction that writes. Only one import runs at a time.
    3. Stop when a row has a problem, unless `skip_bad`: then bad rows are left out, and the people in them are not
       ended. Stop when more than a fifth of the present employments would end, unless `confirm`.
    4. Write the changes, and find the line managers and the owners of all steps again.
    """
    report = Report(kinds=ORGANISATION, dry_run=dry_run, skipped_bad=skip_bad)
    progress("reading", 0, 0)
    try:
        with paused_garbage_collection():
            if isinstance(source, Path):
                organisation = shapes.read_path(source, mapping, sheet)
            else:
                organisation = shapes.read(*source, mapping, sheet)
    except Unreadable as unreadable:
        return Report.of_unreadable(unreadable, kinds=ORGANISATION, dry_run=dry_run)
    _carry_out(organisation, report, by=by, on=on, confirm=confirm, progress=progress)
    return report


@transaction.atomic
def _carry_out(
    organisation: Organisation, report: Report, *, by: Person | None, on: date, confirm: bool, progress: Progress
) -> None:
    wait_for_lock(Lock.IMPORT)
    progress("comparing", 0, 0)
    with paused_garbage_collection():
        known = Known.on_day(on)
        plan = compare(organisation, known, on=on, report=report)
    report.recognised, report.unused = organisation.columns, tuple(organisation.unused_columns)
    report.columns = organisation.all_columns
    report.sheet, report.sheets = organisation.sheet, organisation.sheets
    notes = [*organisation.notes, *undeliverable_addresses(organisation.people)]
    report.add_problems(grouped(organisation.problems), grouped(notes))
    if report.ends * MOST_ENDING > report.current and not confirm:
        report.needs_confirmation = True
        message = _(
            "This would end %(ends)s of %(current)s employments, more than a fifth. If that is right, confirm it."
        )
        problem = Problem(
            _any_file(organisation), 0, "confirm", message % {"ends": report.ends, "current": report.current}
        )
        report.problems.insert(0, problem)
    if report.dry_run or report.refused:
        return
    write_plan(plan, known, names_managers=organisation.names_managers, on=on, progress=progress)
    del plan, known
    progress("settling", 0, 0)
    follow_organisation_changes(on=on, by=by, ended_by=by)
    report.written = True


@contextmanager
def paused_garbage_collection() -> Iterator[None]:
    """Do not look for unused circles of objects while millions of rows are made, of which all are in use."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _any_file(organisation: Organisation) -> str:
    return organisation.employments[0].file if organisation.employments else ""
