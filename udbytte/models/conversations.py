"""Two records kept apart: the conversation (the two who talk) and the plan (what came of it)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .people import Employment, Person
from .rounds import Question, Round


class ConversationKind(models.TextChoices):
    INDIVIDUAL = "individual", _("MUS")
    LEADER = "leader", _("LUS")
    GROUP = "group", _("GRUS")


class Conversation(models.Model):
    """One employment's conversation in a round. `manager` holds it; once held, that stays who held it."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="conversations")
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="conversations")
    kind = models.CharField(max_length=12, choices=ConversationKind.choices, default=ConversationKind.INDIVIDUAL)
    manager = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="conversations_held")
    planned_at = models.DateTimeField(_("Planned for"), null=True, blank=True)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    held_on = models.DateField(_("Held on"), null=True, blank=True)
    notes = models.TextField(_("Notes from the conversation"), blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("round", "employment"), name="conversation_once_a_round"),)

    def __str__(self) -> str:
        return f"{self.employment.person}: {self.round}"


class Preparation(models.Model):
    """One side's preparation. It is the author's own until `shared_on`; `notes` are the author's own for good."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="preparations")
    author = models.ForeignKey(Person, models.CASCADE, related_name="preparations")
    shared_on = models.DateField(null=True, blank=True)
    notes = models.TextField(_("Your own notes"), blank=True, default="", db_default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("conversation", "author"), name="preparation_one_each"),)

    def __str__(self) -> str:
        return f"{self.author}: {self.conversation_id}"


class Answer(models.Model):
    """What one side wrote to a question."""

    preparation = models.ForeignKey(Preparation, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
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
    no_course_reason = models.CharField(_("No course is needed, because"), max_length=300, blank=True)
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

    def __str__(self) -> str:
        return str(self.conversation)

    @property
    def is_signed(self) -> bool:
        return self.employee_signed_on is not None and self.manager_signed_on is not None


class Goal(models.Model):
    """What should become possible, and how both will see it."""

    plan = models.ForeignKey(DevelopmentPlan, models.CASCADE, related_name="goals")
    text = models.CharField(_("What should become possible"), max_length=400)
    sign = models.CharField(_("How will you both see it"), max_length=400, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.text
