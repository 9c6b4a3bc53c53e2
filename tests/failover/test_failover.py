"""The loss of the database's machine costs seconds, and no acknowledged save."""

from __future__ import annotations

from pathlib import Path

import pytest

from .run import failover

pytestmark = [pytest.mark.prove, pytest.mark.slow, pytest.mark.own_clock]


def test_nothing_acknowledged_is_lost_with_the_primary(tmp_path: Path) -> None:
    report = failover(tmp_path / "data", seconds=8, decides_after=1, emails=100)
    assert not report.wrong, str(report)
    assert report.written > report.before > 5 and report.emails == 100, str(report)
