from __future__ import annotations

from django.test import Client

from udbytte.models import Person


def enter(person: Person) -> Client:
    """A browser in which the person is logged in."""
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
