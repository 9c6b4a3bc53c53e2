"""Emails and login codes of the demo can be read in its mailbox, and nowhere else."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import TODAY, Cast
from udbytte.models import DemoMark, Email
from udbytte.services.notifications.follow_up import follow_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_demos_database(db: None) -> None:
    DemoMark.objects.create(made_on=TODAY)


def test_who_asks_for_a_code_finds_it_in_the_mailbox_and_gets_in(cast: Cast, settings: Settings) -> None:
    settings.MODE = "demo"
    client = Client()
    client.post("/konto/login/code/", {"email": "mette@example.test"})
    (email,) = Email.objects.filter(person=cast.mette, kind="login")
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", email.text)
    assert code is not None and "!" not in email.text
    assert code[0] in client.get("/postkasse/").content.decode()
    client.post("/konto/login/code/confirm/", {"code": code[0]})
    assert client.session["_auth_user_id"] == str(cast.mette.pk)


def test_a_letter_is_seen_as_in_the_mail_and_can_load_nothing(cast: Cast, settings: Settings) -> None:
    settings.MODE = "demo"
    cast.agree(planned_from=TODAY, planned_to=TODAY, on=TODAY.replace(month=1))
    follow_up(on=TODAY)
    email = Email.objects.filter(person=cast.bente).get()
    page = Client().get(f"/postkasse/{email.pk}/")
    assert page.content.decode() == email.html
    policy = page.headers["Content-Security-Policy"].split("; ")
    nothing = {f"{what} 'none'" for what in ("default-src", "base-uri", "form-action", "frame-ancestors")}
    assert set(policy) == nothing | {"style-src 'unsafe-inline'"}
    settings.MODE = "production"
    assert Client().get(f"/postkasse/{email.pk}/").status_code == 404
    assert Client().get("/postkasse/").status_code == 404
