"""Agreements with their next step, log and files, their outcome, and observations of what was learned."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from udbytte.domain.lifecycle import (
    CLOSED,
    MIDWAY,
    PHASES,
    UNDECIDED,
    DropReason,
    Event,
    Kind,
    Party,
    Phase,
    Proposal,
    Stage,
    State,
)
from udbytte.domain.lifecycle.deadlines import Times
from udbytte.domain.lifecycle.line import LINE, Place

from .conversations import DevelopmentPlan, Goal
from .courses import LONGEST_TITLE, Course, CourseRun, JointNeed
from .encrypted import EncryptedJSONField, EncryptedTextField
from .groups import LONGEST_GOAL
from .labels import KIND_LABELS, STAGE_LABELS, STEP_LABELS, drop_choices, kind_choices, stage_choices, step_choices
from .people import Employment, Person, Unit
from .practice import PracticeGroup, PracticeMethod
from .rounds import Round
from .triggers import append_only, copy_agreements

# Characters.
LONGEST_PURPOSE = 400
LONGEST_IF_THEN = 300
LONGEST_REFERENCE = 60
MOST_STATES = 1000  # kept in each process

_CLOSED = tuple(sorted(CLOSED))
_LOST = tuple(sorted({Stage.DROPPED, *UNDECIDED}))
_STEP_SET = Q(step_owner__isnull=False, step_due__isnull=False, step_since__isnull=False) & ~Q(step="")
_STEP_EMPTY = Q(step_owner__isnull=True, step_due__isnull=True, step_since__isnull=True, step="")


@lru_cache(MOST_STATES)
def _state(kind: str, stage: str, proposed_by: str, proposal: str, midway: bool, lost_from: str) -> State:
    """Cached, as lists ask for the states of many agreements, and there are few different ones."""
    return State(
        Kind(kind),
        Stage(stage),
        Party(proposed_by) if proposed_by else None,
        Proposal(proposal or Proposal.DROP),
        midway=midway,
        lost_from=Stage(lost_from) if lost_from else None,
    )


class Agreement(models.Model):
    """An agreed activity: a course, or learning at work.

    Prices in whole kroner, ex VAT, of the present seat or else the last one; unused seats are in `unused_seats`.
    """

    plan = models.ForeignKey(DevelopmentPlan, models.PROTECT, related_name="agreements")
    goal = models.ForeignKey(Goal, models.SET_NULL, null=True, blank=True, related_name="agreements")
    employment = models.ForeignKey(Employment, models.PROTECT, related_name="agreements")
    # The next three repeat what plan and employment say, so that lists need no joins; only the services set them.
    employee = models.ForeignKey(Person, models.PROTECT, related_name="agreements")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="agreements")
    round = models.ForeignKey(Round, models.PROTECT, related_name="agreements")

    kind = models.CharField(max_length=8, choices=kind_choices)
    title = models.CharField(_("What is agreed"), max_length=LONGEST_TITLE)
    purpose = EncryptedTextField(_("What it is for"), max_length=LONGEST_PURPOSE, blank=True)
    planned_from = models.DateField(_("Planned from"))
    planned_to = models.DateField(_("Planned to"))
    # One sentence, "If ..., then ...". The column has room for the three texts of 200 characters that it was before.
    if_then = EncryptedTextField(_("If-then plan"), max_length=604, blank=True, default="", db_default="")
    first_use = EncryptedTextField(_("What will you use it for in the first two weeks"), max_length=300, blank=True)
    checked_by = EncryptedTextField(_("How it will be checked"), max_length=LONGEST_GOAL, blank=True)
    turn_to = EncryptedTextField(_("Whom to turn to if it fails"), max_length=200, blank=True)
    # Who decides a changed learning environment.
    decided_by = EncryptedTextField(_("Who decides it"), max_length=200, blank=True)
    # Overrides the round's days between check-ins.
    check_in_weeks = models.PositiveSmallIntegerField(_("Weeks between check-ins"), null=True, blank=True)
    estimated_price = models.PositiveIntegerField(_("Estimated price in kroner"), null=True, blank=True)
    course = models.ForeignKey(Course, models.SET_NULL, null=True, blank=True, related_name="agreements")
    run = models.ForeignKey(CourseRun, models.SET_NULL, null=True, blank=True, related_name="agreements")
    method = models.ForeignKey(PracticeMethod, models.SET_NULL, null=True, blank=True, related_name="agreements")
    # Joins the agreements of two or more learning partners, each of whom helps the others.
    group = models.ForeignKey(PracticeGroup, models.SET_NULL, null=True, blank=True, related_name="agreements")
    # The course whose use at work this is.
    transfer_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="transfers")
    replaces = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")
    agreed_on = models.DateField()

    stage = models.CharField(max_length=12, choices=stage_choices, default=Stage.AGREED)
    step = models.CharField(max_length=16, blank=True, choices=step_choices)
    step_owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="steps")
    step_due = models.DateField(null=True, blank=True)
    step_since = models.DateField(null=True, blank=True)
    stray = models.BooleanField(default=False)  # the step found no owner of its own, and HR has it
    handed_over = models.BooleanField(default=False)  # the step was given to its owner by hand, and stays with them
    # Who of the two has proposed to drop or replace the agreement, and which of it, while the other has not answered.
    proposed_by = models.CharField(max_length=12, blank=True, default="")
    proposal = models.CharField(max_length=8, blank=True, default="")  # a value of lifecycle.Proposal
    # Where the step stands in the line (domain.lifecycle.line): 0 is its own owner. A proposal leaves the next four as
    # they are.
    line_level = models.PositiveSmallIntegerField(default=0)
    line_days = models.PositiveSmallIntegerField(default=0)  # late days with which the present level began
    line_used = models.PositiveSmallIntegerField(default=0)  # late days from before the step's present date
    line_told_on = models.DateField(null=True, blank=True)  # when whoever it has moved to was told; empty: not yet
    drop_reason = models.CharField(max_length=12, blank=True, choices=drop_choices)
    # The stage in which it was dropped, has lapsed or was not reported.
    lost_from = models.CharField(max_length=12, blank=True, default="", choices=stage_choices)
    paused_until = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    turn = models.PositiveIntegerField(default=0)  # counts the log entries; a page with an older turn is stale

    # The dates of the chosen run.
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    answer_due_on = models.DateField()  # by when the outcome ought to be known
    coordinated_on = models.DateField(null=True, blank=True)  # when a coordinator first took a step of it
    registered_on = models.DateField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)  # when attendance was last reported; `went` says how
    went = models.CharField(max_length=8, blank=True, choices=[("yes", _("yes")), ("partly", _("partly"))])
    price = models.PositiveIntegerField(null=True, blank=True)
    actual_price = models.PositiveIntegerField(null=True, blank=True)
    budget = models.ForeignKey("Budget", models.SET_NULL, null=True, blank=True, related_name="agreements")
    # What funding sources pay of the price; the budget pays the rest.
    granted_outside = models.PositiveIntegerField(default=0)
    # The manager who granted the money without the budget owner.
    funded_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    # The provider's number for the registration.
    reference = models.CharField(_("Reference number"), max_length=LONGEST_REFERENCE, blank=True)
    joint_need = models.ForeignKey(JointNeed, models.SET_NULL, null=True, blank=True, related_name="agreements")
    from_catalogue = models.BooleanField(default=False)

    class Meta:
        ordering = ("step_due", "pk")
        constraints = (
            models.CheckConstraint(
                condition=(Q(stage__in=_CLOSED) & _STEP_EMPTY & Q(closed_on__isnull=False))
                | (~Q(stage__in=_CLOSED) & _STEP_SET & Q(closed_on__isnull=True)),
                name="agreement_open_has_one_step_owner_and_date",
                violation_error_message=_("An open agreement has one next step, one person responsible and one date."),
            ),
            models.CheckConstraint(condition=Q(planned_to__gte=F("planned_from")), name="agreement_planned_in_order"),
            models.CheckConstraint(
                condition=Q(kind=Kind.COURSE) | Q(run__isnull=True, course__isnull=True),
                name="agreement_only_a_course_has_a_run",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.PRACTICE) | Q(group__isnull=True, transfer_of__isnull=True),
                name="agreement_only_practice_has_a_group",
            ),
            models.CheckConstraint(
                condition=Q(check_in_weeks__isnull=True) | Q(check_in_weeks__range=(1, 26)),
                name="agreement_checks_in_within_half_a_year",
                violation_error_message=_("Between 1 and 26 weeks."),
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.DROPPED) | ~Q(drop_reason=""), name="agreement_dropped_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by="", proposal="")
                | Q(proposed_by__in=(Party.EMPLOYEE, Party.MANAGER))
                & (Q(proposal=Proposal.REPLACE) | Q(proposal=Proposal.DROP) & ~Q(drop_reason="")),
                name="agreement_proposal_by_one_of_the_two",
            ),
            models.CheckConstraint(condition=Q(line_level__lte=3), name="agreement_line_has_three_levels"),
            models.CheckConstraint(
                condition=Q(stage__in=_LOST, lost_from__in=[stage.value for stage in Stage])
                | ~Q(stage__in=_LOST) & Q(lost_from=""),
                name="agreement_lost_from_a_stage",
            ),
        )
        indexes = (
            models.Index(fields=("step_owner", "step_due"), name="agreement_steps", condition=Q(closed_on=None)),
            models.Index(fields=("step_due",), name="agreement_due", condition=Q(closed_on=None)),
            models.Index(fields=("unit", "kind", "stage"), name="agreement_unit"),
            models.Index(
                fields=("unit", "step", "step_due"),
                include=("id", "ends_on"),
                name="agreement_course_board",
                condition=Q(closed_on=None, kind=Kind.COURSE),
            ),
        )
        triggers = copy_agreements("id")

    def __str__(self) -> str:
        return self.title

    # Django's own methods build and translate a table of all labels at each call, which is slow in long lists.
    def get_stage_display(self) -> str:  # type: ignore[no-redef]
        return str(STAGE_LABELS.get(Stage(self.stage), ""))

    def get_step_display(self) -> str:  # type: ignore[no-redef]
        return str(STEP_LABELS.get(self.step, ""))

    @property
    def state(self) -> State:
        lost_from = self.lost_from if self._can_be_back else ""
        is_midway = self.step == MIDWAY.name
        return _state(self.kind, self.stage, self.proposed_by, self.proposal, is_midway, lost_from)

    @property
    def _can_be_back(self) -> bool:
        """Whether the agreement was closed because nobody acted, or because the employee left.

        The two may have dropped it for the same reason, so the log is asked, where only that can tell.
        """
        if self.stage == Stage.DROPPED and self.drop_reason == DropReason.CHANGED_JOB:
            return self.log.filter(number=self.turn, event=Event.LEAVE).exists()
        return self.stage == Stage.LAPSED

    @property
    def is_open(self) -> bool:
        return self.stage not in CLOSED

    @property
    def times(self) -> Times:
        return Times(self.planned_from, self.planned_to, self.ends_on, self.run.signup_deadline if self.run else None)

    @property
    def is_with_hr(self) -> bool:
        """Whether the step has found no owner, or has come to HR along the line, and HR gives it to somebody."""
        level = LINE[self.step].level(self.line_level) if self.step and not self.proposed_by else None
        return self.stray or (level is not None and Place.HR in level.places and not self.handed_over)

    @property
    def public_title(self) -> str:
        """What people outside the two may read: the course's title in the catalogue, or the name of the way.

        The agreement's own title is free text.
        """
        if self.kind == Kind.COURSE:
            return self.course.title if self.course is not None else str(KIND_LABELS[Kind.COURSE])
        return str(self.method) if self.method is not None else str(KIND_LABELS[Kind.PRACTICE])

    def is_up_the_line_for(self, reader: int) -> bool:
        """Whether the step has come up the line to the reader, who so reads no title and nothing of the plan.

        Those who read more by a role of their own read more on the agreement's page.
        """
        own = (self.employee_id, self.employment.line_manager_id)
        return self.line_level > 0 and self.step_owner_id == reader and reader not in own

    @property
    def public_line(self) -> str:
        """The agreement as somebody up the line reads it: the person and the course or way.

        Of one that is stuck, only whose employee it is, the unit and the kind may be read.
        """
        if self.step == "talk_stuck":
            manager = self.employment.line_manager
            return f"{manager.name if manager is not None else ''}, {self.unit}: {KIND_LABELS[Kind(self.kind)]}"
        return f"{self.employee.name}: {self.public_title}"

    def phase_on(self, day: date) -> Phase | None:
        """The phase that people see; None when dropped or replaced. A course is under way from its run's first day."""
        if self.stage == Stage.REGISTERED and self.starts_on is not None and self.starts_on <= day:
            return Phase.UNDER_WAY
        return PHASES.get(Stage(self.stage))

    @property
    def own_plan(self) -> list[str]:
        """What the two wrote down to be reminded of: the if-then plan, and what a course is to be used for.

        Only the employee and the line manager may read it.
        """
        lines = ((_("As agreed: %(text)s"), self.if_then), (_("To be used for: %(text)s"), self.first_use))
        return [str(line) % {"text": text} for line, text in lines if text]

    @property
    def reminds_of_plan(self) -> bool:
        """Whether the present step is a moment to say the plan back: the last day of a course, its use, a check-in."""
        return self.step in ("go", "use", "check_in")

    def is_still_at(self, turn: int) -> bool:
        """Whether nothing has happened since that turn, but what was undone."""
        if turn == self.turn or not 0 < turn < self.turn:
            return turn == self.turn
        entries = LogEntry.all_entries.filter(agreement=self, number__gte=turn).order_by("number")
        undone = list(entries.values_list("undone", flat=True))
        return undone == [False] + [True] * (self.turn - turn)

    def is_paused_on(self, day: date) -> bool:
        return self.paused_until is not None and self.paused_until > day


