"""Finds the known employment or manager role of each row of a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, LiteralString, TypeVar

from . import staging
from .known import LIVE, KnownWork
from .match import Pks
from .rows import EmploymentRow, ManagerRow

BACK_WITHIN = 90  # days after its end in which an employment can go on
Work = TypeVar("Work", EmploymentRow, ManagerRow)


# The rows with their known person, unit and manager.
ROWS: LiteralString = (
    "SELECT w.*, p.pk AS person_pk, u.pk AS unit_pk, m.pk AS manager_pk FROM import_work w"
    " JOIN import_person p ON p.key = w.person JOIN import_unit u ON u.key = w.unit"
    " LEFT JOIN (SELECT key, pk FROM import_person WHERE key IN (SELECT manager FROM import_work"
    "  WHERE manager IS NOT NULL)) m ON m.key = w.manager"
)
# Known employments, and whether the file has lacked them.
KNOWN: LiteralString = (
    "SELECT e.id, e.external_id, e.person_id, e.unit_id, e.title, e.starts_on, e.ends_on, e.chosen_manager_id,"
    " x.id IS NOT NULL AS is_missing FROM udbytte_employment e"
    " LEFT JOIN udbytte_missingperiod x ON x.employment_id = e.id AND x.ends_on IS NULL"
)
# What becomes of the known employment `e` of a row `w`.
VERDICT: LiteralString = (
    "CASE WHEN " + LIVE + " AND w.ends_on < %(on)s THEN 'left'"
    " WHEN e.unit_id IS DISTINCT FROM w.unit_pk THEN 'moved'"
    " WHEN (coalesce(w.external_id, e.external_id), w.title, coalesce(w.starts_on, e.starts_on), w.ends_on,"
    "  w.person_pk) IS NOT DISTINCT FROM (e.external_id, e.title, e.starts_on, e.ends_on, e.person_id)"
    "  AND (NOT %(names_managers)s OR w.keeps_manager OR e.chosen_manager_id IS NOT DISTINCT FROM w.manager_pk"
    "   AND (w.manager IS NULL OR w.manager_pk IS NOT NULL)) AND NOT e.is_missing THEN 'unchanged'"
    " ELSE 'changed' END"
)
BY_ID: LiteralString = (
    "UPDATE import_work w SET pk = e.id FROM udbytte_employment e WHERE e.external_id = w.external_id"
)
# Pairs the rows that are about a known employment by person, unit, title and first day. It adds all rows to another
# table, as that is faster than changing them.
EXACTLY: LiteralString = (
    "INSERT INTO import_paired OVERRIDING SYSTEM VALUE SELECT w.place, w.row, w.external_id, w.person, w.unit, w.title,"
    " w.starts_on, w.ends_on, w.manager, w.keeps_manager, coalesce(w.pk, e.id),"
    " CASE WHEN e.id IS NULL THEN 'new' ELSE " + VERDICT + " END FROM"
    " (SELECT r.*, CASE WHEN pk IS NULL THEN row_number() OVER"
    "   (PARTITION BY person_pk, unit_pk, title, starts_on, pk IS NULL ORDER BY place) END AS number"
    "  FROM (" + ROWS + ") r) w LEFT JOIN"
    " (SELECT e.*, row_number() OVER (PARTITION BY e.person_id, e.unit_id, e.title, e.starts_on"
    "   ORDER BY NOT " + LIVE + ", e.id) AS number FROM (" + KNOWN + ") e"
    "  WHERE NOT EXISTS (SELECT FROM import_work t WHERE t.pk = e.id AND t.pk IS NOT NULL)) e"
    " ON (e.person_id, e.unit_id, e.title, e.starts_on, e.number) ="
    "  (w.person_pk, w.unit_pk, w.title, w.starts_on, w.number)"
)
COMPARED: LiteralString = (
    "UPDATE import_work r SET verdict = v.verdict FROM (SELECT w.place, "
    + VERDICT
    + " AS verdict FROM ("
    + ROWS
    + ") w"
    " JOIN (" + KNOWN + ") e ON e.id = w.pk WHERE w.verdict = 'new') v WHERE v.place = r.place"
)


def match_employments(unit_pks: Pks, on: date, *, names_managers: bool) -> None:
    """Set the known employment and the verdict of each row of `import_work`; the others stay new, without `pk`.

    It is found by external id, or by person, unit, title and first day, or by what is most alike.
    """
    params = {"on": on, "names_managers": names_managers}
    if staging.run(BY_ID):
        staging.analyse("import_work")
    staging.run("CREATE TEMPORARY TABLE import_paired (LIKE import_work INCLUDING ALL) ON COMMIT DROP")
    staging.run(EXACTLY, params)
    staging.run("DROP TABLE import_work")
    staging.run("ALTER TABLE import_paired RENAME TO import_work")
    staging.analyse("import_work")
    _match_the_others(unit_pks, on)
    staging.run(COMPARED, params)
    staging.analyse("import_work")


def _match_the_others(unit_pks: Pks, on: date) -> None:
    """Pair what is not exactly alike, person by person."""
    works = staging.stream(
        "SELECT p.pk, w.place, w.row, w.person, w.unit, w.title, w.starts_on, w.ends_on FROM import_work w"
        " JOIN import_person p ON p.key = w.person WHERE w.pk IS NULL AND p.pk IS NOT NULL ORDER BY p.pk, w.place"
    )
    known_works = staging.stream(
        "SELECT e.id, e.external_id, e.person_id, e.unit_id, e.starts_on, e.ends_on, e.title, t.pk IS NOT NULL"
        " FROM udbytte_employment e LEFT JOIN import_work t ON t.pk = e.id WHERE e.person_id IN"
        " (SELECT p.pk FROM import_work w JOIN import_person p ON p.key = w.person WHERE w.pk IS NULL)"
        " ORDER BY e.person_id, e.id"
    )
    of_person = groupby(known_works, key=itemgetter(2))
    person, known_rows = 0, list[tuple[Any, ...]]()
    places: list[int] = []
    pks: list[int] = []
    for pk, group in groupby(works, key=itemgetter(0)):
        while person < pk and (following := next(of_person, None)) is not None:
            person, known_rows = following[0], list(following[1])
        if person != pk:
            continue
        rows = [(place, EmploymentRow("", row, None, *columns)) for _pk, place, row, *columns in group]
        known = {row[0]: KnownWork(row[0], row[1], row[2], row[3], row[4], row[5], title=row[6]) for row in known_rows}
        person_pks: Pks = {row.person: pk for _place, row in rows}
        taken = [row[0] for row in known_rows if row[7]]
        paired = pair_rows([row for _place, row in rows], known, (person_pks, unit_pks), on, follows=True, taken=taken)
        for (place, _row), (_same_row, found) in zip(rows, paired, strict=True):
            if found is not None:
                places.append(place)
                pks.append(found)
        if len(places) >= staging.FETCHED:
            _store_pairs(places, pks)
    _store_pairs(places, pks)


def _store_pairs(places: list[int], pks: list[int]) -> None:
    staging.run(
        "UPDATE import_work w SET pk = v.pk FROM unnest(%s::bigint[], %s::bigint[]) AS v(place, pk)"
        " WHERE w.place = v.place",
        [places, pks],
    )
    places.clear()
    pks.clear()


def pair_rows(
    rows: Sequence[Work],
    known: dict[int, KnownWork],
    pks: tuple[Pks, Pks],
    on: date,
    *,
    follows: bool,
    taken: Iterable[int] = (),
) -> list[tuple[Work, int | None]]:
    """Each row with the primary key of the known employment or manager role that it is about (None: new).

    A known one goes to one row only. It is found by external id; then by person, unit, title and first day; then
    without the first day. With `follows`, a row otherwise gets the most similar current employment of the person, so
    that their development plan follows them; of somebody who is back within 90 days, the one that ended. `pks` are the
    known people and units of the rows, and `taken` are known employments that other rows are about.
    """
    by_id = {work.external_id: pk for pk, work in known.items() if work.external_id}
    of_person: dict[int, list[KnownWork]] = defaultdict(list)
    for work in sorted(known.values(), key=lambda work: (not work.live(on), -work.starts_on.toordinal(), work.pk)):
        of_person[work.person].append(work)
    paired: list[int | None] = [by_id.get(row.external_id) if row.external_id else None for row in rows]
    taken = {*taken, *(pk for pk in paired if pk is not None)}
    person_pks, unit_pks = pks
    titles = [row.title if isinstance(row, EmploymentRow) else "" for row in rows]

    working = {work.person for work in known.values() if work.live(on)}

    def goes_on(row: Work) -> bool:
        return row.ends_on is None or row.ends_on >= on

    def ended_lately(work: KnownWork) -> bool:
        """Whether somebody who works nowhere now had this until lately."""
        lately = work.ends_on is not None and (on - work.ends_on).days <= BACK_WITHIN
        return lately and not work.live(on) and work.person not in working

    for likeness in range(8 if follows else 2):
        for place, row in enumerate(rows):
            person = person_pks[row.person]
            if paired[place] is not None or person is None:
                continue
            unit = unit_pks[row.unit]
            for work in of_person.get(person, ()):
                same_unit, same_title = work.unit == unit, work.title == titles[place]
                same_start = row.starts_on == work.starts_on
                alike = (
                    same_unit and same_title and same_start,
                    same_unit and same_title and (row.starts_on is None or (goes_on(row) and work.live(on))),
                    same_unit and goes_on(row) and work.live(on),
                    same_title and goes_on(row) and work.live(on),
                    goes_on(row) and work.current(on),
                    goes_on(row) and work.live(on),
                    same_unit and goes_on(row) and ended_lately(work),
                    goes_on(row) and ended_lately(work),
                )
                if work.pk not in taken and alike[likeness]:
                    paired[place] = work.pk
                    taken.add(work.pk)
                    break
    return list(zip(rows, paired, strict=True))
