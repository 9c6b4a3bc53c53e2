"""The load that a plan adds, as the two see it before they sign: agreements, the coordinator's queue, the budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from udbytte.access.agreements import agreements_seen_by
from udbytte.access.money import budgets_seen_by
from udbytte.domain.lifecycle import STEPS, Kind, Party, Stage
from udbytte.models import Agreement, DevelopmentPlan, Person
from udbytte.queries.money.budgets import HOPED, RESERVED, Balance, balance_of, budget_for

AT_ONCE = 3  # open agreements; with more, the two choose which begin now
COORDINATORS_STEPS = tuple(
    step.name for (kind, _stage), step in STEPS.items() if kind is Kind.COURSE and step.owner is Party.COORDINATOR
)


@dataclass(frozen=True, slots=True)
class Queue:
    """How many courses wait for a coordinator, those of the plan included."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class BudgetLoad:
    """The budget that pays for the plan, in whole kroner.

    `balance` is set for those who may see the budget. Everybody else reads the published amount.
    """

    unit: str
    amount: int
    wished_here: int
    balance: Balance | None

    @property
    def is_short(self) -> bool:
        """Whether more is wished for than can be granted, as far as the reader may see."""
        if self.balance is None:
            return self.wished_here > self.amount
        return self.balance.reserved > self.balance.uncommitted


@dataclass(frozen=True, slots=True)
class PlanLoad:
    """`open` are the employee's open agreements that the reader may read, those of the plan first."""

    open: Sequence[Agreement]
    now: int  # open agreements that do not rest
    queues: Sequence[Queue]
    budget: BudgetLoad | None

    @property
    def is_much(self) -> bool:
        return self.now > AT_ONCE


def load_of(plan: DevelopmentPlan, person: Person, on: date) -> PlanLoad:
    """The load of an unsigned plan, as far as `person`, one of the two, may see it."""
    employee = plan.conversation.employment.person_id
    seen = agreements_seen_by(person, on).filter(employee=employee, closed_on__isnull=True)
    open_ = sorted(seen.select_related("plan"), key=lambda each: (each.plan_id != plan.pk, each.planned_from, each.pk))
    now = sum(not agreement.is_paused_on(on) for agreement in open_)
    return PlanLoad(open_, now, _queues(plan), _budget(plan, person, on))


def may_start_later(agreement: Agreement) -> bool:
    """Whether its start can be moved on the plan: the plan is not signed by both, and nothing has happened yet."""
    return agreement.plan.signed_text is None and agreement.stage == Stage.AGREED and not agreement.proposed_by


def may_be_changed(agreement: Agreement) -> bool:
    """Whether what is agreed can be corrected on the plan. What a group has agreed is the same for all of it."""
    return may_start_later(agreement) and agreement.group_id is None


def may_be_taken_back(agreement: Agreement, on: date) -> bool:
    """Whether it can be deleted as a mistake: added today to an unsigned plan, and nothing has happened to it."""
    if agreement.plan.signed_text is not None or agreement.agreed_on != on or agreement.turn != 1:
        return False
    return agreement.replaces_id is None and agreement.group_id is None


def _queues(plan: DevelopmentPlan) -> list[Queue]:
    """The queues that the plan's courses stand in. A step without an owner stands in nobody's queue."""
    waiting = Agreement.objects.filter(step__in=COORDINATORS_STEPS, closed_on__isnull=True, stray=False)
    owners = waiting.filter(plan=plan).exclude(step_owner=plan.conversation.employment.person_id)
    queues = waiting.filter(step_owner__in=owners.order_by().values("step_owner")).order_by()
    counts = dict(queues.values_list("step_owner").annotate(count=Count("pk")))
    people = Person.objects.filter(pk__in=counts).order_by("given_name", "family_name", "pk")
    return [Queue(person.name, counts[person.pk]) for person in people]


def _budget(plan: DevelopmentPlan, person: Person, on: date) -> BudgetLoad | None:
    """The published budget of the plan's unit. None if there is none, or if no course of the plan waits for money."""
    conversation = plan.conversation
    wished = plan.agreements.filter(kind=Kind.COURSE, stage__in=RESERVED).values_list(HOPED, flat=True)
    wished_here = sum(amount or 0 for amount in wished)
    budget = budget_for(conversation.employment.unit, conversation.round) if wished_here else None
    if budget is None or budget.published_on is None:
        return None
    sees = budgets_seen_by(person, on).filter(pk=budget.pk).exists()
    return BudgetLoad(budget.unit.name, budget.amount, wished_here, balance_of(budget) if sees else None)
