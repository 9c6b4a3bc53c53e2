"""Problems in a file: the row, the field, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file. `row` counts from 1 as a spreadsheet or editor does; 0 means the whole file."""

    file: str
    row: int
    field: str
    message: str


class Unreadable(Exception):
    """The file as a whole cannot be read.

    When a mapping of columns would help, `columns` has the columns of the file and `missing` the fields without one.
    """

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
