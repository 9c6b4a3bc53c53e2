"""Finds the known unit or person of each row of a file."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import groupby
from typing import LiteralString

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Problem
from udbytte.imports.readers.values import same_name

from . import staging
from .check import PEOPLE, remove_people
from .known import Known
from .rows import Organisation, PersonRow
from .same import Same

Pks = dict[str, int | None]
NOT_TAKEN: LiteralString = (
    " AND p.pk IS NULL AND NOT EXISTS (SELECT FROM import_person t WHERE t.pk = k.id AND t.pk IS NOT NULL)"
)
# The external id and the e-mail address of a known person. A shared address is nobody's.
IDENTITY_ID: LiteralString = (
    " CASE WHEN p.shared_email IS NULL THEN coalesce(p.external_id, k.external_id)"
    " ELSE coalesce(k.external_id, p.external_id) END"
)
IDENTITY_EMAIL: LiteralString = (
    " CASE WHEN p.shared_email IS NULL THEN coalesce(p.email, k.email) ELSE nullif(k.email, p.shared_email) END"
)
# Sets the known person `k` of the row `p`. Until then the row is new.
IS_KNOWN: LiteralString = (
    "UPDATE import_person p SET pk = k.id, verdict = CASE WHEN (" + IDENTITY_ID + "," + IDENTITY_EMAIL + ","
    " p.given_name, p.family_name) IS NOT DISTINCT FROM (k.external_id, k.email, k.given_name, k.family_name)"
    " THEN 'unchanged' ELSE 'changed' END FROM udbytte_person k"
)
NAME_OF_ROW: LiteralString = "btrim(p.given_name || ' ' || p.family_name)"
NAME_OF_KNOWN: LiteralString = "btrim(k.given_name || ' ' || k.family_name)"


def match_units(organisation: Organisation, known: Known, on: date, same: Same) -> Pks:
    """The known unit of each key, found by external id, otherwise by the path of names. None: a new unit.

    `same` has the rows that are a known unit by another name. What stands below a unit is found by the path that the
    unit had.
    """
    by_id = {unit.external_id: unit.pk for unit in known.units.values() if unit.external_id}
    paths: dict[int, tuple[str, ...]] = {}

    def path_of(pk: int) -> tuple[str, ...]:
        if pk not in paths:
            unit = known.units[pk]
            above = path_of(unit.parent) if unit.parent is not None else ()
            paths[pk] = (*above, unit.name.casefold())
        return paths[pk]

    by_path: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for unit in sorted(
        known.units.values(), key=lambda unit: (unit.ends_on is not None and unit.ends_on < on, unit.pk)
    ):
        by_path[path_of(unit.pk)].append(unit.pk)
    matched: Pks = {row.key: by_id.get(row.external_id) for row in organisation.units if row.external_id}
    taken = {pk for pk in matched.values() if pk is not None}
    in_file: dict[str, tuple[str, ...]] = {}
    for row in organisation.units:  # parents come first
        above = in_file.get(row.parent or "", ())
        in_file[row.key] = (*above, row.name.casefold())
        pk = matched.get(row.key)
        if pk is None:
            joined = same.unit(row) if same else None
            if joined in known.units and joined not in taken:
                options = [joined]
            else:
                options = [pk for pk in by_path.get(in_file[row.key], ()) if pk not in taken]
                if row.external_id:
                    options = [pk for pk in options if not known.units[pk].external_id]
            pk = options[0] if options else None
            matched[row.key] = pk
            taken.update(options[:1])
        if pk is not None:
            in_file[row.key] = path_of(pk)
    return matched


def match_people(organisation: Organisation, known: Known, same: Same) -> set[int]:
    """Set the known person and the verdict of each row of `import_person`; the others stay new, without `pk`.

    People are found by external id; then by the external id of an employment; then by e-mail address, unless both have
    an external id and these and the names differ. Nobody is found by name. `same` has the rows that are
    a known person by other names. An address passes to another person only from somebody who has no role, and whom no
    refused row is about. Returns the known people whose e-mail address others have now.
    """
    if staging.run(IS_KNOWN + " WHERE k.external_id = p.external_id"):
        staging.analyse("import_person")
    while staging.run(BY_EMPLOYMENT):
        staging.analyse("import_person")
    staging.run(BY_EMAIL)
    _match_by_shared_email()
    if same:
        _match_joined(organisation, same)
    return _resolve_emails(organisation, known)


# Not with two different ids of persons, nor with another email and both names changed, as when a number is used again.
# Each row takes one person and each person one row, the first ones first, until none is left to take.
BY_EMPLOYMENT: LiteralString = (
    IS_KNOWN + " JOIN (SELECT DISTINCT ON (pk) pk, key FROM ("
    "  SELECT DISTINCT ON (p.key) p.key, k.id AS pk, w.place FROM import_work w"
    "  JOIN import_person p ON p.key = w.person JOIN udbytte_employment e ON e.external_id = w.external_id"
    "  JOIN udbytte_person k ON k.id = e.person_id"
    "  WHERE (p.external_id IS NULL OR k.external_id IS NULL) AND (p.email IS NULL OR p.email = k.email"
    "   OR lower(p.given_name) = lower(k.given_name)"
    "   OR p.family_name <> '' AND lower(p.family_name) = lower(k.family_name))" + NOT_TAKEN + ""
    "  ORDER BY p.key, w.place) first_work ORDER BY pk, place) found ON found.pk = k.id WHERE p.key = found.key"
)
BY_EMAIL: LiteralString = (
    IS_KNOWN
    + " WHERE lower(k.email) = p.email AND (p.external_id IS NULL OR k.external_id IS NULL OR "
    + NAME_OF_ROW
    + " = "
    + NAME_OF_KNOWN
    + ")"
    + NOT_TAKEN
)


def _match_by_shared_email() -> None:
    """Find the person whose address was theirs alone before, and is shared by several in the file."""
    rows = staging.fetch(
        "SELECT k.id, p.key, " + NAME_OF_ROW + ", " + NAME_OF_KNOWN + " FROM import_person p"
        " JOIN udbytte_person k ON lower(k.email) = p.shared_email WHERE true" + NOT_TAKEN + " ORDER BY k.id, p.place"
    )
    found: dict[int, str] = {}
    for pk, group in groupby(rows, key=lambda row: int(row[0])):
        key = next((key for _pk, key, name, known_name in group if same_name(known_name, name)), None)
        if key is not None:
            found[pk] = key
    _set_known(found)


def _set_known(keys: dict[int, str]) -> None:
    """Set the rows of these people, by their keys."""
    staging.run(
        IS_KNOWN
        + " JOIN unnest(%s::bigint[], %s::text[]) AS v(pk, key) ON v.pk = k.id WHERE p.key = v.key"
        + NOT_TAKEN,
        [list(keys), list(keys.values())],
    )


def _match_joined(organisation: Organisation, same: Same) -> None:
    """Find the rows that an administrator has said are a known person."""
    keys: dict[int, str] = {}
    for row in staging.stream(PEOPLE + " WHERE pk IS NULL ORDER BY place"):
        pk = same.person(PersonRow(organisation.people_file, *row))
        if pk is not None:
            keys.setdefault(pk, row[1])
    _set_known(keys)


def _resolve_emails(organisation: Organisation, known: Known) -> set[int]:
    """Refuse the rows whose address a known person keeps. Returns the people who give theirs up."""
    giving_up: set[int] = set()
    refused: list[str] = []
    holders = staging.stream(
        "SELECT p.row, p.key, p.external_id, p.email, p.given_name, p.family_name, k.id, o.key, o.email,"
        " k.external_id, " + NAME_OF_KNOWN + " FROM import_person p JOIN udbytte_person k ON lower(k.email) = p.email"
        " LEFT JOIN import_person o ON o.pk = k.id WHERE p.pk IS DISTINCT FROM k.id ORDER BY p.place"
    )
    for *columns, holder, other, other_email, external_id, name in holders:
        row = PersonRow(organisation.people_file, *columns)
        is_staying = holder in known.with_roles or organisation.spares(external_id, row.email, name)
        if other_email in (None, row.email) if other is not None else is_staying:
            message = _("This e-mail belongs to somebody known by another id. Each person needs their own.")
            organisation.refuse(Problem(row.file, row.row, "email", message), row.external_id, row.email, row.name)
            refused.append(row.key)
        elif other is None:
            giving_up.add(holder)
    remove_people(refused)
    return giving_up
