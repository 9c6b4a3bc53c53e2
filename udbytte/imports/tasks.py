"""Imports that run in the background. If a worker dies, its import starts again from the beginning."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.runtime.clock import today

from .jobs import carry_out_import, forget_old_imports


@app.task(queue="imports", aliases=["udbytte.tasks.imports.organisation"])
def organisation(run: int) -> None:
    """Carry out one import of an organisation."""
    carry_out_import(run, on=today(), clock=timezone.now)


@app.task(queue="imports", aliases=["udbytte.tasks.imports.courses"])
def courses(run: int) -> None:
    """Carry out one import of courses."""
    carry_out_import(run, on=today(), clock=timezone.now)


@app.periodic(cron="50 3 * * *", periodic_id="forget-old-imports")
@app.task(queue="imports", queueing_lock="forget-old-imports")
def forget(timestamp: int) -> None:
    """Delete files that nobody imported, and what old imports would need to be undone."""
    forget_old_imports(timezone.now())
