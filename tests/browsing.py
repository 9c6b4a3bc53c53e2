from __future__ import annotations

from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from udbytte.models import Person
from udbytte.services.notifications.outbox import send_account_emails


def enter(person: Person) -> Client:
    """A browser in which the person is logged in."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def sent() -> list[EmailMessage]:
    """What the mail server has got, once the worker has sent what waits about accounts."""
    send_account_emails(timezone.now())
    return mail.outbox
