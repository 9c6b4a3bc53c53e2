"""The money of a round: what HR sets for each unit, and what its people read of it before the conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.money import Limits
from udbytte.models import Employment, Person, Round, Unit
from udbytte.models.formatting import kroner
from udbytte.queries.money.budgets import authority_for, limits_of
from udbytte.queries.people.units import label_of
from udbytte.services.money.authority import set_authority
from udbytte.services.rounds.rounds import publish_budget, set_budget
from udbytte.web.base.fields import StyledForm, UnitField

MOST = 1_000_000_000
AS_ABOVE, DISPOSES, NOMINATES = "", "disposes", "nominates"


class _MoneyForm(StyledForm):
    unit = UnitField(label=lazy("Unit"), help_text=lazy("A part of its name, or its path."))


class BudgetForm(_MoneyForm):
    """A unit's amount in the round."""

    amount = forms.IntegerField(label=lazy("Amount in kroner"), min_value=0, max_value=MOST)

    def save(self, round_: Round, *, by: Person, on: date) -> None:
        """Set the amount and let the unit's people know it. Raises Refused."""
        budget = set_budget(round_, self.cleaned_data["unit"], self.cleaned_data["amount"], by=by, on=on)
        publish_budget(budget, by=by, on=on)


class AuthorityForm(_MoneyForm):
    """How the managers of a unit may use the money."""

    mode = forms.ChoiceField(
        label=lazy("The managers there"),
        choices=[
            (DISPOSES, lazy("decide alone, up to the limits")),
            (NOMINATES, lazy("nominate: the budget owner decides on every course")),
            (AS_ABOVE, lazy("do as the unit above")),
        ],
        initial=DISPOSES,
        required=False,
        widget=forms.RadioSelect,
    )
    per_course = forms.IntegerField(
        label=lazy("At most for one course, in kroner"), min_value=0, max_value=MOST, required=False
    )
    per_year = forms.IntegerField(
        label=lazy("At most in the round, in kroner"), min_value=0, max_value=MOST, required=False
    )

    def save(self, round_: Round, *, by: Person, on: date) -> None:
        """Set how the managers may use the money. Raises Refused."""
        said = self.cleaned_data
        disposes = None if said["mode"] == AS_ABOVE else said["mode"] == DISPOSES
        limits = {"per_course": said["per_course"], "per_year": said["per_year"]}
        set_authority(round_, said["unit"], disposes=disposes, **limits, by=by, on=on)


@dataclass(frozen=True, slots=True)
class Known:
    """The money that the people of a unit may know of: the amount, empty where none is set, and who decides."""

    unit: Unit
    amount: str
    decides: str


def who_decides(limits: Limits) -> str:
    """In a sentence who decides about the money, and up to what."""
    if not limits.disposes:
        return _("The manager nominates, and the budget owner decides on every course.")
    per_course = kroner(limits.per_course) if limits.per_course is not None else ""
    per_year = kroner(limits.per_year) if limits.per_year is not None else ""
    if per_course and per_year:
        words = {"course": per_course, "year": per_year}
        return _("The manager decides up to %(course)s for one course and %(year)s in the round.") % words
    if per_course:
        return _("The manager decides up to %(course)s for one course.") % {"course": per_course}
    if per_year:
        return _("The manager decides up to %(year)s in the round.") % {"year": per_year}
    return _("The manager decides within the budget.")


def known_money(round_: Round, person: Person, on: date) -> list[Known]:
    """The published money of the person's own units, and who decides there."""
    places = Unit.objects.filter(employments__in=Employment.objects.on(on).filter(person=person)).distinct()
    budgets = {b.unit_id: b for b in round_.budgets.filter(published_on__isnull=False).select_related("unit")}
    found = []
    for unit in places:
        budget = next((budgets[pk] for pk in reversed(unit.ancestor_ids) if pk in budgets), None)
        amount = kroner(budget.amount) if budget is not None else ""
        payer = budget.unit if budget is not None else unit
        found.append(Known(payer, amount, who_decides(limits_of(authority_for(unit, round_)))))
    return found


def money_of(round_: Round, labels: dict[int, str]) -> dict[str, Any]:
    """What HR has set for the units of a round so far, by the units' paths."""
    budgets = round_.budgets.select_related("unit").order_by("unit__name", "pk")[:200]
    rules = round_.spending_authorities.select_related("unit").order_by("unit__name", "pk")[:200]
    return {
        "budgets": [(label_of(one.unit, labels), kroner(one.amount)) for one in budgets],
        "authorities": [(label_of(one.unit, labels), who_decides(limits_of(one))) for one in rules],
    }
