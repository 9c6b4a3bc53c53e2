"""The report of an import: what it changed or would change. All imports share it."""

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
MANY = 10  # more than a tenth of the people is many


@dataclass(frozen=True, slots=True)
class Closing:
    """What is closed when people leave."""

    agreements: int = 0
    conversations: int = 0
    seats: int = 0  # of the agreements, those with a seat on a course

    def __add__(self, other: Closing) -> Closing:
        return Closing(
            self.agreements + other.agreements,
            self.conversations + other.conversations,
            self.seats + other.seats,
        )


@dataclass(frozen=True, slots=True)
class Affected:
    """Somebody whom the file lacks, or who leaves."""

    name: str
    work: str  # title and unit
    since: str  # the day, in ISO form, on which a file first lacked them; empty: this one does
    closing: Closing


@dataclass(frozen=True, slots=True)
class Pair:
    """Somebody whom the file lacks and somebody new in it who look like the same person; or two such units."""

    id: str
    kind: str  # person, or unit
    is_joined: bool  # an administrator has said that they are the same
    old: str  # the names
    old_about: str
    new: str
    new_about: str
    agreements: int = 0  # of the known person, which the one in the file gets
    conversations: int = 0


@dataclass(slots=True)
class Report:
    """Counts, examples and problems of one import, by kind of row and verdict.

    A problem is a row that cannot be used; it stops the import unless bad rows are skipped. A note is a field that
    cannot be used; it stops nothing.
    """

    kinds: tuple[str, ...] = ORGANISATION
    counts: dict[str, dict[str, int]] = field(default_factory=dict)  # by kind, then by verdict
    examples: dict[str, list[str]] = field(default_factory=dict)  # by verdict, at most MOST_EXAMPLES
    problems: list[Problem] = field(default_factory=list)
    more_problems: int = 0  # problems beyond the first MOST_PROBLEMS
    notes: list[Problem] = field(default_factory=list)
    more_notes: int = 0  # notes beyond the first MOST_PROBLEMS
    written: bool = False  # the changes are in the database
    dry_run: bool = False
    skipped_bad: bool = False
    needs_confirmation: bool = False
    ends: int = 0  # employments or runs that end
    current: int = 0  # employments or runs that there are now
    columns: tuple[str, ...] = ()  # of a table
    recognised: dict[str, str] = field(default_factory=dict)  # the column of each field
    unused: tuple[str, ...] = ()  # columns that no field uses
    missing: tuple[str, ...] = ()  # fields without a column
    missing_people: list[Affected] = field(default_factory=list)
    leaving_people: list[Affected] = field(default_factory=list)
    people: int = 0  # who work here now
    pairs: list[Pair] = field(default_factory=list)
    undo: dict[str, Any] = field(default_factory=dict)  # what an import that is written needs to be undone
    ambiguous: tuple[str, ...] = ()  # fields with several columns
    sheets: tuple[str, ...] = ()  # of a workbook with several
    sheet: str = ""  # the one that was read; '' when one must be chosen

    _problem_places: dict[tuple[str, ...], int] = field(default_factory=dict, repr=False)  # by kind
    _note_places: dict[tuple[str, ...], int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for kind in self.kinds:
            self.counts.setdefault(kind, dict.fromkeys(VERDICTS, 0))
        for verdict in VERDICTS[:-1]:
            self.examples.setdefault(verdict, [])

    @classmethod
    def of_unreadable(cls, unreadable: Unreadable, *, kinds: tuple[str, ...], dry_run: bool) -> Report:
        """The report of a file that could not be read as a whole."""
        report = cls(kinds=kinds, dry_run=dry_run, problems=[unreadable.problem], columns=unreadable.columns)
        report.missing, report.ambiguous = unreadable.missing, unreadable.ambiguous
        report.sheets = unreadable.sheets
        return report

    def count(self, kind: str, verdict: str, example: str = "") -> None:
        """Count one row. The first rows of each verdict but "unchanged" become examples."""
        self.counts[kind][verdict] += 1
        if example and verdict != "unchanged" and len(self.examples[verdict]) < MOST_EXAMPLES:
            self.examples[verdict].append(example)

    def count_many(self, kind: str, verdict: str, number: int, examples: Iterable[str]) -> None:
        """Count rows of one kind and verdict at once. The examples are the first of them."""
        self.counts[kind][verdict] += number
        if verdict != "unchanged":
            free = MOST_EXAMPLES - len(self.examples[verdict])
            self.examples[verdict] += [example for example in examples if example][:free]

    def add_problems(self, problems: Iterable[Problem], notes: Iterable[Problem]) -> None:
        """Add problems and notes; those of one kind are joined. At most MOST_PROBLEMS kinds of each are stored."""
        self.more_problems += self._add(problems, self.problems, self._problem_places)
        self.more_notes += self._add(notes, self.notes, self._note_places)

    def _add(self, new: Iterable[Problem], stored: list[Problem], places: dict[tuple[str, ...], int]) -> int:
        """Add to the stored ones. Returns how many were left out."""
        left_out = 0
        for problem in new:
            place = places.get(problem.kind)
            if place is not None and place < len(stored) and stored[place].kind == problem.kind:
                stored[place] = stored[place].joined(problem)
            elif len(stored) < MOST_PROBLEMS:
                places[problem.kind] = len(stored)
                stored.append(problem)
            else:
                left_out += problem.count
        return left_out

    @property
    def problem_count(self) -> int:
        return sum(problem.count for problem in self.problems) + self.more_problems

    @property
    def note_count(self) -> int:
        return sum(note.count for note in self.notes) + self.more_notes

    def total(self, verdict: str) -> int:
        return sum(counted[verdict] for counted in self.counts.values())

    @property
    def many_missing(self) -> bool:
        """Whether so many people are missing that ending them at once needs their number."""
        return len(self.missing_people) * MANY > self.people

    @property
    def refused(self) -> bool:
        """Whether nothing may be written: it must be confirmed first, or there are problems that are not skipped."""
        return self.needs_confirmation or (bool(self.problems) and not self.skipped_bad)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, with the sum of each verdict over all kinds."""
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
            "recognised": self.recognised,
            "unused": list(self.unused),
            "missing": list(self.missing),
            "missing_people": [asdict(person) for person in self.missing_people[:MOST_PROBLEMS]],
            "missing_count": len(self.missing_people),
            "would_close": asdict(sum((person.closing for person in self.missing_people), start=Closing())),
            "leaving_people": [asdict(person) for person in self.leaving_people[:MOST_PROBLEMS]],
            "leaving_count": len(self.leaving_people),
            "closes": asdict(sum((person.closing for person in self.leaving_people), start=Closing())),
            "many_missing": self.many_missing,
            "pairs": [asdict(pair) for pair in self.pairs[:MOST_PROBLEMS]],
            "ambiguous": list(self.ambiguous),
            "sheets": list(self.sheets),
            "sheet": self.sheet,
        }


def no_progress(what: str, done: int, total: int) -> None:
    """Show no progress."""


Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many
