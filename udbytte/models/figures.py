"""Sums that the figures are read from. They follow from other tables, and can be thrown away at any time."""

from __future__ import annotations

from django.db import models

from .people import Unit
from .rounds import Round


class UnitTally(models.Model):
    """What is counted of a unit (none: the whole organisation) in a round as it was on a day.

    `own` holds numbers of the unit's own people by measure; `folds` what may be shown of it with all below:
    {measure: [shown, small]}. It holds as long as no StaleTally says otherwise of the unit, or of one below.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, related_name="+")
    on = models.DateField()
    own = models.JSONField()
    folds = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "on", "unit"), name="unit_tally_once", nulls_distinct=False),
        )

    def __str__(self) -> str:
        return f"{self.unit_id}, {self.round_id}, {self.on}"


class StaleTally(models.Model):
    """Something changed that a unit's own numbers in a round are counted from. Written by the database itself.

    Without constraints, so that nobody who writes waits for somebody else who does.
    """

    round = models.ForeignKey(Round, models.DO_NOTHING, db_constraint=False, related_name="+")
    unit = models.ForeignKey(Unit, models.DO_NOTHING, db_constraint=False, related_name="+")

    def __str__(self) -> str:
        return f"{self.unit_id}, {self.round_id}"
