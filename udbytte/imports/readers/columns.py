"""Which column of a table is which field: recognised in Danish and English, or told by whoever imports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import Row

NAMES: dict[str, str] = {
    "name": "navn, fulde navn, medarbejder, medarbejdernavn, name, full name, employee, employee name",
    "given_name": "fornavn, fornavne, first name, given name, given names",
    "family_name": "efternavn, last name, family name, surname",
    "email": "e-mail, mail, arbejdsmail, e-mailadresse, mailadresse, arbejds-e-mail, email address, work e-mail,"
    " medarbejderens e-mail",
    "unit": "enhed, enhedssti, enhedsnavn, afdeling, organisation, organisationssti, arbejdssted, unit, unit path,"
    " department, organisational unit",
    "title": "titel, stilling, stillingsbetegnelse, job, jobtitel, title, position, job title",
    "manager": "leder, leders e-mail, leder e-mail, lederens e-mail, leders mail, lederens mail, nærmeste leder,"
    " nærmeste leders e-mail, manager, manager's e-mail, managers e-mail, manager e-mail, line manager,"
    " line manager e-mail",
    "from": "fra, ansat fra, startdato, start, ansættelsesdato, tiltrædelse, tiltrædelsesdato, from, start date,"
    " employed from",
    "to": "til, ansat til, slutdato, slut, fratrædelse, fratrædelsesdato, to, end, end date, employed to",
    "employee_id": "medarbejdernummer, medarbejdernr, medarbejder-id, lønnummer, tjenestenummer, personale-id,"
    " employee id, employee number, employee no, id",
    "cpr": "cpr, cpr-nummer, cpr-nr, personnummer, cpr number, civil registration number",
}
FIELDS = tuple(NAMES)


def plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def fields_by_name(names: Mapping[str, str]) -> dict[str, str]:
    """The field of each plain column name, from the names of each field with commas between."""
    return {plain(name): field for field, listed in names.items() for name in listed.split(",")}


_KNOWN = fields_by_name(NAMES)


def recognised_columns(
    header: Sequence[str], mapping: Mapping[str, str] | None = None, known: Mapping[str, str] = _KNOWN
) -> dict[str, int]:
    """The place of each field in a header. What is told in `mapping` (field to column) goes before what is guessed."""
    told = {plain(column): field for field, column in (mapping or {}).items()}
    found: dict[str, int] = {}
    for place, column in enumerate(header):
        field = told.get(plain(column))
        if field is not None:
            found.setdefault(field, place)
    for place, column in enumerate(header):
        field = known.get(plain(column))
        if field is not None and field not in (mapping or {}) and place not in found.values():
            found.setdefault(field, place)
    return found


def check_mapping(
    file: str, row: int, header: Sequence[str], mapping: Mapping[str, str] | None, fields: Sequence[str]
) -> None:
    """Raises Unreadable when a mapping names a field that is none, or a column that is not in the header."""
    columns = tuple(column for column in header if column)
    for field, column in (mapping or {}).items():
        if field not in fields:
            message = _("“%(field)s” is no field. The fields are: %(fields)s.")
            raise Unreadable(file, message % {"field": field, "fields": ", ".join(fields)}, field, row, columns)
        if plain(column) not in {plain(one) for one in header}:
            raise Unreadable(file, _("There is no column “%(column)s”.") % {"column": column}, field, row, columns)


def columns_missing(file: str, row: int, header: Sequence[str], missing: Sequence[str]) -> Unreadable:
    """What is said when columns lack: which fields, and what columns there are."""
    columns = tuple(column for column in header if column)
    message = _("No column was recognised for: %(fields)s. Tell which it is; the columns are: %(columns)s.")
    words = {"fields": ", ".join(missing), "columns": ", ".join(columns)}
    return Unreadable(file, message % words, missing[0], row, columns, tuple(missing))


def required_columns(
    file: str, row: int, header: Sequence[str], mapping: Mapping[str, str] | None = None
) -> dict[str, int]:
    """As `recognised`, and complete. Raises Unreadable that tells the columns there are and the fields that lack."""
    check_mapping(file, row, header, mapping, FIELDS)
    found = recognised_columns(header, mapping)
    missing = [] if "name" in found or "given_name" in found else ["name"]
    missing += [field for field in ("unit",) if field not in found]
    if "email" not in found and "employee_id" not in found:
        missing.append("email")
    if missing:
        raise columns_missing(file, row, header, missing)
    return found


HEADER_WITHIN = 10


def header_of(rows: Iterator[Row], places: Callable[[list[str]], dict[str, int]]) -> tuple[Row, list[Row]]:
    """The header, which may stand under a title, and the rows already read that come after it.

    `places` says which fields a row would be the header of.
    """
    first = list(islice(rows, HEADER_WITHIN)) or [(1, [])]
    best = max(range(len(first)), key=lambda place: (len(places(first[place][1])), -place))
    return first[best], first[best + 1 :]
