"""What looks like the same person or unit under another name: one that the file lacks, and one that is new in it.

An administrator says that they are the same by the id of the pair. The import then takes the row for the known one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import LiteralString

from django.db.models import Count

from udbytte.imports.readers.values import same_name
from udbytte.imports.report import Pair
from udbytte.models import Agreement, Conversation, Employment

from . import staging
from .check import PEOPLE_WITH_PK, known_rows
from .compare import Plan
from .consequences import people_who_stay
from .known import Known, KnownPerson, KnownWork, employments_with
from .rows import Organisation, PersonRow, UnitRow
from .same import Same, person_pair, unit_pair


def pairs_of(organisation: Organisation, known: Known, plan: Plan, on: date, same: Same) -> list[Pair]:
    """The pairs that are joined by `same`, and those that an administrator may join."""
    pairs = [
        *_people(organisation, known, _joined_people(organisation, same), is_joined=True),
        *_people(organisation, known, _alike_people(organisation, known, plan, on), is_joined=False),
        *_units(known, _joined_units(organisation, plan, same), is_joined=True),
        *_units(known, _alike_units(organisation, known, plan, on), is_joined=False),
    ]
    return sorted(pairs, key=lambda pair: (pair.kind, pair.old))


def _joined_people(organisation: Organisation, same: Same) -> Iterator[tuple[int, PersonRow]]:
    known = known_rows(organisation, staging.stream(PEOPLE_WITH_PK)) if same else ()
    return ((pk, row) for pk, row in known if same.person(row) == pk)


def _alike_people(organisation: Organisation, known: Known, plan: Plan, on: date) -> Iterator[tuple[int, PersonRow]]:
    """People whom the file lacks with the new ones who look like them. Each stands in one pair at most."""
    works: dict[int, list[KnownWork]] = defaultdict(list)
    for work in employments_with(pk for (pk,) in staging.fetch("SELECT pk FROM import_gone")).values():
        works[work.person].append(work)
    staying = people_who_stay(plan, known, works, on)
    people = known.people(works.keys() - staying)
    lacked: dict[str, list[int]] = defaultdict(list)  # by given and by family name
    for pk, person in people.items():
        for name in _names(person):
            lacked[name].append(pk)
    if not lacked:
        return
    taken: set[int] = set()
    for columns in staging.stream(PEOPLE_WITH_JOBS):
        row = PersonRow(organisation.people_file, *columns[:-3])
        options = dict.fromkeys(pk for name in _names(row) for pk in lacked.get(name, ()) if pk not in taken)
        jobs = list(zip(*columns[-3:], strict=True)) if options else []
        alike = [pk for pk in options if _looks_like(people[pk], works[pk], row, jobs, plan)]
        if alike:
            taken.add(alike[0])
            yield alike[0], row


PEOPLE_WITH_JOBS: LiteralString = (
    "SELECT p.row, p.key, p.external_id, p.email, p.given_name, p.family_name, p.shared_email,"
    " array_agg(w.unit), array_agg(w.title), array_agg(w.starts_on) FROM import_person p"
    " JOIN import_work w ON w.person = p.key WHERE p.pk IS NULL"
    " GROUP BY p.place, p.row, p.key, p.external_id, p.email, p.given_name, p.family_name, p.shared_email"
    " ORDER BY p.place"
)
Job = tuple[str, str, date | None]  # unit, title and first day


def _names(person: KnownPerson | PersonRow) -> Iterator[str]:
    given, family = person.given_name.casefold().split(), person.family_name.casefold()
    yield from (f"{kind}:{name}" for kind, name in (("given", given[0] if given else ""), ("family", family)) if name)


def _looks_like(person: KnownPerson, works: list[KnownWork], row: PersonRow, jobs: list[Job], plan: Plan) -> bool:
    """Whether the names are the same; or the first name and the unit; or the last name, the unit and the title."""
    if same_name(person.name, row.name):
        return True
    shares_given = bool(set(_names(person)) & {name for name in _names(row) if name.startswith("given:")})
    return any(
        work.unit == plan.unit_pks.get(unit) and (shares_given or (work.title, work.starts_on) == (title, starts_on))
        for work in works
        for unit, title, starts_on in jobs
    )


def _people(
    organisation: Organisation, known: Known, pairs: Iterable[tuple[int, PersonRow]], *, is_joined: bool
) -> Iterator[Pair]:
    pairs = list(pairs)
    pks = [pk for pk, _row in pairs]
    if not pks:
        return
    units = {row.key: row.name for row in organisation.units}
    jobs = staging.fetch(
        "SELECT DISTINCT ON (person) person, title, unit FROM import_work WHERE person = ANY(%s)"
        " ORDER BY person, place",
        [[row.key for _pk, row in pairs]],
    )
    places = {person: f"{title or '-'}, {units[unit]}" for person, title, unit in jobs}
    columns = Employment.objects.filter(person__in=pks).order_by("pk").values_list("person", "title", "unit")
    before = {person: f"{title or '-'}, {known.units[unit].name}" for person, title, unit in columns}
    people = known.people(pks)
    agreements, talks = _counts(pks)
    for pk, row in pairs:
        person = people[pk]
        yield Pair(
            id=person_pair(pk, row),
            kind="person",
            is_joined=is_joined,
            old=person.name,
            old_about=_joined_words(person.email, before.get(pk)),
            new=row.name,
            new_about=_joined_words(row.email, places.get(row.key)),
            agreements=agreements[pk],
            conversations=talks[pk],
        )


def _counts(pks: list[int]) -> tuple[Counter[int], Counter[int]]:
    """How many agreements and conversations these people can read, by person."""
    agreements = Agreement.objects.filter(employee__in=pks).order_by().values_list("employee").annotate(Count("pk"))
    talks = Conversation.objects.filter(employment__person__in=pks).order_by().values_list("employment__person")
    return Counter(dict(agreements)), Counter(dict(talks.annotate(Count("pk"))))


def _joined_words(*words: str | None) -> str:
    return " · ".join(word for word in words if word)


def _joined_units(organisation: Organisation, plan: Plan, same: Same) -> Iterator[tuple[int, UnitRow]]:
    for row in organisation.units:
        pk = plan.unit_pks.get(row.key)
        if pk is not None and same.unit(row) == pk:
            yield pk, row


def _alike_units(organisation: Organisation, known: Known, plan: Plan, on: date) -> Iterator[tuple[int, UnitRow]]:
    """Units that the file lacks with the new ones that have most of their people, or most of the units below.

    Both stand below the same unit, or have the same name. What stands below a unit in a pair follows it.
    """
    in_file = {pk for pk in plan.unit_pks.values() if pk is not None}
    lacked = [
        unit for pk, unit in known.units.items() if pk not in in_file and (unit.ends_on is None or unit.ends_on >= on)
    ]
    new = [row for row in organisation.units if plan.unit_pks.get(row.key) is None]
    if not lacked or not new:
        return
    before: dict[int, set[object]] = defaultdict(set)
    current = Employment.objects.on(on).filter(unit__in=[unit.pk for unit in lacked])
    for unit_pk, person in current.values_list("unit", "person"):
        before[unit_pk].add(person)
    for unit in known.units.values():
        if unit.parent is not None:
            before[unit.parent].add(unit.name.casefold())
    after: dict[str, set[object]] = defaultdict(set)
    jobs = staging.fetch(
        "SELECT w.unit, p.pk FROM import_work w JOIN import_person p ON p.key = w.person"
        " WHERE p.pk IS NOT NULL AND w.unit = ANY(%s)",
        [[row.key for row in new]],
    )
    for key, person in jobs:
        after[key].add(person)
    for row in organisation.units:
        if row.parent is not None:
            after[row.parent].add(row.name.casefold())
    paired: set[str] = set()
    taken: set[int] = set()
    for row in new:
        if row.parent in paired:
            paired.add(row.key)
            continue
        parent = plan.unit_pks.get(row.parent) if row.parent is not None else None
        is_root = row.parent is None
        alike = [
            unit.pk
            for unit in lacked
            if unit.pk not in taken
            and (unit.name.casefold() == row.name.casefold() or (unit.parent == parent and (is_root or parent)))
            and 2 * len(before[unit.pk] & after[row.key]) >= len(before[unit.pk]) > 0
        ]
        if alike:
            taken.add(alike[0])
            paired.add(row.key)
            yield alike[0], row


def _units(known: Known, pairs: Iterable[tuple[int, UnitRow]], *, is_joined: bool) -> Iterator[Pair]:
    def above(pk: int | None) -> str:
        return known.units[pk].name if pk is not None else ""

    for pk, row in pairs:
        unit = known.units[pk]
        yield Pair(
            id=unit_pair(pk, row),
            kind="unit",
            is_joined=is_joined,
            old=unit.name,
            old_about=above(unit.parent),
            new=row.name,
            new_about="",
        )
