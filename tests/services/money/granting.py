"""Courses to be granted, the rules of who grants, and several who grant at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from django.db import connections

from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Course
from udbytte.services.agreements.take_step import take_step
from udbytte.services.money.authority import set_spending_authority
from udbytte.services.people.organisation import follow_organisation_changes


def found(cast: Cast, **facts: Any) -> Agreement:
    """An agreement with a course date whose price the catalogue does not know."""
    Course.objects.filter(pk=cast.run.course_id).update(price=None)
    cast.run.course.refresh_from_db()
    return take_step(cast.agree(**facts), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def fund(cast: Cast, price: int, **facts: Any) -> Agreement:
    return take_step(found(cast, **facts), Event.FUND, by=cast.lars, on=TODAY, price=price, price_reason="Tilbud")


def rule(cast: Cast, disposes: bool | None = True, **limits: Any) -> None:
    set_spending_authority(cast.round, cast.children, disposes=disposes, by=cast.hanne, on=TODAY, **limits)


def at_once(count: int, act: Any) -> None:
    """`count` threads that begin together, each with a connection of its own."""
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait()
            act(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def on_day(cast: Cast, agreement: Agreement, day: int) -> Agreement:
    follow_organisation_changes(on=TODAY + timedelta(days=day))
    return Agreement.objects.get(pk=agreement.pk)
