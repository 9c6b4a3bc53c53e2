"""The round: one year of conversations for a part of the organisation, with its dates, rules and questions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .people import Person, Unit
from .triggers import OF_PERSON, mark_stale

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Round(models.Model):
    """A round (MUS-runde). It is a draft until `published_on`, open from then, and over from `closed_on`.

    `kickoff_on` is the day by which the units have had their kick-off meetings. `days` are the lengths of steps that
    differ from `domain.lifecycle.deadlines.DEFAULT_DAYS`. `uncoordinated`: how many of its units have no coordinator,
    counted when the organisation changes and once a day (empty: not yet counted).
    """

    name = models.CharField(_("Name"), max_length=150)
    units = models.ManyToManyField(Unit, verbose_name=_("Units, each with all below it"), related_name="rounds")
    announced_on = models.DateField(_("Announced"))
    kickoff_on = models.DateField(_("Kick-off meetings held by"), null=True, blank=True)
    conversations_from = models.DateField(_("Conversations from"))
    conversations_to = models.DateField(_("Conversations to"))
    closes_on = models.DateField(_("Closes"))
    procedure = models.TextField(_("How we do it"), blank=True)
    criteria = models.TextField(_("What we go by"), blank=True)
    possibilities = models.TextField(_("What is possible"), blank=True)
    money = models.TextField(_("The money"), blank=True)
    days = models.JSONField(_("Days for each step"), default=dict, blank=True)
    published_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    # When the works council discussed what the figures measure, and who sees it.
    discussed_on = models.DateField(null=True, blank=True)
    uncoordinated = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("-conversations_from", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(conversations_from__gte=F("announced_on"))
                & Q(conversations_to__gte=F("conversations_from"))
                & Q(closes_on__gte=F("conversations_to")),
                name="round_dates_in_order",
                violation_error_message=_(
                    "The dates must come in this order: announced, conversations from, conversations to, closes."
                ),
            ),
            models.CheckConstraint(
                condition=Q(kickoff_on__isnull=True)
                | Q(kickoff_on__gte=F("announced_on"), kickoff_on__lte=F("conversations_to")),
                name="round_kickoff_in_time",
                violation_error_message=_(
                    "The kick-off lies after the announcement, and before the conversations end."
                ),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(published_on__isnull=False),
                name="round_closed_only_after_publishing",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.published_on is not None and self.closed_on is None

    def status_on(self, day: date) -> _StrPromise:
        """The status of the round, in words."""
        if self.closed_on:
            return _("closed")
        if not self.published_on:
            return _("draft")
        if day < self.conversations_from:
            return _("announced")
        return _("conversations") if day <= self.conversations_to else _("follow-up")


class FollowUpDay(models.Model):
    """A day in the year on which managers follow up what was agreed. The year wheel and emails name it."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="follow_up_days")
    day = models.DateField()

    class Meta:
        ordering = ("day",)
        constraints = (models.UniqueConstraint(fields=("round", "day"), name="follow_up_day_once_a_round"),)

    def __str__(self) -> str:
        return f"{self.round}: {self.day}"


class Asked(models.TextChoices):
    """Who answers a preparation question."""

    BOTH = "both", _("both")
    EMPLOYEE = "employee", _("the employee")
    MANAGER = "manager", _("the manager")


class PreparationQuestion(models.Model):
    """A question for the preparation, in both languages; where English is empty, the Danish is shown.

    `about_last`: it asks what came of the last agreements. The page answers that from data, and people comment on it.
    `titles` are the job titles (in lower case) of the employees in whose conversations it is asked; none: all.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    asked = models.CharField(_("Asked of"), max_length=10, choices=Asked.choices, default=Asked.BOTH)
    text_da = models.CharField(_("Question in Danish"), max_length=400)
    text_en = models.CharField(_("Question in English"), max_length=400, blank=True)
    help_da = models.CharField(_("Help in Danish"), max_length=400, blank=True, default="", db_default="")
    help_en = models.CharField(_("Help in English"), max_length=400, blank=True, default="", db_default="")
    titles = models.JSONField(default=list, blank=True, db_default=Value([], models.JSONField()))
    about_last = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round",), condition=Q(about_last=True), name="preparation_question_about_last_once_a_round"
            ),
        )

    def __str__(self) -> str:
        return self.text_en if get_language() == "en" and self.text_en else self.text_da

    @property
    def help(self) -> str:
        return self.help_en if get_language() == "en" and self.help_en else self.help_da


class RulesConfirmation(models.Model):
    """An employee has read the round's ground rules."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="confirmations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="rules_confirmations")
    confirmed_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "person"), name="rules_confirmed_once"),)
        triggers = mark_stale(OF_PERSON)

    def __str__(self) -> str:
        return f"{self.person}: {self.round}"
