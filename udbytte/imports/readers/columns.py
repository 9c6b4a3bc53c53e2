"""Which column of a table holds which field: known Danish and English names, or a mapping from the importer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable
from udbytte.imports.readers.tables import Row

HEADER_WITHIN = 10  # rows; a title may stand above the header


class Columns:
    """The fields that a table can have.

    `names` gives the known column names of each field, separated by commas. The table must have a column for at least
    one field of each group in `required`.
    """

    def __init__(self, names: Mapping[str, str], required: tuple[tuple[str, ...], ...]) -> None:
        self.names, self.required = names, required
        self.fields = tuple(names)

    @cached_property
    def field_of(self) -> dict[str, str]:
        """The field of each known column name, as `comparable` writes the name."""
        return {comparable(name): field for field, listed in self.names.items() for name in listed.split(",")}

    def places(self, header: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, int]:
        """The place of each field in a header. `mapping` (field to column) goes before the known names."""
        mapped = {comparable(column): field for field, column in (mapping or {}).items()}
        places: dict[str, int] = {}
        for place, column in enumerate(header):
            field = mapped.get(comparable(column))
            if field is not None:
                places.setdefault(field, place)
        for place, column in enumerate(header):
            field = self.field_of.get(comparable(column))
            if field is not None and field not in (mapping or {}) and place not in places.values():
                places.setdefault(field, place)
        return places

    def required_places(
        self, file: str, row: int, header: Sequence[str], mapping: Mapping[str, str] | None = None
    ) -> dict[str, int]:
        """As `places`. Raises Unreadable when a required field has no column, or the mapping is wrong."""
        self._check_mapping(file, row, header, mapping)
        places = self.places(header, mapping)
        missing = [group[0] for group in self.required if not any(field in places for field in group)]
        if missing:
            columns = tuple(column for column in header if column)
            message = _("No column was recognised for: %(fields)s. Tell which it is; the columns are: %(columns)s.")
            words = {"fields": ", ".join(missing), "columns": ", ".join(columns)}
            raise Unreadable(file, message % words, missing[0], row, columns, tuple(missing))
        return places

    def _check_mapping(self, file: str, row: int, header: Sequence[str], mapping: Mapping[str, str] | None) -> None:
        """Raises Unreadable when a mapping names an unknown field, or a column that is not in the header."""
        columns = tuple(column for column in header if column)
        for field, column in (mapping or {}).items():
            if field not in self.fields:
                message = _("“%(field)s” is no field. The fields are: %(fields)s.")
                raise Unreadable(
                    file, message % {"field": field, "fields": ", ".join(self.fields)}, field, row, columns
                )
            if comparable(column) not in {comparable(name) for name in header}:
                raise Unreadable(file, _("There is no column “%(column)s”.") % {"column": column}, field, row, columns)

    def read_header(
        self, file: str, rows: Iterator[Row], mapping: Mapping[str, str] | None = None
    ) -> tuple[dict[str, int], Iterator[Row]]:
        """The place of each field, and the rows below the header. Raises Unreadable as `required_places` does.

        The header is the one of the first ten rows with the most known fields.
        """
        first = list(islice(rows, HEADER_WITHIN)) or [(1, [])]
        best = max(range(len(first)), key=lambda at: (len(self.places(first[at][1], mapping)), -at))
        number, header = first[best]
        return self.required_places(file, number, header, mapping), chain(first[best + 1 :], rows)


def comparable(name: str) -> str:
    """A column name without case, spaces and signs."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def fields_in(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """The text of each field in a row; empty where the row is too short."""
    return {field: cells[place] if place < len(cells) else "" for field, place in places.items()}
