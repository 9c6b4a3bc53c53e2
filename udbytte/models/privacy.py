"""Retention limits, legal holds, handouts to people who have left, the notice about personal data, and notes beside
signed plans."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from udbytte.domain.privacy import LIMITS

from .conversations import DevelopmentPlan
from .encrypted import EncryptedTextField
from .notifications import Email
from .people import Person, Unit
from .triggers import append_only

# Characters.
LONGEST_HOLD_REASON = 500
LONGEST_CONTACT = 500
LONGEST_NOTICE_ADDITION = 2000
LONGEST_PLAN_NOTE = 1000


class RetentionLimit(models.Model):
    """How long a kind of record is stored here, where HR has chosen otherwise than `domain.privacy.LIMITS`."""

    record = models.CharField(max_length=20, unique=True, choices=[(record.value, record.value) for record in LIMITS])
    months = models.PositiveSmallIntegerField()
    set_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    set_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.record}: {self.months}"


class LegalHold(models.Model):
    """Nothing about the person, or about those who have worked in the unit or below it, is erased until it is lifted.

    HR reads the reason; the person does not.
    """

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="holds")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="holds")
    reason = EncryptedTextField(_("Why the records are needed"), max_length=LONGEST_HOLD_REASON)
    placed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    placed_on = models.DateField()
    lifted_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    lifted_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-placed_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(unit__isnull=True), name="hold_of_a_person_or_a_unit"
            ),
            models.UniqueConstraint(
                fields=("person", "unit"),
                condition=Q(lifted_on__isnull=True),
                nulls_distinct=False,
                name="hold_one_at_a_time",
                violation_error_message=_("There is a hold already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id or self.unit_id}: {self.placed_on}"


class Handout(models.Model):
    """Everything about a person who has left, to be fetched once with a code that was sent to the address `to`.

    `code` is a hash. It is over when it was fetched, tried too often, ended or has expired; then code and address go.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="handouts")
    to = models.EmailField(blank=True)
    code = models.CharField(max_length=200, blank=True)
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(fetched_at__isnull=True, ended_at__isnull=True),
                name="handout_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.made_at:%Y-%m-%d}"


class PrivacyNotice(models.Model):
    """A version of the notice about personal data. `limits` are the months of each kind of record as they were then.

    A version is never changed. Before the first one, version 0 holds: without contact and addition.
    """

    number = models.PositiveSmallIntegerField(unique=True)
    contact = models.TextField(_("Whom to write to"), blank=True)
    addition = models.TextField(_("What you add"), blank=True)
    limits = models.JSONField(default=dict)
    published_on = models.DateField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)


class NoticeSeen(models.Model):
    """Somebody has gone on from this version of the notice."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notices_seen")
    number = models.PositiveSmallIntegerField()
    on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "number"), name="notice_seen_once"),)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.number}"


class PlanNote(models.Model):
    """The employee's note beside a plan that both have signed: what in it is wrong. The plan itself stays as it is.

    Append-only. Whoever reads the plan reads it.
    """

    plan = models.ForeignKey(DevelopmentPlan, models.CASCADE, related_name="correction_notes")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = EncryptedTextField(_("What is wrong, and what is right"), max_length=LONGEST_PLAN_NOTE)
    on = models.DateField()

    class Meta:
        ordering = ("pk",)
        triggers = append_only("a note beside a signed plan is neither changed nor deleted")

    def __str__(self) -> str:
        return self.text[:60]
