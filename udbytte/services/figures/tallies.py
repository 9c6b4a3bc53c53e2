"""Updating the stored tallies of the figures in the background, so that pages are fast in large organisations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from django.db import transaction

from udbytte.domain.figures.key_questions import comparable_day
from udbytte.models import Round, StaleTally, UnitTally, WholeTally
from udbytte.queries.figures.published import StoredTally, count_tree, recount_stale_units, tally_to_store
from udbytte.queries.people.units import WHOLE, tree_below
from udbytte.queries.practice.outcomes import NAME as LEARNING
from udbytte.queries.practice.outcomes import count_learning
from udbytte.queries.practice.outcomes import learning_to_store as written_learning
from udbytte.queries.rounds.check import units_without_coordinator
from udbytte.services.locks import Lock, wait_for_lock

ROUNDS = 3
CHUNK = 1000


def days_to_tally(on: date) -> dict[Round, set[date]]:
    """The newest published rounds with their days: today, and the day that the next round is compared with."""
    rounds = list(Round.objects.filter(published_on__lte=on).order_by("-conversations_from", "-pk")[:ROUNDS])
    wanted: dict[Round, set[date]] = {round_: {on} for round_ in rounds}
    for round_, before in pairwise(rounds):
        wanted[before].add(comparable_day(on, round_.conversations_from, before.conversations_from))
    return wanted


def count_uncoordinated_units(*, on: date) -> None:
    """Store on each open round how many of its units have no coordinator, so that no page has to count them."""
    for round_ in Round.objects.filter(published_on__lte=on, closed_on__isnull=True):
        count = units_without_coordinator(round_, on=on)
        Round.objects.filter(pk=round_.pk).exclude(uncoordinated=count).update(uncoordinated=count)


def update_tallies(*, on: date) -> int:
    """Update the stored tallies of a day after changes; returns how many were written. A second call changes nothing.

    The marks of a round are read before its rows are counted, and only those marks are deleted. So a change that
    happens meanwhile stays marked.
    """
    number = 0
    with transaction.atomic():
        wait_for_lock(Lock.FIGURES)
        wanted = days_to_tally(on)
        if not WholeTally.objects.filter(on=on).exists():
            count_uncoordinated_units(on=on)
            sums = written_learning(count_learning(on=on))
            WholeTally.objects.update_or_create(name=LEARNING, defaults={"on": on, "sums": sums})
        UnitTally.objects.exclude(on__in={day for days in wanted.values() for day in days}).delete()
        for round_, days in wanted.items():
            marks = StaleTally.objects.filter(round=round_)
            read = dict(marks.values_list("pk", "unit_id"))
            for day in sorted(days):
                number += _keep(round_, day, set(read.values()))
            StaleTally.objects.filter(pk__in=read).delete()
        StaleTally.objects.exclude(round__in=wanted).delete()
    return number


def _keep(round_: Round, day: date, stale: set[int]) -> int:
    rows = UnitTally.objects.filter(round=round_, on=day)
    if not rows.filter(unit=None).exists():
        rows.delete()
        return _write(round_, day, count_tree(tree_below(None), round_, on=day))
    return _write(round_, day, recount_stale_units(stale, WHOLE, round_, on=day)) if stale else 0


def _write(round_: Round, day: date, tallies: Mapping[int, StoredTally]) -> int:
    fresh = [
        UnitTally(round=round_, on=day, unit_id=pk or None, **tally_to_store(tally)) for pk, tally in tallies.items()
    ]
    UnitTally.objects.filter(round=round_, on=day, unit__in=[pk for pk in tallies if pk]).delete()
    if WHOLE in tallies:
        UnitTally.objects.filter(round=round_, on=day, unit=None).delete()
    UnitTally.objects.bulk_create(
        [tally for tally in fresh if tally.own or tally.published or tally.unit_id is None], CHUNK
    )
    return len(fresh)
