"""Budgets and nominations. Whole kroner, ex VAT; what is left is computed, never stored."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .agreements import Agreement
from .people import Person, Unit
from .rounds import Round


class Budget(models.Model):
    """A unit's money for a round. It is known to its people from `published_on`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="budgets")
    round = models.ForeignKey(Round, models.CASCADE, related_name="budgets")
    amount = models.PositiveIntegerField(_("Amount in kroner"))
    published_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("unit__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "round"),
                name="budget_once_a_round",
                violation_error_message=_("The unit already has a budget in this round."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit}: {self.amount}"


class Nomination(models.Model):
    """A manager asks the budget owner to pay (indstilling); decided with a reason, or withdrawn."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="nominations")
    price = models.PositiveIntegerField(null=True, blank=True)
    reason = models.TextField(_("Why this course"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(decided_on__isnull=True), name="nomination_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id}, {self.on}"
