"""Budgets, nominations, unused seats, spending authority, deputies, funding. Whole kroner, ex VAT.

The money that is left is computed, never stored.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .agreements import Agreement
from .courses import CourseRun
from .encrypted import EncryptedTextField
from .people import Dated, DatedQuerySet, Person, Unit
from .rounds import Round
from .triggers import OF_UNITS_BELOW, mark_stale


class Budget(models.Model):
    """A unit's money for a round. The people of the unit see it from `published_on`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="budgets")
    round = models.ForeignKey(Round, models.CASCADE, related_name="budgets")
    amount = models.PositiveIntegerField(_("Amount in kroner"))
    published_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("unit__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "round"),
                name="budget_once_a_round",
                violation_error_message=_("The unit already has a budget in this round."),
            ),
        )
        triggers = mark_stale(OF_UNITS_BELOW)

    def __str__(self) -> str:
        return f"{self.unit}: {self.amount}"


class Nomination(models.Model):
    """A manager's request to the budget owner to pay (indstilling), until it is decided or withdrawn."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="nominations")
    price = models.PositiveIntegerField(null=True, blank=True)
    reason = EncryptedTextField(_("Why this course"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    answer = EncryptedTextField(blank=True)

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(decided_on__isnull=True), name="nomination_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id}, {self.on}"


LONGEST_ANSWER = 400  # characters
MOST_ABOVE = 10_000  # kroner that a bill for an unused seat can be above the seat's price


class HowUnused(models.TextChoices):
    """Why a seat was not used."""

    CANCELLED = "cancelled", _("given back")
    NOT_GONE = "not_gone", _("not gone to")
    CLOSED = "closed", _("the agreement was closed")


class UnusedSeat(models.Model):
    """A seat on a course that somebody had and did not use. Whole kroner, ex VAT.

    `price`: what the seat would have cost. `cost`: what is paid for it all the same, at most the price until the bill
    comes (`billed_on`). A bill can be higher by at most `MOST_ABOVE`, since a school can charge for the subsidy that it
    loses; a higher one is a typo. `granted_outside`: what a funding source pays of the cost; `budget` pays the rest.
    `granted_by`: the manager who granted the money without the budget owner.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="unused_seats")
    run = models.ForeignKey(CourseRun, models.SET_NULL, null=True, blank=True, related_name="unused_seats")
    how = models.CharField(max_length=10, choices=HowUnused.choices)
    on = models.DateField()
    price = models.PositiveIntegerField()
    cost = models.PositiveIntegerField()
    billed_on = models.DateField(null=True, blank=True)
    granted_outside = models.PositiveIntegerField(default=0)
    budget = models.ForeignKey(Budget, models.SET_NULL, null=True, blank=True, related_name="unused_seats")
    granted_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(cost__lte=F("price"))
                | Q(billed_on__isnull=False, cost__lte=F("price") + models.Value(MOST_ABOVE)),
                name="unused_seat_costs_at_most_its_price_or_bill",
                violation_error_message=_("That is more than the seat cost."),
            ),
            models.CheckConstraint(
                condition=Q(granted_outside__lte=F("cost")), name="unused_seat_outside_pays_at_most_the_cost"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id}, {self.on}"


