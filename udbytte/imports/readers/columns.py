"""Which column of a table holds which field: known Danish and English names, or a mapping from the importer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain

from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from udbytte.imports.readers.problems import Unreadable

HEADER_WITHIN = 20  # rows; a title may stand above the header
LEVEL = ">"  # between the columns of a field that has several, in a mapping
LEFT_OUT = "-"  # in a mapping: no column is this field, whatever it is called
SHORT = (
    (re.compile(r"\be[- ]?(?:mail|post)"), "email"),
    (re.compile(r"(?<!e)mailadresse\b|emailadresse\b"), "email"),
    (re.compile(r"(?<!e)mail\b"), "email"),
    (re.compile(r"nr\b\.?"), "nummer"),
    (re.compile(r"\bno\b\.?"), "number"),
    (re.compile(r"\bafd\b\.?"), "afdeling"),
    (re.compile(r"\borg\b\.?(?= ?enh)"), "organisatorisk "),
    (re.compile(r"\bans\b\.?"), "ansat"),
)
Row = tuple[int, list[str]]


@lru_cache(maxsize=2000)
def comparable(name: str) -> str:
    """A column name without case, spaces, signs and the usual short forms."""
    plain = name.casefold()
    for short, long in SHORT:
        plain = short.sub(long, plain)
    return "".join(sign for sign in plain if sign.isalnum())


def letter_of(place: int) -> str:
    """The letter that a spreadsheet gives a column: A, B, …, Z, AA."""
    letters = ""
    while place >= 0:
        letters = chr(ord("A") + place % 26) + letters
        place = place // 26 - 1
    return letters


def labels_of(header: Sequence[str]) -> tuple[str, ...]:
    """The name of each column; a name that occurs more than once gets the letter of its column: “Enhed (B)”."""
    times = Counter(comparable(name) for name in header)
    return tuple(
        f"{name} ({letter_of(place)})" if name and times[comparable(name)] > 1 else name
        for place, name in enumerate(header)
    )


@dataclass(frozen=True, slots=True)
class Header:
    """The row of a table that names its columns, and what was recognised in it."""

    row: int = 0
    labels: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)  # of each field
    levels: tuple[int, ...] = ()  # the places of a field's columns from the top, where it has several
    ambiguous: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # places with the same name

    def label(self, name: str) -> str:
        """The name of a field's column in the file; '' when it has none."""
        return self.labels[self.places[name]] if name in self.places else ""

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(label for label in self.labels if label)

    @property
    def recognised(self) -> dict[str, str]:
        """The name of the column of each field, and `LEVEL` between the names where there are several."""
        several = f" {LEVEL} ".join(self.labels[place] for place in self.levels)
        in_levels = {name for name, place in self.places.items() if place in self.levels}
        return {name: several if name in in_levels else self.label(name) for name in self.places}

    @property
    def unused(self) -> tuple[str, ...]:
        """The names of the columns that no field uses."""
        used = {*self.places.values(), *self.levels}
        return tuple(label for place, label in enumerate(self.labels) if label and place not in used)


