"""What is left of a budget; always computed, in whole kroner, ex VAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from ..domain.lifecycle import Kind, Stage
from ..models import Agreement, Budget, Round, Unit, below

RESERVED = (Stage.AGREED, Stage.FOUND, Stage.NOMINATED)
COMMITTED = (Stage.FUNDED, Stage.WAITLISTED, Stage.REGISTERED)


@dataclass(frozen=True, slots=True)
class Balance:
    """A budget in whole kroner. `left` can be below 0 only by what is reserved, never by what is committed or spent."""

    amount: int
    reserved: int
    committed: int
    spent: int

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
    sums = budget.agreements.aggregate(
        committed=Coalesce(Sum("price", filter=Q(stage__in=COMMITTED)), 0),
        spent=Coalesce(Sum(Coalesce("actual_price", "price"), filter=~Q(went="")), 0),
    )
    nested = Budget.objects.filter(below(budget.unit, "unit__"), round=budget.round_id).exclude(pk=budget.pk)
    hoped = Agreement.objects.filter(
        below(budget.unit, "unit__"), round=budget.round_id, kind=Kind.COURSE, stage__in=RESERVED
    )
    for other in nested.select_related("unit"):
        hoped = hoped.exclude(below(other.unit, "unit__"))
    reserved = hoped.aggregate(total=Coalesce(Sum("estimated_price"), 0))["total"]
    return Balance(budget.amount, reserved, sums["committed"], sums["spent"])


def balances_of(budgets: Sequence[Budget]) -> dict[int, Balance]:
    """`balance_of` for many budgets at once, by budget id, in three queries however many they are."""
    if not budgets:
        return {}
    rounds = {budget.round_id for budget in budgets}
    sums = _committed_and_spent(budgets)
    reach = Q(pk__in=[])
    for budget in budgets:
        reach |= below(budget.unit, "unit__")
    known = Budget.objects.filter(round__in=rounds).values_list("round", "unit__path", "pk")
    payer = {(round_, path): pk for round_, path, pk in known}
    hoped = Agreement.objects.filter(reach, round__in=rounds, kind=Kind.COURSE, stage__in=RESERVED)
    reserved: dict[int, int] = {}
    for round_, path, total in hoped.values_list("round", "unit__path").annotate(total=Sum("estimated_price")):
        steps = path.split("/")[:-1]
        prefixes = ("/".join(steps[:count]) + "/" for count in range(len(steps), 0, -1))
        pays = next((payer[round_, prefix] for prefix in prefixes if (round_, prefix) in payer), None)
        if pays is not None:
            reserved[pays] = reserved.get(pays, 0) + (total or 0)
    return {
        budget.pk: Balance(budget.amount, reserved.get(budget.pk, 0), *sums.get(budget.pk, (0, 0)))
        for budget in budgets
    }


def uncommitted_of(budgets: Sequence[Budget]) -> dict[int, int]:
    """What can still be granted of each budget, by budget id: `Balance.uncommitted` in one query."""
    sums = _committed_and_spent(budgets)
    return {budget.pk: budget.amount - sum(sums.get(budget.pk, (0, 0))) for budget in budgets}


def _committed_and_spent(budgets: Sequence[Budget]) -> dict[int, tuple[int, int]]:
    rows = Agreement.objects.filter(budget__in=budgets).order_by().values_list("budget")
    sums = rows.annotate(
        committed=Coalesce(Sum("price", filter=Q(stage__in=COMMITTED)), 0),
        spent=Coalesce(Sum(Coalesce("actual_price", "price"), filter=~Q(went="")), 0),
    )
    return {budget: (committed, spent) for budget, committed, spent in sums}


def budgets_for(agreements: Sequence[Agreement]) -> dict[int, Budget]:
    """The budget that pays for each agreement, by agreement id: its unit's own, or the nearest above; one query."""
    units = {pk for agreement in agreements for pk in agreement.unit.ancestor_ids}
    found = Budget.objects.filter(round__in={agreement.round_id for agreement in agreements}, unit__in=units)
    at = {(budget.round_id, budget.unit_id): budget for budget in found.select_related("unit", "round")}
    pays: dict[int, Budget] = {}
    for agreement in agreements:
        upward = ((agreement.round_id, unit) for unit in reversed(agreement.unit.ancestor_ids))
        nearest = next((at[place] for place in upward if place in at), None)
        if nearest is not None:
            pays[agreement.pk] = nearest
    return pays
