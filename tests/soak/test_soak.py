"""Three kills of what `make soak` does a hundred times: nothing is lost or doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from .run import soak

pytestmark = [pytest.mark.slow, pytest.mark.own_clock]


def test_after_three_kills_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    killed = ("backend", "web", "postmaster")
    report = soak(
        tmp_path / "data",
        seed=1,
        kills=3,
        pause=3,
        outage=4,
        returns_within=60,  # the machine is busy with other tests
        in_order=killed,
        waits_for_jobs=False,
        web_processes=1,
    )
    assert not report.wrong, str(report)
    assert report.kills.total() == 3 and report.written > 5 and report.emails > 0, str(report)
