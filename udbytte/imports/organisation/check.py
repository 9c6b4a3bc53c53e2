"""Checks the rows of an organisation against each other. A row that breaks a rule becomes a problem and is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, LiteralString, Protocol, TypeVar

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.values import for_message, has_cpr, same_name

from . import staging
from .rows import EmploymentRow, ManagerRow, Organisation, PersonRow, UnitRow, place_of

# In a table the ids of people and units are columns with other names.
COLUMN_OF = {"external_id": ("employee_id", "unit_id"), "given_name": ("name",), "family_name": ("name",)}
LIMITS = {"external_id": 100, "name": 250, "given_name": 150, "family_name": 150, "title": 250}
MAX_DEPTH = 20


PEOPLE: LiteralString = "SELECT row, key, external_id, email, given_name, family_name FROM import_person"

PEOPLE_WITH_PK: LiteralString = (
    "SELECT pk, row, key, external_id, email, given_name, family_name, shared_email FROM import_person"
    " WHERE pk IS NOT NULL ORDER BY place"
)


def known_rows(organisation: Organisation, rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, PersonRow]]:
    """The rows of people whose known person has been found, with that person."""
    for pk, *columns in rows:
        yield pk, PersonRow(organisation.people_file, *columns)


def no_person() -> str:
    return _("No usable row in the file is about this person.")


def no_unit() -> str:
    return _("No usable row in the file is about this unit.")


def same_row(row: int) -> str:
    return _("This row says the same as row %(row)s; it counts once.") % {"row": row}


def same_id(external_id: str, row: int) -> str:
    words = {"value": for_message(external_id), "row": row}
    return _("The id “%(value)s” is in row %(row)s already. Each row needs its own.") % words


class Row(Protocol):
    @property
    def file(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def external_id(self) -> str | None: ...


AnyRow = TypeVar("AnyRow", UnitRow, ManagerRow)
Found = tuple[str, str] | None  # the field of a problem, and what is wrong


def problem_of_texts(texts: Iterable[tuple[str, str | None]]) -> Found:
    """What is wrong with the texts of a row, given with their fields: a CPR number, or one that is too long."""
    for field, value in texts:
        if value is None or len(value) < 10:
            continue
        if has_cpr(value):
            return field, _("This looks like a CPR number, which is never kept. Send another number, or none.")
        if len(value) > LIMITS[field]:
            words = {"value": for_message(value), "limit": LIMITS[field]}
            return field, _("“%(value)s” is longer than %(limit)s characters. Write it shorter.") % words
    return None


def problem_of_address(address: str | None) -> Found:
    if address is not None and has_cpr(address.partition("@")[0]):
        return "email", _("This looks like a CPR number, which is never kept.")
    return None


def problem_of_days(starts_on: date | None, ends_on: date | None) -> Found:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        words = {"first": starts_on.isoformat(), "last": ends_on.isoformat()}
        return "to", _("The last day, %(last)s, is before the first, %(first)s.") % words
    return None


def check_rows(organisation: Organisation) -> None:
    """Leave out rows that are too long, duplicated, incomplete or contradictory, and circles of units.

    People and employments are in the tables, right by themselves. Nobody is ended because the row about them was left
    out.
    """
    checker = _Checker(organisation)
    organisation.units = checker.units(checker.rows_right_alone(organisation.units, ("external_id", "name")))
    organisation.managers = checker.rows_right_alone(organisation.managers, ("external_id",))
    staging.copy_into("import_unit", ("key",), ((row.key,) for row in organisation.units))
    staging.analyse("import_person", "import_work", "import_unit")
    _part_shared_addresses(organisation)
    check_references(organisation)


class _Checker:
    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.by_key = _people_with(organisation.people_file, (row.person for row in organisation.managers))

    def refuse(self, row: Row, field: str, message: str) -> None:
        names = [row.external_id]
        person = row if isinstance(row, PersonRow) else self.by_key.get(getattr(row, "person", ""))
        if person is not None:
            names += [person.external_id, person.email, person.name]
        elif not isinstance(row, PersonRow | UnitRow):
            names.append(getattr(row, "person", None))
        if isinstance(row, UnitRow):
            names.append(row.name)
        is_known = field in ("person", "unit") and place_of(row.file, row.row) in self.organisation.refused_rows
        if is_known:
            self.organisation.spare(*names)
        else:
            self.organisation.refuse(self._problem(row, field, message), *names)

    def note(self, row: Row, field: str, message: str) -> None:
        self.organisation.notes.add(self._problem(row, field, message))

    def _problem(self, row: Row, field: str, message: str) -> Problem:
        """A problem with the name of the person and of the column, as they are in the file."""
        person = row if isinstance(row, PersonRow) else self.by_key.get(getattr(row, "person", ""))
        name = row.name if isinstance(row, UnitRow) else person.name if person is not None else ""
        if has_cpr(name):
            name = ""
        named = (field, *COLUMN_OF.get(field, ()))
        column = next((self.organisation.columns[each] for each in named if each in self.organisation.columns), "")
        return Problem(row.file, row.row, field, message, name, column)

    def rows_right_alone(self, rows: Iterable[AnyRow], fields: tuple[str, ...]) -> list[AnyRow]:
        """The rows that are right by themselves: lengths, no CPR numbers, days in order, each id once."""
        good, ids = [], dict[str, int]()
        for row in rows:
            problem = self._problem_of(row, fields, ids)
            if problem is None:
                good.append(row)
                if row.external_id is not None:
                    ids[row.external_id] = row.row
            else:
                self.refuse(row, *problem)
        return good

    def _problem_of(self, row: AnyRow, fields: tuple[str, ...], ids: dict[str, int]) -> tuple[str, str] | None:
        problem = problem_of_texts((field, getattr(row, field)) for field in fields)
        if problem is not None:
            return problem
        if row.external_id is not None and row.external_id in ids:
            return "external_id", same_id(row.external_id, ids[row.external_id])
        return problem_of_days(row.starts_on, row.ends_on)

    def units(self, rows: list[UnitRow]) -> list[UnitRow]:
        """The units, parents first. A unit whose parent is not in the file is a root. Units in a circle are refused."""
        by_key = {row.key: row for row in rows}
        depth: dict[str, int] = {}
        for row in rows:
            above: list[str] = []
            key: str | None = row.key
            while key in by_key and key not in depth and key not in above:
                above.append(key)
                key = by_key[key].parent
            start = -1 if key in above else depth.get(key or "", 0)
            for number, step in enumerate(reversed(above), start=1):
                depth[step] = -1 if start == -1 else start + number
        good = []
        for row in rows:
            if depth[row.key] == -1:
                self.refuse(row, "parent", _("The units stand in a circle: this one is above itself."))
            elif depth[row.key] > MAX_DEPTH:
                self.refuse(row, "parent", _("There are more than %(limit)s levels of units.") % {"limit": MAX_DEPTH})
            else:
                good.append(row)
        return sorted(good, key=lambda row: depth[row.key])

    def without_shared_email(self, row: PersonRow, sharing: list[PersonRow], *, is_employed_by_id: bool) -> PersonRow:
        """The person without the address, and with a note that names the others who have it.

        Where nothing else identifies the person, the address and the name together do.
        """
        place = _("%(name)s (row %(row)s)")
        others = [place % {"name": other.name, "row": other.row} for other in sharing if other is not row]
        message = _(
            "“%(email)s” is also the address of %(others)s, so nobody can log in with it. The person is imported"
            " without an address. Write one of their own."
        )
        words = {"email": row.email, "others": ", ".join(others[:5]) + (" …" if len(others) > 5 else "")}
        self.note(row, "email", message % words)
        external_id = row.external_id
        if external_id is None and not is_employed_by_id:
            both = f"{row.email} {row.name.casefold()}"
            external_id = both if len(both) <= LIMITS["external_id"] else hashlib.sha256(both.encode()).hexdigest()
        return replace(row, email=None, shared_email=row.email, external_id=external_id)

    def roles(self, rows: Iterable[ManagerRow]) -> list[ManagerRow]:
        """The manager roles whose person and unit are in the file, each once."""
        units = {row.key for row in self.organisation.units}
        good: list[ManagerRow] = []
        seen = dict[tuple[object, ...], int]()
        for row in rows:
            same = (row.person, row.unit, row.starts_on, row.ends_on)
            if row.person not in self.by_key:
                self.refuse(row, "person", no_person())
            elif row.unit not in units:
                self.refuse(row, "unit", no_unit())
            elif row.external_id is None and same in seen:
                self.note(row, "row", same_row(seen[same]))
            else:
                good.append(row)
                seen.setdefault(same, row.row)
        return good


def _people_with(file: str, keys: Iterable[str]) -> dict[str, PersonRow]:
    """The people with these keys."""
    rows = staging.fetch(PEOPLE + " WHERE key = ANY(%s)", [list(keys)])
    return {row[1]: PersonRow(file, *row) for row in rows}


def names_of(keys: list[str]) -> dict[str, str]:
    """The names of the people with these keys."""
    named: LiteralString = "SELECT key, btrim(given_name || ' ' || family_name) FROM import_person WHERE key = ANY(%s)"
    return {key: name for key, name in staging.fetch(named, [keys]) if not has_cpr(name)}


def check_read_rows(organisation: Organisation) -> None:
    """Leave out people and employments whose id is in a row before, and employments that end before they begin."""
    checker = _Checker(organisation)
    people = staging.stream(
        "SELECT n.place, n.first, n.row, n.key, n.external_id, n.email, n.given_name, n.family_name FROM ("
        "  SELECT *, row_number() OVER same AS number, first_value(row) OVER same AS first FROM import_person"
        "  WHERE external_id IN (SELECT external_id FROM import_person GROUP BY 1 HAVING count(*) > 1)"
        "  WINDOW same AS (PARTITION BY external_id ORDER BY place)) n WHERE number > 1 ORDER BY n.place"
    )
    places = []
    for place, first, *columns in people:
        person = PersonRow(organisation.people_file, *columns)
        checker.refuse(person, "external_id", same_id(person.external_id or "", first))
        places.append(place)
    if places:
        staging.run("DELETE FROM import_person WHERE place = ANY(%s::bigint[])", [places])
    works = staging.stream(
        "SELECT n.first, n.starts_on, n.ends_on, n.place, n.row, n.external_id, n.person, n.unit, n.title,"
        " p.row, p.key, p.external_id, p.email, p.given_name, p.family_name FROM ("
        "  SELECT *, min(row) FILTER (WHERE (ends_on < starts_on) IS NOT TRUE) OVER ("
        "   PARTITION BY external_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS first"
        "  FROM import_work WHERE ends_on < starts_on"
        "  OR external_id IN (SELECT external_id FROM import_work GROUP BY 1 HAVING count(*) > 1)) n"
        " LEFT JOIN import_person p ON p.key = n.person WHERE n.first IS NOT NULL OR n.ends_on < n.starts_on"
        " ORDER BY n.place"
    )
    places = []
    for first, starts_on, ends_on, *columns in works:
        place, work = _work_of(organisation, checker, columns)
        if first is not None:
            checker.refuse(work, "external_id", same_id(work.external_id or "", first))
        elif (problem := problem_of_days(starts_on, ends_on)) is not None:
            checker.refuse(work, *problem)
        places.append(place)
    _remove_works(places)


def _part_shared_addresses(organisation: Organisation) -> None:
    """Let each person have an e-mail address of their own or none.

    Two names under one address are two people without an address. One name under two ids is one person too many.
    """
    checker = _Checker(organisation)
    sharing_people = staging.stream(
        "SELECT p.row, p.key, p.external_id, p.email, p.given_name, p.family_name, w.person IS NOT NULL"
        " FROM import_person p LEFT JOIN (SELECT DISTINCT person FROM import_work WHERE external_id IS NOT NULL) w"
        " ON w.person = p.key WHERE p.email IN (SELECT email FROM import_person WHERE email IS NOT NULL GROUP BY 1"
        " HAVING count(*) > 1) ORDER BY p.email, p.row"
    )
    for _email, group in groupby(sharing_people, key=lambda row: row[3]):
        people = [(PersonRow(organisation.people_file, *row), is_employed) for *row, is_employed in group]
        sharing = [person for person, _is_employed in people]
        if any(not same_name(sharing[0].name, other.name) for other in sharing):
            changed = [
                checker.without_shared_email(person, sharing, is_employed_by_id=is_employed)
                for person, is_employed in people
            ]
            staging.run(
                "UPDATE import_person p SET email = NULL, shared_email = v.shared_email, external_id = v.external_id"
                " FROM unnest(%s::text[], %s::text[], %s::text[]) AS v(key, external_id, shared_email)"
                " WHERE p.key = v.key",
                [
                    [person.key for person in changed],
                    [person.external_id for person in changed],
                    [person.shared_email for person in changed],
                ],
            )
            continue
        for person in sharing[1:]:
            message = _("“%(email)s” is in row %(row)s too, with another number. Write the same number in both.")
            checker.refuse(person, "email", message % {"email": person.email, "row": sharing[0].row})
        remove_people([person.key for person in sharing[1:]])


def remove_people(keys: list[str]) -> None:
    staging.run("DELETE FROM import_person WHERE key = ANY(%s)", [keys])


def check_references(organisation: Organisation) -> None:
    """Leave out employments and manager roles whose person or unit is not in the file, or that are there twice."""
    checker = _Checker(organisation)
    organisation.managers = checker.roles(organisation.managers)
    for field, message, condition in (
        ("person", no_person(), "NOT EXISTS (SELECT FROM import_person o WHERE o.key = w.person)"),
        ("unit", no_unit(), "NOT EXISTS (SELECT FROM import_unit u WHERE u.key = w.unit)"),
        ("manager", _("No usable row in the file is about this manager."), "w.manager IS NOT NULL"
         " AND NOT EXISTS (SELECT FROM import_person o WHERE o.key = w.manager)"),
    ):  # fmt: skip
        _refuse_works(organisation, checker, field, message, condition)
    twice = staging.stream(
        "SELECT n.place, n.row, n.external_id, n.person, n.unit, n.title,"
        " p.row, p.key, p.external_id, p.email, p.given_name, p.family_name, n.first FROM ("
        "  SELECT *, row_number() OVER same AS number, first_value(row) OVER same AS first FROM import_work"
        "  WHERE person IN (SELECT person FROM import_work GROUP BY 1 HAVING count(*) > 1)"
        "  WINDOW same AS (PARTITION BY person, unit, title, starts_on, ends_on ORDER BY place)) n"
        " LEFT JOIN import_person p ON p.key = n.person WHERE number > 1 AND n.external_id IS NULL ORDER BY n.place"
    )
    places = []
    for *columns, first in twice:
        place, work = _work_of(organisation, checker, columns)
        checker.note(work, "row", same_row(first))
        places.append(place)
    _remove_works(places)


def _refuse_works(
    organisation: Organisation, checker: _Checker, field: str, message: str, condition: LiteralString
) -> None:
    works = staging.stream(
        "SELECT w.place, w.row, w.external_id, w.person, w.unit, w.title,"
        " p.row, p.key, p.external_id, p.email, p.given_name, p.family_name"
        " FROM import_work w LEFT JOIN import_person p ON p.key = w.person WHERE " + condition + " ORDER BY w.place"
    )
    places = []
    for columns in works:
        place, work = _work_of(organisation, checker, columns)
        checker.refuse(work, field, message)
        places.append(place)
    _remove_works(places)


def _work_of(organisation: Organisation, checker: _Checker, columns: Sequence[Any]) -> tuple[int, EmploymentRow]:
    """The place and the row of an employment, whose person the checker then knows."""
    place, row, external_id, person, unit, title, *about = columns
    checker.by_key = {person: PersonRow(organisation.people_file, *about)} if about[1] is not None else {}
    return place, EmploymentRow(organisation.work_file, row, external_id, person, unit, title)


def _remove_works(places: list[int]) -> None:
    if places:
        staging.run("DELETE FROM import_work WHERE place = ANY(%s::bigint[])", [places])
