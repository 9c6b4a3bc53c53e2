"""Problems in a file: the person, the cell, what is there, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

MOST_PLACES = 20  # rows that a problem names, beside the first one
MOST_KINDS = 5000


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
        """This problem, with the rows of another of the same kind, the first row first."""
        if other.row < self.row:
            return other.joined(self)
        places = self.others
        if len(places) < MOST_PLACES or other.row < places[-1][0]:
            places = tuple(sorted((*places, (other.row, other.person), *other.others))[:MOST_PLACES])
        return replace(self, count=self.count + other.count, others=places)


class Problems:
    """The problems of a file. Those of one kind are one, with their number, so that memory has an end.

    After `MOST_KINDS` kinds, further ones are only counted.
    """

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str, str, str], Problem] = {}
        self.more = 0  # problems of further kinds

    def __bool__(self) -> bool:
        return bool(self._kinds)

    def add(self, problem: Problem) -> None:
        first = self._kinds.get(problem.kind)
        if first is not None:
            self._kinds[problem.kind] = first.joined(problem)
        elif len(self._kinds) < MOST_KINDS:
            self._kinds[problem.kind] = problem
        else:
            self.more += problem.count

    def replace_people(self, files: Collection[str], names: Callable[[list[str]], Mapping[str, str]]) -> None:
        """Write names in place of the keys that stand for people in the problems of these files.

        `names` gives the names of keys; a person without one gets none.
        """
        keyed = {kind: problem for kind, problem in self._kinds.items() if problem.file in files}
        keys = {problem.person for problem in keyed.values()}
        keys.update(key for problem in keyed.values() for _row, key in problem.others)
        name_of = names(sorted(keys - {""})) if keys - {""} else {}
        for kind, problem in keyed.items():
            others = tuple((row, name_of.get(key, "")) for row, key in problem.others)
            self._kinds[kind] = replace(problem, person=name_of.get(problem.person, ""), others=others)

    def grouped(self) -> list[Problem]:
        """The problems in the order of their first rows."""
        return sorted(self._kinds.values(), key=lambda problem: (problem.file, problem.row, problem.field))


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
