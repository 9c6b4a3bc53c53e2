"""Helpers with learning at work, offers to help, partners for the use of a course, and check-ins."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .agreements import Agreement
from .encrypted import EncryptedTextField
from .people import Person
from .practice import HelperRole, PracticeMethod
from .triggers import OF_AGREEMENT, mark_stale


class Helper(models.Model):
    """Somebody who is asked to help with one agreement, or helps with it.

    `said_yes` is empty until they answer, `ended_on` until the help ends. `hours`: how much help was asked for, in all.
    `available_from`: the first day on which a helper who said "yes, but later" has time. `suggests`: whom a helper who
    declines or stops suggests instead.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="helpers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="helps")
    role = models.CharField(_("As"), max_length=12, choices=HelperRole.choices, default=HelperRole.COLLEAGUE)
    hours = models.PositiveSmallIntegerField(_("Hours in all"), null=True, blank=True)
    asked_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    said_yes = models.BooleanField(null=True, blank=True)
    available_from = models.DateField(null=True, blank=True)
    suggests = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("agreement", "person"), condition=Q(ended_on__isnull=True), name="helper_asked_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(said_yes__isnull=True, answered_on__isnull=True)
                | Q(said_yes__isnull=False, answered_on__isnull=False),
                name="helper_answer_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(said_yes__isnull=True) | Q(said_yes=True) | Q(ended_on__isnull=False),
                name="helper_who_said_no_does_not_help",
            ),
        )
        triggers = mark_stale(OF_AGREEMENT)

    def __str__(self) -> str:
        return f"{self.person}: {self.agreement_id}"

    @property
    def is_unanswered(self) -> bool:
        return self.answered_on is None and self.ended_on is None


class HelpOffer(models.Model):
    """An offer to help others with something, at most `at_most` people at a time, until it is taken back."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="offers")
    what = models.CharField(_("What you can help with"), max_length=200)
    method = models.ForeignKey(PracticeMethod, models.SET_NULL, null=True, blank=True, related_name="offers")
    at_most = models.PositiveSmallIntegerField(_("How many at a time, at most"), default=1)
    until = models.DateField(_("Until"), null=True, blank=True)
    offered_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("what", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(at_most__range=(1, 10)),
                name="help_offer_has_a_limit",
                violation_error_message=_("Between 1 and 10 people."),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("offered_on")),
                name="help_offer_ends_after_its_start",
                violation_error_message=_("The last day is before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.what}"

    def holds_on(self, day: date) -> bool:
        """Whether the offer is open on the day."""
        return self.withdrawn_on is None and (self.until is None or self.until >= day)


class PartnerWish(models.Model):
    """Whether the employee wants a partner for the first use of a course, among those who go on the same date.

    Only those who also said yes learn of a yes; nobody learns of a no (`access.practice.partners_of`).
    """

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="partner_wish")
    wants = models.BooleanField()
    answered_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.wants}"


class CheckIn(models.Model):
    """The answer of the employee or a helper to: does it happen, and do you learn something new?

    `learns` is asked after `happens`, and may stay unanswered. If it does not happen, nothing is learned.
    `withdrawn_on`: from that day on no answer is expected from the helper who was asked.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="check_ins")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    by_helper = models.BooleanField(default=False)
    asked_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    happens = models.BooleanField(null=True, blank=True)
    learns = models.BooleanField(null=True, blank=True)
    line = EncryptedTextField(max_length=300, blank=True)

    class Meta:
        ordering = ("asked_on", "pk")
        constraints = (
            models.UniqueConstraint(fields=("agreement", "by", "asked_on"), name="check_in_asked_once"),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(happens__isnull=False),
                name="check_in_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(answered_on__isnull=True),
                name="check_in_answered_or_withdrawn",
            ),
        )
        triggers = mark_stale(OF_AGREEMENT)

    def __str__(self) -> str:
        return f"{self.agreement_id}, {self.asked_on}"
