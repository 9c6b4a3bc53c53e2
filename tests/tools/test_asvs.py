"""The list of the OWASP ASVS is whole: each row has a state and says where or why, and what it names exists."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from tests.tools.test_docs import DOCS, FILE, INLINE, exists

PAGE = DOCS / "operate" / "asvs.md"
TEXT = PAGE.read_text(encoding="utf-8")
STATES = ("met", "partly", "open", "not applicable")
LEVELS = {"1": 70, "2": 183}  # of version 5.0.0
ID = re.compile(r"\d+\.\d+\.\d+")
NAMED = re.compile(r"`[^`]+`|\]\(#")  # a path or setting, or a part of the page itself


class Row(NamedTuple):
    id: str
    level: str
    asked: str
    state: str
    says: str


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


ROWS = [Row(*cells(line)) for line in TEXT.splitlines() if re.match(rf"\| {ID.pattern} ", line)]


def test_every_requirement_of_the_two_levels_has_one_row() -> None:
    assert Counter(row.level for row in ROWS) == LEVELS
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_each_row_has_a_state_and_says_where_or_why() -> None:
    assert [row.id for row in ROWS if row.state not in STATES or not row.asked or not row.says] == []
    assert [row.id for row in ROWS if row.state == "met" and not NAMED.search(row.says)] == []


def test_what_a_row_names_exists() -> None:
    paths = {(row.id, code) for row in ROWS for code in INLINE.findall(row.says) if FILE.fullmatch(code)}
    assert {(id, path) for id, path in paths if not exists(path)} == set()


def test_what_is_not_met_stands_in_the_list_of_what_is_open() -> None:
    part = TEXT.partition("## What is open")[2].partition("\n## ")[0]
    assert sorted(ID.findall(part)) == sorted(row.id for row in ROWS if row.state in ("partly", "open"))


def test_the_counts_are_those_of_the_rows() -> None:
    counted = {line[0]: line[1:] for line in map(cells, TEXT.partition("## Counts")[2].splitlines()) if len(line) == 6}
    chapters = {name.split()[0]: numbers for name, numbers in counted.items() if name[0].isdigit()}
    assert len(chapters) == 17
    for chapter, numbers in chapters.items():
        assert numbers == counts([row for row in ROWS if row.id.startswith(f"{chapter}.")]), chapter
    for level in LEVELS:
        assert counted[f"level {level}"] == counts([row for row in ROWS if row.level == level])
    assert counted["both"] == counts(ROWS)


def counts(rows: list[Row]) -> list[str]:
    states = Counter(row.state for row in rows)
    return [*(str(states[state]) for state in STATES), str(len(rows))]