class Overrun(models.Model):
    """A bill above what was granted, until somebody decides about it. Whole kroner, ex VAT.

    The granted price counts as spent meanwhile, and also after a no. While it is open it has an owner and a date; the
    database checks that.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="overruns")
    # The seat that was not used, if the bill is for that; else it is for the course that was attended.
    seat = models.ForeignKey(UnusedSeat, models.CASCADE, null=True, blank=True, related_name="overruns")
    granted_price = models.PositiveIntegerField()  # what had been granted when the bill came
    price = models.PositiveIntegerField()  # what the bill says
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="overruns")
    due = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_on = models.DateField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)  # None after the decision: a later bill took its place
    answer = EncryptedTextField(max_length=LONGEST_ANSWER, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("agreement",), condition=Q(decided_on__isnull=True), name="overrun_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True, owner__isnull=False, due__isnull=False, granted__isnull=True)
                | Q(decided_on__isnull=False, owner__isnull=True, due__isnull=True),
                name="overrun_open_has_owner_and_date",
                violation_error_message=_("An open question about a bill has one owner and one date."),
            ),
            models.CheckConstraint(condition=Q(price__gt=F("granted_price")), name="overrun_is_above_what_was_granted"),
        )
        indexes = (models.Index(fields=("owner", "due"), name="overrun_due", condition=Q(decided_on__isnull=True)),)

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.price}"


class SpendingAuthority(models.Model):
    """What the managers of a unit may spend in a round; also those of units below it that have no row of their own.

    `disposes`: they decide alone on courses up to `per_course`, and each manager on up to `per_year` in the round
    (whole kroner; empty: only the budget limits them). Otherwise they nominate every course to the budget owner.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="spending_authorities")
    round = models.ForeignKey(Round, models.CASCADE, related_name="spending_authorities")
    disposes = models.BooleanField(_("Decides alone"), default=True)
    per_course = models.PositiveIntegerField(_("At most for one course, in kroner"), null=True, blank=True)
    per_year = models.PositiveIntegerField(_("At most in the round, in kroner"), null=True, blank=True)

    class Meta:
        ordering = ("unit__path",)
        constraints = (
            models.UniqueConstraint(fields=("unit", "round"), name="spending_authority_once_a_round"),
            models.CheckConstraint(
                condition=Q(disposes=True) | Q(per_course__isnull=True, per_year__isnull=True),
                name="spending_authority_limits_only_who_disposes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit}: {self.disposes}"


class Deputy(Dated):
    """Somebody who settles the money for a manager or a budget owner in a period.

    A row that is ended on its first day gets the day before as its last day, and so holds on no day.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="deputies")
    deputy = models.ForeignKey(Person, models.CASCADE, related_name="deputy_for")

    objects = DatedQuerySet["Deputy"].as_manager()

    class Meta:
        ordering = ("starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(person=F("deputy")),
                name="deputy_is_somebody_else",
                violation_error_message=_("Choose somebody else than yourself."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=False) & Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="deputy_ends_after_start",
                violation_error_message=_("The last day is before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.person_id}"


class Applicant(models.TextChoices):
    """Who sends an application to a funding source."""

    EMPLOYEE = "employee", _("the employee")
    EMPLOYER = "employer", _("the workplace")
    SCHOOL = "school", _("the employee, through the school")


class FundingSource(models.Model):
    """External funding (kompetencefond, pulje). HR keeps the data, with the day on which they were checked.

    `limit` in whole kroner for `limit_per`; of a source that `pays_wages` it is a weekly rate. `own_share`: what the
    employer must pay of the price, in percent. `sectors`: the employers it is for; empty: all. `kinds`: the kinds of
    course it may pay for. An application can be sent from `earliest_days` until `latest_days` before the first day.
    `asks`: the question about the person that decides; nobody stores its answer. `key` identifies the delivered ones.
    """

    key = models.CharField(max_length=40, unique=True, null=True, blank=True)
    name = models.CharField(_("Name"), max_length=150)
    limit = models.PositiveIntegerField(_("At most, in kroner"), null=True, blank=True)
    limit_per_da = models.CharField(
        _('The amount is for (as "a calendar year"), in Danish'), max_length=120, blank=True
    )
    limit_per_en = models.CharField(
        _('The amount is for (as "a calendar year"), in English'), max_length=120, blank=True
    )
    applicant = models.CharField(_("Who applies"), max_length=10, choices=Applicant.choices)
    pays_wages = models.BooleanField(_("Makes up for wages, not for the price"), default=False)
    sectors = models.JSONField(
        _("For which employers (none: all)"), default=list, blank=True, db_default=Value([], models.JSONField())
    )
    own_share = models.PositiveSmallIntegerField(
        _("The workplace pays at least, in percent"), default=0, db_default=0, validators=[MaxValueValidator(100)]
    )
    kinds = models.JSONField(_("For which courses"), default=list, blank=True)
    least_price = models.PositiveIntegerField(_("From which price, in kroner"), null=True, blank=True)
    earliest_days = models.PositiveIntegerField(_("Earliest, in days before the start"), null=True, blank=True)
    latest_days = models.PositiveIntegerField(_("Latest, in days before the start"), null=True, blank=True)
    conditions_da = models.TextField(_("Conditions, in Danish"), blank=True)
    conditions_en = models.TextField(_("Conditions, in English"), blank=True)
    asks_da = models.CharField(
        _("Question to the person, in Danish"), max_length=300, blank=True, default="", db_default=""
    )
    asks_en = models.CharField(
        _("Question to the person, in English"), max_length=300, blank=True, default="", db_default=""
    )
    url = models.URLField(_("Link"), max_length=500, blank=True)
    source = models.CharField(_("Where this is known from"), max_length=250, blank=True)
    facts_of = models.CharField(_("The facts are of"), max_length=40, blank=True)
    checked_on = models.DateField(_("Checked on"), null=True, blank=True)
    hidden = models.BooleanField(_("Not offered here"), default=False)

    class Meta:
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def limit_per(self) -> str:
        return self.limit_per_en if get_language() == "en" and self.limit_per_en else self.limit_per_da

    @property
    def conditions(self) -> str:
        return self.conditions_en if get_language() == "en" and self.conditions_en else self.conditions_da

    @property
    def asks(self) -> str:
        return self.asks_en if get_language() == "en" and self.asks_en else self.asks_da

    def is_for(self, sector: str) -> bool:
        """Whether employees of such an employer may apply."""
        return not self.sectors or sector in self.sectors

    def is_old_on(self, day: date) -> bool:
        """Whether the facts were checked more than 12 months ago, or never."""
        return self.checked_on is None or (day - self.checked_on).days > 365


class ApplicationState(models.TextChoices):
    PLANNED = "planned", _("to be sent")
    SENT = "sent", _("sent")
    GRANTED = "granted", _("granted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("given up")
    NOT_SENT = "not_sent", _("never sent: its time passed")
    ANSWER_UNKNOWN = "unknown", _("the answer was never reported")


OPEN_STATES = (ApplicationState.PLANNED, ApplicationState.SENT)


class FundingApplication(models.Model):
    """An application for external funding of one agreement. Amounts in whole kroner.

    While it is open (planned or sent) it has an owner and a date; once decided it has neither. The database checks
    that.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="applications")
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="applications")
    amount = models.PositiveIntegerField(_("Applied for, in kroner"))
    state = models.CharField(max_length=10, choices=ApplicationState.choices, default=ApplicationState.PLANNED)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="funding_applications")
    due = models.DateField(null=True, blank=True)
    created_on = models.DateField()
    sent_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    granted_amount = models.PositiveIntegerField(_("Granted, in kroner"), null=True, blank=True)
    answer = EncryptedTextField(_("What they answered"), max_length=LONGEST_ANSWER, blank=True)
    line_level = models.PositiveSmallIntegerField(default=0)  # of domain.lifecycle.line; 0: it is with its own owner
    line_told_on = models.DateField(null=True, blank=True)  # when whoever it has moved to was told; None: not yet

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("planned", "sent"), owner__isnull=False, due__isnull=False)
                | ~Q(state__in=("planned", "sent")) & Q(owner__isnull=True, due__isnull=True),
                name="application_open_has_owner_and_date",
                violation_error_message=_("An open application has one owner and one date."),
            ),
            models.UniqueConstraint(
                fields=("agreement", "source"),
                condition=Q(state__in=("planned", "sent", "granted")),
                name="application_once_to_a_source",
                violation_error_message=_("This source is applied to already."),
            ),
        )
        indexes = (
            models.Index(fields=("owner", "due"), name="application_due", condition=Q(state__in=("planned", "sent"))),
        )

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.source}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def step(self) -> str:
        """The row of `domain.lifecycle.line` for an open application."""
        return "application.to_send" if self.state == ApplicationState.PLANNED else "application.sent"

    @property
    def step_since(self) -> date:
        """The day on which its present step arose."""
        return self.created_on if self.state == ApplicationState.PLANNED or self.sent_on is None else self.sent_on
