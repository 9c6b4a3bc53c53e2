"""What is left of a budget; always computed, in whole kroner, ex VAT."""

from __future__ import annotations

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
