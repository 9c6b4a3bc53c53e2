"""People, units, employments, managers and roles."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .triggers import COUNT_IN_NEW_UNIT, FORGET_TALLIES


class Language(models.TextChoices):
    """The languages the interface speaks; each is named in itself."""

    DANISH = "da", "Dansk"
    ENGLISH = "en", "English"


def default_language() -> str:
    """The language until a person chooses: a setting, because it is nobody's data."""
    return str(settings.LANGUAGE_CODE)


class Weekday(models.IntegerChoices):
    """ISO weekdays on which the weekly email can come."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> Person:
        """Make a person. Without a password they log in by a one-time code or the employer's login."""
        person = self.model(email=(email or "").strip().lower() or None, **fields)
        if password:
            person.set_password(password)
        else:
            person.set_unusable_password()
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username or "")


class Person(AbstractBaseUser):
    """Somebody who works, or has worked, in the organisation. CPR numbers and private addresses are never stored."""

    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    email = models.EmailField(_("E-mail"), unique=True, null=True, blank=True)
    given_name = models.CharField(_("First name"), max_length=150)
    family_name = models.CharField(_("Last name"), max_length=150, blank=True)
    language = models.CharField(_("Language"), max_length=2, choices=Language.choices, default=default_language)
    digest_weekday = models.PositiveSmallIntegerField(
        _("Day of the weekly email"), choices=Weekday.choices, default=Weekday.MONDAY
    )
    wants_mail = models.BooleanField(_("Emails from Udbytte"), default=True)
    calendar_feed = models.PositiveIntegerField(null=True, blank=True)  # the number of its address; none: closed
    calendar_feeds = models.PositiveIntegerField(default=0, db_default=0)  # addresses given so far
    mail_refused_at = models.DateTimeField(null=True, blank=True)
    mail_refusal = models.CharField(max_length=500, blank=True)
    email_changed_on = models.DateField(null=True, blank=True)  # links that were made until then do not work
    is_active = models.BooleanField(default=True)
    sessions_ended = models.PositiveIntegerField(default=0, db_default=0)  # how often all sessions were ended at once
    # When retention took away who they were and what was written. The row stays, because figures count its agreements.
    erased_on = models.DateField(null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = PersonManager()

    class Meta:
        ordering = ("family_name", "given_name", "pk")
        indexes = (models.Index(fields=("id",), name="person_marked", condition=Q(mail_refused_at__isnull=False)),)
        constraints = (
            models.UniqueConstraint(
                Lower("email"), name="person_email_unique", violation_error_message=_("This e-mail is already in use.")
            ),
            models.CheckConstraint(
                condition=Q(digest_weekday__range=(1, 5)), name="person_digest_weekday_is_a_workday"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Without any name, retention has erased them. `erased_on` is not asked: lists load the names alone."""
        return f"{self.given_name} {self.family_name}".strip() or gettext("somebody who has left")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end when the password or the email changes, and when all of them are ended."""
        value = f"{self.password} {self.email}" + (f" {self.sessions_ended}" if self.sessions_ended else "")
        return salted_hmac("udbytte.session", value, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The first given name, for sentences such as "you and Lars"."""
        return self.given_name.split(" ")[0] or self.name


def valid_on(on: date, prefix: str = "") -> Q:
    """Rows that hold on the day. `ends_on` is the last day (inclusive); empty: there is no last day."""
    begun = Q(**{f"{prefix}starts_on__lte": on})
    return begun & (Q(**{f"{prefix}ends_on__isnull": True}) | Q(**{f"{prefix}ends_on__gte": on}))


class Dated(models.Model):
    """Something that holds from a day to a last day (inclusive); without a last day it goes on."""

    starts_on = models.DateField(_("From"))
    ends_on = models.DateField(_("Last day"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or self.ends_on >= day)


DatedModel = TypeVar("DatedModel", bound=Dated)


class DatedQuerySet(models.QuerySet[DatedModel]):
    def on(self, day: date) -> Self:
        return self.filter(valid_on(day))


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
        name=name,
        violation_error_message=_("The last day is before the first."),
    )


class Unit(Dated):
    """A unit. `path` has the ids from the root down ("12/45/"), so that a range of paths is a subtree."""

    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    name = models.CharField(_("Name"), max_length=250)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=250, db_collation="C", editable=False, default="")

    objects = DatedQuerySet["Unit"].as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints = (_ends_after_start("unit_ends_after_start"),)
        indexes = (models.Index(fields=("path",), name="unit_path"),)
        triggers = (FORGET_TALLIES,)

    def __str__(self) -> str:
        return self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """The ids from the root down to and including the unit itself."""
        return [int(part) for part in self.path.split("/") if part]


def below(unit: Unit, prefix: str = "") -> Q:
    """The unit and all units below it; `prefix` names the relation to Unit ("unit__")."""
    return below_path(unit.path, prefix)


def below_path(path: str, prefix: str = "") -> Q:
    """As `below`, of a unit's path."""
    return Q(**{f"{prefix}path__gte": path, f"{prefix}path__lt": path + "~"})


class Employment(Dated):
    """A person's work in one unit; a person may have several.

    `chosen_manager` is set by hand. `line_manager` holds the conversation; `services.people.organisation` sets it, by
    the rule in `domain.organisation`. `line_manager_since` is the day on which it replaced `former_manager`; both are
    empty for the first one.
    """

    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="employments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="employments")
    title = models.CharField(_("Title"), max_length=250, blank=True)
    chosen_manager = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    line_manager = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="reports")
    line_manager_since = models.DateField(null=True, blank=True)
    former_manager = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = DatedQuerySet["Employment"].as_manager()

    class Meta:
        ordering = ("person__family_name", "person__given_name", "pk")
        constraints = (
            _ends_after_start("employment_ends_after_start"),
            models.CheckConstraint(
                condition=Q(chosen_manager__isnull=True) | ~Q(chosen_manager=F("person")),
                name="employment_nobody_manages_themself",
                violation_error_message=_("Nobody can be their own manager."),
            ),
        )
        triggers = (COUNT_IN_NEW_UNIT,)

    def __str__(self) -> str:
        return f"{self.person}, {self.title or '-'}, {self.unit}"


class ManagerRole(Dated):
    """A person manages a unit. Only managers who hold conversations can become line managers."""

    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="manager_roles")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="manager_roles")
    holds_conversations = models.BooleanField(_("Holds conversations"), default=True)

    objects = DatedQuerySet["ManagerRole"].as_manager()

    class Meta:
        constraints = (_ends_after_start("manager_role_ends_after_start"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.unit}"


class Role(models.TextChoices):
    """A role that a person is given. That somebody is employee, manager or helper follows from other data."""

    COORDINATOR = "coordinator", _("Course coordinator")
    BUDGET_OWNER = "budget_owner", _("Budget owner")
    HR = "hr", _("HR")
    WORKS_COUNCIL = "works_council", _("Works council")
    ADMINISTRATOR = "administrator", _("Administrator")


class RoleAssignment(Dated):
    """A role for a unit with all below it, or (no unit) for the whole organisation. A row is never deleted.

    A role that is ended on the day it was given gets the day before as its last day. So it holds on no day, and the row
    still says who gave and who ended it. `given_by` and `ended_by` are empty where a command did it, where the person
    logs in at work did it (`given_by_sign_on` is its name), and in rows that are older than these fields.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="roles")
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="roles")
    given_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    given_by_command = models.BooleanField(default=False, db_default=False)
    given_by_sign_on = models.CharField(max_length=100, blank=True, default="", db_default="")
    given_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_by_command = models.BooleanField(default=False, db_default=False)
    ended_by_sign_on = models.CharField(max_length=100, blank=True, default="", db_default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DatedQuerySet["RoleAssignment"].as_manager()

    class Meta:
        ordering = ("role", "unit__name", "person__family_name")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="role_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.ADMINISTRATOR) | Q(unit__isnull=True),
                name="role_administrator_is_for_the_whole",
                violation_error_message=_("An administrator is one for the whole organisation."),
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=True) | Q(given_by_command=False), name="role_given_by_person_or_command"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(ended_by_command=False), name="role_ended_by_person_or_command"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class SecondStepReset(models.Model):
    """Two administrators reset somebody's second step: one asks, another confirms. A row is never deleted."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="second_step_resets")
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    done_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(done_by__isnull=True) | ~Q(done_by=F("asked_by")), name="second_step_reset_takes_two"
            ),
            models.CheckConstraint(
                condition=~Q(person=F("asked_by")) & ~Q(person=F("done_by")), name="second_step_reset_by_others"
            ),
        )

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"


