"""What every file about an organisation comes to: units, people, employments, managers, and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from udbytte.imports.readers.problems import Problem


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit. `key` names it within the file; without an external id it is found again by its path of names."""

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
    """A person. `key` names them within the file and is never shown, for it may stand for a CPR number."""

    file: str
    row: int
    key: str
    external_id: str | None
    email: str | None
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """A person's work in a unit. No first day: it goes on from what is known, or begins on the day of the import.

    `manager` is the key of the person who holds the conversation where the rule of the nearest manager says otherwise.
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


@dataclass(frozen=True, slots=True)
class ManagerRow:
    """A person manages a unit."""

    file: str
    row: int
    external_id: str | None
    person: str
    unit: str
    starts_on: date | None = None
    ends_on: date | None = None
    holds_conversations: bool = True


@dataclass(slots=True)
class Organisation:
    """A whole organisation as a file tells it.

    `names_managers`: each employment tells its manager, so that the file decides it.
    `spared` holds the ids, e-mails and names (casefolded) of rows that could not be used: nobody is ended because
    their row was bad.
    """

    units: list[UnitRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    employments: list[EmploymentRow] = field(default_factory=list)
    managers: list[ManagerRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    names_managers: bool = False
    spared: set[str] = field(default_factory=set)

    def refuse(self, problem: Problem, *names: str | None) -> None:
        """Note a problem, and whom its row was about."""
        self.problems.append(problem)
        self.spared.update(name.casefold() for name in names if name)
