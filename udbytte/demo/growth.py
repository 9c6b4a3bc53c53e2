"""How much a workplace of each size needs: `udbytte bench --growth`. Each size is measured by a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from udbytte.runtime.config import CHECKOUT

SIZES = (1_000, 10_000, 100_000)  # employees, with three agreements each
AGREEMENTS_EACH = 3
WRITTEN = Path("docs/operate/growth.json")
# The lines of the bench that are shown, and their words in the table.
SHOWN = {
    "home, asked by the employee": "first page of an employee",
    "team, asked by the manager": "team of a manager",
    "course-board, asked by the coordinator": "course board",
    "figures, asked by the hr": "figures of all",
    "follow-up, most weekly emails": "daily follow-up, on a Monday",
    "first import": "first import",
    "memory of a web process": "memory of a web process",
    "memory of all this, at most": "memory of the follow-up, at most",
    "database": "database, with a year of agreements",
}
PAGES_PER_SECOND = "pages a second for each core"

Measured = Mapping[str, Any]


def measure_growth(sizes: Sequence[int], requests: int) -> list[Measured]:
    """What the bench says for each size, the smallest first. Raises SystemExit where one fails."""
    measured = []
    for employees in sizes:
        command = [sys.executable, "-m", "udbytte", "bench", "--json", "--no-record", "--employees", str(employees)]
        command += ["--agreements", str(employees * AGREEMENTS_EACH), "--requests", str(requests)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if not done.stdout.startswith("{"):
            raise SystemExit(f"udbytte bench: the size {employees} could not be measured.")
        measured.append(json.loads(done.stdout))
    return measured


def growth_table(measured: Sequence[Measured]) -> str:
    """A table in Markdown: a column for each size."""
    heads = [f"{each['employees']:,} employees" for each in measured]
    rows = [["", *heads], ["---", *("---" for _ in heads)]]
    values = [{line["what"]: line for line in each["lines"]} for each in measured]
    for what, words in SHOWN.items():
        rows.append([words, *(_shown(lines.get(what)) for lines in values)])
    home = [lines.get("home, asked by the employee") for lines in values]
    rows.append([PAGES_PER_SECOND, *(f"{1000 / line['seen']:.0f}" if line else "" for line in home)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _shown(line: Measured | None) -> str:
    return f"{line['seen']:.{0 if line['seen'] >= 10 else 1}f} {line['unit']}" if line is not None else ""


def write_growth(measured: Sequence[Measured]) -> None:
    """Keep the figures in the checkout; an installed copy keeps nothing."""
    if not (CHECKOUT / ".git").exists():
        return
    facts = {
        "date": date.today().isoformat(),  # noqa: DTZ011 (the machine's own day)
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "sizes": [{name: each[name] for name in ("commit", "employees", "agreements", "lines")} for each in measured],
    }
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    (CHECKOUT / WRITTEN).write_text(f"{text}\n", encoding="utf-8")
