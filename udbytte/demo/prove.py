"""The proof over many seeds: each lives in a process and a database of its own, and the figures are held to bounds.

docs/develop/proof.md says what is measured and how.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from udbytte.runtime import postgres, processes

# The number of the process lets two proofs run at once. This one is migrated, and copied for each seed.
TEMPLATE = f"udbytte_prove_{os.getpid()}"
SECONDS_BETWEEN_CHECKS = 0.2
NOT_FIGURES = ("days", "seed", "until")
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that a figure may be: in every life, or as the mean of all. Or the least, as the mean of all."""

    figure: str
    most: float
    in_every_life: bool
    least: float = 0


# Source: the design's promise. A share is of few agreements in one life, so that its mean is bounded.
BOUNDS = (
    Bound("silent_max", 0, in_every_life=True),
    Bound("line_days_max", 66, in_every_life=True),
    Bound("overdue_max_days", 90, in_every_life=True),
    Bound("emails_per_person_week_max", 4, in_every_life=True),
    Bound("open_over_45_share", 0.10, in_every_life=False),
    Bound("lapsed_of_line_share", 1 / 3, in_every_life=False),
)
# Shares follow from who is silent; and what the silent managers leave undone comes to HR.
BOUNDS_OF_SILENT_AREA = (
    *(bound for bound in BOUNDS if bound.in_every_life),
    Bound("came_to_hr", math.inf, in_every_life=False, least=1),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over all lives."""

    name: str
    mean: float
    standard_error: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Lives:
    """The lives that are to be lived: one for each seed, all alike otherwise."""

    seeds: tuple[int, ...]
    employees: int
    days: int
    until: date
    silent_area: bool = False

    def arguments(self, seed: int) -> list[str]:
        """The arguments of `udbytte simulate` for one of them."""
        numbers = {"--seed": seed, "--employees": self.employees, "--days": self.days, "--until": self.until}
        pairs = [str(part) for pair in numbers.items() for part in pair]
        return [*pairs, *(["--silent-area"] if self.silent_area else [])]

    @property
    def bounds(self) -> tuple[Bound, ...]:
        return BOUNDS_OF_SILENT_AREA if self.silent_area else BOUNDS


def live_all(lives: Lives, *, jobs: int, say: Callable[[str], None]) -> list[Report]:
    """Live all lives, `jobs` at a time, and return their reports in the order of the seeds. Leaves no database."""
    with _template(), tempfile.TemporaryDirectory() as folder, processes.child_processes() as children:
        waiting, running, begun = list(lives.seeds), list[int](), time.monotonic()
        while waiting or running:
            while waiting and len(running) < jobs:
                seed = waiting.pop(0)
                running.append(seed)
                _create(_name(seed), template=TEMPLATE)
                where = ("--database", _name(seed), "--report", str(_file(folder, seed)))
                children.start(str(seed), "simulate", *lives.arguments(seed), *where)
            for seed in [seed for seed in running if children.children[str(seed)].poll() is not None]:
                status = children.children.pop(str(seed)).returncode
                if status:
                    raise processes.ChildDied(f"the life of seed {seed} ended with status {status}.")
                running.remove(seed)
                _drop(_name(seed))
                say(f"seed {seed} has lived, after {time.monotonic() - begun:.0f} seconds")
            time.sleep(SECONDS_BETWEEN_CHECKS)
        return [json.loads(_file(folder, seed).read_text(encoding="utf-8")) for seed in lives.seeds]


def figures_of(reports: Sequence[Report]) -> list[Figure]:
    """Mean, standard error, least and most of each figure. What a life does not name, as a reason, is 0 there."""
    values: dict[str, list[float]] = {}
    for number, report in enumerate(reports):
        for name, value in _flat(report):
            values.setdefault(name, [0.0] * len(reports))[number] = value
    return [_figure(name, of_lives) for name, of_lives in values.items()]


def _flat(report: Report) -> Iterator[tuple[str, float]]:
    for name, value in report.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}.{part}", float(count or 0)) for part, count in sorted(value.items()))
        elif name not in NOT_FIGURES:
            yield name, float(value)


def _figure(name: str, values: Sequence[float]) -> Figure:
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return Figure(name, statistics.fmean(values), error, min(values), max(values))


def broken_bounds(figures: Iterable[Figure], bounds: Iterable[Bound]) -> list[str]:
    """A sentence for each bound that is not kept."""
    by_name = {figure.name: figure for figure in figures}
    sentences = []
    for bound in bounds:
        figure = by_name[bound.figure]
        value, what = (figure.most, "is") if bound.in_every_life else (figure.mean, "is on average")
        if value > bound.most:
            sentences.append(f"{bound.figure} {what} {value:.3g}; it may be {bound.most:.3g} at most.")
        if figure.mean < bound.least:
            sentences.append(f"{bound.figure} is on average {figure.mean:.3g}; it is to be {bound.least:.3g} at least.")
    return sentences


def as_table(figures: Iterable[Figure]) -> str:
    """The figures as a table for people."""
    rows = [f"{'figure':<38} {'mean':>9} {'± error':>9} {'least':>8} {'most':>8}"]
    rows += [
        f"{figure.name:<38} {figure.mean:>9.3f} {figure.standard_error:>9.3f} {figure.least:>8g} {figure.most:>8g}"
        for figure in figures
    ]
    return "\n".join(rows)


def as_json(lives: Lives, reports: Sequence[Report]) -> str:
    """The lives, their figures, the bounds that are not kept, and each report."""
    figures = figures_of(reports)
    facts = asdict(lives) | {"until": lives.until.isoformat()}
    whole = {"lives": facts, "figures": [asdict(figure) for figure in figures], "reports": list(reports)}
    return json.dumps(whole | {"broken": broken_bounds(figures, lives.bounds)}, indent=2, ensure_ascii=False)


def default_jobs() -> int:
    """One life for each core."""
    return os.cpu_count() or 1


def _file(folder: str, seed: int) -> Path:
    return Path(folder) / f"{seed}.json"


def _name(seed: int) -> str:
    return f"{TEMPLATE}_{seed}"


@contextmanager
def _template() -> Iterator[None]:
    """A migrated database to copy. Afterwards, it and all its copies are gone."""
    _create(TEMPLATE)
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = TEMPLATE
    try:
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        connection.close()  # a database in use cannot be copied
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        _drop_all()


def _create(name: str, template: str | None = None) -> None:
    """Make a database, empty or as a copy, in place of one of that name."""
    _drop(name)
    copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
    with postgres.connect(settings.CONFIG) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)


def _drop(name: str) -> None:
    with postgres.connect(settings.CONFIG) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_all() -> None:
    """Drop what this proof has made, also when it was stopped halfway."""
    with postgres.connect(settings.CONFIG) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{TEMPLATE}(_[0-9]+)?$"])
        names = [name for (name,) in rows.fetchall()]
    for name in names:
        _drop(name)
