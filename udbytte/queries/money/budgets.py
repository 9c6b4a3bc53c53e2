"""What is left of a budget, how managers may use a round's money, and what each has granted alone.

Everything is computed, in whole kroner, ex VAT.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from udbytte.domain.lifecycle import Event, Kind, Stage
from udbytte.domain.money import Limits, reason_to_ask
from udbytte.models import (
    Agreement,
    Budget,
    LogEntry,
    Nomination,
    Overrun,
    Person,
    Round,
    SpendingAuthority,
    Unit,
    UnusedSeat,
    below,
)
from udbytte.models.compiled_query import compiled
from udbytte.queries.people.units import without_those_below

T = TypeVar("T")
RESERVED = (Stage.AGREED, Stage.FOUND, Stage.NOMINATED)
HOPED = Greatest(F("estimated_price") - F("granted_outside"), 0)
COMMITTED = (Stage.FUNDED, Stage.WAITLISTED, Stage.REGISTERED)
FREE = Limits()  # without a row managers grant alone, up to the budget

Place = tuple[int, Unit]  # a round, by its id, and a unit


@dataclass(frozen=True, slots=True)
class Balance:
    """A budget in whole kroner. `reserved` is what is wished for on top, and decides nothing.

    `outside` is what funds pay of what is committed and spent. It is not part of either, and the budget is not larger.
    """

    amount: int
    reserved: int
    committed: int
    spent: int
    outside: int = 0

    @property
    def uncommitted(self) -> int:
        """What can still be granted. It can be below 0, because of bills above the granted price.

        Reservations are not subtracted, because they are only wishes.
        """
        return self.amount - self.committed - self.spent


def balance_of(budget: Budget, *, on: date | None = None) -> Balance:
    """The budget with what is reserved, committed and spent; three queries. `on` as in `balances_of`."""
    return balances_of([budget], on=on)[budget.pk]


def balances_of(budgets: Sequence[Budget], *, on: date | None = None) -> dict[int, Balance]:
    """The balances of many budgets, by budget id; three queries for any number.

    A seat on a course whose last day lies before `on` counts as spent, and otherwise as committed. What can still be
    granted is the same either way, so whoever only asks for that gives no day.
    """
    if not budgets:
        return {}
    rounds = {budget.round_id for budget in budgets}
    sums = _sums_of([budget.pk for budget in budgets], on)
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


def _is_spent() -> Q:
    """Courses whose last day has passed with a seat, and that nobody has called unused.

    If nobody has said whether the employee went, the seat counts as used, also when the agreement is closed later.
    """
    replaced = LogEntry.objects.filter(agreement=OuterRef("pk"), event=Event.REPLACE, from_stage=Stage.UNKNOWN)
    unknown = Q(stage=Stage.UNKNOWN) | Q(lost_from=Stage.UNKNOWN) | Q(Q(stage=Stage.REPLACED) & Q(Exists(replaced)))
    return ~Q(went="") | unknown


def _sums_of(budgets: Sequence[int], on: date | None = None) -> dict[int, tuple[int, int, int]]:
    """What is committed, spent and paid by funds of each budget, by budget id; one query. `on` as in `balances_of`."""
    sums = dict.fromkeys(budgets, (0, 0, 0))
    for budget, *more in _sums_by_table(budgets, on):
        committed, spent, helped = (known + new for known, new in zip(sums[budget], more, strict=True))
        sums[budget] = committed, spent, helped
    return sums


@compiled
def _sums_by_table(budgets: Sequence[int], on: date | None) -> QuerySet[Agreement, tuple[int, int, int, int]]:
    """Budget, committed, spent and paid by funds: a row for its agreements, and one for its unused seats.

    The budget does not pay what a fund has granted. The cost of an unused seat is spent. Seats are added by a union,
    because a join would count each row once for every row of the other table.
    """
    outside = F("granted_outside")
    promised = Greatest(F("price") - outside, 0)
    paid = Greatest(Coalesce("actual_price", "price") - outside, 0)
    over = Q(stage=Stage.REGISTERED, ends_on__lt=on) if on is not None else Q(pk__in=[])
    went, promise = _is_spent() | over, Q(stage__in=COMMITTED) & ~over
    agreements = Agreement.objects.filter(budget__in=budgets).order_by().values_list("budget")
    seats = UnusedSeat.objects.filter(budget__in=budgets).order_by().values_list("budget")
    sums = agreements.annotate(
        committed=Coalesce(Sum(promised, filter=promise), 0),
        spent=Coalesce(Sum(paid, filter=went), 0),
        outside=Coalesce(Sum(outside, filter=promise | went), 0),
    )
    wasted = seats.annotate(committed=Sum(Value(0)), spent=Sum(F("cost") - outside), outside=Sum(outside))
    return sums.union(wasted, all=True)


def balances_with_units_below(budgets: Sequence[Budget], balances: Mapping[int, Balance]) -> dict[int, Balance]:
    """For each budget, by id, its sums with those of all budgets below its unit in the same round."""
    at = {(budget.round_id, budget.unit_id): budget.pk for budget in budgets}
    inside: dict[int, list[Balance]] = {budget.pk: [] for budget in budgets}
    for budget in budgets:
        for unit in budget.unit.ancestor_ids:
            above = at.get((budget.round_id, unit))
            if above is not None:
                inside[above].append(balances[budget.pk])
    return {pk: total_balance(balances_inside) for pk, balances_inside in inside.items()}


def total_balance(balances: Iterable[Balance]) -> Balance:
    """The sum of several balances."""
    rows = list(balances)
    return Balance(
        sum(balance.amount for balance in rows),
        sum(balance.reserved for balance in rows),
        sum(balance.committed for balance in rows),
        sum(balance.spent for balance in rows),
        sum(balance.outside for balance in rows),
    )


def budget_for(unit: Unit, round_: Round) -> Budget | None:
    """The budget that pays for a unit in a round: the unit's own, or the nearest above."""
    return _budgets_at([(round_.pk, unit)]).get((round_.pk, unit.pk))


