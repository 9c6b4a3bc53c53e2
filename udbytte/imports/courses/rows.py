"""What every file about courses comes to: one course at a time with its runs, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from udbytte.imports.readers.problems import Problem


@dataclass(slots=True)
class RunRow:
    """A run as a file tells it. `told` has the fields of CourseRun that the file says something about.

    `starts_on` and `ends_on` are always among them; `cancelled` (bool) is where the file tells it.
    """

    row: int
    key: str
    told: dict[str, Any]
    cancelled: bool | None = None


@dataclass(slots=True)
class CourseRow:
    """A course as a file tells it, with some of its runs. `told` has the fields of Course that the file tells.

    With `problems` it is left out; `notes` are fields that nothing could be made of, and stop nothing. `incomplete`:
    the file has a run of this course that could not be used, so that no run of it counts as vanished. `tells_runs`: the
    file says when the course is held, even if that is never.
    """

    row: int
    title: str = ""
    provider: str = ""
    code: str = ""
    key: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    runs: list[RunRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    incomplete: bool = False
    tells_runs: bool = True


@dataclass(slots=True)
class Catalogue:
    """A file being read. `whole`: it has all that its providers offer, and what is not in it has been withdrawn."""

    rows: Iterator[CourseRow]
    whole: bool
