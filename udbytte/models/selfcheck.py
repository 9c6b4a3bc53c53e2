"""The self-check (selvtjek): how people experience the seven questions. Only sums are stored, nobody's answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .rounds import Round


class SelfCheck(models.Model):
    """A self-check of everybody in a round, or (no round) of everybody who works here.

    `sums` are the answers added up: {question: {answer: number}}. `shown` are the sums as they were when the number of
    answers last passed a multiple of five, so that nobody can see the effect of a single answer. No answer has a row.
    """

    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="self_checks")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    answers = models.PositiveIntegerField(default=0)
    sums = models.JSONField(default=dict)
    shown_answers = models.PositiveIntegerField(default=0)
    shown = models.JSONField(default=dict)

    class Meta:
        ordering = ("-opened_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round",),
                condition=Q(closed_on__isnull=True),
                name="self_check_one_open",
                nulls_distinct=False,
                violation_error_message=_("There is an open self-check already."),
            ),
            models.CheckConstraint(
                condition=Q(shown_answers=0) | Q(shown_answers__gte=5, shown_answers__lte=F("answers")),
                name="self_check_shows_five_or_more",
            ),
        )

    def __str__(self) -> str:
        return str(self.round or _("everybody"))


class SpentBallot(models.Model):
    """A used ballot. `mark` is made with the installation's secret; nobody can compute it from stored data alone."""

    mark = models.CharField(max_length=64, primary_key=True)
    check_of = models.ForeignKey(SelfCheck, models.CASCADE, related_name="spent")

    def __str__(self) -> str:
        return self.mark
