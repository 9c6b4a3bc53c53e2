"""A table to import while speed is measured: one row for each employment. Nowhere else in use."""

from __future__ import annotations

import csv
from pathlib import Path

UNIT_SIZE = 20
UNITS_IN_AREA = 25


def write_table(file: Path, employments: int, *, moved: int = 0, gone: int = 0) -> None:
    """A table with a row per employment; every `moved`th works one unit on, every `gone`th is not there."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, delimiter=";")
        table.writerow(["Navn", "E-mail", "Enhed", "Stilling", "Leders e-mail", "Fra", "Til"])
        for number in range(employments):
            if gone and number % gone == 7:
                continue
            unit = number // UNIT_SIZE
            if moved and number % moved == 3:
                unit = (unit + 1) % (employments // UNIT_SIZE)
            area = unit // UNITS_IN_AREA
            manager = unit * UNIT_SIZE
            path = f"Engby > Område {area} > Enhed {unit}"
            email = f"person{number}@example.test"
            table.writerow(
                [f"Anna{number} Berg", email, path, "Pædagog", f"person{manager}@example.test", "01-02-2020", ""]
            )
