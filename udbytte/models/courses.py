"""Courses, their runs, and joint needs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .people import Person

LONGEST_TITLE = 250
"""Characters of a course's title, and of an agreement's or a joint need's, which take it over."""


class CourseKind(models.TextChoices):
    AMU = "amu", _("AMU course")
    ACADEMY = "academy", _("Academy module")
    DIPLOMA = "diploma", _("Diploma module")
    MASTER = "master", _("Master module")
    PRIVATE = "private", _("Course at a private provider")
    IN_HOUSE = "in_house", _("In-house course")
    E_LEARNING = "e_learning", _("E-learning")


class Region(models.TextChoices):
    """The five regions of Denmark."""

    CAPITAL = "capital", _("the Capital Region")
    ZEALAND = "zealand", _("Zealand")
    SOUTH = "south", _("Southern Denmark")
    CENTRAL = "central", _("Central Jutland")
    NORTH = "north", _("North Jutland")


class Course(models.Model):
    """A course in the catalogue; `price` in whole kroner, ex VAT.

    `subject`: the provider's own subject words. `duration`: the provider's text where it is no number of days.
    `start_text`: when it starts, where a file says so in words, such as “løbende”, and not by a day.
    `signup_email`: where the provider takes registrations by email. `signup_email_by`: which coordinator or HR has
    entered it, or imported it; none: a command has, or nobody knows. `key` identifies the course in a file whose
    provider gives it no code.
    """

    title = models.CharField(_("Title"), max_length=LONGEST_TITLE)
    provider = models.CharField(_("Provider"), max_length=200, blank=True)
    kind = models.CharField(_("Kind"), max_length=12, choices=CourseKind.choices, default=CourseKind.PRIVATE)
    code = models.CharField(_("Course code"), max_length=60, blank=True)
    code_system = models.CharField(max_length=30, blank=True)
    key = models.CharField(max_length=200, blank=True)
    subject = models.CharField(_("Subject"), max_length=250, blank=True)
    level = models.CharField(_("Level"), max_length=60, blank=True)
    ects = models.DecimalField(_("ECTS points"), max_digits=4, decimal_places=1, null=True, blank=True)
    days = models.DecimalField(_("Days"), max_digits=5, decimal_places=1, null=True, blank=True)
    price = models.PositiveIntegerField(_("Price in kroner"), null=True, blank=True)
    duration = models.CharField(_("How long"), max_length=100, blank=True)
    start_text = models.CharField(_("Starts"), max_length=250, blank=True, db_default="")
    url = models.URLField(_("Link"), max_length=500, blank=True)
    signup_email = models.EmailField(_("E-mail for registrations"), blank=True)
    signup_email_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    description = models.TextField(_("What it is about"), blank=True)
    entered_by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ("title", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("provider", "code"), condition=~Q(code=""), name="course_code_unique_at_provider"
            ),
            models.UniqueConstraint(
                fields=("provider", "key"), condition=~Q(key=""), name="course_key_unique_at_provider"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def confirmed_signup_email(self) -> str:
        """The address that everybody may write to; empty where only an employee may have entered it."""
        return "" if self.entered_by_hand and self.signup_email_by_id is None else self.signup_email


class Mode(models.TextChoices):
    ON_SITE = "on_site", _("on site")
    ONLINE = "online", _("online")
    BLENDED = "blended", _("both on site and online")


class CourseRun(models.Model):
    """One run (hold) of a course, with its dates; prices in whole kroner, ex VAT.

    `key` is the run's id at the provider, `title` its own name where it has one. `extra_price` is added to the price
    (materials, lodging). `cancel_cost`: what cancelling after `cancel_by` costs, where it is not the whole price.
    `taken`: how many seats are taken, as the provider said on `retrieved_on`. `guaranteed`: it is held even if few
    come. `cancelled_on`: the provider has cancelled it. `withdrawn_on`: it is missing from the provider's newest file.
    `imported`: it came from a file, so that a newer file can withdraw it.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="runs")
    starts_on = models.DateField(_("First day"))
    ends_on = models.DateField(_("Last day"))
    key = models.CharField(max_length=100, blank=True)
    title = models.CharField(_("The course date's own name"), max_length=250, blank=True)
    place = models.CharField(_("Place"), max_length=200, blank=True)
    postcode = models.CharField(_("Postcode"), max_length=10, blank=True)
    region = models.CharField(_("Region"), max_length=10, choices=Region.choices, blank=True)
    address = models.CharField(_("Address and how to get there"), max_length=400, blank=True)
    hours = models.CharField(_("From when to when on the day"), max_length=100, blank=True)
    bring = models.TextField(_("What to bring and prepare"), blank=True)
    url = models.URLField(_("Link to the course date"), max_length=500, blank=True)
    mode = models.CharField(_("Where it is held"), max_length=10, choices=Mode.choices, default=Mode.ON_SITE)
    price = models.PositiveIntegerField(_("Price in kroner"), null=True, blank=True)
    extra_price = models.PositiveIntegerField(_("Extra price in kroner"), null=True, blank=True)
    signup_deadline = models.DateField(_("Sign-up deadline"), null=True, blank=True)
    cancel_by = models.DateField(_("Cancel by"), null=True, blank=True)
    cancel_cost = models.PositiveIntegerField(_("What cancelling later costs, in kroner"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("Seats"), null=True, blank=True)
    taken = models.PositiveIntegerField(_("Seats taken"), null=True, blank=True)
    minimum_participants = models.PositiveIntegerField(_("Fewest participants"), null=True, blank=True)
    guaranteed = models.BooleanField(_("Held however few come"), default=False)
    retrieved_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    imported = models.BooleanField(default=False)

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="run_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(signup_deadline__isnull=True) | Q(signup_deadline__lte=F("ends_on")),
                name="run_signup_before_end",
                violation_error_message=_("The sign-up deadline is after the last day."),
            ),
            models.UniqueConstraint(fields=("course", "key"), condition=~Q(key=""), name="run_key_unique_in_course"),
        )
        indexes = (models.Index(fields=("course", "starts_on"), name="run_of_course_by_day"),)

    def __str__(self) -> str:
        return f"{self.course}, {self.starts_on}"

    @property
    def cost(self) -> int | None:
        """Whole kroner, ex VAT: the price of the run, or else of its course, plus the extra price."""
        price = self.price if self.price is not None else self.course.price
        return None if price is None else price + (self.extra_price or 0)

    @property
    def is_held(self) -> bool:
        """Whether the run takes place, as far as is known."""
        return self.cancelled_on is None and self.withdrawn_on is None

    @property
    def free_seats(self) -> int | None:
        """Free seats by the provider's newest numbers; None where they are not known."""
        if self.seats is None or self.taken is None:
            return None
        return max(self.seats - self.taken, 0)


class RunChange(models.TextChoices):
    """What a provider does to a run."""

    CANCELLED = "cancelled", _("cancelled")
    MOVED = "moved", _("moved")


class RunReport(models.Model):
    """Somebody has said that the provider has cancelled or moved a run, and others are asked whether it is so.

    `before`: the facts of a moved run as they were, by name, to go back to if it is not so.
    """

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="reports")
    change = models.CharField(max_length=10, choices=RunChange.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()
    why = models.CharField(max_length=300, blank=True)
    before = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.run}: {self.change}"


