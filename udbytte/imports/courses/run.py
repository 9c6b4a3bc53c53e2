"""Imports courses from a file."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem, Unreadable
from udbytte.imports.readers.text_files import MAX_BYTES
from udbytte.imports.report import COURSES, Progress, Report, no_progress
from udbytte.models import CourseRun, Person
from udbytte.services.bulk import chunks
from udbytte.services.courses.runs import lose_vanished_run
from udbytte.services.locks import Lock, wait_for_lock

from . import read as shapes
from .rows import Catalogue, CourseRow
from .write import PartOfFile, Reporter, Seen

PART = 1000  # courses and runs that are written at a time
MOST_GONE = 5  # a file may withdraw a fifth of a provider's coming runs without a confirmation
FEW = 5  # and any number below this that is less than half of them


def import_courses(
    source: Path | tuple[str, BinaryIO | bytes],
    *,
    on: date,
    by: Person | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    confirm: bool = False,
    mapping: Mapping[str, str] | None = None,
    sheet: str = "",
    progress: Progress = no_progress,
) -> Report:
    """Make the catalogue as it is in a file: a path, or a name with its content. Writes everything or nothing.

    1. Read the file part by part and write each part at once, so that memory does not grow with the file.
    2. Withdraw coming runs that came from an earlier file and are not in this one. If the file has all that its
       providers offer, this concerns their runs, otherwise the runs of its courses. A course or provider with a row
       that cannot be used loses no runs.
    3. Take the next step of agreements whose run is cancelled, withdrawn or moved. If a coordinator imports the file
       (`by`), this concerns the units that they serve, and the other coordinators are asked.
    4. Undo everything on a dry run; when a row has a problem, unless `skip_bad` (then it is left out); and when more
       than a fifth of a provider's coming runs, and at least five or half of them, would be withdrawn, unless
       `confirm`.
    """
    report = Report(kinds=COURSES, dry_run=dry_run, skipped_bad=skip_bad)
    progress("reading", 0, 0)
    with ExitStack() as stack:
        try:
            name, stream = _open_source(source, stack)
            with transaction.atomic():
                wait_for_lock(Lock.IMPORT)
                percent = partial(_percent, stream, stream.seek(0, io.SEEK_END))
                catalogue = shapes.read(name, stream, mapping, sheet)
                _tell_what_was_recognised(catalogue, report)
                options: dict[str, Any] = {"on": on, "by": by, "confirm": confirm, "progress": progress}
                _carry_out(name, catalogue, report, percent=percent, **options)
                report.written = not (report.dry_run or report.refused)
                if not report.written:
                    transaction.set_rollback(True)
        except Unreadable as unreadable:
            return Report.of_unreadable(unreadable, kinds=COURSES, dry_run=dry_run)
    return report


def _open_source(source: Path | tuple[str, BinaryIO | bytes], stack: ExitStack) -> tuple[str, BinaryIO]:
    if isinstance(source, Path):
        if not source.is_file():
            raise Unreadable(source.name, _("There is no such file."))
        name: str = source.name
        content: BinaryIO | bytes = stack.enter_context(source.open("rb"))
    else:
        name, content = source
    stream: BinaryIO = io.BytesIO(content) if isinstance(content, bytes) else content
    if stream.seek(0, io.SEEK_END) > MAX_BYTES:
        raise Unreadable(name, _("The file is larger than 200 MB."))
    return name, stream


def _percent(stream: BinaryIO, size: int) -> int:
    """How much of the file has been read."""
    return min(99, stream.tell() * 100 // max(1, size))


def _tell_what_was_recognised(catalogue: Catalogue, report: Report) -> None:
    """Put the columns and the sheet of a table into the report, and the notes about the file as a whole."""
    report.add_problems((), catalogue.notes)
    if catalogue.table is not None:
        header = catalogue.table.header
        report.columns, report.recognised, report.unused = header.columns, header.recognised, header.unused
        report.sheet, report.sheets = catalogue.table.sheet, catalogue.table.sheets


def _carry_out(
    name: str,
    catalogue: Catalogue,
    report: Report,
    *,
    on: date,
    by: Person | None,
    confirm: bool,
    progress: Progress,
    percent: Callable[[], int],
) -> None:
    last_known = CourseRun.objects.aggregate(last=Max("pk"))["last"] or 0
    seen, reporter = Seen(), Reporter.of(by, on)
    for part in _parts(catalogue.rows):
        PartOfFile(name, part, seen, report, on, reporter).write()
        progress("runs", percent(), 100)
    progress("withdrawing", 0, 0)
    gone = _vanished_runs(seen, whole=catalogue.whole, last_known=last_known, on=on, report=report)
    if report.needs_confirmation and confirm:
        report.needs_confirmation = False
    elif report.needs_confirmation:
        message = _(
            "This would withdraw %(ends)s of %(current)s coming runs of a provider, more than a fifth. If that is"
            " right, confirm it."
        )
        words = {"ends": report.ends, "current": report.current}
        report.problems.insert(0, Problem(name, 0, "confirm", message % words))
    for pks in chunks(gone, PART):
        CourseRun.objects.filter(pk__in=pks).update(withdrawn_on=on)
        if not (report.dry_run or report.refused):
            for run in CourseRun.objects.filter(pk__in=pks).select_related("course").order_by("pk"):
                why = _("The provider no longer offers the course date.")
                lose_vanished_run(run, why=why, on=on, by=by, for_all=reporter.for_all)


def _parts(rows: Iterable[CourseRow]) -> Iterator[list[CourseRow]]:
    part: list[CourseRow] = []
    size = 0
    for row in rows:
        part.append(row)
        size += 1 + len(row.runs)
        if size >= PART:
            yield part
            part, size = [], 0
    if part:
        yield part


def _vanished_runs(seen: Seen, *, whole: bool, last_known: int, on: date, report: Report) -> list[int]:
    """The runs that have vanished. Counts them, and sets in the report whether so many must be confirmed."""
    coming = CourseRun.objects.filter(
        imported=True, starts_on__gt=on, withdrawn_on=None, cancelled_on=None, pk__lte=last_known
    ).annotate(of_provider=Lower("course__provider"))
    if whole:
        coming = coming.filter(of_provider__in=seen.providers - {""})
    else:
        coming = coming.filter(course__in=seen.dated_courses)
    known: Counter[str] = Counter()
    left: Counter[str] = Counter()
    gone = []
    rows = coming.order_by("pk").values_list("pk", "of_provider", "course_id", "course__title", "starts_on")
    for pk, provider, course, title, starts_on in rows.iterator():
        known[provider] += 1
        if pk in seen.runs or course in seen.spared or provider in seen.spared_providers:
            continue
        left[provider] += 1
        gone.append(pk)
        report.count("runs", "left", f"{title}, {starts_on}")
    for provider, number in left.items():
        if number * MOST_GONE > known[provider] and (number >= FEW or number * 2 >= known[provider]):
            report.needs_confirmation = True
            report.ends += number
            report.current += known[provider]
    return gone
