"""Times that managers offer, long absences, and follow-up talks through the year."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .agreements import Agreement
from .conversations import Conversation
from .encrypted import EncryptedTextField
from .people import Dated, DatedQuerySet, Employment, Person
from .rounds import Round

LONGEST_AGENDA_ITEM = 300  # characters


class Slot(models.Model):
    """A time that a manager offers to everybody who has no time yet, or (`only_for`) to one of them.

    It is free until it is taken or withdrawn. The database lets only one conversation take it.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="slots")
    manager = models.ForeignKey(Person, models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("When"))
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=60)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    only_for = models.ForeignKey(Conversation, models.CASCADE, null=True, blank=True, related_name="proposed")
    taken_by = models.OneToOneField(Conversation, models.SET_NULL, null=True, blank=True, related_name="slot")
    taken_on = models.DateField(null=True, blank=True)
    offered_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(withdrawn_on__isnull=True),
                name="slot_taken_is_not_withdrawn",
                violation_error_message=_("A time that is taken cannot be withdrawn."),
            ),
            models.CheckConstraint(
                condition=Q(taken_by__isnull=True) | Q(only_for__isnull=True) | Q(taken_by=F("only_for")),
                name="slot_proposed_is_taken_by_that_one",
                violation_error_message=_("The time is proposed to somebody else."),
            ),
            models.CheckConstraint(condition=Q(minutes__range=(5, 600)), name="slot_lasts_some_minutes"),
            models.UniqueConstraint(
                fields=("manager", "starts_at"),
                condition=Q(withdrawn_on__isnull=True),
                name="slot_once_for_its_time",
                violation_error_message=_("That time is offered already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.manager}: {self.starts_at.isoformat()}"


class Absence(Dated):
    """A long absence from an employment, first and last day included. The reason is never stored."""

    employment = models.ForeignKey(Employment, models.CASCADE, related_name="absences")

    objects = DatedQuerySet["Absence"].as_manager()

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="absence_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(condition=Q(ends_on__isnull=False), name="absence_has_a_last_day"),
            models.UniqueConstraint(fields=("employment", "starts_on"), name="absence_begins_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.employment_id}: {self.starts_on} - {self.ends_on}"


class FollowUpTalk(models.Model):
    """A short talk between an employee and the line manager, through the year. Nothing is filled in or signed.

    An employment has at most one coming talk; those that are held stay. The employee and whoever is the line manager
    read them.
    """

    employment = models.ForeignKey(Employment, models.CASCADE, related_name="follow_up_talks")
    planned_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("employment",), condition=Q(held_on__isnull=True), name="follow_up_talk_one_coming"
            ),
        )

    def __str__(self) -> str:
        return f"{self.employment_id}: {self.held_on or self.planned_on}"


class AgendaItem(models.Model):
    """Something to talk about. An item that is not done moves to the next talk when one is held.

    `by` is empty if Udbytte added it, for instance because a proposal got no answer.
    """

    talk = models.ForeignKey(FollowUpTalk, models.CASCADE, related_name="items")
    text = EncryptedTextField(_("What do you want to talk about?"), max_length=LONGEST_AGENDA_ITEM)
    agreement = models.ForeignKey(Agreement, models.SET_NULL, null=True, blank=True, related_name="agenda_items")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    added_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text[:60]
