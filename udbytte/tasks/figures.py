"""Updating the tallies of the figures in the background."""

from __future__ import annotations

from procrastinate.contrib.django import app

from udbytte.runtime.clock import today
from udbytte.services.figures.tallies import update_tallies


@app.periodic(cron="* * * * * */20", periodic_id="tallies")
@app.task(queue="figures", queueing_lock="tallies")
def tallies(timestamp: int) -> None:
    """Three times a minute: count changes; the first time on a day: count everything."""
    update_tallies(on=today())
