"""Conversations with their preparation, and the development plans that come of them."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from udbytte.domain.meetings import MeetingStatus, status

from .encrypted import EncryptedJSONField, EncryptedTextField
from .groups import LONGEST_GOAL, GroupConversation, GroupGoal
from .people import Employment, Person
from .rounds import PreparationQuestion, Round
from .triggers import append_only, copy_conversations

# Characters. LONGEST_NOTES is for notes of the conversation, own notes and answers of the preparation: some twenty
# pages, so that no request is too large for the server.
LONGEST_NO_COURSE = 300
LONGEST_NOTES = 50_000


class ConversationKind(models.TextChoices):
    INDIVIDUAL = "individual", _("MUS")
    LEADER = "leader", _("LUS")
    GROUP = "group", _("GRUS")


class Conversation(models.Model):
    """The conversation of one employment in a round. `manager` holds it, or has held it.

    Its status is computed from its dates (`status_on`). `planned_turn` counts how often it was planned, moved or
    cancelled. `missed_on`: the day on which a planned one was given up; the cause is not stored. `opened_on`: the day
    it came into the round (empty: from the beginning). `due_on`: empty means from the round's first day on.
    `rests_until`: the day of return from an absence. A conversation of the kind GROUP is held with its `group`. If
    another kind has a group, the employee missed the meeting of that group, and talks alone. `individual_wished_on`:
    the employee wants to talk alone, so is in no group.
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
    declined_reason = EncryptedTextField(max_length=300, blank=True, db_default="")
    group = models.ForeignKey(GroupConversation, models.PROTECT, null=True, blank=True, related_name="members")
    individual_wished_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(_("Held on"), null=True, blank=True)
    notes = EncryptedTextField(_("Notes from the conversation"), blank=True)
    texts_erased_on = models.DateField(null=True, blank=True)  # when retention took away the texts of the two

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
        """Its status on the day. `offered`: there are times to choose from."""
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
    """One side's preparation. The other side reads it from `shared_on`, the group from `shared_with_group_on`.

    `read_on` is when the other side first opened it. Only the author ever reads the `notes`.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="preparations")
    author = models.ForeignKey(Person, models.CASCADE, related_name="preparations")
    shared_on = models.DateField(null=True, blank=True)
    read_on = models.DateField(null=True, blank=True)
    notes = EncryptedTextField(_("Your own notes"), blank=True, default="", db_default="")
    shared_with_group_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("conversation", "author"), name="preparation_one_each"),)

    def __str__(self) -> str:
        return f"{self.author}: {self.conversation_id}"


class Answer(models.Model):
    """One side's answer to a preparation question."""

    preparation = models.ForeignKey(Preparation, models.CASCADE, related_name="answers")
    question = models.ForeignKey(PreparationQuestion, models.PROTECT, related_name="answers")
    text = EncryptedTextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("preparation", "question"), name="answer_once"),)

    def __str__(self) -> str:
        return self.text[:60]


class SetAside(models.Model):
    """A text that was replaced when two people had written in the same field at once. Whoever reads the field reads it.

    `field`: the name of the field on the conversation's page. `owner`: whose own field it is; none: both have it.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="set_aside")
    field = models.CharField(max_length=40)
    owner = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    text = EncryptedTextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.text[:60]


class EarlierText(models.Model):
    """The text of a field as it was before `by` changed it, when both had signed or the round was closed.

    Append-only. The two read it; everybody in a group reads the group's. `owner`: whose answer it is; none: of both.
    """

    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, blank=True, related_name="earlier_texts")
    group = models.ForeignKey(GroupConversation, models.PROTECT, null=True, blank=True, related_name="earlier_texts")
    field = models.CharField(max_length=40)  # its name on the page
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    text = EncryptedTextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(conversation__isnull=True) ^ Q(group__isnull=True),
                name="earlier_text_of_a_conversation_or_a_group",
            ),
        )
        triggers = append_only("an earlier text is neither changed nor deleted")

    def __str__(self) -> str:
        return self.text[:60]


class DevelopmentPlan(models.Model):
    """Goals and agreements of one conversation, signed by both.

    `no_course_reason` says why no course is needed. `signed_text` is the plan as it read when the second of the two
    signed: no later change of template, catalogue or rules changes it.
    """

    conversation = models.OneToOneField(Conversation, models.CASCADE, related_name="plan")
    no_course_reason = EncryptedTextField(_("No course is needed, because"), max_length=LONGEST_NO_COURSE, blank=True)
    employee_signed_on = models.DateField(null=True, blank=True)
    manager_signed_on = models.DateField(null=True, blank=True)
    manager_signed_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    signed_text = EncryptedJSONField(null=True, blank=True)

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
    """What the employee should become able to do, and how both will see it. `common`: the group's goal it copies."""

    plan = models.ForeignKey(DevelopmentPlan, models.CASCADE, related_name="goals")
    text = EncryptedTextField(_("What should become possible"), max_length=LONGEST_GOAL)
    sign = EncryptedTextField(_("How will you both see it"), max_length=LONGEST_GOAL, blank=True)
    common = models.ForeignKey(GroupGoal, models.SET_NULL, null=True, blank=True, related_name="copies")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("plan", "common"), name="goal_common_once_a_plan"),)

    def __str__(self) -> str:
        return self.text
