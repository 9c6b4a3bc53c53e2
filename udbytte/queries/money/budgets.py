"""What is left of a budget; always computed, in whole kroner, ex VAT.

How managers may use the money of a round, and what each has granted alone. Whole kroner, ex VAT.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from udbytte.domain.lifecycle import Kind, Stage
from udbytte.domain.money import Limits, reason_to_ask
from udbytte.models import Agreement, Budget, Nomination, Round, SpendingAuthority, Unit, UnusedSeat, below
from udbytte.queries.people.units import without_those_below

T = TypeVar("T")
RESERVED = (Stage.AGREED, Stage.FOUND, Stage.NOMINATED)
HOPED = Greatest(F("estimated_price") - F("granted_outside"), 0)
COMMITTED = (Stage.FUNDED, Stage.WAITLISTED, Stage.REGISTERED)


@dataclass(frozen=True, slots=True)
class Balance:
    """A budget in whole kroner. `left` can be below 0 by what is reserved, and by bills higher than what was granted.

    `outside` is what funding sources pay of what is committed and spent; it is in neither, and the budget is no larger.
    """

    amount: int
    reserved: int
    committed: int
    spent: int
    outside: int = 0

    @property
    def left(self) -> int:
        return self.amount - self.reserved - self.committed - self.spent

    @property
    def uncommitted(self) -> int:
        """What can still be granted: reservations are hopes, not promises."""
        return self.amount - self.committed - self.spent


def budget_for(unit: Unit, round_: Round) -> Budget | None:
    """The budget that pays for a unit in a round: its own, or the nearest above it."""
    found = Budget.objects.filter(round=round_, unit__in=unit.ancestor_ids).select_related("unit")
    return max(found, key=lambda budget: len(budget.unit.path), default=None)


def balance_of(budget: Budget) -> Balance:
    """The budget with what is reserved, committed and spent on it."""
    sums = _sums_of([budget.pk])[budget.pk]
    nested = Budget.objects.filter(below(budget.unit, "unit__"), round=budget.round_id).exclude(pk=budget.pk)
    hoped = Agreement.objects.filter(
        below(budget.unit, "unit__"), round=budget.round_id, kind=Kind.COURSE, stage__in=RESERVED
    )
    for other in nested.select_related("unit"):
        hoped = hoped.exclude(below(other.unit, "unit__"))
    reserved = hoped.aggregate(total=Coalesce(Sum(HOPED), 0))["total"]
    return Balance(budget.amount, reserved, *sums)


def balances_of(budgets: Sequence[Budget]) -> dict[int, Balance]:
    """`balance_of` for many budgets at once, by budget id, in three queries however many they are."""
    if not budgets:
        return {}
    rounds = {budget.round_id for budget in budgets}
    sums = _sums_of([budget.pk for budget in budgets])
    reach = Q(pk__in=[])
    for unit in without_those_below([budget.unit for budget in budgets]):
        reach |= below(unit, "unit__")
    known = Budget.objects.filter(round__in=rounds).values_list("round", "unit__path", "pk")
    payer = {(round_, path): pk for round_, path, pk in known}
    hoped = Agreement.objects.filter(reach, round__in=rounds, kind=Kind.COURSE, stage__in=RESERVED)
    reserved: dict[int, int] = {}
    for round_, path, total in hoped.values_list("round", "unit__path").annotate(total=Sum(HOPED)):
        steps = path.split("/")[:-1]
        prefixes = ("/".join(steps[:count]) + "/" for count in range(len(steps), 0, -1))
        pays = next((payer[round_, prefix] for prefix in prefixes if (round_, prefix) in payer), None)
        if pays is not None:
            reserved[pays] = reserved.get(pays, 0) + (total or 0)
    return {budget.pk: Balance(budget.amount, reserved.get(budget.pk, 0), *sums[budget.pk]) for budget in budgets}


def upward(budgets: Sequence[Budget], balances: Mapping[int, Balance]) -> dict[int, Balance]:
    """For each budget, by id, its sums with those of all budgets below its unit in the same round."""
    at = {(budget.round_id, budget.unit_id): budget.pk for budget in budgets}
    inside: dict[int, list[Balance]] = {budget.pk: [] for budget in budgets}
    for budget in budgets:
        for unit in budget.unit.ancestor_ids:
            above = at.get((budget.round_id, unit))
            if above is not None:
                inside[above].append(balances[budget.pk])
    return {pk: total_of(found) for pk, found in inside.items()}


def total_of(balances: Iterable[Balance]) -> Balance:
    """Several balances as one."""
    rows = list(balances)
    return Balance(
        sum(one.amount for one in rows),
        sum(one.reserved for one in rows),
        sum(one.committed for one in rows),
        sum(one.spent for one in rows),
        sum(one.outside for one in rows),
    )


def _sums_of(budgets: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """What is committed, spent and paid from outside of each budget, by its id; one query.

    What a funding source has granted the budget need not pay. What was paid for a seat that was not used is spent; the
    seats stand beside the agreements, as joining both would count each once for every row of the other.
    """
    outside = F("granted_outside")
    promised = Greatest(F("price") - outside, 0)
    paid = Greatest(Coalesce("actual_price", "price") - outside, 0)
    went, promise = ~Q(went=""), Q(stage__in=COMMITTED)
    agreements = Agreement.objects.filter(budget__in=budgets).order_by().values_list("budget")
    seats = UnusedSeat.objects.filter(budget__in=budgets).order_by().values_list("budget")
    rows = agreements.annotate(
        committed=Coalesce(Sum(promised, filter=promise), 0),
        spent=Coalesce(Sum(paid, filter=went), 0),
        outside=Coalesce(Sum(outside, filter=promise | went), 0),
    ).union(
        seats.annotate(committed=Sum(Value(0)), spent=Sum(F("cost") - outside), outside=Sum(outside)),
        all=True,
    )
    sums = dict.fromkeys(budgets, (0, 0, 0))
    for budget, *more in rows:
        committed, spent, helped = (known + new for known, new in zip(sums[budget], more, strict=True))
        sums[budget] = committed, spent, helped
    return sums


def last_refusal(agreement: Agreement) -> Nomination | None:
    """The nomination that was decided last, if it was refused."""
    decided = agreement.nominations.filter(decided_on__isnull=False).select_related("decided_by")
    last = decided.order_by("-on", "-pk").first()
    return last if last is not None and last.granted is False else None


def budgets_for(agreements: Sequence[Agreement]) -> dict[int, Budget]:
    """The budget that pays for each agreement, by agreement id: its unit's own, or the nearest above; one query."""
    at = {(one.round_id, one.unit_id): one for one in _budgets_around(agreements).select_related("unit", "round")}
    return nearest_above(agreements, at)


