"""What people are told: notices that arise with what happens, and the letters that carry them (the outbox)."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from udbytte.domain.notification_json import facts_from_json, facts_to_json
from udbytte.domain.notifications import AgreementFacts, Facts, NotificationKind

from .agreements import Agreement
from .people import Person

if TYPE_CHECKING:
    _KindField = models.CharField[NotificationKind | str, NotificationKind]
else:
    _KindField = models.CharField


class NotificationKindField(_KindField):
    """Text in the database, a `NotificationKind` in Python. An unknown kind raises ValueError, written or read."""

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else NotificationKind(value).value

    def from_db_value(self, value: str | None, *_args: Any) -> NotificationKind | None:
        return None if value is None else NotificationKind(value)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", list(args), dict(kwargs)


# Emails about the account itself: a login code, and what else allauth writes. They are sent at once, count in no limit
# of emails a week, and lose their text when they have been sent.
ACCOUNT_KINDS = ("login", "account")


class Email(models.Model):
    """One e-mail, written in the transaction that causes it and sent by the worker.

    `key` is the cause and period, once per person: a letter is never written twice. `sent_at` empty and `gave_up_at`
    empty: still to be sent, at `next_try_at` the earliest. After `expires_at`, if it is set, it is not sent.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="emails")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    on = models.DateField()
    to = models.EmailField()
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    message_id = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="email_once_for_its_cause"),)
        indexes = (
            models.Index(fields=("next_try_at",), name="email_to_send", condition=Q(sent_at=None, gave_up_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class Notification(models.Model):
    """One thing a person is told, once for its `cause`. It goes into a letter; who wants no mail sees it on the pages.

    `urgent`: does not wait for the weekly letter. `facts` hold what `typed_facts` returns, as JSON.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, blank=True, related_name="notifications")
    cause = models.CharField(max_length=120)
    kind = NotificationKindField(max_length=20)
    on = models.DateField()
    urgent = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    email = models.ForeignKey(Email, models.SET_NULL, null=True, blank=True, related_name="notifications")

    class Meta:
        ordering = ("on", "pk")
        constraints = (models.UniqueConstraint(fields=("person", "cause"), name="notification_once_for_its_cause"),)
        indexes = (
            models.Index(fields=("person", "on"), name="notification_waiting", condition=Q(email=None)),
            models.Index(fields=("agreement", "on"), name="notification_of_agreement"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.cause}"

    @classmethod
    def of(
        cls, person: int, facts: Facts, *, on: date, cause: str, agreement: int | None = None, urgent: bool = False
    ) -> Notification:
        """An unsaved notice to the person with that id. Its kind is the one that the facts belong to.

        Raises ValueError when the kind is about an agreement and none is named.
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
    """A day for which the follow-up was done, with what it did."""

    on = models.DateField(unique=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        ordering = ("-on",)

    def __str__(self) -> str:
        return str(self.on)
