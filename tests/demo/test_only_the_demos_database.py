"""The demo's mailbox and door open in a database that the demo made, and in no other, whatever the mode says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.cast import TODAY, Cast
from udbytte.models import Letter
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.outbox import send_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_letter(cast: Cast) -> Letter:
    cast.agree(planned_from=TODAY, planned_to=TODAY, on=TODAY.replace(month=1))
    follow_up(on=TODAY)
    return Letter.objects.filter(person=cast.bente).get()


@pytest.fixture
def demo_mode(settings: Settings) -> None:
    """What `UDBYTTE_MODE=demo` sets; here with the database of a real organisation."""
    settings.MODE, settings.DEMO_LOGIN = "demo", True
    settings.EMAIL_BACKEND = "udbytte.services.mailbox.EmailBackend"


def test_nobody_reads_the_emails_of_a_real_organisation(a_letter: Letter, demo_mode: None) -> None:
    client = Client()
    assert client.get("/postkasse/").status_code == 404
    assert client.get(f"/postkasse/{a_letter.pk}/").status_code == 404


def test_nobody_steps_in_as_somebody_of_a_real_organisation(cast: Cast, demo_mode: None) -> None:
    cast.mette.external_id = "demo:employee"
    cast.mette.save()
    client = Client()
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/enter", {"role": "employee"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_a_stranger_is_led_to_the_login_where_no_page_speaks_of_the_demo(cast: Cast, demo_mode: None) -> None:
    client = Client()
    assert client.get("/")["Location"].startswith(reverse("account_login"))
    page = client.get(reverse("account_login")).content.decode()
    client.post("/konto/login/code/", {"email": "mette@example.test"})
    page += client.get("/konto/login/code/confirm/").content.decode()
    assert reverse("demo") not in page and reverse("mailbox") not in page


def test_a_login_code_is_neither_sent_nor_kept(cast: Cast, demo_mode: None) -> None:
    Client().post("/konto/login/code/", {"email": "mette@example.test"})
    assert mail.send_mail("Hej", "Hej", None, ["mette@example.test"]) == 0
    assert not Letter.objects.filter(kind="login").exists()


def test_what_waits_to_be_sent_goes_on_waiting(a_letter: Letter, demo_mode: None) -> None:
    now: datetime = timezone.now() + timedelta(hours=1)
    assert send_due(now) == 0
    a_letter.refresh_from_db()
    assert (a_letter.sent_at, a_letter.tries) == (None, 0)
