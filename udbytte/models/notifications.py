"""Notifications, the emails that carry them (the outbox), and the days of the follow-up."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from udbytte.domain.notifications import AgreementFacts, Facts, NotificationKind
from udbytte.domain.notifications.facts_json import facts_from_json, facts_to_json
from udbytte.domain.notifications.mail_answers import Trouble

from .agreements import Agreement
from .encrypted import EncryptedJSONField, EncryptedTextField
from .people import Person
from .undo import Press

if TYPE_CHECKING:
    _KindField = models.CharField[NotificationKind | str, NotificationKind]
else:
    _KindField = models.CharField


class NotificationKindField(_KindField):
    """Text in the database, a `NotificationKind` in Python. Raises ValueError for an unknown kind."""

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else NotificationKind(value).value

    def from_db_value(self, value: str | None, *_args: Any) -> NotificationKind | None:
        return None if value is None else NotificationKind(value)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", list(args), dict(kwargs)


# Emails about the account itself: a login code, and other emails of allauth. They are sent at once, do not count in the
# limit of emails a week, and lose their text after they were sent.
ACCOUNT_KINDS = ("login", "account")
# Emails to somebody outside, at an address that was chosen for the email: a provider of courses, the journal system.
OUTSIDE_KINDS = ("provider", "journal")


class Email(models.Model):
    """One e-mail, written in the transaction that causes it and sent by the worker.

    `key` is the cause and period, unique for the person, so that no email is written twice. While `sent_at` and
    `gave_up_at` are empty it is still to be sent, not before `next_try_at` and, if it is set, not after `expires_at`.
    It is given up only when it has expired, when the address itself refuses it, or when it has no address.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="emails")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    on = models.DateField()
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = EncryptedTextField()
    html = EncryptedTextField(blank=True)
    calendar = EncryptedTextField(blank=True)
    # What it asks of the person, as `domain.notifications.emails.Asked`: HR reads how many were answered within a week.
    asks = models.JSONField(default=list, blank=True, db_default=models.Value([], models.JSONField()))
    message_id = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    # When it was composed anew, because it had waited: what was answered meanwhile is left out.
    composed_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    # Since when the mail server says that the address does not exist (5.1.x), without a success in between.
    refused_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="email_once_for_its_cause"),)
        indexes = (
            models.Index(fields=("next_try_at",), name="email_to_send", condition=Q(sent_at=None, gave_up_at=None)),
            models.Index(fields=("on",), name="email_that_asks", condition=~Q(asks=[])),
            models.Index(fields=("sent_at",), name="email_sent", condition=Q(sent_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class MailOutage(models.Model):
    """A time in which the mail server took no mail from us. It says nothing about a person. At most one is open.

    `answer` is what the server said last, for administrators only: it may name an address.
    """

    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=10, choices=[(trouble.value, trouble.value) for trouble in Trouble])
    answer = models.CharField(max_length=500, blank=True)
    last_tried_at = models.DateTimeField()

    class Meta:
        ordering = ("-since",)
        constraints = (
            models.UniqueConstraint(
                fields=("ended_at",),
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="mail_outage_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("since")), name="mail_outage_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.trouble} {self.since:%Y-%m-%d %H:%M}"


class Notification(models.Model):
    """A notification to a person, once for its `cause`. An email carries it; pages show it to those without email.

    `urgent`: it does not wait for the weekly email. `facts`: what `typed_facts` returns, as JSON.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, blank=True, related_name="notifications")
    cause = models.CharField(max_length=120)
    kind = NotificationKindField(max_length=20)
    on = models.DateField()
    urgent = models.BooleanField(default=False)
    facts = EncryptedJSONField(default=dict)
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="notifications")
    # What it tells of, as long as that can be undone.
    press = models.ForeignKey(
        Press, models.SET_NULL, null=True, blank=True, db_index=False, related_name="notifications"
    )

    class Meta:
        ordering = ("on", "pk")
        constraints = (models.UniqueConstraint(fields=("person", "cause"), name="notification_once_for_its_cause"),)
        indexes = (
            models.Index(fields=("person", "on"), name="notification_waiting", condition=Q(email=None)),
            models.Index(fields=("agreement", "on"), name="notification_of_agreement"),
            models.Index(fields=("press",), name="notification_of_press", condition=~Q(press=None)),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.cause}"

    @classmethod
    def of(
        cls, person: int, facts: Facts, *, on: date, cause: str, agreement: int | None = None, urgent: bool = False
    ) -> Notification:
        """An unsaved notification to the person with that id, of the kind that the facts belong to.

        Raises ValueError when the kind is about an agreement and none is given.
        """
        if isinstance(facts, AgreementFacts) and agreement is None:
            raise ValueError(f"{facts.kind} is about no agreement")
        return cls(
            person_id=person,
            agreement_id=agreement,
            kind=facts.kind,
            facts=facts_to_json(facts),
            on=on,
            cause=cause,
            urgent=urgent,
        )

    @cached_property
    def typed_facts(self) -> Facts:
        return facts_from_json(self.kind, self.facts)


class FollowUpRun(models.Model):
    """A day on which the follow-up has run, with a report of what it did."""

    on = models.DateField(unique=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ("-on",)

    def __str__(self) -> str:
        return str(self.on)
