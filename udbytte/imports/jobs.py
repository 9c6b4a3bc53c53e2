"""Imports as jobs: a file is taken in, tried out, then imported, and nothing of it is kept afterwards."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any

from django.db import connection, models, transaction
from django.db.models.functions import Substr
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg import Cursor, sql

from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.report import Progress
from udbytte.models import ImportRun, Person
from udbytte.models.imports import ImportState
from udbytte.services.errors import Refused

from .courses.read import mask_cpr as mask_courses
from .courses.run import import_courses
from .organisation.read import mask_cpr as mask_organisation
from .organisation.run import import_organisation
from .report import Report

logger = logging.getLogger(__name__)
ORGANISATION, COURSES = "organisation", "courses"
PIECE = 4_000_000
UPLOAD_KEPT_FOR = timedelta(days=1)
FINISHED = (ImportState.DONE, ImportState.REFUSED, ImportState.FAILED)


def store_upload(
    *, filename: str, content: bytes, by: Person | None, now: datetime, kind: str = ORGANISATION
) -> ImportRun:
    """Keep a file to be tried out, without its CPR numbers. Raises Refused when it cannot be read at all.

    Files that were tried out and then left are forgotten after a day.
    """
    name = PurePath(filename.replace("\\", "/")).name[:250] or "-"
    if not content.strip():
        raise Refused(_("The file is empty."), "file")
    try:
        masked = mask_courses(name, content) if kind == COURSES else mask_organisation(name, content)
    except Unreadable as unreadable:
        raise Refused(str(unreadable), "file") from unreadable
    ImportRun.objects.filter(state__in=FINISHED, created_at__lt=now - UPLOAD_KEPT_FOR).exclude(content=b"").update(
        content=b""
    )
    with transaction.atomic():
        run = ImportRun.objects.create(kind=kind, filename=name, by=by, options={"dry_run": True})
        _store_content(run.pk, masked)
    run.content = masked
    return run


def _store_content(pk: int, content: bytes) -> None:
    """Store what is in a file. It is sent as it is: in a statement of Django's it would be text, and far larger."""
    connection.ensure_connection()
    statement = sql.SQL("UPDATE {} SET content = %b WHERE id = %s")
    with Cursor(connection.connection) as cursor:
        cursor.execute(statement.format(sql.Identifier(ImportRun._meta.db_table)), [content, pk])


@transaction.atomic
def requeue_import(
    run: ImportRun,
    *,
    dry_run: bool,
    skip_bad: bool = False,
    confirm: bool = False,
    mapping: dict[str, str] | None = None,
) -> ImportRun:
    """Let a file that was tried out wait for its import, or for another trial with columns told. Raises Refused."""
    found = ImportRun.objects.select_for_update().get(pk=run.pk)
    if found.state not in FINISHED or not found.content:
        raise Refused(_("This import is under way already, or over. Choose the file again."))
    found.options = {
        "dry_run": dry_run,
        "skip_bad": skip_bad,
        "confirm": confirm,
        "mapping": found.options.get("mapping", {}) if mapping is None else mapping,
    }
    found.state, found.report, found.done, found.total, found.doing = ImportState.WAITING, None, 0, 0, ""
    found.started_at = found.finished_at = None
    found.save()
    return found


def carry_out_import(pk: int, *, on: date, clock: Callable[[], datetime]) -> None:
    """Do an import that waits, or that a worker left half done. Doing it again is harmless; one that is over stays so.

    The import and its report are written together. What goes wrong unexpectedly is logged by kind only, for its
    message could hold data about people.
    """
    run = ImportRun.objects.select_related("by").defer("content").filter(pk=pk).exclude(state__in=FINISHED).first()
    if run is None:
        return
    ImportRun.objects.filter(pk=pk).update(state=ImportState.RUNNING, started_at=clock())
    language = run.by.language if run.by is not None else None
    outside = ThreadPoolExecutor(max_workers=1)

    def progress(what: str, done: int, total: int) -> None:
        outside.submit(_tell, pk, what, done, total)

    try:
        with translation.override(language or translation.get_language() or "da"), transaction.atomic():
            report = _import(run, on=on, progress=progress)
            outside.submit(_let_go_of_connection).result()
            outcome: dict[str, Any] = {"state": ImportState.REFUSED if report.refused else ImportState.DONE}
            if report.written:
                outcome["content"] = b""
            ImportRun.objects.filter(pk=pk).update(report=report.as_json(), doing="", finished_at=clock(), **outcome)
    except Exception as error:
        logger.error("import %s failed: %s", pk, type(error).__name__)
        outside.submit(_let_go_of_connection)
        ImportRun.objects.filter(pk=pk).update(state=ImportState.FAILED, content=b"", doing="", finished_at=clock())
    finally:
        outside.shutdown()


def _import(run: ImportRun, *, on: date, progress: Progress) -> Report:
    """Import the file of a run by its kind. A file of courses is fetched in pieces and never stands whole in memory."""
    options: dict[str, Any] = {
        "dry_run": bool(run.options.get("dry_run", True)),
        "skip_bad": bool(run.options.get("skip_bad")),
        "confirm": bool(run.options.get("confirm")),
        "mapping": run.options.get("mapping") or {},
    }
    if run.kind != COURSES:
        content = bytes(run.content)
        return import_organisation((run.filename, content), by=run.by, on=on, progress=progress, **options)
    with TemporaryFile() as file:
        for place in count(1, PIECE):
            piece = Substr("content", place, PIECE, output_field=models.BinaryField())
            part = bytes(ImportRun.objects.values_list(piece, flat=True).get(pk=run.pk))
            file.write(part)
            if len(part) < PIECE:
                break
        return import_courses((run.filename, file), on=on, progress=progress, **options)


def _tell(pk: int, what: str, done: int, total: int) -> None:
    """Progress is seen at once, so it is written beside the transaction of the import, by a thread of its own."""
    ImportRun.objects.filter(pk=pk, state=ImportState.RUNNING).update(doing=what, done=done, total=total)


def _let_go_of_connection() -> None:
    """Give back the database connection of the thread that tells the progress."""
    connection.close()
