"""Updating the tallies of the figures in the background, and counting the self-check at night."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from udbytte.runtime.clock import today
from udbytte.services.figures import ballot_box
from udbytte.services.figures.tallies import update_tallies


@app.periodic(cron="* * * * * */20", periodic_id="tallies")
@app.task(queue="figures", queueing_lock="tallies")
def tallies(timestamp: int) -> None:
    """Three times a minute: count changes; the first time on a day: count everything."""
    update_tallies(on=today())


@app.periodic(cron="* * * * *", periodic_id="keep-ballot-key")
@app.task(queue="figures", queueing_lock="keep-ballot-key")
def keep_ballot_key(timestamp: int) -> None:
    """See that there is a key for the self-check: it is made soon after the first start."""
    ballot_box.keep_ballot_key(settings.CONFIG)


@app.periodic(cron="10 2 * * *", periodic_id="count-ballots")
@app.task(queue="figures", queueing_lock="count-ballots")
def count_ballots(timestamp: int) -> None:
    """Count the answers to self-checks that have come in since the night before."""
    ballot_box.count_ballots(ballot_box.keep_ballot_key(settings.CONFIG))
