from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from udbytte.models import Person
from udbytte.services.notifications.outbox import send_account_emails


def enter(person: Person) -> Client:
    """A browser in which the person has just logged in by a code."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return logged_in_at(client, person, timezone.now())


def logged_in_at(client: Client, person: Person, at: datetime) -> Client:
    """The browser, as if the person had given the code then."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": at.timestamp()}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client


def seen_marks(client: Client, conversation: str, names: Iterable[str]) -> dict[str, str]:
    """The marks of the texts that are stored now, as a conversation's page sends them with the named fields."""
    stored = client.get(f"{conversation}tekster/").json()["fields"]
    return {f"seen-{name}": stored[name]["mark"] for name in names if name in stored}


def sent() -> list[EmailMessage]:
    """What the mail server has got, once the worker has sent what waits about accounts."""
    send_account_emails(timezone.now())
    return mail.outbox
