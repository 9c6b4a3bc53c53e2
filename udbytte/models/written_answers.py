"""Answers that a manager has written down in a talk; they count when the employee has said yes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from udbytte.domain.lifecycle import WRITTEN_ANSWERS, Event

from .agreements import Agreement
from .encrypted import EncryptedJSONField
from .people import Person

UNANSWERED = Q(confirmed_on__isnull=True, declined_on__isnull=True, withdrawn_on__isnull=True)


class WrittenAnswer(models.Model):
    """What a manager wrote down of the employee's answer to the next step. Only these two read it.

    `facts` are those of the event, as a form gives them. `turn` is the agreement's after it was written.
    `withdrawn_on`: the step was answered otherwise, or the agreement went on or ended.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="written_answers")
    event = models.CharField(
        max_length=16, choices=[(event.value, event.value) for answers in WRITTEN_ANSWERS.values() for event in answers]
    )
    facts = EncryptedJSONField(default=dict, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()
    turn = models.PositiveIntegerField()
    confirmed_on = models.DateField(null=True, blank=True)
    declined_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("agreement",), condition=UNANSWERED, name="written_answer_one_open"),
            models.CheckConstraint(
                condition=UNANSWERED
                | Q(confirmed_on__isnull=False, declined_on__isnull=True, withdrawn_on__isnull=True)
                | Q(confirmed_on__isnull=True, declined_on__isnull=False, withdrawn_on__isnull=True)
                | Q(confirmed_on__isnull=True, declined_on__isnull=True, withdrawn_on__isnull=False),
                name="written_answer_ends_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.event}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for the employee's yes or no."""
        return self.confirmed_on is None and self.declined_on is None and self.withdrawn_on is None

    @property
    def kind(self) -> Event:
        return Event(self.event)
