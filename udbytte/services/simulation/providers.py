"""What providers do in the simulation: now and then a run is cancelled or moved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ...models import Agreement, CourseRun
from ..runs import cancel_run, move_run
from .answers import Life

NOTICE = 7  # days before the first one on which a provider looks at who has come


def change_runs(life: Life, *, on: date) -> None:
    """Runs that begin in a week are cancelled or moved by chance; those that a script counts on are left alone."""
    soon = CourseRun.objects.filter(starts_on=on + timedelta(days=NOTICE), cancelled_on__isnull=True)
    counted_on = Agreement.objects.filter(stage="registered", starts_on=on + timedelta(days=NOTICE)).values("run")
    scripted = Agreement.objects.filter(pk__in=life.scripted, run__isnull=False).values("run")
    for run in soon.filter(pk__in=counted_on).exclude(pk__in=scripted).order_by("pk"):
        draw = life.rng.random()
        if draw < life.behaviour.run_cancelled:
            cancel_run(run, by=None, on=on, why="Der var for få tilmeldte.")
        elif draw < life.behaviour.run_cancelled + life.behaviour.run_moved:
            later = timedelta(days=7 * life.rng.randrange(2, 6))
            days: dict[str, Any] = {"starts_on": run.starts_on + later, "ends_on": run.ends_on + later}
            move_run(run, by=None, on=on, signup_deadline=run.signup_deadline, **days)