def budgets_for(agreements: Sequence[Agreement]) -> dict[int, Budget]:
    """The budget that pays for each agreement, by agreement id: its unit's own, or the nearest above; one query."""
    return _by_agreement(agreements, _budgets_at(_places_of(agreements)))


def uncommitted_for(agreements: Sequence[Agreement]) -> dict[int, int]:
    """`Balance.uncommitted` of the budget that pays for each agreement, by agreement id; two queries."""
    places = _places_of(agreements)
    budgets = _amounts_around(*_around(places))
    sums = _sums_of([budget for budget, *_at in budgets])
    left = {(round_, unit): Balance(amount, 0, *sums[budget]).uncommitted for budget, round_, unit, amount in budgets}
    return _by_agreement(agreements, _nearest(places, left))


@compiled
def _amounts_around(rounds: Sequence[int], units: Sequence[int]) -> QuerySet[Budget, tuple[int, int, int, int]]:
    """Budget, round, unit and amount of the rounds' budgets for the units."""
    rows = Budget.objects.filter(round__in=rounds, unit__in=units).order_by()
    return rows.values_list("pk", "round", "unit", "amount")


def authority_for(unit: Unit, round_: Round) -> SpendingAuthority | None:
    """How the managers of a unit may use a round's money: its own row, or the nearest above. None: without limits."""
    return _authorities_at([(round_.pk, unit)]).get((round_.pk, unit.pk))


def authorities_for(agreements: Sequence[Agreement]) -> dict[int, SpendingAuthority]:
    """The spending authority for each agreement, by agreement id: its unit's own, or the nearest above; one query."""
    return _by_agreement(agreements, _authorities_at(_places_of(agreements)))


def limits_of(authority: SpendingAuthority | None) -> Limits:
    """The limits of a spending authority; without one there are no limits."""
    if authority is None:
        return FREE
    return Limits(authority.disposes, authority.per_course, authority.per_year)


def granted_alone(managers: Collection[int], rounds: Collection[int]) -> dict[tuple[int, int], int]:
    """Whole kroner that managers have granted alone, by manager and round: the actual price, or else the granted one.

    The cost of an unused seat counts too, because the money is spent. One query.
    """
    granted = Agreement.objects.filter(funded_by__in=managers, round__in=rounds)
    bound = granted.filter(Q(stage__in=COMMITTED) | _is_spent()).order_by().values_list("funded_by", "round")
    wasted = UnusedSeat.objects.filter(granted_by__in=managers, agreement__round__in=rounds).order_by()
    parts = bound.annotate(total=Sum(Coalesce("actual_price", "price", 0))).union(
        wasted.values_list("granted_by", "agreement__round").annotate(total=Sum("cost")), all=True
    )
    totals: dict[tuple[int, int], int] = {}
    for manager, round_, total in parts:
        if manager is not None:
            totals[manager, round_] = totals.get((manager, round_), 0) + total
    return totals


