"""The audit log as people read it: who has read about somebody, and names instead of ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from udbytte.access.audit import readings_about
from udbytte.models import AuditEntry, AuditKind, Employment, Person

MOST_READINGS = 2000  # of one person, before they are put together


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody read about a person on one day: who with which title, what, how often, and when at last."""

    on: date
    by: str
    title: str
    kind: AuditKind
    times: int
    last_at: datetime


def who_has_read_about(person: Person, *, since: date, on: date) -> list[Reading]:
    """Who has read about the person since a day, each day, reader and kind once; the newest first."""
    entries = list(readings_about(person, since)[:MOST_READINGS])
    titles = titles_of({entry.by_id for entry in entries if entry.by_id is not None}, on)

    def key(entry: AuditEntry) -> tuple[int, int, str]:
        return -entry.on.toordinal(), entry.by_id or 0, entry.kind

    readings = []
    for _key, same in groupby(sorted(entries, key=key), key=key):
        seen = list(same)
        first = seen[0]
        name = first.by.name if first.by is not None else ""
        title = titles.get(first.by_id or 0, "")
        readings.append(Reading(first.on, name, title, AuditKind(first.kind), len(seen), first.at))
    return readings


def titles_of(people: Iterable[int], on: date) -> dict[int, str]:
    """The present title of each person who has one."""
    jobs = Employment.objects.on(on).filter(person__in=list(people)).order_by("-pk")
    return dict(jobs.values_list("person", "title"))


def names_of(entries: Iterable[AuditEntry]) -> dict[int, str]:
    """The names of all who are in the entries, by id. Somebody who is gone has none."""
    people = {pk for entry in entries for pk in (entry.by_id, entry.about_id) if pk is not None}
    return {person.pk: person.name for person in Person.objects.filter(pk__in=people)}
