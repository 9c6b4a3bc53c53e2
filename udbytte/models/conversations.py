"""Two records kept apart: the conversation (the two who talk) and the plan (what came of it)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udbytte.domain.meetings import MeetingStatus, status

from .groups import LONGEST_GOAL, GroupConversation, GroupGoal
from .people import Employment, Person
from .rounds import PreparationQuestion, Round
from .triggers import copy_conversations

# Characters. Notes are those of the conversation, one's own, and answers while preparing: some twenty pages, so that no
# request is too large for the server.
LONGEST_NO_COURSE = 300
LONGEST_NOTES = 50_000


class ConversationKind(models.TextChoices):
    INDIVIDUAL = "individual", _("MUS")
    LEADER = "leader", _("LUS")
    GROUP = "group", _("GRUS")


class Conversation(models.Model):
    """One employment's conversation in a round. `manager` holds it; once held, that stays who held it.

    Where it stands is computed from its dates (`standing_on`). `planned_turn` counts the times it was planned, moved or
    cancelled; `missed_on` is the day on which a planned one was given up, whatever the cause: none is kept.
    `opened_on`: the day it came into the round (empty: from the beginning).
    `due_on` empty: from the round's first day on. `rests_until`: the day of return from a leave.
    One of the kind GROUP is held with its `group`; one of another kind that has a group was missed there, and is held
    alone. `individual_wished_on`: the employee wants one alone, and stands in no group.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="conversations")
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="conversations")
    kind = models.CharField(max_length=12, choices=ConversationKind.choices, default=ConversationKind.INDIVIDUAL)
    manager = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="conversations_held")
    planned_at = models.DateTimeField(_("Planned for"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("Minutes"), default=90, db_default=90)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    planned_turn = models.PositiveIntegerField(default=0, db_default=0)
    missed_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    rests_until = models.DateField(null=True, blank=True)
    declined_on = models.DateField(null=True, blank=True)
    declined_reason = models.CharField(max_length=300, blank=True, db_default="")
    group = models.ForeignKey(GroupConversation, models.PROTECT, null=True, blank=True, related_name="members")
    individual_wished_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(_("Held on"), null=True, blank=True)
    notes = models.TextField(_("Notes from the conversation"), blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("round", "employment"), name="conversation_once_a_round"),
            models.CheckConstraint(
                condition=Q(declined_on__isnull=True) | Q(held_on__isnull=True, planned_at__isnull=True),
                name="conversation_declined_is_neither_planned_nor_held",
                violation_error_message=_("A conversation that is declined is neither planned nor held."),
            ),
            models.CheckConstraint(
                condition=Q(declined_on__isnull=True, declined_reason="")
                | (Q(declined_on__isnull=False) & ~Q(declined_reason="")),
                name="conversation_declined_with_a_reason",
                violation_error_message=_("A conversation is declined with a reason."),
            ),
            models.CheckConstraint(condition=Q(minutes__range=(5, 600)), name="conversation_lasts_some_minutes"),
            models.CheckConstraint(
                condition=~Q(kind=ConversationKind.GROUP) | Q(group__isnull=False),
                name="conversation_in_a_group_has_its_group",
            ),
            models.CheckConstraint(
                condition=Q(individual_wished_on__isnull=True) | Q(group__isnull=True),
                name="conversation_wished_alone_stands_in_no_group",
                violation_error_message=_("Who wants a conversation alone stands in no group."),
            ),
        )
        triggers = copy_conversations("id")

    def __str__(self) -> str:
        return f"{self.employment.person}: {self.round}"

    @property
    def planned_on(self) -> date | None:
        """The day it is planned for, by the organisation's own clock."""
        return timezone.localtime(self.planned_at).date() if self.planned_at is not None else None

    def status_on(self, day: date, *, offered: bool = False) -> MeetingStatus:
        """Where it stands on the day; `offered`: there are times to choose from."""
        return status(
            day,
            planned_on=self.planned_on,
            held_on=self.held_on,
            declined_on=self.declined_on,
            rests_until=self.rests_until,
            missed_on=self.missed_on,
            due_on=self.due_on,
            offered=offered,
        )


class Preparation(models.Model):
    """One side's preparation. It is the author's own until `shared_on`, or (for the group) `shared_with_group_on`.

    `notes` are the author's own for good.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="preparations")
    author = models.ForeignKey(Person, models.CASCADE, related_name="preparations")
    shared_on = models.DateField(null=True, blank=True)
    notes = models.TextField(_("Your own notes"), blank=True, default="", db_default="")
    shared_with_group_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("conversation", "author"), name="preparation_one_each"),)

    def __str__(self) -> str:
        return f"{self.author}: {self.conversation_id}"


class Answer(models.Model):
    """What one side wrote to a question."""

    preparation = models.ForeignKey(Preparation, models.CASCADE, related_name="answers")
    question = models.ForeignKey(PreparationQuestion, models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("preparation", "question"), name="answer_once"),)

    def __str__(self) -> str:
        return self.text[:60]


class SetAside(models.Model):
    """A text that gave way when two had written in the same field at once: it is kept, and read as the field is.

    `field` is the name of the field on the conversation's page, `owner` whose own field it is (none: the two's).
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="set_aside")
    field = models.CharField(max_length=40)
    owner = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.text[:60]


class DevelopmentPlan(models.Model):
    """Goals and agreements of one conversation, signed by both.

    `no_course_reason` states that no course is needed. `signed_text` is the plan as it read when the
    second of the two signed: no later change of template, catalogue or rules rewrites it.
    """

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="plan")
    no_course_reason = models.CharField(_("No course is needed, because"), max_length=LONGEST_NO_COURSE, blank=True)
    employee_signed_on = models.DateField(null=True, blank=True)
    manager_signed_on = models.DateField(null=True, blank=True)
    manager_signed_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    signed_text = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(signed_text__isnull=True)
                | (Q(employee_signed_on__isnull=False) & Q(manager_signed_on__isnull=False)),
                name="plan_frozen_only_when_both_signed",
            ),
        )
        triggers = copy_conversations("conversation_id")

    def __str__(self) -> str:
        return str(self.conversation)

    @property
    def is_signed(self) -> bool:
        return self.employee_signed_on is not None and self.manager_signed_on is not None


class Goal(models.Model):
    """What should become possible, and how both will see it. `common`: the group's goal that it repeats."""

    plan = models.ForeignKey(DevelopmentPlan, models.CASCADE, related_name="goals")
    text = models.CharField(_("What should become possible"), max_length=LONGEST_GOAL)
    sign = models.CharField(_("How will you both see it"), max_length=LONGEST_GOAL, blank=True)
    common = models.ForeignKey(GroupGoal, models.SET_NULL, null=True, blank=True, related_name="copies")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("plan", "common"), name="goal_common_once_a_plan"),)

    def __str__(self) -> str:
        return self.text