# A fact of an answer that the manager wrote down in a talk, and the employee said yes to: the manager's id.
WRITTEN_BY = "written_by"


class EntriesInForce(models.Manager["LogEntry"]):
    """The log without what was undone."""

    def get_queryset(self) -> models.QuerySet[LogEntry]:
        return super().get_queryset().filter(undone=False)


class LogEntry(models.Model):
    """One event in an agreement's life. Append-only: the database refuses to change or delete a row.

    Only `undone` can be set, once, and retention takes people's words out of `facts`. `objects`, and so
    `agreement.log`, leave out what was undone and the entry that says so: neither counts. The history on the
    agreement's page reads `all_entries`.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="log")
    number = models.PositiveIntegerField()  # the agreement's turn after the event
    at = models.DateTimeField(auto_now_add=True)
    on = models.DateField()
    event = models.CharField(max_length=16, choices=[(e.value, e.value) for e in Event])
    by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    party = models.CharField(max_length=12, blank=True)  # who proposed a drop, where the event does
    from_stage = models.CharField(max_length=12, blank=True)
    to_stage = models.CharField(max_length=12)
    step = models.CharField(max_length=16, blank=True)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    due = models.DateField(null=True, blank=True)
    facts = EncryptedJSONField(default=dict)  # what was given with the event (services.agreements.facts)
    undone = models.BooleanField(default=False, db_default=False)

    objects: ClassVar[EntriesInForce] = EntriesInForce()
    all_entries: ClassVar[models.Manager[LogEntry]] = models.Manager()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("agreement", "number"), name="log_one_entry_a_turn"),)
        triggers = append_only("the log of agreements is append-only", sets_once="undone", erases="facts")

    def __str__(self) -> str:
        return f"{self.agreement_id}.{self.number} {self.event}"


class AttachmentKind(models.TextChoices):
    CONFIRMATION = "confirmation", _("confirmation of the registration")
    PROOF = "proof", _("proof of attendance")


class Attachment(models.Model):
    """A file that belongs to a course agreement. `content_type` follows from its content, not from its name."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="attachments")
    kind = models.CharField(_("What it is"), max_length=12, choices=AttachmentKind.choices)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.kind}"


