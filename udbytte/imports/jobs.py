"""Imports as jobs. A file is stored without its CPR numbers, tried out, imported, and then deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.db.models.functions import Substr
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg import Cursor, sql

from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import as_stream
from udbytte.imports.report import Progress
from udbytte.models import AuditKind, ImportRun, Person
from udbytte.models.imports import ImportState
from udbytte.services.errors import Refused
from udbytte.services.locks import retry_after_deadlock
from udbytte.services.people.audit import note

from .courses.read import mask_cpr as mask_courses
from .courses.run import import_courses
from .organisation.read import mask_cpr as mask_organisation
from .organisation.run import import_organisation
from .organisation.undo import UNDO_KEPT_FOR
from .report import Report

logger = logging.getLogger(__name__)
ORGANISATION, COURSES = "organisation", "courses"
QUEUE = "imports"
PIECE = 4_000_000  # bytes of a file that are fetched from the database at a time
STORED_PIECE = 16_000_000  # bytes that are sent to the database at a time
UPLOAD_KEPT_FOR = timedelta(days=1)
FINISHED = (ImportState.DONE, ImportState.REFUSED, ImportState.FAILED)
BUSY = (ImportState.WAITING, ImportState.RUNNING)
LOST_AFTER = timedelta(minutes=1)


class GivenUp(Exception):
    """Somebody has given the import up, or taken it up again, while it ran: what it wrote is taken back."""


def store_upload(
    *, filename: str, content: bytes | BinaryIO, by: Person | None, now: datetime, kind: str = ORGANISATION
) -> ImportRun:
    """Store a file without its CPR numbers, to be tried out. Raises Refused when it cannot be read at all.

    Also forgets what is kept no longer (`forget_old_imports`).
    """
    name = PurePath(filename.replace("\\", "/")).name[:250] or "-"
    stream = as_stream(content)
    if not stream.read(1):
        raise Refused(_("The file is empty."), "file")
    with TemporaryFile() as masked:
        try:
            (mask_courses if kind == COURSES else mask_organisation)(name, stream, masked)
        except Unreadable as unreadable:
            raise Refused(str(unreadable), "file") from unreadable
        forget_old_imports(now)
        with transaction.atomic():
            run = ImportRun.objects.create(kind=kind, filename=name, by=by, options={"dry_run": True})
            _store_content(run.pk, masked)
    return run


def forget_old_imports(now: datetime) -> None:
    """Delete files that were tried out more than a day ago, and what is needed to undo imports older than 30 days."""
    old_files = ImportRun.objects.filter(state__in=FINISHED, created_at__lt=now - UPLOAD_KEPT_FOR)
    old_files.exclude(content=b"").update(content=b"")
    ImportRun.objects.filter(undo__isnull=False, finished_at__lt=now - UNDO_KEPT_FOR).update(undo=None)


def _store_content(pk: int, content: BinaryIO) -> None:
    """Store the content of a file, in pieces. Django would send it as text, which is far larger."""
    connection.ensure_connection()
    table = sql.Identifier(ImportRun._meta.db_table)
    statement = sql.SQL("UPDATE {} SET content = content || %b WHERE id = %s").format(table)
    content.seek(0)
    with Cursor(connection.connection) as cursor:
        while piece := content.read(STORED_PIECE):
            cursor.execute(statement, [piece, pk])


@transaction.atomic
def requeue_import(
    run: ImportRun,
    *,
    dry_run: bool,
    skip_bad: bool = False,
    confirm: bool = False,
    end_missing: bool = False,
    end_count: int | None = None,
    same: list[str] | None = None,
    mapping: dict[str, str] | None = None,
    sheet: str | None = None,
) -> ImportRun:
    """Queue a file again that was tried out: to be imported, or to be tried out with other columns or another sheet.

    Raises Refused when the import is running, or its file has been deleted.
    """
    queued = ImportRun.objects.select_for_update().get(pk=run.pk)
    if queued.state not in FINISHED or not queued.content:
        raise Refused(_("This import is under way already, or over. Choose the file again."))
    queued.options = {
        "dry_run": dry_run,
        "skip_bad": skip_bad,
        "confirm": confirm,
        "end_missing": end_missing,
        "end_count": end_count,
        "same": queued.options.get("same", []) if same is None else same,
        "mapping": queued.options.get("mapping", {}) if mapping is None else mapping,
        "sheet": queued.options.get("sheet", "") if sheet is None else sheet,
    }
    queued.state, queued.report, queued.done, queued.total, queued.doing = ImportState.WAITING, None, 0, 0, ""
    queued.started_at = queued.finished_at = None
    queued.save()
    return queued


def give_up_import(run: ImportRun, *, now: datetime) -> None:
    """End an import that hangs. It writes nothing any more, and keeps its file. Raises Refused when it is over."""
    busy = ImportRun.objects.filter(pk=run.pk, state__in=BUSY)
    if not busy.update(state=ImportState.FAILED, doing="", finished_at=now):
        raise Refused(_("This import is over already."))


def end_lost_imports(now: datetime) -> int:
    """End the imports that no job will carry out any more, and keep their files; returns how many.

    The database was away when such an import failed, so that its job could not say so.
    """
    old = list(ImportRun.objects.filter(state__in=BUSY, created_at__lt=now - LOST_AFTER).values_list("pk", flat=True))
    jobs = ProcrastinateJob.objects.filter(queue_name=QUEUE, status__in=("todo", "doing"))
    alive = {arguments.get("run") for arguments in jobs.values_list("args", flat=True)}
    lost = ImportRun.objects.filter(pk__in=[pk for pk in old if pk not in alive], state__in=BUSY)
    return lost.update(state=ImportState.FAILED, doing="", finished_at=now)


def carry_out_import(pk: int, *, on: date, clock: Callable[[], datetime]) -> None:
    """Carry out an import that waits, or that a worker left unfinished. Does nothing when it is finished.

    The import and its report are written in one transaction. Of an unexpected error only the type is logged, because
    its message could hold data about people. The file is then deleted, unless only the database was away.
    """
    run = ImportRun.objects.select_related("by").defer("content").filter(pk=pk).exclude(state__in=FINISHED).first()
    if run is None:
        return
    started_at = clock()
    ImportRun.objects.filter(pk=pk).update(state=ImportState.RUNNING, started_at=started_at)
    language = run.by.language if run.by is not None else None
    progress_thread = ThreadPoolExecutor(max_workers=1)

    def progress(what: str, done: int, total: int) -> None:
        progress_thread.submit(_save_progress, pk, what, done, total)

    @retry_after_deadlock
    @transaction.atomic
    def import_and_report() -> None:
        report = _import(run, on=on, progress=progress)
        progress_thread.submit(_close_connection).result()
        outcome: dict[str, Any] = {"state": ImportState.REFUSED if report.refused else ImportState.DONE}
        if report.written:
            outcome |= {"content": b"", "undo": report.undo or None}
            note(AuditKind.IMPORT, by=run.by, on=on, page=run.kind, thing=pk)
        mine = ImportRun.objects.filter(pk=pk, state=ImportState.RUNNING, started_at=started_at)
        if not mine.update(report=report.as_json(), doing="", finished_at=clock(), **outcome):
            raise GivenUp

    try:
        with translation.override(language or translation.get_language() or "da"):
            import_and_report()
    except GivenUp:
        logger.warning("import %s was given up", pk)
    except Exception as error:
        logger.error("import %s failed: %s", pk, type(error).__name__)
        progress_thread.submit(_close_connection)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        outcome = {} if isinstance(error, (OperationalError, InterfaceError)) else {"content": b""}
        mine = ImportRun.objects.filter(pk=pk, state=ImportState.RUNNING, started_at=started_at)
        mine.update(state=ImportState.FAILED, doing="", finished_at=clock(), **outcome)
    finally:
        progress_thread.shutdown()


def store_written_import(filename: str, report: Report, *, on: date, now: datetime) -> ImportRun:
    """Store an import that the command line has written, so that it stands on the page and can be undone there."""
    run = ImportRun.objects.create(
        filename=filename[:250],
        options={"dry_run": False},
        state=ImportState.DONE,
        report=report.as_json(),
        undo=report.undo or None,
        started_at=now,
        finished_at=now,
    )
    note(AuditKind.IMPORT, by=None, on=on, page=run.kind, thing=run.pk)
    return run


def _import(run: ImportRun, *, on: date, progress: Progress) -> Report:
    """Import the file. It is fetched in pieces, so that it is never in memory as a whole."""
    options: dict[str, Any] = {
        "dry_run": bool(run.options.get("dry_run", True)),
        "skip_bad": bool(run.options.get("skip_bad")),
        "confirm": bool(run.options.get("confirm")),
        "mapping": run.options.get("mapping") or {},
        "sheet": run.options.get("sheet") or "",
    }
    if run.kind != COURSES:
        options |= {"end_missing": bool(run.options.get("end_missing")), "end_count": run.options.get("end_count")}
        options["same"] = run.options.get("same") or []
    import_file: Callable[..., Report] = import_courses if run.kind == COURSES else import_organisation
    with TemporaryFile() as file:
        for place in count(1, PIECE):
            piece = Substr("content", place, PIECE, output_field=models.BinaryField())
            part = bytes(ImportRun.objects.values_list(piece, flat=True).get(pk=run.pk))
            file.write(part)
            if len(part) < PIECE:
                break
        return import_file((run.filename, file), by=run.by, on=on, progress=progress, **options)


def _save_progress(pk: int, what: str, done: int, total: int) -> None:
    """Store the progress. A thread of its own does so, outside the transaction of the import, so that pages see it."""
    ImportRun.objects.filter(pk=pk, state=ImportState.RUNNING).update(doing=what, done=done, total=total)


def _close_connection() -> None:
    """Close the database connection of the thread that stores the progress."""
    connection.close()
