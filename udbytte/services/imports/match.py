"""Which row of a file is which unit and which person that is known."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _

from ...formats.rows import Organisation, PersonRow, Problem
from .known import Known

Pks = dict[str, int | None]


def match_units(found: Organisation, known: Known, on: date) -> Pks:
    """The known unit of each key; None for a new one. By external id, else by the path of names."""
    by_id = {unit.external_id: unit.pk for unit in known.units.values() if unit.external_id}
    paths: dict[int, tuple[str, ...]] = {}

    def path_of(pk: int) -> tuple[str, ...]:
        if pk not in paths:
            unit = known.units[pk]
            above = path_of(unit.parent) if unit.parent is not None else ()
            paths[pk] = (*above, unit.name.casefold())
        return paths[pk]

    by_path: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for unit in sorted(known.units.values(), key=lambda one: (one.ends_on is not None and one.ends_on < on, one.pk)):
        by_path[path_of(unit.pk)].append(unit.pk)
    matched: Pks = {row.key: by_id.get(row.external_id) for row in found.units if row.external_id}
    taken = {pk for pk in matched.values() if pk is not None}
    in_file: dict[str, tuple[str, ...]] = {}
    for row in found.units:  # parents come first
        above = in_file.get(row.parent or "", ())
        in_file[row.key] = (*above, row.name.casefold())
        if matched.get(row.key) is not None:
            continue
        options = [pk for pk in by_path.get(in_file[row.key], ()) if pk not in taken]
        if row.external_id:
            options = [pk for pk in options if not known.units[pk].external_id]
        matched[row.key] = options[0] if options else None
        taken.update(options[:1])
    return matched


def match_people(found: Organisation, known: Known, staying: set[int]) -> tuple[Pks, set[int]]:
    """The known person of each key (None: new), and the known people who give up an e-mail that another has now.

    By external id; by e-mail, unless both have an external id and they differ; a row with neither by the external id
    of its employment. Never by name. An address passes on only from somebody who is `staying` no more.
    """
    by_id = {person.external_id: person.pk for person in known.people.values() if person.external_id}
    by_email = {person.email.lower(): person.pk for person in known.people.values() if person.email}
    jobs = {work.external_id: work.person for work in known.employments.values() if work.external_id}
    matched: Pks = {}
    taken: set[int] = set()

    def take(row: PersonRow, pk: int | None) -> None:
        if pk is not None and pk not in taken:
            matched[row.key] = pk
            taken.add(pk)

    for row in found.people:
        if row.external_id:
            take(row, by_id.get(row.external_id))
    for row in found.people:
        holder = by_email.get(row.email or "")
        if row.key in matched or holder is None or (row.external_id and known.people[holder].external_id):
            continue
        take(row, holder)
    nameless = {row.key: row for row in found.people if not row.external_id and row.key not in matched}
    for work in found.employments:
        if work.person in nameless and work.external_id and nameless[work.person].email is None:
            take(nameless[work.person], jobs.get(work.external_id))
    return _settle_emails(found, known, matched, by_email, staying)


def _settle_emails(
    found: Organisation, known: Known, matched: Pks, by_email: dict[str, int], staying: set[int]
) -> tuple[Pks, set[int]]:
    row_of = {matched[row.key]: row for row in found.people if row.key in matched}
    giving_up: set[int] = set()
    good = []
    for row in found.people:
        holder = by_email.get(row.email or "")
        if holder is not None and holder != matched.get(row.key):
            other = row_of.get(holder)
            keeps = other.email in (None, row.email) if other is not None else holder in staying
            if keeps:
                message = _("This e-mail belongs to somebody known by another id. Each person needs their own.")
                found.refuse(Problem(row.file, row.row, "email", message), row.external_id, row.email, row.name)
                continue
            if other is None:
                giving_up.add(holder)
        matched.setdefault(row.key, None)
        good.append(row)
    refused = {row.key for row in found.people} - {row.key for row in good}
    found.people = good
    return {key: pk for key, pk in matched.items() if key not in refused}, giving_up
