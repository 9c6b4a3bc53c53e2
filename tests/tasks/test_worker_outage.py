"""The worker begins again when the database went away."""

from __future__ import annotations

from threading import Event

import pytest
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout

from udbytte.management.commands import worker


def test_a_worker_whose_database_is_away_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if it only ends, as it does when the database goes while it listens. It stops when it is asked to."""
    ends: list[Exception | str] = [ExceptionGroup("both", [ConnectorException()]), PoolTimeout(), "ended", "stopped"]

    async def work(is_asked_to_stop: Event) -> None:
        end = ends.pop(0)
        if isinstance(end, Exception):
            raise end
        if end == "stopped":
            is_asked_to_stop.set()

    waits: list[float] = []
    monkeypatch.setattr(worker, "_work", work)
    monkeypatch.setattr(worker, "sleep", waits.append)
    worker.Command().handle()
    assert (ends, waits) == ([], [worker.SECONDS_BETWEEN_LOOKS] * 3)
