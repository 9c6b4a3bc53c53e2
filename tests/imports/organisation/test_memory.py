"""The memory of an import does not grow with the number of rows."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from tests.cast import TODAY
from udbytte.imports.organisation.run import import_organisation

pytestmark = pytest.mark.django_db
HEADER = "Medarbejdernummer;Navn;E-mail;Enhed;Stilling;Leders e-mail;Ansat fra\n"
PER_ROW = 300  # bytes; a row as objects takes more than 1000


def most_memory(file: Path, rows: int) -> int:
    """The most memory in bytes that Python has in use while a file with so many people is imported."""
    with file.open("w") as stream:
        stream.write(HEADER)
        stream.writelines(
            f"{n};Anna Berg{n};person{n}@engby.test;Engby > Skole {n % 20};Lærer;person{n % 20}@engby.test;1-2-2020\n"
            for n in range(rows)
        )
    tracemalloc.start()
    try:
        assert import_organisation(file, by=None, on=TODAY).written
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_file_with_more_rows_needs_no_more_memory(tmp_path: Path) -> None:
    few, many = 5000, 9000  # up to 5000 rows are in memory at a time
    most_memory(tmp_path / "warm.csv", 10)
    first = most_memory(tmp_path / "few.csv", few)
    second = most_memory(tmp_path / "many.csv", many)
    assert (second - first) / (many - few) < PER_ROW
