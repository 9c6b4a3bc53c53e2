"""The worker begins again when the database went away."""

from __future__ import annotations

import pytest
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout

from udbytte.management.commands import worker


def test_a_worker_whose_database_is_away_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[Exception | None] = [ExceptionGroup("both", [ConnectorException()]), PoolTimeout(), None]

    async def work() -> None:
        end = ends.pop(0)
        if end is not None:
            raise end

    waits: list[float] = []
    monkeypatch.setattr(worker, "_work", work)
    monkeypatch.setattr(worker, "sleep", waits.append)
    worker.Command().handle()
    assert (ends, waits) == ([], [worker.SECONDS_BETWEEN_LOOKS] * 2)
