"""Courses and their runs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class CourseKind(models.TextChoices):
    AMU = "amu", _("AMU course")
    ACADEMY = "academy", _("Academy module")
    DIPLOMA = "diploma", _("Diploma module")
    MASTER = "master", _("Master module")
    PRIVATE = "private", _("Course at a private provider")
    IN_HOUSE = "in_house", _("In-house course")
    E_LEARNING = "e_learning", _("E-learning")


class Course(models.Model):
    """A course in the catalogue; `price` in whole kroner, ex VAT."""

    title = models.CharField(_("Title"), max_length=250)
    provider = models.CharField(_("Provider"), max_length=200, blank=True)
    kind = models.CharField(_("Kind"), max_length=12, choices=CourseKind.choices, default=CourseKind.PRIVATE)
    code = models.CharField(_("Course code"), max_length=60, blank=True)
    code_system = models.CharField(max_length=30, blank=True)
    level = models.CharField(max_length=60, blank=True)
    ects = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    days = models.DecimalField(_("Days"), max_digits=5, decimal_places=1, null=True, blank=True)
    price = models.PositiveIntegerField(_("Price in kroner"), null=True, blank=True)
    url = models.URLField(_("Link"), max_length=500, blank=True)
    description = models.TextField(blank=True)
    entered_by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ("title", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("provider", "code"), condition=~Q(code=""), name="course_code_unique_at_provider"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Mode(models.TextChoices):
    ON_SITE = "on_site", _("on site")
    ONLINE = "online", _("online")
    BLENDED = "blended", _("both on site and online")


class CourseRun(models.Model):
    """One run (hold) of a course, with its dates; `price` in whole kroner, ex VAT."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="runs")
    starts_on = models.DateField(_("First day"))
    ends_on = models.DateField(_("Last day"))
    place = models.CharField(_("Place"), max_length=200, blank=True)
    mode = models.CharField(_("Where it is held"), max_length=10, choices=Mode.choices, default=Mode.ON_SITE)
    price = models.PositiveIntegerField(_("Price in kroner"), null=True, blank=True)
    signup_deadline = models.DateField(_("Sign-up deadline"), null=True, blank=True)
    cancel_by = models.DateField(_("Cancel by"), null=True, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    minimum_participants = models.PositiveIntegerField(null=True, blank=True)
    retrieved_on = models.DateField(null=True, blank=True)

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
        )

    def __str__(self) -> str:
        return f"{self.course}, {self.starts_on}"

    @property
    def cost(self) -> int | None:
        """Whole kroner, ex VAT: the run's own price, or else its course's."""
        return self.price if self.price is not None else self.course.price
