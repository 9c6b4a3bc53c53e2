"""The units of a table: each row has the path of its unit from the top, in one column or one column for each level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .rows import UnitRow

SEPARATORS = (">", "\\", "/")
JOIN = " > "


class UnitPaths:
    """Collects the paths of the rows, and makes units of them when all rows are known.

    The separator is the same in the whole file, so that “HK/Kommunal” is one unit where others are “Engby > Skoler”.
    A unit with an id of its own is known by it; others are known by their path.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.numbers: dict[tuple[tuple[str, ...], str], int] = {}  # of each path as written, with its id
        self.written: list[tuple[tuple[str, ...], str]] = []
        self.first_rows: list[int] = []
        self.units: dict[str, UnitRow] = {}
        self.keys: list[str] = []  # of the unit of each path

    def number_of(self, row: int, path: tuple[str, ...], unit_id: str) -> int:
        """Remember the unit of a row: its path, of one text or of one for each level. Gives the number of the path."""
        written = (path, unit_id)
        number = self.numbers.get(written)
        if number is None:
            number = self.numbers[written] = len(self.written)
            self.written.append(written)
            self.first_rows.append(row)
        return number

    def build(self) -> None:
        """Make the units of all paths. Units above others come first."""
        texts = [path[0] for path, _id in self.written if len(path) == 1]
        separator = next((sign for sign in SEPARATORS if any(sign in text for text in texts)), JOIN)
        by_id: dict[str, str] = {}
        for (path, unit_id), row in zip(self.written, self.first_rows, strict=True):
            parts = path[0].split(separator) if len(path) == 1 else path
            names = [name.strip() for name in parts if any(sign.isalnum() for sign in name)]
            self.keys.append(self._add_path(row, names, unit_id, by_id))

    def _add_path(self, row: int, names: Sequence[str], unit_id: str, by_id: dict[str, str]) -> str:
        parent: str | None = None
        key = ""
        for depth, name in enumerate(names, start=1):
            key = JOIN.join(names[:depth]).casefold()
            if key not in self.units:
                self.units[key] = UnitRow(self.file, row, key, None, name, parent)
            parent = key
        if not unit_id:
            return key
        if unit_id in by_id:
            return by_id[unit_id]
        unit = self.units[key]
        if unit.external_id is not None:  # two units of the same name under the same one
            key = f"{key} {unit_id}"
        self.units[key] = replace(unit, row=row, key=key, external_id=unit_id)
        by_id[unit_id] = key
        return key

    def other_name(self, number: int) -> UnitRow | None:
        """The unit that has the id of a path under another name; None when the names agree."""
        path, unit_id = self.written[number]
        if not unit_id:
            return None
        unit = self.units[self.keys[number]]
        return None if unit.name.casefold() in path[-1].casefold() else unit
