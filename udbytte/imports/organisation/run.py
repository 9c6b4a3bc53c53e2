"""Imports an organisation from a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem, Unreadable
from udbytte.imports.report import ORGANISATION, Progress, Report, no_progress
from udbytte.models import Person
from udbytte.services.agreements.line import move_steps_of_people_away
from udbytte.services.locks import Lock, wait_for_lock
from udbytte.services.people.organisation import follow_organisation_changes

from . import read as shapes
from . import staging
from .compare import compare, plan_endings
from .consequences import add_consequences
from .known import Known
from .pairs import pairs_of
from .rows import Organisation
from .same import Same
from .undeliverable import undeliverable_addresses
from .undo import former_managers
from .write import write_plan

MOST_ENDING = 5  # a file may end a fifth of the employments without a confirmation


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody has chosen besides the file."""

    confirm: bool = False  # end what the file ends by a last day, even if that is more than a fifth
    end_missing: bool = False
    end_count: int | None = None  # how many people that ends
    same: Same = field(default_factory=Same)  # what the file has by other names


@transaction.atomic
def import_organisation(
    source: Path | tuple[str, bytes | BinaryIO],
    *,
    by: Person | None,
    on: date,
    dry_run: bool = False,
    skip_bad: bool = False,
    confirm: bool = False,
    end_missing: bool = False,
    end_count: int | None = None,
    same: Collection[str] = (),
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    progress: Progress = no_progress,
) -> Report:
    """Make the organisation as it is in a file: a path, or a name with its content. Writes everything or nothing.

    1. Read the file into temporary tables. A file that cannot be read is one problem.
    2. Compare them with the database, in the transaction that writes. Only one import runs at a time.
    3. Stop when a row has a problem, unless `skip_bad`: then bad rows are left out, and the people in them are not
       missing. Stop when the file ends more than a fifth of the present employments by a last day, unless `confirm`.
    4. Whom the file lacks is marked as missing. `end_missing` ends them now; for more than a tenth of the people it
       needs their number, `end_count`. `same` are the ids of pairs (`Report.pairs`) that are the same person or unit.
    5. Write the changes, and find the line managers and the owners of all steps again.
    """
    report = Report(kinds=ORGANISATION, dry_run=dry_run, skipped_bad=skip_bad)
    progress("reading", 0, 0)
    staging.make_tables()
    try:
        with transaction.atomic():
            if isinstance(source, Path):
                organisation = shapes.read_path(source, mapping, sheet)
            else:
                organisation = shapes.read(*source, mapping, sheet)
    except Unreadable as unreadable:
        return Report.of_unreadable(unreadable, kinds=ORGANISATION, dry_run=dry_run)
    choices = Choices(confirm, end_missing, end_count, Same(same))
    _carry_out(organisation, report, by=by, on=on, choices=choices, progress=progress)
    return report


def _carry_out(
    organisation: Organisation, report: Report, *, by: Person | None, on: date, choices: Choices, progress: Progress
) -> None:
    wait_for_lock(Lock.IMPORT)
    progress("comparing", 0, 0)
    known = Known.on_day(on)
    plan = compare(organisation, known, on=on, report=report, same=choices.same)
    report.recognised, report.unused = organisation.columns, tuple(organisation.unused_columns)
    report.columns = organisation.all_columns
    report.sheet, report.sheets = organisation.sheet, organisation.sheets
    add_consequences(report, plan, known, on)
    is_number_wrong = choices.end_missing and report.many_missing and choices.end_count != len(report.missing_people)
    end_missing = choices.end_missing and not is_number_wrong
    plan_endings(organisation, known, plan, on=on, report=report, end_missing=end_missing)
    if end_missing:
        add_consequences(report, plan, known, on)
    report.pairs = pairs_of(organisation, known, plan, on, choices.same)
    for note in undeliverable_addresses(organisation.people_file):
        organisation.notes.add(note)
    report.add_problems(organisation.problems.grouped(), organisation.notes.grouped())
    report.more_problems += organisation.problems.more
    report.more_notes += organisation.notes.more
    if is_number_wrong:
        message = _("This would end %(number)s people, more than a tenth. Write their number to end them.")
        _ask(report, organisation, message % {"number": len(report.missing_people)})
    if report.ends * MOST_ENDING > report.current and not choices.confirm:
        message = _(
            "This would end %(ends)s of %(current)s employments, more than a fifth. If that is right, confirm it."
        )
        _ask(report, organisation, message % {"ends": report.ends, "current": report.current})
    if report.dry_run or report.refused:
        return
    report.undo = write_plan(plan, known, names_managers=organisation.names_managers, on=on, progress=progress)
    del plan, known
    progress("settling", 0, 0)
    former = former_managers()
    follow_organisation_changes(on=on, by=by, ended_by=by)
    after = former_managers()
    report.undo["former_managers"] = [
        (pk, since.isoformat(), manager) for pk, (since, manager) in former.items() if after.get(pk) != (since, manager)
    ]
    move_steps_of_people_away(on=on)
    report.written = True


def _ask(report: Report, organisation: Organisation, message: str) -> None:
    report.needs_confirmation = True
    report.problems.insert(0, Problem(_any_file(organisation), 0, "confirm", message))


def _any_file(organisation: Organisation) -> str:
    return organisation.work_file
