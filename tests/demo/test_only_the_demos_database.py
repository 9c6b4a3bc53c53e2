"""The demo's mailbox and login work in a database that the demo made, and in no other, whatever the mode is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.cast import TODAY, Cast
from udbytte.models import Email
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.outbox import send_account_emails, send_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def a_letter(cast: Cast) -> Email:
    cast.agree(planned_from=TODAY, planned_to=TODAY, on=TODAY.replace(month=1))
    follow_up(on=TODAY)
    return Email.objects.filter(person=cast.bente).get()


@pytest.fixture
def demo_mode(settings: Settings) -> None:
    """What `UDBYTTE_MODE=demo` sets; here with the database of a real organisation."""
    settings.MODE, settings.DEMO_LOGIN = "demo", True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_nobody_reads_the_emails_of_a_real_organisation(a_letter: Email, demo_mode: None) -> None:
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


def test_a_login_code_is_not_sent_and_its_text_goes_when_it_expires(cast: Cast, demo_mode: None) -> None:
    Client().post("/konto/login/code/", {"email": "mette@example.test"})
    now = timezone.now()
    assert send_account_emails(now) == 0
    assert send_account_emails(now + timedelta(minutes=11)) == 0
    assert mail.outbox == []
    code = Email.objects.get(kind="login")
    assert (code.sent_at, code.text, code.html) == (None, "", "")


def test_what_waits_to_be_sent_goes_on_waiting(a_letter: Email, demo_mode: None) -> None:
    now: datetime = timezone.now() + timedelta(hours=1)
    assert send_due(now) == 0
    a_letter.refresh_from_db()
    assert (a_letter.sent_at, a_letter.tries) == (None, 0)
