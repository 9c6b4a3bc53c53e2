from __future__ import annotations

from collections.abc import Iterable

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


def seen_marks(client: Client, conversation: str, names: Iterable[str]) -> dict[str, str]:
    """The marks of the texts that are stored now, as a conversation's page sends them with the named fields."""
    stored = client.get(f"{conversation}tekster/").json()["fields"]
    return {f"seen-{name}": stored[name]["mark"] for name in names if name in stored}


def sent() -> list[EmailMessage]:
    """What the mail server has got, once the worker has sent what waits about accounts."""
    send_account_emails(timezone.now())
    return mail.outbox
