"""Imports that run in the background. If a worker dies, its import starts again from the beginning."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from udbytte.runtime.clock import today

from .jobs import QUEUE, carry_out_import, end_lost_imports, forget_old_imports


@app.task(queue=QUEUE, aliases=["udbytte.tasks.imports.organisation"])
def organisation(run: int) -> None:
    """Carry out one import of an organisation."""
    carry_out_import(run, on=today(), clock=timezone.now)


@app.task(queue=QUEUE, aliases=["udbytte.tasks.imports.courses"])
def courses(run: int) -> None:
    """Carry out one import of courses."""
    carry_out_import(run, on=today(), clock=timezone.now)


@app.periodic(cron="50 3 * * *", periodic_id="forget-old-imports")
@app.task(queue=QUEUE, queueing_lock="forget-old-imports")
def forget(timestamp: int) -> None:
    """Delete files that nobody imported, and what old imports would need to be undone."""
    forget_old_imports(timezone.now())


@app.periodic(cron="* * * * *", periodic_id="lost-imports")
@app.task(queue=QUEUE, queueing_lock="lost-imports")
def lost_imports(timestamp: int) -> None:
    """End the imports whose job has ended without them, so that they can be taken up again."""
    end_lost_imports(timezone.now())
