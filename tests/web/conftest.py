from __future__ import annotations

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from tests.cast import TODAY, Cast, make_cast
from udbytte.models import Person
from udbytte.services.outbox import send_account_emails


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def a_known_day() -> object:
    """The pages ask the clock; here it stands on the cast's day."""
    with time_machine.travel(f"{TODAY.isoformat()}T10:00:00+01:00", tick=False) as traveller:
        yield traveller


def enter(person: Person) -> Client:
    """A browser in which the person is logged in."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def sent() -> list[EmailMessage]:
    """What the mail server has got, once the worker has sent what waits about accounts."""
    send_account_emails(timezone.now())
    return mail.outbox
