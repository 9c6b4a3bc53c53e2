from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from tests.cast import TODAY, Cast, make_cast
from udbytte.models import Person


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
