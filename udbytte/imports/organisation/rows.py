"""The rows that every file of an organisation is turned into: units, people, employments, managers and problems."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date

from udbytte.imports.readers.problems import Problem, Problems

RECENT_NAMES = 100_000


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit. `key` names it within the file. Without an external id, the next import finds it by its path of names."""

    file: str
    row: int
    key: str
    external_id: str | None
    name: str
    parent: str | None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person. `key` names them within the file. It is never shown, because it may come from a CPR number."""

    file: str
    row: int
    key: str
    external_id: str | None
    email: str | None
    given_name: str
    family_name: str
    shared_email: str | None = None  # an address that several people have, so that it is nobody's login

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """A person's work in a unit.

    Without a first day, a known employment keeps its own, and a new one begins on the day of the import. `manager` is
    the key of the person who holds the conversation, where that is not the nearest manager. `keeps_manager`: the
    file's cell cannot be used, so the known choice stays.
    """

    file: str
    row: int
    external_id: str | None
    person: str
    unit: str
    title: str
    starts_on: date | None = None
    ends_on: date | None = None
    manager: str | None = None
    keeps_manager: bool = False


@dataclass(frozen=True, slots=True)
class ManagerRow:
    """A manager of a unit."""

    file: str
    row: int
    external_id: str | None
    person: str
    unit: str
    starts_on: date | None = None
    ends_on: date | None = None
    holds_conversations: bool = True


class Names:
    """Names that can be asked for, without case. Each takes 8 bytes, because all rows of a file can be refused."""

    def __init__(self) -> None:
        self._sorted = array("q")  # hashes
        self._recent: set[int] = set()

    def __len__(self) -> int:
        """How many there are at most; one that was added long ago, and again, counts twice."""
        return len(self._sorted) + len(self._recent)

    def add(self, name: str) -> None:
        self._recent.add(hash(name.casefold()))
        if len(self._recent) >= RECENT_NAMES:
            self._sorted = array("q", sorted((*self._sorted, *self._recent)))
            self._recent.clear()

    def __contains__(self, name: str) -> bool:
        number = hash(name.casefold())
        if number in self._recent:
            return True
        place = bisect_left(self._sorted, number)
        return place < len(self._sorted) and self._sorted[place] == number


def place_of(file: str, row: int) -> str:
    return f"{file}:{row}"


@dataclass(slots=True)
class Organisation:
    """A whole organisation as it stands in a file. Its people and employments are in the tables of `staging`."""

    units: list[UnitRow] = field(default_factory=list)
    managers: list[ManagerRow] = field(default_factory=list)
    people_file: str = ""  # in which the people are, and the employments
    work_file: str = ""
    problems: Problems = field(default_factory=Problems)
    notes: Problems = field(default_factory=Problems)  # fields that were left out; they stop nothing
    columns: dict[str, str] = field(default_factory=dict)  # of a table: the name of each field's column
    all_columns: tuple[str, ...] = ()
    unused_columns: list[str] = field(default_factory=list)
    sheet: str = ""  # of a workbook with several: the one that was read
    sheets: tuple[str, ...] = ()
    unknown_managers: set[str] = field(default_factory=set)  # keys of units; a manager of theirs cannot be read
    names_managers: bool = False  # the file decides who holds each conversation
    # Ids, e-mail addresses and names of rows that cannot be used. Nobody is ended because of such a row.
    spared: Names = field(default_factory=Names)
    refused_rows: Names = field(default_factory=Names)  # `place_of` the rows whose problem has been told

    def refuse(self, problem: Problem, *names: str | None) -> None:
        """Add the problem of a row. `names` are the ids, e-mail addresses and names that the row is about."""
        self.problems.add(problem)
        self.refused_rows.add(place_of(problem.file, problem.row))
        self.spare(*names)

    def spare(self, *names: str | None) -> None:
        """End nobody with one of these ids, e-mail addresses and names."""
        for name in names:
            if name:
                self.spared.add(name)

    def spares(self, *names: str | None) -> bool:
        return bool(self.spared) and any(name is not None and name in self.spared for name in names)
