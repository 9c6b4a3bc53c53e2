"""What is wrong in a file: which row, which field, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that is not right. `row` counts from 1 as a spreadsheet or editor shows it; 0: the whole."""

    file: str
    row: int
    field: str
    message: str


class Unreadable(Exception):
    """The file as a whole cannot be read. `columns` and `missing` are told where a mapping would mend it."""

    def __init__(
        self,
        file: str,
        message: str,
        field: str = "",
        row: int = 0,
        columns: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.problem = Problem(file, row, field, message)
        self.columns = columns
        self.missing = missing
