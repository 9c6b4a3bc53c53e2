"""Who manages whom in a table: the manager of each unit, and of each row where that is somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from udbytte.domain.organisation import conversation_holder
from udbytte.imports.readers.values import for_message

from . import staging
from .rows import ManagerRow, Organisation
from .unit_paths import UnitPaths

ALIKE = 85  # of 100; below it, an address is not suggested


class ManagerCells:
    """Finds the people in the cells of the managers. `refused`: e-mail addresses of rows that cannot be used."""

    def __init__(self, refused: Mapping[str, int]) -> None:
        self.refused = refused
        staging.run("CREATE TEMPORARY TABLE import_cell (cell text, address text, person text) ON COMMIT DROP")
        cells = staging.stream("SELECT DISTINCT manager FROM import_line WHERE manager IS NOT NULL")
        staging.copy_meanwhile("import_cell", ("cell", "address"), ((cell, cell.lower()) for (cell,) in cells))
        staging.analyse("import_cell")
        staging.run(
            "UPDATE import_cell c SET person = p.key FROM (SELECT email, min(key) AS key FROM import_person"
            " WHERE email IN (SELECT address FROM import_cell) GROUP BY email HAVING count(*) = 1) p"
            " WHERE p.email = c.address"
        )

    def unknown(self) -> Iterator[tuple[int, str, int, str]]:
        """The rows whose manager is not found: the row, the cell, the number of the unit's path and the name."""
        yield from staging.stream(
            "SELECT l.row, c.cell, l.path, btrim(p.given_name || ' ' || p.family_name) FROM import_line l"
            " JOIN import_cell c ON c.cell = l.manager JOIN import_person p ON p.key = l.person"
            " WHERE c.person IS NULL ORDER BY l.row"
        )

    @cached_property
    def message(self) -> Callable[[str], str]:
        """Says what is wrong with a cell in which nobody is found."""
        return lru_cache(10_000)(self._read)

    @cached_property
    def _addresses(self) -> list[str]:
        return [
            address for (address,) in staging.stream("SELECT DISTINCT email FROM import_person WHERE email IS NOT NULL")
        ]

    def _read(self, cell: str) -> str:
        address = cell.lower()
        words = {"value": for_message(cell)}
        if staging.fetch("SELECT 1 FROM import_person WHERE email = %s LIMIT 1", [address]):
            return _("“%(value)s” is the address of several people. Write the manager's own.") % words
        row = self.refused.get(address)
        if row is not None:
            return _("The row of “%(value)s” (row %(row)s) cannot be used, so the manager is missing here.") % {
                **words,
                "row": row,
            }
        suggested = self._suggestion(address)
        if suggested:
            message = _("“%(value)s” is nobody in the file. Do you mean %(email)s?")
            return message % {**words, "email": suggested}
        return _("“%(value)s” is nobody in the file. Write the e-mail of somebody who has a row.") % words

    def _suggestion(self, address: str) -> str:
        """The address in the file that is most alike, or that of the only person with this name."""
        if "@" in address:
            best = process.extractOne(address, self._addresses, scorer=fuzz.ratio, score_cutoff=ALIKE)
            return str(best[0]) if best is not None else ""
        emails = staging.fetch(
            "SELECT email FROM import_person WHERE lower(btrim(given_name || ' ' || family_name)) = lower(%s)"
            " AND email IS NOT NULL LIMIT 2",
            [address],
        )
        return str(emails[0][0]) if len(emails) == 1 else ""


def add_managers(organisation: Organisation, paths: UnitPaths) -> None:
    """Add the manager of each unit, and the employments of the lines. An employment names its manager where that is
    somebody else than the rule gives.

    A unit's manager is the one that most of its rows name; of several, the one who works there.
    """
    staging.run("CREATE TEMPORARY TABLE import_path (number int PRIMARY KEY, unit text) ON COMMIT DROP")
    staging.copy_into("import_path", ("number", "unit"), enumerate(paths.keys))
    managers: dict[str, list[str]] = {}
    for unit, first_row, manager in staging.fetch(
        "WITH votes AS (SELECT u.unit, c.person, count(*) AS number, min(l.row) AS row FROM import_line l"
        "  JOIN import_path u ON u.number = l.path JOIN import_cell c ON c.cell = l.manager"
        "  WHERE c.person <> l.person GROUP BY 1, 2),"
        " working AS (SELECT DISTINCT v.unit, v.person FROM votes v JOIN import_line l ON l.person = v.person"
        "  JOIN import_path u ON u.number = l.path AND u.unit = v.unit),"
        " first AS (SELECT u.unit, min(l.row) AS row FROM import_line l JOIN import_path u ON u.number = l.path"
        "  GROUP BY 1)"
        " SELECT * FROM (SELECT DISTINCT ON (v.unit) v.unit, f.row, v.person FROM votes v JOIN first f USING (unit)"
        "  LEFT JOIN working w ON w.unit = v.unit AND w.person = v.person"
        "  ORDER BY v.unit, v.number DESC, w.person IS NULL, v.row) chosen ORDER BY 2"
    ):
        managers[unit] = [manager]
        organisation.managers.append(ManagerRow(organisation.work_file, first_row, None, manager, unit))
    staging.run("CREATE TEMPORARY TABLE import_holder (unit text PRIMARY KEY, first text, second text) ON COMMIT DROP")
    staging.copy_into("import_holder", ("unit", "first", "second"), _holders(paths, managers))
    staging.analyse("import_path", "import_holder")
    staging.run(
        "INSERT INTO import_work (row, person, unit, title, starts_on, ends_on, keeps_manager, manager)"
        " SELECT l.row, l.person, u.unit, l.title, l.starts_on, l.ends_on, c.cell IS NOT NULL AND c.person IS NULL,"
        " CASE WHEN c.person <> l.person AND c.person IS DISTINCT FROM"
        "  CASE WHEN h.first = l.person THEN h.second ELSE h.first END THEN c.person END"
        " FROM import_line l JOIN import_path u ON u.number = l.path JOIN import_holder h ON h.unit = u.unit"
        " LEFT JOIN import_cell c ON c.cell = l.manager ORDER BY l.row"
    )
    staging.run("DROP TABLE import_cell, import_path, import_holder")


def _holders(paths: UnitPaths, managers: Mapping[str, list[str]]) -> Iterator[tuple[str, str | None, str | None]]:
    """Of each unit, who holds the conversations by the rule, and who holds that person's own."""
    numbers = {
        key: number for number, key in enumerate(dict.fromkeys(key for keys in managers.values() for key in keys))
    }
    keys = list(numbers)
    places = {key: number for number, key in enumerate(paths.units)}
    of_unit = {places[unit]: [numbers[key] for key in named] for unit, named in managers.items()}
    ancestors: dict[str, list[int]] = {}
    for key, unit in paths.units.items():
        ancestors[key] = [*ancestors.get(unit.parent or "", []), places[key]]
        first = conversation_holder(-1, ancestors[key], of_unit)
        second = conversation_holder(first, ancestors[key], of_unit) if first is not None else None
        yield key, None if first is None else keys[first], None if second is None else keys[second]
