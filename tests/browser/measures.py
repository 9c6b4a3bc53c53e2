"""What the pages are measured by, as a table: heights, rows in view, presses, links, weight, targets.

python -m tests.browser.measures             run all of tests/browser/test_measures.py and print value and bound
python -m tests.browser.measures --json      the same as JSON
python -m tests.browser.measures --pictures FOLDER   and keep a picture of every page at 360, 768, 1280 and 1600 px
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

MEASURED = "measured"
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Measured:
    """A value and the bound it has to keep: at most that much, or (`at_least`) no less."""

    what: str
    value: float
    bound: float
    unit: str
    at_least: bool = False

    @property
    def is_kept(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        word = "at least" if self.at_least else "at most"
        mark = "" if self.is_kept else "  NOT KEPT"
        return f"{self.what:<42} {self.value:>7g}  {word} {self.bound:g} {self.unit}{mark}".rstrip()


Measure = Callable[..., None]  # what, value, the bound and its unit as in `Measured`


def measure_of(request: pytest.FixtureRequest) -> Measure:
    """What notes a value of a test for the table, and fails the test if the bound is not kept."""

    def measure(what: str, value: float, *, at_most: float = 0, at_least: float = 0, unit: str) -> None:
        measured = Measured(what, value, at_least or at_most, unit, at_least=bool(at_least))
        request.node.user_properties.append((MEASURED, asdict(measured)))  # plain, as workers send it
        assert measured.is_kept, str(measured)

    return measure


class Table:
    """A plugin of pytest that collects what tests have measured, and those that came to no value."""

    def __init__(self) -> None:
        self.measured: list[Measured] = []
        self.broken: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        values = [Measured(**value) for name, value in report.user_properties if name == MEASURED]  # type: ignore[arg-type]
        if report.when == "call":
            self.measured += values
        if report.failed and all(value.is_kept for value in values):
            self.broken.append(report.nodeid)


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.browser.measures")
    reader.add_argument("--json", action="store_true", help="print JSON instead of a table")
    reader.add_argument("--pictures", default="", metavar="FOLDER", help="keep a picture of every page there")
    given = reader.parse_args(arguments)
    tests = [str(HERE / "test_measures.py"), str(HERE / "test_stalled.py")]
    if given.pictures:
        Path(given.pictures).mkdir(parents=True, exist_ok=True)
        os.environ["SCREENSHOTS"] = given.pictures
        tests.append(str(HERE / "test_every_page.py"))
    table = Table()
    with redirect_stdout(sys.stderr if given.json else sys.stdout):  # what is printed is the table alone
        pytest.main(["-m", "", "--tb=line", *tests], plugins=[table])
    if given.json:
        rows = [asdict(row) | {"is_kept": row.is_kept} for row in table.measured]
        lines = [json.dumps({"measured": rows, "broken": table.broken}, ensure_ascii=False, indent=2)]
    else:
        lines = [*map(str, table.measured), *(f"{name}: came to no value" for name in table.broken)]
    sys.stdout.write("\n".join((*lines, "")))
    return int(bool(table.broken) or not all(row.is_kept for row in table.measured))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
