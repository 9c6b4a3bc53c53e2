"""How managers may use the money of a round, and what each has granted alone. Whole kroner, ex VAT."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from ..domain.spending import Limits, hindrance
from ..models import Agreement, Round, SpendingAuthority, Unit, UnusedSeat
from .money import COMMITTED, nearest_above

FREE = Limits()  # who has no row disposes without limit but the budget


def limits_of(authority: SpendingAuthority | None) -> Limits:
    """What a row says; none says nothing."""
    if authority is None:
        return FREE
    return Limits(authority.disposes, authority.per_course, authority.per_year)


def authority_for(unit: Unit, round_: Round) -> SpendingAuthority | None:
    """How the managers of a unit may use the money of a round: its own row, or the nearest above it. None: freely."""
    found = SpendingAuthority.objects.filter(round=round_, unit__in=unit.ancestor_ids).select_related("unit")
    return max(found, key=lambda one: len(one.unit.path), default=None)


def authorities_for(agreements: Sequence[Agreement]) -> dict[int, SpendingAuthority]:
    """`authority_for` the unit and round of each agreement, by agreement id; one query."""
    units = {pk for agreement in agreements for pk in agreement.unit.ancestor_ids}
    rounds = {agreement.round_id for agreement in agreements}
    rows = SpendingAuthority.objects.filter(round__in=rounds, unit__in=units).order_by()
    return nearest_above(agreements, {(row.round_id, row.unit_id): row for row in rows})


def granted_alone(managers: Collection[int], rounds: Collection[int]) -> dict[tuple[int, int], int]:
    """Kroner that managers have granted without asking, by manager and round: the price, the actual one where known.

    What was paid for a seat that was not used counts too: the money is gone. One query.
    """
    mine = Agreement.objects.filter(funded_by__in=managers, round__in=rounds)
    bound = mine.filter(Q(stage__in=COMMITTED) | ~Q(went="")).order_by().values_list("funded_by", "round")
    wasted = UnusedSeat.objects.filter(granted_by__in=managers, agreement__round__in=rounds).order_by()
    parts = bound.annotate(total=Sum(Coalesce("actual_price", "price", 0))).union(
        wasted.values_list("granted_by", "agreement__round").annotate(total=Sum("cost")), all=True
    )
    totals: dict[tuple[int, int], int] = {}
    for manager, round_, total in parts:
        if manager is not None:
            totals[manager, round_] = totals.get((manager, round_), 0) + total
    return totals


def must_ask(agreements: Sequence[Agreement], *, manager: int | None = None) -> set[int]:
    """Ids of those agreements whose money their manager cannot settle alone, by the estimated price; two queries.

    `manager` is whose they are, where the caller knows it. The word is said when the money is granted, under a lock.
    """
    open_ = [one for one in agreements if one.step == "settle_money"]
    found = authorities_for(open_) if open_ else {}
    limited = {one.pk: manager or one.employment.line_manager_id or 0 for one in open_ if one.pk in found}
    yearly = {pk: who for pk, who in limited.items() if found[pk].per_year is not None}
    granted = granted_alone(set(yearly.values()), {one.round_id for one in open_}) if yearly else {}
    asks: set[int] = set()
    for one in open_:
        if one.pk in found:
            so_far = granted.get((limited[one.pk], one.round_id), 0)
            if hindrance(one.estimated_price or 0, limits_of(found[one.pk]), granted=so_far) is not None:
                asks.add(one.pk)
    return asks
