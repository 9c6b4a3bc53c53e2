"""The import of an organisation, from a file to the report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem, Unreadable
from udbytte.imports.report import Progress, Report, silent
from udbytte.models import Person
from udbytte.services.locks import Lock, wait_for_lock
from udbytte.services.organisation import follow_organisation_changes

from . import read as shapes
from .compare import compare
from .known import Known
from .rows import Organisation
from .write import apply

MOST_ENDING = 5  # a file may end one in so many employments without being asked


def import_organisation(
    source: Path | tuple[str, bytes],
    *,
    by: Person | None,
    on: date,
    dry_run: bool = False,
    skip_bad: bool = False,
    confirm: bool = False,
    mapping: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> Report:
    """Bring the organisation in line with a file: a path, or a name with its content. All or nothing.

    1. Read; a file that cannot be read is one problem.
    2. Compare with what is known, in the transaction that writes; one import at a time.
    3. With problems nothing is written, unless `skip_bad`: then the other rows are, and those of the bad rows are
       not ended. Nor when more than a fifth of the present employments would end, unless `confirm`.
    4. Write, and settle who manages whom and whose each step is.
    """
    report = Report(dry_run=dry_run, skipped_bad=skip_bad)
    progress("reading", 0, 0)
    try:
        if isinstance(source, Path):
            found = shapes.read_path(source, mapping)
        else:
            found = shapes.read(*source, mapping)
    except Unreadable as unreadable:
        report.problems = [unreadable.problem]
        report.columns, report.missing = unreadable.columns, unreadable.missing
        report.skipped_bad = False
        return report
    _carry_out(found, report, by=by, on=on, confirm=confirm, progress=progress)
    return report


@transaction.atomic
def _carry_out(
    found: Organisation, report: Report, *, by: Person | None, on: date, confirm: bool, progress: Progress
) -> None:
    wait_for_lock(Lock.IMPORT)
    progress("comparing", 0, 0)
    known = Known.on_day(on)
    plan = compare(found, known, on=on, report=report)
    report.problems = sorted(found.problems, key=lambda problem: (problem.file, problem.row, problem.field))
    if report.ends * MOST_ENDING > report.current and not confirm:
        report.needs_confirmation = True
        message = _(
            "This would end %(ends)s of %(current)s employments, more than a fifth. If that is right, confirm it."
        )
        problem = Problem(_whole(found), 0, "confirm", message % {"ends": report.ends, "current": report.current})
        report.problems.insert(0, problem)
    if report.dry_run or report.refused:
        return
    apply(plan, known, names_managers=found.names_managers, on=on, progress=progress)
    del plan, known
    progress("settling", 0, 0)
    follow_organisation_changes(on=on, by=by)
    report.written = True


def _whole(found: Organisation) -> str:
    return found.employments[0].file if found.employments else ""
