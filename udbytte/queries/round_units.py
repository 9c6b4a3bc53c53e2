"""Whom a round is for: the employments of its units, with all below them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from ..models import Employment, Round, below


def employments_of(round_: Round, on: date) -> QuerySet[Employment]:
    """The employments in the round's units on the day, of people who work here."""
    reach = Q(pk__in=[])
    for unit in round_.units.all():
        reach |= below(unit, "unit__")
    return Employment.objects.on(on).filter(reach, person__is_active=True)


def titles_in(round_: Round, on: date) -> list[str]:
    """The job titles in the round, each once, in order."""
    titles = employments_of(round_, on).exclude(title="").order_by().values_list("title", flat=True).distinct()
    return sorted(titles, key=str.lower)