def uncommitted_for(agreements: Sequence[Agreement]) -> dict[int, int]:
    """`Balance.uncommitted` of the budget that pays for each agreement, by agreement id; two queries."""
    budgets = list(_budgets_around(agreements).order_by())
    sums = _sums_of([budget.pk for budget in budgets])
    at = {
        (budget.round_id, budget.unit_id): Balance(budget.amount, 0, *sums[budget.pk]).uncommitted for budget in budgets
    }
    return nearest_above(agreements, at)


def _budgets_around(agreements: Sequence[Agreement]) -> QuerySet[Budget]:
    """The budgets, in the agreements' rounds, of their units and of all above these."""
    units = {pk for agreement in agreements for pk in agreement.unit.ancestor_ids}
    return Budget.objects.filter(round__in={agreement.round_id for agreement in agreements}, unit__in=units)


def nearest_above(agreements: Sequence[Agreement], at: Mapping[tuple[int, int], T]) -> dict[int, T]:
    """For each agreement what stands at its round and unit, or else at the nearest unit above it."""
    pays: dict[int, T] = {}
    for agreement in agreements:
        upward = ((agreement.round_id, unit) for unit in reversed(agreement.unit.ancestor_ids))
        place = next((place for place in upward if place in at), None)
        if place is not None:
            pays[agreement.pk] = at[place]
    return pays


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
            if reason_to_ask(one.estimated_price or 0, limits_of(found[one.pk]), granted=so_far) is not None:
                asks.add(one.pk)
    return asks
