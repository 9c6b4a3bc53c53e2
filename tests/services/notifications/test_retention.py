"""The content of emails with live links goes after 60 days, and what was given up before is told again."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Email, Notification, Person
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.outbox import send_due_emails
from udbytte.services.notifications.retention import forget_old_emails
from udbytte.services.notifications.write import write_urgent_emails

pytestmark = pytest.mark.django_db


def ask_karim(cast: Cast) -> Email:
    take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    write_urgent_emails(on=TODAY)
    return Email.objects.get(person=cast.karim)


def test_after_sixty_days_only_that_it_was_sent_is_left(cast: Cast) -> None:
    email = ask_karim(cast)
    assert "/svar/" in email.text and email.asks
    assert send_due_emails(timezone.now()) == 1
    provider = Email.objects.create(
        person=cast.bente, key="provider:1", kind="provider", on=TODAY, to="kurser@engskolen.example", subject="Kursus",
        text="Vi tilmelder", message_id="<1@x.test>", next_try_at=timezone.now(), sent_at=timezone.now(),
    )  # fmt: skip
    assert forget_old_emails(timezone.now() + timedelta(days=59)) == 0
    assert forget_old_emails(timezone.now() + timedelta(days=61)) == 1
    assert forget_old_emails(timezone.now() + timedelta(days=61)) == 0
    email.refresh_from_db()
    provider.refresh_from_db()
    assert (email.subject, email.text, email.html, email.calendar, email.asks) == ("", "", "", "", [])
    assert (email.to, email.kind, email.sent_at is not None) == ("karim@example.test", "extra", True)
    assert provider.text == "Vi tilmelder"


def test_an_email_that_waits_keeps_its_content(cast: Cast) -> None:
    email = ask_karim(cast)
    assert forget_old_emails(timezone.now() + timedelta(days=300)) == 0
    email.refresh_from_db()
    assert email.text


def test_what_was_given_up_before_is_released_and_told_again(cast: Cast) -> None:
    old = ask_karim(cast)
    Email.objects.filter(pk=old.pk).update(gave_up_at=timezone.now(), tries=7, error="Connection refused")
    marks = {cast.karim: "5.7.1 Relay access denied", cast.jonas: "5.1.1 User unknown", cast.lars: "no such user"}
    for person, refusal in marks.items():
        Person.objects.filter(pk=person.pk).update(mail_refused_at=timezone.now(), mail_refusal=refusal)
    assert write_urgent_emails(on=TODAY) == 0
    migration = import_module("udbytte.migrations.0016_mail_outages_and_released_emails")
    with connection.schema_editor() as editor:
        migration.release_given_up_emails(apps, editor)
    assert list(Person.objects.exclude(mail_refused_at=None)) == [cast.jonas]
    assert write_urgent_emails(on=TODAY) == 1
    assert send_due_emails(timezone.now()) == 1
    asked = Notification.objects.get(person=cast.karim, kind="step")
    assert asked.email is not None and asked.email.pk != old.pk and asked.email.sent_at is not None
