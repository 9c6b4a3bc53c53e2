"""The self-check (selvtjek): how people experience the seven questions. Only sums are stored, nobody's answers.

docs/develop/decisions/0008-sealed-answers.md says who could learn what from these tables.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .rounds import Round


class SelfCheck(models.Model):
    """A self-check of everybody in a round, or (no round) of everybody who works here.

    `sums` are the answers added up: {question: {answer: number}}. They only change by five people's answers or more at
    a time. `shown` are the sums of each question when it last had five more answers with an opinion.
    """

    round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="self_checks")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    answers = models.PositiveIntegerField(default=0)
    sums = models.JSONField(default=dict)
    shown_answers = models.PositiveIntegerField(default=0)
    shown = models.JSONField(default=dict)
    # Its answers are sealed with this key. None: it was opened before answers were sealed.
    public_key = models.BinaryField(null=True, editable=False)
    # Last night the worker had no key that opens its answers, so that it takes no more.
    is_unreadable = models.BooleanField(default=False, db_default=False)

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


class SealedAnswers(models.Model):
    """One person's answers until the night, readable only with a key that is not in the database.

    The row names no person and no time, and all are equally long (`domain.figures.sealing.SEALED_BYTES`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    check_of = models.ForeignKey(SelfCheck, models.CASCADE, related_name="sealed")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class SpentBallot(models.Model):
    """A ballot whose answers are counted. It is deleted when its self-check has ended.

    `mark` is made with the installation's secret; nobody can compute it from stored data alone. The rows are written at
    night, of five people or more at a time, in random order.
    """

    mark = models.CharField(max_length=64, primary_key=True)
    check_of = models.ForeignKey(SelfCheck, models.CASCADE, related_name="spent")

    def __str__(self) -> str:
        return self.mark


class BallotKey(models.Model):
    """The public key with which the next self-check is sealed: the only row. The private key is outside."""

    id = models.BooleanField(primary_key=True, default=True, editable=False)
    public = models.BinaryField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=True), name="ballot_key_only_one"),)

    def __str__(self) -> str:
        return bytes(self.public).hex()
