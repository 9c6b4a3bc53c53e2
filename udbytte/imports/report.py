"""What an import did or would do: the same shape for every import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from udbytte.imports.readers.problems import Problem, Unreadable

VERDICTS = ("new", "changed", "moved", "left", "unchanged")
ORGANISATION = ("units", "people", "employments", "managers")
COURSES = ("courses", "runs")
MOST_EXAMPLES = 50
MOST_PROBLEMS = 1000


@dataclass(slots=True)
class Report:
    """Counts by kind of row (units, people, employments, managers; courses, runs) and verdict, examples, and problems.

    Problems are rows that cannot be used, and stop the import unless they are skipped; notes are fields of which
    nothing could be made, and stop nothing. Of a file read in parts the first of both are kept, and `more_problems`
    and `more_notes` tell how many came after. `written`: the changes stand in the database. `ends` of `current`
    employments or runs end; `columns` and `missing` are what a mapping of columns needs.
    """

    kinds: tuple[str, ...] = ORGANISATION
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0
    notes: list[Problem] = field(default_factory=list)
    more_notes: int = 0
    written: bool = False
    dry_run: bool = False
    skipped_bad: bool = False
    needs_confirmation: bool = False
    ends: int = 0
    current: int = 0
    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for kind in self.kinds:
            self.counts.setdefault(kind, dict.fromkeys(VERDICTS, 0))
        for verdict in VERDICTS[:-1]:
            self.examples.setdefault(verdict, [])

    @classmethod
    def of_unreadable(cls, unreadable: Unreadable, *, kinds: tuple[str, ...], dry_run: bool) -> Report:
        """The report of a file that could not be read as a whole."""
        columns, missing = unreadable.columns, unreadable.missing
        return cls(kinds=kinds, dry_run=dry_run, problems=[unreadable.problem], columns=columns, missing=missing)

    def count(self, kind: str, verdict: str, example: str = "") -> None:
        """Count one row; the first of each verdict but "unchanged" are kept as examples."""
        self.counts[kind][verdict] += 1
        if example and verdict != "unchanged" and len(self.examples[verdict]) < MOST_EXAMPLES:
            self.examples[verdict].append(example)

    def add_problems(self, problems: Iterable[Problem], notes: Iterable[Problem]) -> None:
        """Add what is wrong with a row of a file that is read in parts."""
        for problem in problems:
            if len(self.problems) < MOST_PROBLEMS:
                self.problems.append(problem)
            else:
                self.more_problems += 1
        for note in notes:
            if len(self.notes) < MOST_PROBLEMS:
                self.notes.append(note)
            else:
                self.more_notes += 1

    @property
    def problem_count(self) -> int:
        return len(self.problems) + self.more_problems

    @property
    def note_count(self) -> int:
        return len(self.notes) + self.more_notes

    def total(self, verdict: str) -> int:
        return sum(counted[verdict] for counted in self.counts.values())

    @property
    def refused(self) -> bool:
        """Whether it was not, and as it stands would not be, written."""
        return self.needs_confirmation or (bool(self.problems) and not self.skipped_bad)

    def as_json(self) -> dict[str, Any]:
        """Plain data: new, changed, moved, left, unchanged as numbers, problems as a list, and what is behind them."""
        return {
            **{verdict: self.total(verdict) for verdict in VERDICTS},
            "problems": [asdict(problem) for problem in self.problems[:MOST_PROBLEMS]],
            "problem_count": self.problem_count,
            "notes": [asdict(note) for note in self.notes[:MOST_PROBLEMS]],
            "note_count": self.note_count,
            "counts": self.counts,
            "examples": self.examples,
            "written": self.written,
            "dry_run": self.dry_run,
            "refused": self.refused,
            "needs_confirmation": self.needs_confirmation,
            "ends": self.ends,
            "current": self.current,
            "columns": list(self.columns),
            "missing": list(self.missing),
        }


def no_progress(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


Progress = Callable[[str, int, int], None]
