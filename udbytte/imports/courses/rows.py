"""The rows that every file of courses is turned into: courses with their runs and problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.tables import Table


@dataclass(slots=True)
class RunRow:
    """A run as it stands in a file."""

    row: int
    key: str
    fields: dict[str, Any]  # the fields of CourseRun that are in the file; `starts_on` and `ends_on` always are
    cancelled: bool | None = None  # None: not in the file


@dataclass(slots=True)
class CourseRow:
    """A course as it stands in a file, with some of its runs."""

    row: int
    title: str = ""
    provider: str = ""
    code: str = ""
    key: str = ""
    fields: dict[str, Any] = field(default_factory=dict)  # the fields of Course that are in the file
    runs: list[RunRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)  # fields that cannot be used
    is_unusable: bool = False  # a problem of the course itself; one of a course date leaves only that one out
    incomplete: bool = False  # a run of it cannot be used, so none of its runs counts as vanished
    has_dates: bool = True  # the file says when the course is held, even if that is never


@dataclass(slots=True)
class Catalogue:
    """A file that is being read. `whole`: it has all that its providers offer; a run that is not in it is withdrawn."""

    rows: Iterator[CourseRow]
    whole: bool
    table: Table | None = None  # what was recognised in a table
    notes: tuple[Problem, ...] = ()  # about the file as a whole