def agreements_to_nominate(agreements: Sequence[Agreement], *, manager: int | None = None) -> set[int]:
    """Ids of the agreements that their manager cannot grant alone, by the estimated price; two queries.

    `manager` is given if the caller knows it. The limit is checked again when the money is granted, under a lock.
    """
    open_ = [agreement for agreement in agreements if agreement.step == "settle_money"]
    authorities = authorities_for(open_) if open_ else {}
    limited = {
        agreement.pk: manager or agreement.employment.line_manager_id or 0
        for agreement in open_
        if agreement.pk in authorities
    }
    yearly = {pk: who for pk, who in limited.items() if authorities[pk].per_year is not None}
    granted = granted_alone(set(yearly.values()), {agreement.round_id for agreement in open_}) if yearly else {}
    asks: set[int] = set()
    for agreement in open_:
        if agreement.pk in authorities:
            so_far = granted.get((limited[agreement.pk], agreement.round_id), 0)
            if (
                reason_to_ask(agreement.estimated_price or 0, limits_of(authorities[agreement.pk]), granted=so_far)
                is not None
            ):
                asks.add(agreement.pk)
    return asks


def open_overruns_of(person: Person) -> QuerySet[Overrun]:
    """The bills above what was granted that wait for the person's decision."""
    return Overrun.objects.filter(owner=person, decided_on__isnull=True)


def last_refusal(agreement: Agreement) -> Nomination | None:
    """The nomination that was decided last, if it was refused."""
    decided = agreement.nominations.filter(decided_on__isnull=False).select_related("decided_by")
    last = decided.order_by("-on", "-pk").first()
    return last if last is not None and last.granted is False else None


def _places_of(agreements: Sequence[Agreement]) -> list[Place]:
    return [(agreement.round_id, agreement.unit) for agreement in agreements]


def _by_agreement(agreements: Sequence[Agreement], at_place: Mapping[tuple[int, int], T]) -> dict[int, T]:
    """By agreement id what is found at the agreement's place."""
    keys = {agreement.pk: (agreement.round_id, agreement.unit_id) for agreement in agreements}
    return {pk: at_place[key] for pk, key in keys.items() if key in at_place}


def _budgets_at(places: Sequence[Place]) -> dict[tuple[int, int], Budget]:
    """The budget that pays at each place, by round id and unit id."""
    budgets = _budgets_around(places).select_related("unit", "round")
    return _nearest(places, {(budget.round_id, budget.unit_id): budget for budget in budgets})


def _budgets_around(places: Sequence[Place]) -> QuerySet[Budget]:
    """The budgets of the rounds, of the units and of all units above them."""
    rounds, units = _around(places)
    return Budget.objects.filter(round__in=rounds, unit__in=units)


def _around(places: Sequence[Place]) -> tuple[list[int], list[int]]:
    """The rounds of the places, and their units with all above them."""
    rounds, units = {round_ for round_, _unit in places}, {pk for _round, unit in places for pk in unit.ancestor_ids}
    return sorted(rounds), sorted(units)


def _authorities_at(places: Sequence[Place]) -> dict[tuple[int, int], SpendingAuthority]:
    """The spending authority at each place, by round id and unit id."""
    authorities = _authorities_around(*_around(places))
    return _nearest(places, {(authority.round_id, authority.unit_id): authority for authority in authorities})


@compiled
def _authorities_around(rounds: Sequence[int], units: Sequence[int]) -> QuerySet[SpendingAuthority]:
    rows = SpendingAuthority.objects.filter(round__in=rounds, unit__in=units)
    return rows.select_related("unit").order_by()


def _nearest(places: Sequence[Place], at: Mapping[tuple[int, int], T]) -> dict[tuple[int, int], T]:
    """For each place what is at its round and unit, or else at the nearest unit above."""
    nearest: dict[tuple[int, int], T] = {}
    for round_, unit in places:
        upward = ((round_, pk) for pk in reversed(unit.ancestor_ids))
        place = next((place for place in upward if place in at), None)
        if place is not None:
            nearest[round_, unit.pk] = at[place]
    return nearest