class Newness(models.TextChoices):
    NOTHING = "nothing", _("nothing")
    SOMETHING = "something", _("something")
    MUCH = "much", _("much")


class InUse(models.TextChoices):
    NOT_YET = "not_yet", _("not yet")
    SOMETIMES = "sometimes", _("sometimes")
    DAILY = "daily", _("daily")


class Hindrance(models.TextChoices):
    """What got in the way."""

    TIME = "time", _("there was no time")
    TASKS = "tasks", _("my tasks changed")
    HELP = "help", _("nobody to help")
    BACKING = "backing", _("no backing from my manager")
    TOOLS = "tools", _("tools or access were missing")
    LEVEL = "level", _("it was too easy or too hard")
    RELEVANCE = "relevance", _("it did not fit my work")
    OTHER = "other", _("something else")


class Outcome(models.Model):
    """What was learned (udbytte) in the employee's own words. `hindrances` are values of `Hindrance`."""

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="outcome")
    learned = EncryptedTextField(_("What do you do differently now"))
    newness = models.CharField(_("How much was new"), max_length=10, choices=Newness.choices)
    in_use = models.CharField(_("Is it used"), max_length=10, choices=InUse.choices)
    hindrances = models.JSONField(_("What got in the way"), default=list, blank=True)
    recommends = models.BooleanField(_("Would you recommend it to a colleague"), null=True, blank=True)
    shared = models.BooleanField(_("Others may read it in the catalogue, without my name"), default=False)
    told_on = models.DateField()
    talked_on = models.DateField(null=True, blank=True)

    class Meta:
        triggers = copy_agreements("agreement_id")

    def __str__(self) -> str:
        return self.learned[:60]

    @property
    def hindrance_labels(self) -> list[str]:
        return [str(Hindrance(value).label) for value in self.hindrances if value in Hindrance.values]


class Observation(models.Model):
    """What the manager or a helper observes of the learning. The employee and the manager read it."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="observations")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = EncryptedTextField(_("What do you see"), max_length=600)
    on = models.DateField()

    class Meta:
        ordering = ("on", "pk")
        constraints = (models.UniqueConstraint(fields=("agreement", "by"), name="observation_one_each"),)

    def __str__(self) -> str:
        return self.text[:60]
