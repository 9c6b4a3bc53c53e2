"""The sizes in docs/operate/growth.md are those that `udbytte bench --growth` has measured."""

from __future__ import annotations

import json

from tests.settings import ROOT
from udbytte.demo.bench import PAGES
from udbytte.demo.growth import SHOWN, SIZES, WRITTEN, growth_table


def test_the_manual_has_the_table_that_was_measured() -> None:
    facts = json.loads((ROOT / WRITTEN).read_text(encoding="utf-8"))
    manual = (ROOT / "docs" / "operate" / "growth.md").read_text(encoding="utf-8")
    assert [size["employees"] for size in facts["sizes"]] == list(SIZES)
    assert growth_table(facts["sizes"]) in manual
    assert facts["date"] in manual and f"{facts['cores']} cores" in manual and f"load {facts['load']}" in manual


def test_the_table_names_pages_that_the_bench_measures() -> None:
    pages = {f"{name}, asked by the {who}" for name, who, _limit, _ratio in PAGES}
    assert {what for what in SHOWN if ", asked by the " in what} <= pages


def test_a_size_is_a_column_and_a_line_that_is_missing_an_empty_cell() -> None:
    def size(employees: int, *lines: tuple[str, float, str]) -> dict[str, object]:
        names = ("what", "seen", "unit")
        return {"employees": employees, "lines": [dict(zip(names, line, strict=True)) for line in lines]}

    home = "home, asked by the employee"
    table = growth_table([size(1000, (home, 8.04, "ms"), ("database", 61.7, "MB")), size(10_000, (home, 20.0, "ms"))])
    rows = table.splitlines()
    assert rows[:3] == [
        "|  | 1,000 employees | 10,000 employees |",
        "| --- | --- | --- |",
        "| first page of an employee | 8.0 ms | 20 ms |",
    ]
    assert rows[-2:] == [
        "| database, with a year of agreements | 62 MB |  |",
        "| pages a second for each core | 124 | 50 |",
    ]
