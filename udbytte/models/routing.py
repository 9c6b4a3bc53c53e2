"""Steps that HR gives to somebody else, from the day on which that is announced until it holds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .agreements import Agreement
from .labels import step_choices
from .people import Person


class Routing(models.Model):
    """HR names who takes on a step that nobody has taken. It holds some days after it was announced."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="routings")
    step = models.CharField(max_length=16, choices=step_choices)
    silent = models.ForeignKey(Person, models.CASCADE, related_name="+")  # whose step it was
    to = models.ForeignKey(Person, models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    announced_on = models.DateField()
    holds_on = models.DateField()
    applied_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)  # taken back, or the step was answered before

    class Meta:
        ordering = ("holds_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(applied_on=None, ended_on=None), name="routing_one_announced"
            ),
            models.CheckConstraint(condition=Q(applied_on=None) | Q(ended_on=None), name="routing_ends_in_one_way"),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.to}, {self.holds_on}"
