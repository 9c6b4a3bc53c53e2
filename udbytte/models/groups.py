"""Group conversations (GRUS) and their common goals. Each member also has a conversation and a plan of their own."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .encrypted import EncryptedTextField
from .people import Person
from .rounds import Round

LONGEST_GOAL = 400
"""Characters of a goal, and of how it will be seen. The same for a group, whose goals are copied to each plan."""


class GroupConversation(models.Model):
    """Several employees who talk with their manager together. `members` are their conversations.

    `planned_turn` counts how often it was planned, moved or given up. `held_on` says that it was held; the members' own
    conversations say who was there.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="groups")
    manager = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="groups_held")
    title = models.CharField(_("What the group is called"), max_length=100)
    planned_at = models.DateTimeField(_("Planned for"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=120)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    planned_turn = models.PositiveIntegerField(default=0)
    notes = EncryptedTextField(_("Notes that the group shares"), blank=True)
    held_on = models.DateField(_("Held on"), null=True, blank=True)
    texts_erased_on = models.DateField(null=True, blank=True)  # when retention took away the notes

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(title=""),
                name="group_has_a_title",
                violation_error_message=_("Say what the group is called."),
            ),
            models.CheckConstraint(condition=Q(minutes__range=(5, 600)), name="group_lasts_some_minutes"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def planned_on(self) -> date | None:
        """The day it is planned for, by the organisation's own clock."""
        return timezone.localtime(self.planned_at).date() if self.planned_at is not None else None


class GroupGoal(models.Model):
    """A common goal of the group. Each member's plan has it as a goal of its own."""

    group = models.ForeignKey(GroupConversation, models.CASCADE, related_name="goals")
    text = EncryptedTextField(_("What should become possible"), max_length=LONGEST_GOAL)
    sign = EncryptedTextField(_("How will you both see it"), max_length=LONGEST_GOAL, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="group_goal_says_something"),)

    def __str__(self) -> str:
        return self.text
