"""Finding a colleague by a part of the name."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from ..models import Employment, Person, Unit

MOST = 20


def colleagues_named(words: str, without: Person | None, on: date, *, unit: Unit | None = None) -> list[Employment]:
    """Those who work here and whose names have the words, but one; without words those of the unit, or of their own.

    `without` is None where even who is missing would tell something.
    """
    rows = Employment.objects.on(on).filter(person__is_active=True)
    if without is not None:
        rows = rows.exclude(person=without)
    for word in words.split():
        rows = rows.filter(Q(person__given_name__icontains=word) | Q(person__family_name__icontains=word))
    if not words.strip():
        own = Employment.objects.on(on).filter(person=without).values("unit")
        rows = rows.filter(unit=unit) if unit is not None else rows.filter(unit__in=own)
    return list(rows.select_related("person", "unit")[:MOST])
