"""Problems in a file: the person, the cell, what is there, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

MOST_PLACES = 20  # rows that a problem names, beside the first one


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file. `row` counts from 1 as a spreadsheet or editor does; 0 means the whole file."""

    file: str
    row: int
    field: str
    message: str  # what is in the cell, and what would be right
    person: str = ""  # the name in the row
    column: str = ""  # the name of the column in the file
    count: int = 1  # rows with the same problem
    others: tuple[tuple[int, str], ...] = ()  # the next of these rows: their numbers and the people in them

    @property
    def kind(self) -> tuple[str, str, str, str]:
        """Problems of one kind are shown once, with their number."""
        return self.file, self.field, self.column, self.message

    def joined(self, other: Problem) -> Problem:
        """This problem, with the rows of another of the same kind."""
        places = (*self.others, (other.row, other.person), *other.others)
        return replace(self, count=self.count + other.count, others=places[:MOST_PLACES])


def grouped(problems: Iterable[Problem]) -> list[Problem]:
    """The problems in the order of their first rows; those of one kind are one, with their number."""
    kinds: dict[tuple[str, str, str, str], Problem] = {}
    for problem in sorted(problems, key=lambda problem: (problem.file, problem.row, problem.field)):
        first = kinds.get(problem.kind)
        kinds[problem.kind] = problem if first is None else first.joined(problem)
    return list(kinds.values())


class Unreadable(Exception):
    """The file as a whole cannot be read.

    When a mapping of columns would help, `columns` has the columns of the file, `missing` the fields without one and
    `ambiguous` the fields for which there are several. When another sheet may be meant, `sheets` has their names.
    """

    def __init__(
        self,
        file: str,
        message: str,
        field: str = "",
        row: int = 0,
        columns: tuple[str, ...] = (),
        missing: tuple[str, ...] = (),
        ambiguous: tuple[str, ...] = (),
        sheets: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.problem = Problem(file, row, field, message)
        self.columns = columns
        self.missing = missing
        self.ambiguous = ambiguous
        self.sheets = sheets
