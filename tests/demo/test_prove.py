"""The proof lives many seeds, each in a database of its own, and says which bounds are not kept."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.runtime.installation import Installation
from udbytte.demo.prove import BOUNDS, Bound, Figure, Lives, as_table, broken_bounds, figures_of
from udbytte.demo.report import SimulationReport
from udbytte.management.commands import prove
from udbytte.management.commands.prove import seeds
from udbytte.runtime import postgres
from udbytte.runtime.processes import ChildDied


def test_figures_have_a_mean_a_standard_error_and_their_extremes() -> None:
    reports: list[dict[str, Any]] = [
        {"seed": 1, "until": "2026-11-30", "open": 4, "stray": {"agreements": 1}, "dropped_by_reason": {"other": 4}},
        {"seed": 2, "until": "2026-11-30", "open": 8, "stray": {"agreements": 1}, "dropped_by_reason": {}},
    ]
    assert figures_of(reports) == [
        Figure("open", 6.0, 2.0, 4.0, 8.0),
        Figure("stray.agreements", 1.0, 0.0, 1.0, 1.0),
        Figure("dropped_by_reason.other", 2.0, 2.0, 0.0, 4.0),
    ]
    assert figures_of(reports[:1])[0] == Figure("open", 4.0, 0.0, 4.0, 4.0)
    assert as_table(figures_of(reports)).splitlines()[1].split() == ["open", "6.000", "2.000", "4", "8"]


def test_a_bound_holds_in_every_life_or_on_average() -> None:
    figures = [Figure("days", 60.0, 1.0, 50.0, 67.0), Figure("share", 0.09, 0.01, 0.0, 0.4)]
    bounds = [Bound("days", 66, in_every_life=True), Bound("share", 0.1, in_every_life=False)]
    assert broken_bounds(figures, bounds) == ["days is 67; it may be 66 at most."]
    stricter = [Bound("days", 67, in_every_life=True), Bound("share", 0.08, in_every_life=False)]
    assert broken_bounds(figures, stricter) == ["share is on average 0.09; it may be 0.08 at most."]


def test_every_bound_is_about_a_figure_of_the_report() -> None:
    assert {bound.figure for bound in BOUNDS} <= set(SimulationReport.__annotations__)


def test_in_a_silent_area_only_bounds_of_each_life_hold() -> None:
    lives = Lives(seeds("1-2"), employees=60, days=365, until=date(2026, 11, 30), silent_area=True)
    assert {bound.figure for bound in BOUNDS} - {bound.figure for bound in lives.bounds} == {
        "open_over_45_share",
        "lapsed_of_line_share",
    }
    assert lives.arguments(2) == [
        "--seed", "2", "--employees", "60", "--days", "365", "--until", "2026-11-30", "--silent-area",
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "numbers"), [("1-3", (1, 2, 3)), ("7", (7,))])
def test_seeds_are_written_from_first_to_last(text: str, numbers: tuple[int, ...]) -> None:
    assert seeds(text) == numbers


@pytest.mark.parametrize("text", ["", "x", "3-1", "1-", "1,2"])
def test_other_seeds_are_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        seeds(text)


@pytest.mark.prove
@pytest.mark.slow
def test_each_seed_lives_in_a_database_that_is_gone_afterwards(installation: Installation) -> None:
    done = installation.run("prove", "--seeds", "1-2", "--employees", "30", "--days", "2", "--json")
    assert done.returncode == 0, done.stderr
    proof = json.loads(done.stdout)
    assert [report["seed"] for report in proof["reports"]] == [1, 2]
    assert {report["until"] for report in proof["reports"]} == {"2026-11-30"}
    assert proof["broken"] == []
    assert installation.ask("select count(*) from udbytte_person") == [(0,)]
    with postgres.connect(settings.CONFIG, postgres.SUPERUSER) as server:
        left = server.execute("select datname from pg_database where datname ~ '^udbytte_prove'").fetchall()
    assert left == []


def _command(monkeypatch: pytest.MonkeyPatch, live: Callable[..., list[dict[str, Any]]]) -> int:
    """The status with which the command ends."""
    monkeypatch.setattr(prove, "live_all", live)
    try:
        call_command(prove.Command(), seeds=(1,))
    except SystemExit as end:
        return 0 if end.code is None else 1
    return 0


@pytest.mark.parametrize(("days", "status"), [(66, 0), (67, 1)])
def test_the_command_ends_with_1_when_a_bound_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], days: int, status: int
) -> None:
    report = {bound.figure: 0 for bound in BOUNDS} | {"line_days_max": days}
    assert _command(monkeypatch, lambda *_lives, **_options: [report]) == status
    shown = capsys.readouterr()
    assert "line_days_max" in shown.out
    assert ("line_days_max is 67; it may be 66 at most." in shown.err) == bool(status)


def test_a_life_that_fails_ends_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_lives: Lives, **_options: object) -> list[dict[str, Any]]:
        raise ChildDied("the life of seed 1 ended with status 2.")

    assert _command(monkeypatch, fail) == 1
