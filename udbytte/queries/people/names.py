"""Finding people by name, address or number, and units by name, however the names are spelled.

Names are compared folded, as `udbytte.domain.search.words` does. The database keeps the folded name of each person in
`search_name`, which is no field of the model (see migration 0018_search_folding).
"""

from __future__ import annotations

import re

from django.db.models import BooleanField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from udbytte.domain.numbers import int_from
from udbytte.domain.search.words import folded
from udbytte.models import Person, Unit


def people_with(word: str) -> QuerySet[Person]:
    """The people whose names have the word. It is compared as it is written if it has no Latin letter or number."""
    plain = folded(word).split()
    people = Person.objects.order_by()
    if not plain:
        literal = word.replace("\0", "")
        has_it = Q(given_name__icontains=literal) | Q(family_name__icontains=literal)
        return people.filter(has_it) if literal else people.none()
    for part in plain:
        people = people.filter(RawSQL("search_name LIKE %s", [f"%{part}%"], BooleanField()))
    return people


def units_with(word: str) -> QuerySet[Unit]:
    """The units whose names have the word, compared as `people_with` does."""
    plain = folded(word).split()
    units = Unit.objects.order_by()
    if not plain:
        literal = word.replace("\0", "")
        return units.filter(name__icontains=literal) if literal else units.none()
    for part in plain:
        units = units.filter(RawSQL("udbytte_folded(name) LIKE %s", [f"%{part}%"], BooleanField()))
    return units


def people_called(text: str) -> QuerySet[Person]:
    """The people that a text means: by the number at its end (#12), else by email or full name.

    A name that is spelled otherwise counts only where nobody has exactly that name.
    """
    text = text.replace("\0", "")
    if number := re.search(r"#(\d+)\s*$", text):
        pk = int_from(number[1])
        return Person.objects.none() if pk is None else Person.objects.filter(pk=pk)
    named = Q(full_name__iexact=" ".join(text.split())) | Q(email__iexact=text.strip())
    people = Person.objects.annotate(full_name=Concat("given_name", Value(" "), "family_name")).filter(named)
    if not (plain := folded(text)) or people.exists():
        return people
    return Person.objects.filter(RawSQL("search_name = %s", [f" {plain} "], BooleanField()))
