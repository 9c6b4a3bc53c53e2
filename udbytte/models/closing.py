"""Closing a round: its stored report, why conversations were not held, and what becomes of open agreements."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .agreements import Agreement
from .conversations import Conversation
from .people import Person, Unit
from .rounds import Round


class RoundReport(models.Model):
    """The report of a round as it was when the round was closed (`queries.figures.report` reads and writes `facts`).

    `unit`: the unit that it is about; none: the whole organisation.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="reports")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    on = models.DateField()
    facts = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "unit"), name="round_report_once", nulls_distinct=False),
        )

    def __str__(self) -> str:
        return f"{self.round}, {self.on}"


class WhyNotHeld(models.TextChoices):
    """Why a conversation was not held. There is no free text, which would soon be about somebody's health."""

    AWAY = "away", _("was away for a long time")
    NO_TIME = "no_time", _("no time was found")
    DECLINED = "declined", _("the employee did not wish it")
    IN_A_GROUP = "group", _("talked in a group instead")
    NEW = "new", _("had only just begun")
    OTHER = "other", _("another reason")


class NotHeld(models.Model):
    """Why a conversation was not held in its round, as the manager said when the round was closed."""

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="not_held")
    reason = models.CharField(_("Why"), max_length=10, choices=WhyNotHeld.choices)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    on = models.DateField()

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.reason}"


class Carrying(models.TextChoices):
    """What employee and manager decide about an open agreement of an earlier round, or one that has lapsed twice."""

    GOES_ON = "goes_on", _("goes on as it is")
    MOVED = "moved", _("has a new date")
    DROPPED = "dropped", _("is proposed to be dropped")
    LATER = "later", _("is taken up later")
    REOPENED = "reopened", _("is opened again")
    ENDED = "ended", _("stays lapsed")


class CarriedOn(models.Model):
    """What a later conversation decided about an agreement of an earlier round."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="carried_on")
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="carried_on")
    how = models.CharField(max_length=8, choices=Carrying.choices)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agreement", "conversation"), name="carried_on_once_a_conversation"),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.how}"