class Columns:
    """The fields that a table can have.

    `names` gives the known column names of each field, separated by commas; of several columns with known names, the
    one whose name comes first is used. The table must have a column for at least one field of each group in `required`.
    `labels` are the fields' names for people. `several`: the field that may have a column for each of its levels.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        required: tuple[tuple[str, ...], ...],
        labels: Mapping[str, StrOrPromise],
        several: str = "",
    ) -> None:
        self.names, self.required, self.labels, self.several = names, required, labels, several
        self.fields = tuple(names)

    @cached_property
    def field_of(self) -> dict[str, tuple[str, int]]:
        """The field of each known column name, as `comparable` writes the name, and its place among the names."""
        known: dict[str, tuple[str, int]] = {}
        for name, listed in self.names.items():
            for rank, column in enumerate(listed.split(",")):
                known.setdefault(comparable(column), (name, rank))
        return known

    def count_known(self, cells: Sequence[str]) -> int:
        """How many fields the cells name, if they are a header."""
        return len({known[0] for cell in cells if cell and (known := self.field_of.get(comparable(cell)))})

    def header(self, row: int, cells: Sequence[str], mapping: Mapping[str, str] | None = None) -> Header:
        """What the cells name. `mapping` (field to column) goes before the known names."""
        labels = labels_of(cells)
        places: dict[str, int] = {}
        levels: tuple[int, ...] = ()
        for name, column in (mapping or {}).items():
            if column == LEFT_OUT:
                continue
            mapped = self._mapped_places(name, column, labels)
            if mapped:
                places[name] = mapped[0]
            if len(mapped) > 1:
                levels = mapped
        taken = {*places.values(), *levels}
        candidates: dict[str, list[tuple[int, int]]] = {}
        for place, cell in enumerate(cells):
            known = self.field_of.get(comparable(cell)) if cell else None
            if known is not None and known[0] not in (mapping or {}) and place not in taken:
                candidates.setdefault(known[0], []).append((known[1], place))
        ambiguous = {}
        for name, ranked in candidates.items():
            best = min(ranked)
            places[name] = best[1]
            same = tuple(place for _rank, place in ranked if comparable(cells[place]) == comparable(cells[best[1]]))
            if len(same) > 1:
                ambiguous[name] = same
        return Header(row, labels, places, levels, ambiguous)

    def _mapped_places(self, name: str, column: str, labels: Sequence[str]) -> tuple[int, ...]:
        """The places of the columns that a mapping names for a field; none when one is missing."""
        by_label = {comparable(label): place for place, label in reversed(list(enumerate(labels))) if label}
        if comparable(column) in by_label:
            return (by_label[comparable(column)],)
        parts = [comparable(part) for part in column.split(LEVEL)] if name == self.several else []
        if len(parts) < 2 or any(part not in by_label for part in parts):
            return ()
        return tuple(by_label[part] for part in parts)

    def is_complete(self, header: Header) -> bool:
        """Whether a header has all that is needed, and leaves nothing to choose."""
        return not header.ambiguous and not self.missing_in(header)

    def missing_in(self, header: Header) -> tuple[str, ...]:
        return tuple(group[0] for group in self.required if not any(name in header.places for name in group))

    def best_header(self, rows: Sequence[Row], mapping: Mapping[str, str] | None = None) -> tuple[int, Header]:
        """The index of the row with the most known fields, then the most cells, then the first; and what it names."""
        headers = [self.header(number, cells, mapping) for number, cells in rows[:HEADER_WITHIN]] or [Header(1)]
        best = max(range(len(headers)), key=lambda at: (len(headers[at].places), len(headers[at].columns), -at))
        return best, headers[best]

    def read_header(
        self,
        file: str,
        first: Sequence[Row],
        rest: Iterator[Row],
        mapping: Mapping[str, str] | None = None,
        sheets: tuple[str, ...] = (),
    ) -> tuple[Header, Iterator[Row]]:
        """The header among the first rows, and the rows below it.

        Raises Unreadable when a required field has no column, when several have its name, or the mapping is wrong.
        """
        best, header = self.best_header(first, mapping)
        self._check_mapping(file, header, mapping, sheets)
        self._check_ambiguous(file, header, sheets)
        missing = self.missing_in(header)
        if missing:
            message = _("No column was recognised for %(fields)s. Choose one of the columns %(columns)s.")
            words = {"fields": ", ".join(self._named(name) for name in missing), "columns": ", ".join(header.columns)}
            raise Unreadable(
                file, message % words, missing[0], header.row, header.columns, missing=missing, sheets=sheets
            )
        return header, chain(first[best + 1 :], rest)

    def _named(self, name: str) -> str:
        """A field as people call it, with the name that --map needs."""
        return f"{self.labels.get(name, name)} ({name})"

    def _check_ambiguous(self, file: str, header: Header, sheets: tuple[str, ...]) -> None:
        if not header.ambiguous:
            return
        sentences = []
        for name, places in header.ambiguous.items():
            message = _("Several columns can be “%(field)s”: %(columns)s. Tell which it is.")
            words = {"field": self._named(name), "columns": ", ".join(header.labels[place] for place in places)}
            sentences.append(message % words)
        fields = tuple(header.ambiguous)
        raise Unreadable(
            file, " ".join(sentences), fields[0], header.row, header.columns, ambiguous=fields, sheets=sheets
        )

    def _check_mapping(
        self, file: str, header: Header, mapping: Mapping[str, str] | None, sheets: tuple[str, ...]
    ) -> None:
        """Raises Unreadable when a mapping names an unknown field, or a column that is not in the header."""
        for name, column in (mapping or {}).items():
            if name not in self.fields:
                message = _("“%(field)s” is no field. The fields are: %(fields)s.")
                words = {"field": name, "fields": ", ".join(self.fields)}
                raise Unreadable(file, message % words, name, header.row, header.columns)
            if column != LEFT_OUT and name not in header.places:
                message = _("There is no column “%(column)s”.") % {"column": column}
                raise Unreadable(file, message, name, header.row, header.columns, missing=(name,), sheets=sheets)


def fields_in(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """The text of each field in a row; empty where the row is too short."""
    return {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
