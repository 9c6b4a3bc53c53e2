"""Who each row of a table is: found by employee number, else by CPR number, else by e-mail address. Never by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.values import same_name

from .rows import PersonRow

AddProblem = Callable[[int, str, str, str], None]  # row, field, message, person


class Identities:
    """The people of a table, by key.

    Two names under one number are a problem in all rows of this number. Two names under one address are two people.
    """

    def __init__(self, file: str, add_note: AddProblem) -> None:
        self.file, self.add_note = file, add_note
        self.people: dict[str, PersonRow] = {}
        self.by_number: dict[str, str] = {}  # the key of the person with an employee number
        self.by_cpr: dict[str, str] = {}
        self.by_address: dict[str, list[str]] = {}
        self.contradicting: dict[str, list[tuple[int, str]]] = {}  # by key: the rows with another name
        self.contradicting_field: dict[str, str] = {}

    def person_of(self, row: int, *, number: str, cpr: str, address: str | None, given: str, family: str) -> str:
        """The key of the person in a row. A person who is new in the file is added."""
        name = f"{given} {family}".strip()
        for field, known, value in (("employee_id", self.by_number, number), ("cpr", self.by_cpr, cpr)):
            key = known.get(value) if value else None
            if key is not None:
                if not same_name(self.people[key].name, name):
                    self.contradicting.setdefault(key, []).append((row, name))
                    self.contradicting_field.setdefault(key, field)
                else:
                    self._add(row, key, number, cpr, address)
                return key
            if value:
                break
        alike = (key for key in self.by_address.get(address or "", ()) if self._is_same(key, number, name))
        found = next(alike, None)
        if found is None:
            found = address if address and address not in self.people else f"row {row}"
            self.people[found] = PersonRow(self.file, row, found, number or None, address, given, family)
        self._add(row, found, number, cpr, address)
        return found

    def _is_same(self, key: str, number: str, name: str) -> bool:
        """Whether a row with the same address is about this person: the names agree, and the numbers do not differ."""
        known = self.people[key]
        return same_name(known.name, name) and (not number or known.external_id in (None, number))

    def _add(self, row: int, key: str, number: str, cpr: str, address: str | None) -> None:
        """Remember what a row tells about a person."""
        person = self.people[key]
        if (number and person.external_id is None) or (address and person.email is None):
            person = replace(person, external_id=person.external_id or number or None, email=person.email or address)
            self.people[key] = person
        elif address and person.email != address:
            message = _("“%(value)s” is a second e-mail; row %(row)s has %(email)s, which is used.")
            words = {"value": address, "row": person.row, "email": person.email}
            self.add_note(row, "email", message % words, person.name)
        if number:
            self.by_number.setdefault(number, key)
        if cpr:
            self.by_cpr.setdefault(cpr, key)
        if address == person.email and address and key not in self.by_address.setdefault(address, []):
            self.by_address[address].append(key)

    def contradictions(self) -> Iterator[tuple[Problem, tuple[str | None, ...]]]:
        """A problem for each row of a number that has several names, and what the row's people are known by."""
        for key, rows in self.contradicting.items():
            first, field = self.people[key], self.contradicting_field[key]
            everybody = [(first.row, first.name), *rows]
            known_by = (first.external_id, first.email, *(name for _row, name in everybody))
            for row, name in everybody:
                other = next(each for each in everybody if each[0] != row)
                words = {"number": first.external_id, "other": other[1], "row": other[0]}
                if field == "employee_id":
                    message = _(
                        "Number %(number)s is %(other)s in row %(row)s too. Each person needs their own number."
                    )
                else:
                    message = _("The same CPR number is %(other)s in row %(row)s too. Each person needs their own.")
                yield Problem(self.file, row, field, message % words, name), known_by
