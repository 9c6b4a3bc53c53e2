"""What an administrator has said is the same: somebody known and a row of the file, or a known unit and one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from .rows import PersonRow, UnitRow


def person_pair(pk: int, row: PersonRow) -> str:
    """What names the question whether a known person and a row are the same."""
    return f"person-{pk}-{_place(row)}"


def unit_pair(pk: int, row: UnitRow) -> str:
    """What names the question whether a known unit and a row are the same."""
    return f"unit-{pk}-{_place(row)}"


def _place(row: PersonRow | UnitRow) -> str:
    """What names a row in its file, and no row of another file. The key of a person is not used; it is never shown."""
    words = f"{row.row} {row.name} {row.email}" if isinstance(row, PersonRow) else row.key
    return hashlib.sha256(words.encode()).hexdigest()[:12]


class Same:
    """The pairs that are the same, by their ids. Text that is no such id is passed over."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._known: dict[tuple[str, str], int] = {}
        for text in ids:
            kind, _dash, rest = text.partition("-")
            pk, _dash, place = rest.partition("-")
            if pk.isdecimal() and len(pk) < 19:
                self._known[kind, place] = int(pk)

    def __bool__(self) -> bool:
        return bool(self._known)

    def person(self, row: PersonRow) -> int | None:
        """The known person that the row is."""
        return self._known.get(("person", _place(row)))

    def unit(self, row: UnitRow) -> int | None:
        """The known unit that the row is."""
        return self._known.get(("unit", _place(row)))
