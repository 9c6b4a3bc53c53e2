"""Who manages whom in a table: the manager of each unit, and of each row where that is somebody else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from udbytte.domain.organisation import conversation_holder
from udbytte.imports.readers.values import for_message

from .identities import Identities
from .rows import EmploymentRow, ManagerRow, Organisation, UnitRow

ALIKE = 85  # of 100; below it, an address is not suggested


@dataclass(slots=True)
class ManagerCells:
    """Finds the people in the cells of the managers."""

    identities: Identities
    refused: Mapping[str, int]  # e-mail addresses of rows that cannot be used, with the row
    cache: dict[str, tuple[str | None, str]]

    def read(self, cell: str) -> tuple[str | None, str]:
        """The key of the person, or None and a sentence that says what is wrong."""
        if cell not in self.cache:
            self.cache[cell] = self._read(cell)
        return self.cache[cell]

    def _read(self, cell: str) -> tuple[str | None, str]:
        address = cell.lower()
        words = {"value": for_message(cell)}
        keys = self.identities.by_address.get(address, ())
        usable = [key for key in keys if key not in self.identities.contradicting]
        if len(usable) == 1:
            return usable[0], ""
        if usable:
            return None, _("“%(value)s” is the address of several people. Write the manager's own.") % words
        row = self.refused.get(address)
        if row is None and keys:
            row = self.identities.people[keys[0]].row
        if row is not None:
            return None, _("The row of “%(value)s” (row %(row)s) cannot be used, so the manager is missing here.") % {
                **words,
                "row": row,
            }
        suggested = self._suggestion(address)
        if suggested:
            message = _("“%(value)s” is nobody in the file. Do you mean %(email)s?")
            return None, message % {**words, "email": suggested}
        return None, _("“%(value)s” is nobody in the file. Write the e-mail of somebody who has a row.") % words

    def _suggestion(self, address: str) -> str:
        """The address in the file that is most alike, or that of the only person with this name."""
        if "@" in address:
            best = process.extractOne(address, self.identities.by_address.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
            return str(best[0]) if best is not None else ""
        people = self.identities.people.values()
        emails = [person.email for person in people if person.name.casefold() == address and person.email]
        return emails[0] if len(emails) == 1 else ""


def add_managers(
    organisation: Organisation, units: Mapping[str, UnitRow], works: Iterable[tuple[EmploymentRow, str | None]]
) -> dict[int, str]:
    """Add the manager of each unit, and return the manager (by row) where a row names somebody else.

    `works` have the key of the manager that the row names. A unit's manager is the one that most of its rows name; of
    several, the one who works there.
    """
    rows = list(works)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    working: dict[str, set[str]] = defaultdict(set)
    first_row: dict[str, int] = {}
    for work, manager in rows:
        if manager is not None and manager != work.person:
            votes[work.unit][manager] += 1
        working[work.unit].add(work.person)
        first_row.setdefault(work.unit, work.row)
    numbers = {key: number for number, key in enumerate({key for counted in votes.values() for key in counted})}
    keys = list(numbers)
    places = {key: number for number, key in enumerate(units)}
    managers: dict[int, list[int]] = {}
    for unit, counted in votes.items():
        first = max(counted, key=lambda key: (counted[key], key in working[unit]))
        managers[places[unit]] = [numbers[first]]
        organisation.managers.append(ManagerRow(units[unit].file, first_row[unit], None, first, unit))
    ancestors: dict[str, list[int]] = {}
    for key, unit_row in units.items():
        ancestors[key] = [*ancestors.get(unit_row.parent or "", []), places[key]]
    explicit: dict[int, str] = {}
    for work, manager in rows:
        if manager is None or manager == work.person:
            continue
        by_rule = conversation_holder(numbers.get(work.person, -1), ancestors[work.unit], managers)
        if by_rule is None or keys[by_rule] != manager:
            explicit[work.row] = manager
    return explicit
