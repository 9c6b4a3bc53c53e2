"""The budgets of a round in words: what HR has set for each unit, and what the people of a unit read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from udbytte.domain.money import Limits
from udbytte.models import Employment, Person, Round, Unit
from udbytte.models.formatting import kroner
from udbytte.queries.money.budgets import authority_for, limits_of
from udbytte.queries.people.units import label_of


@dataclass(frozen=True, slots=True)
class UnitMoney:
    """The published budget of a unit: the amount (empty if none is set), and who decides about it."""

    unit: Unit
    amount: str
    decides: str


def who_decides(limits: Limits) -> str:
    """A sentence about who decides, and up to which amounts."""
    if not limits.disposes:
        return _("The manager nominates courses, and the budget owner decides.")
    per_course = kroner(limits.per_course) if limits.per_course is not None else ""
    per_year = kroner(limits.per_year) if limits.per_year is not None else ""
    if per_course and per_year:
        words = {"course": per_course, "year": per_year}
        sentence = _(
            "The manager may approve courses up to %(course)s, and up to %(year)s in the round. The budget owner "
            "decides about the rest."
        )
        return sentence % words
    if per_course:
        return _("The manager may approve courses up to %(course)s. The budget owner decides about dearer ones.") % {
            "course": per_course
        }
    if per_year:
        return _(
            "The manager may approve courses up to %(year)s in the round. The budget owner decides about the rest."
        ) % {"year": per_year}
    return _("The manager may approve all courses within the budget.")


def published_money(round_: Round, person: Person, on: date) -> list[UnitMoney]:
    """The published budgets of the person's own units, and who decides about them."""
    units = Unit.objects.filter(employments__in=Employment.objects.on(on).filter(person=person)).distinct()
    published = round_.budgets.filter(published_on__isnull=False).select_related("unit")
    budgets = {budget.unit_id: budget for budget in published}
    money = []
    for unit in units:
        budget = next((budgets[pk] for pk in reversed(unit.ancestor_ids) if pk in budgets), None)
        amount = kroner(budget.amount) if budget is not None else ""
        payer = budget.unit if budget is not None else unit
        money.append(UnitMoney(payer, amount, who_decides(limits_of(authority_for(unit, round_)))))
    return money


def round_money(round_: Round, labels: dict[int, str]) -> dict[str, Any]:
    """The budgets and the spending authority that HR has set for the units of a round, by the names of the units."""
    budgets = round_.budgets.select_related("unit").order_by("unit__name", "pk")[:200]
    authorities = round_.spending_authorities.select_related("unit").order_by("unit__name", "pk")[:200]
    return {
        "budgets": [(label_of(budget.unit, labels), kroner(budget.amount)) for budget in budgets],
        "authorities": [
            (label_of(authority.unit, labels), who_decides(limits_of(authority))) for authority in authorities
        ],
    }
