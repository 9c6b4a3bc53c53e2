"""Who each row of a table is: found by employee number, else by CPR number, else by e-mail address. Never by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.values import same_name

from . import staging
from .rows import PersonRow

AddProblem = Callable[[int, str, str, str], None]  # row, field, message, person
Contradiction = tuple[Problem, tuple[str | None, ...]]  # of a row, with what its people are known by
PERSON = ("row", "key", "external_id", "email", "given_name", "family_name")


class Line(NamedTuple):
    """What a line says of the person whom it is about."""

    row: int  # in the file
    key: str  # of the person, if the line is the first about them
    number: str | None
    cpr: str | None  # a hash
    address: str | None
    given: str
    family: str
    external_id: str | None  # of an employment

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()


class Finding(Protocol):
    """Finds out who the lines of a group are about, in their order."""

    people: dict[str, PersonRow]  # by key

    @property
    def contradicting(self) -> Collection[str]:
        """The keys of people who are left out, because rows about them contradict each other."""

    def person_of(self, line: Line) -> str | None:
        """The key of the person; None when the line cannot be used."""

    def is_usable(self, key: str) -> bool:
        """Whether lines about this person stay. Asked after all lines of the group."""

    def contradictions(self) -> Iterator[Contradiction]: ...


def identify_lines(make_finding: Callable[[], Finding]) -> Iterator[Contradiction]:
    """Add the people of a file to `import_person`, and set of each line who it is about.

    Most lines share no number and no address with another one, and are a person of their own. The others are read in
    groups that share something, so that a few are in memory at a time. Yields the contradictions; lines that cannot be
    used are removed.
    """
    _group_lines()
    staging.run(
        "INSERT INTO import_person (row, key, external_id, email, given_name, family_name)"
        " SELECT coalesce(line, row), row::text, number, address, given_name, family_name FROM import_line l"
        " WHERE NOT EXISTS (SELECT FROM import_tangle t WHERE t.row = l.row) ORDER BY l.row"
    )
    lines = staging.stream(
        "SELECT t.low, l.row, coalesce(l.line, l.row), l.row::text, l.number, l.cpr, l.address, l.given_name,"
        " l.family_name, l.external_id FROM import_tangle t JOIN import_line l USING (row) ORDER BY t.low, l.row"
    )
    people: list[tuple[object, ...]] = []
    keys: list[tuple[int, str | None]] = []
    for _low, group in groupby(lines, key=itemgetter(0)):
        finding = make_finding()
        found = [(row, finding.person_of(Line(*columns))) for _low, row, *columns in group]
        yield from finding.contradictions()
        keys += [(row, key if key is not None and finding.is_usable(key) else None) for row, key in found]
        people += [
            (row.row, row.key, row.external_id, row.email, row.given_name, row.family_name)
            for row in finding.people.values()
            if row.key not in finding.contradicting
        ]
        if len(keys) >= staging.FETCHED:
            _store(people, keys)
    _store(people, keys)
    staging.run("UPDATE import_line l SET person = t.person FROM import_tangle t WHERE t.row = l.row")
    staging.run("DELETE FROM import_line l USING import_tangle t WHERE t.row = l.row AND t.person IS NULL")
    staging.run("DROP TABLE import_tangle")
    staging.analyse("import_person")


def _group_lines() -> None:
    """Collect the lines that share a number, a CPR number or an address with another one. `low` is the first row of
    all that hang together."""
    staging.run(
        "CREATE TEMPORARY TABLE import_tangle ON COMMIT DROP AS"
        " SELECT row, number, cpr, address, row AS low, NULL::text AS person FROM import_line WHERE row IN ("
        "  SELECT row FROM import_line WHERE number IN"
        "   (SELECT number FROM import_line WHERE number IS NOT NULL GROUP BY 1 HAVING count(*) > 1)"
        "  UNION SELECT row FROM import_line WHERE cpr IN"
        "   (SELECT cpr FROM import_line WHERE cpr IS NOT NULL GROUP BY 1 HAVING count(*) > 1)"
        "  UNION SELECT row FROM import_line WHERE address IN"
        "   (SELECT address FROM import_line WHERE address IS NOT NULL GROUP BY 1 HAVING count(*) > 1))"
    )
    staging.analyse("import_tangle")
    while staging.run(
        "UPDATE import_tangle t SET low = g.lowest FROM (SELECT row, least("
        " low,"
        " CASE WHEN number IS NOT NULL THEN min(low) OVER (PARTITION BY number) END,"
        " CASE WHEN cpr IS NOT NULL THEN min(low) OVER (PARTITION BY cpr) END,"
        " CASE WHEN address IS NOT NULL THEN min(low) OVER (PARTITION BY address) END) AS lowest FROM import_tangle) g"
        " WHERE g.row = t.row AND g.lowest < t.low"
    ):
        pass


def _store(people: list[tuple[object, ...]], keys: list[tuple[int, str | None]]) -> None:
    """Store what the lines of some groups have become, and empty the lists."""
    staging.copy_into("import_person", PERSON, people)
    staging.run(
        "UPDATE import_tangle t SET person = v.key FROM unnest(%s::int[], %s::text[]) AS v(row, key)"
        " WHERE t.row = v.row",
        [[row for row, _key in keys], [key for _row, key in keys]],
    )
    people.clear()
    keys.clear()


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

    def person_of(self, line: Line) -> str:
        """The key of the person in a row. A person who is new in the file is added."""
        row, number, cpr, address = line.row, line.number or "", line.cpr or "", line.address
        for field, known, value in (("employee_id", self.by_number, number), ("cpr", self.by_cpr, cpr)):
            key = known.get(value) if value else None
            if key is not None:
                if not same_name(self.people[key].name, line.name):
                    self.contradicting.setdefault(key, []).append((row, line.name))
                    self.contradicting_field.setdefault(key, field)
                else:
                    self._add(row, key, number, cpr, address)
                return key
            if value:
                break
        alike = (key for key in self.by_address.get(address or "", ()) if self._is_same(key, number, line.name))
        found = next(alike, None)
        if found is None:
            found = line.key
            self.people[found] = PersonRow(self.file, row, found, number or None, address, line.given, line.family)
        self._add(row, found, number, cpr, address)
        return found

    def is_usable(self, key: str) -> bool:
        return key not in self.contradicting

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

    def contradictions(self) -> Iterator[Contradiction]:
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
