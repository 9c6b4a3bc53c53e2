"""Learning in practice: who has had the ways in view."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from ..models import CatalogueVisit, Person, Round


@transaction.atomic
def record_visit(person: Person, *, on: date) -> None:
    """Record once a round that a person has had the ways of learning in practice in view."""
    rounds = Round.objects.filter(published_on__lte=on, closed_on__isnull=True)
    mine = rounds.filter(conversations__employment__person=person) | rounds.filter(conversations__manager=person)
    visits = [CatalogueVisit(round=one, person=person, first_on=on) for one in mine.distinct()]
    CatalogueVisit.objects.bulk_create(visits, ignore_conflicts=True)
