"""Finding people: a colleague by a part of the name, one person by address, name or number."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat

from ..domain.numbers import int_from
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


def people_called(text: str) -> QuerySet[Person]:
    """The people a text means: the one with the number at its end (#12), else those with that e-mail or full name."""
    number = re.search(r"#(\d+)\s*$", text)
    named = Q(full_name__iexact=" ".join(text.split())) | Q(email__iexact=text.strip())
    people = Person.objects.annotate(full_name=Concat("given_name", Value(" "), "family_name"))
    return people.filter(Q(pk=int_from(number[1])) if number else named)