class MissingPeriod(Dated):
    """An employment or a manager role that the organisation's file has lacked from a day on, without an end of its own.

    Absence from a file is a doubt. So the employment goes on until somebody ends it, or until 14 days have passed and a
    later complete file lacks it too: `lacked_again_on` is the day of the latest such file. A row ends on the day before
    the employment is in a file again, or on its own last day. It stays, because late steps rest during these days.
    """

    employment = models.ForeignKey(Employment, models.CASCADE, null=True, blank=True, related_name="missing_periods")
    manager_role = models.ForeignKey(ManagerRole, models.CASCADE, null=True, blank=True, related_name="missing_periods")
    lacked_again_on = models.DateField(null=True, blank=True)

    objects = DatedQuerySet["MissingPeriod"].as_manager()

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="missing_period_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(employment__isnull=False, manager_role__isnull=True)
                | Q(employment__isnull=True, manager_role__isnull=False),
                name="missing_period_is_about_one",
            ),
            models.UniqueConstraint(
                fields=("employment",), condition=Q(ends_on__isnull=True), name="missing_period_one_of_an_employment"
            ),
            models.UniqueConstraint(
                fields=("manager_role",), condition=Q(ends_on__isnull=True), name="missing_period_one_of_a_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.employment_id or self.manager_role_id}: {self.starts_on}"
