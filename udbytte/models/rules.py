"""The published ground rules: their versions, readers and questions, and the kick-off meetings about them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .people import Employment, Person, Unit
from .rounds import Round

# Characters of a question about the rules, of its answer, and of what a unit adds to the rules.
LONGEST_QUESTION = 2000
LONGEST_ANSWER = 4000
LONGEST_ADDITION = 8000


class RulesVersion(models.Model):
    """The round's ground rules as they were published on a day, or (`unit`) what a unit has added to them.

    `texts` are the parts by name (procedure, criteria, possibilities, money; of a unit: addition), `changed` the names
    of those that differ from the version before. A version is never changed.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="rules_versions")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="rules_versions")
    number = models.PositiveSmallIntegerField()
    texts = models.JSONField()
    changed = models.JSONField(default=list)
    published_on = models.DateField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("round", "unit", "number"), name="rules_version_numbered_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.round}, {self.unit or '-'}: {self.number}"


class RulesRead(models.Model):
    """Somebody has read one version. Their first one in a round also makes a `RulesConfirmation`."""

    version = models.ForeignKey(RulesVersion, models.CASCADE, related_name="reads")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("version", "person"), name="rules_read_once"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.version}"


class RulesQuestion(models.Model):
    """A question about the rules, answered by the line manager for everybody in the unit.

    The manager sees who asks. Colleagues see the question from the day it is answered, without a name.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="rules_questions")
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="rules_questions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="rules_questions")
    text = models.TextField(_("Your question"))
    asked_on = models.DateField()
    answer = models.TextField(_("Answer"), blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("asked_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, answer="") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="rules_answer_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class KickoffMeeting(models.Model):
    """A unit's kick-off meeting (opstartsmøde) about the round: when, about what, who was there, what was clarified."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="kickoffs")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="kickoffs")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    planned_at = models.DateTimeField(_("When"))
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=60)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    agenda = models.TextField(_("Agenda"))
    planned_turn = models.PositiveIntegerField(default=0)
    held_on = models.DateField(_("Held on"), null=True, blank=True)
    clarified = models.TextField(_("What was clarified"), blank=True)
    present = models.ManyToManyField(Person, related_name="kickoffs", blank=True)

    class Meta:
        ordering = ("planned_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "unit"),
                name="kickoff_once_a_unit",
                violation_error_message=_("The unit has its meeting already."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(10, 600)),
                name="kickoff_lasts",
                violation_error_message=_("Between 10 and 600 minutes."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit}: {self.round}"