class RunAnswer(models.TextChoices):
    """Whether a report holds for an agreement."""

    WAITING = "", _("not answered")
    YES = "yes", _("yes")
    NO = "no", _("no")
    OVER = "over", _("no longer asked")


class RunQuestion(models.Model):
    """Whether a report of a run holds for an agreement that the reporter does not speak for.

    Until it is answered with yes, nothing happens to the agreement.
    """

    report = models.ForeignKey(RunReport, models.CASCADE, related_name="questions")
    agreement = models.ForeignKey("Agreement", models.CASCADE, related_name="run_questions")
    answer = models.CharField(max_length=5, choices=RunAnswer.choices, default=RunAnswer.WAITING, blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("report", "agreement"), name="run_question_once_a_report"),
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(answer=""), name="run_question_one_open_for_an_agreement"
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id}: {self.agreement_id} {self.answer}"


class JointNeed(models.Model):
    """Agreements of several people on the same course, which a coordinator has confirmed as one need.

    `run` was chosen for all of them. `closed_on`: from then on nothing more is done for them together.
    """

    title = models.CharField(_("What they need"), max_length=LONGEST_TITLE)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_on = models.DateField()
    run = models.ForeignKey(CourseRun, models.SET_NULL, null=True, blank=True, related_name="joint_needs")
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-created_on", "-pk")

    def __str__(self) -> str:
        return self.title
