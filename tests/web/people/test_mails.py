"""The page of the emails that wait, and everybody else who is told that mail is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.mail_server import MailServer
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.notifications.mail_answers import Trouble
from udbytte.models import Email, MailOutage, Person
from udbytte.queries.health import Finding, findings
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.outages import end_outage, note_outage
from udbytte.services.notifications.outbox import send_due_emails
from udbytte.services.notifications.write import write_urgent_emails
from udbytte.tasks.accounts import send_account_emails

pytestmark = pytest.mark.django_db
MAILS = "/mails/"
AWAY = "Der er ikke sendt mails siden mandag 2. marts kl. 10.00"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer(settings)
    yield server
    server.away()


def ask_karim(cast: Cast) -> Email:
    take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    write_urgent_emails(on=TODAY)
    return Email.objects.get(person=cast.karim)


def text(client: Client, url: str = MAILS) -> str:
    return client.get(url).content.decode()


def test_what_waits_stands_there_with_since_when_and_why_and_without_its_subject(
    cast: Cast, server: MailServer, a_known_day: time_machine.Traveller
) -> None:
    email = ask_karim(cast)
    server.rejects_login = True
    send_due_emails(timezone.now())
    a_known_day.shift(timedelta(minutes=50))
    send_due_emails(timezone.now())
    page = text(enter(cast.ida))
    assert "Mailserveren afviser Udbyttes login." in page and AWAY in page
    assert "1 mail venter" in page and "Karim Hansen" in page and "535" in page
    assert email.subject not in page
    assert AWAY in text(enter(cast.ida), "/") and AWAY not in text(enter(cast.hanne), "/")
    server.well()
    a_known_day.shift(timedelta(minutes=1))
    send_due_emails(timezone.now())
    page = text(enter(cast.ida))
    assert "Ingen mails venter på at blive sendt." in page and "ikke sendt mails" not in page


def test_what_waits_in_an_outage_waits_for_the_server_and_the_page_says_when_that_was_tried(
    cast: Cast, server: MailServer, a_known_day: time_machine.Traveller
) -> None:
    ask_karim(cast)
    server.away()
    send_due_emails(timezone.now())
    a_known_day.shift(timedelta(minutes=50))
    send_due_emails(timezone.now())
    page = " ".join(text(enter(cast.ida)).split())
    assert "venter på mailserveren" in page and "ikke prøvet endnu" not in page
    assert "Sidst prøvet mandag 2. marts kl. 10.50. Svaret: Connection refused" in page


def test_try_again_makes_all_due_now(cast: Cast, server: MailServer, a_known_day: time_machine.Traveller) -> None:
    ask_karim(cast)
    server.on_recipient = lambda _address: "452 4.2.2 Mailbox full"
    send_due_emails(timezone.now())
    server.well()
    assert send_due_emails(timezone.now()) == 0
    assert enter(cast.ida).post("/mails/igen/")["Location"] == MAILS
    assert send_due_emails(timezone.now()) == 1
    assert enter(cast.hanne).post("/mails/igen/").status_code == 404


def test_emails_that_are_refused_one_by_one_are_told_with_what_is_known(
    cast: Cast, server: MailServer, a_known_day: time_machine.Traveller
) -> None:
    ask_karim(cast)
    server.on_recipient = lambda _address: "452 4.2.2 Mailbox full"
    send_due_emails(timezone.now())
    a_known_day.shift(timedelta(minutes=50))
    send_due_emails(timezone.now())
    page, home = text(enter(cast.ida)), text(enter(cast.ida), "/")
    since = "Nogle mails har ventet siden mandag 2. marts kl. 10.00"
    assert since in page and "452" in page and "Kører der en worker" not in page
    assert f"{since}. Se hvorfor" in home and AWAY not in home


def test_who_is_marked_stands_there_with_the_answer_and_a_press_takes_it_back(cast: Cast) -> None:
    cast.karim.mail_refused_at, cast.karim.mail_refusal = timezone.now(), "550 5.1.1 User unknown"
    cast.karim.save()
    page = text(enter(cast.ida))
    assert "Karim Hansen" in page and "550 5.1.1 User unknown" in page and "Adressen er rigtig" in page
    assert enter(cast.hanne).post(f"/mails/adresse/{cast.karim.pk}/").status_code == 404
    page = enter(cast.ida).post(f"/mails/adresse/{cast.karim.pk}/", follow=True).content.decode()
    assert "Karim Hansen får mails igen." in page and "Adressen er rigtig" not in page
    assert not Person.objects.exclude(mail_refused_at=None).exists()


def emails_finding() -> Finding:
    return next(finding for finding in findings(timezone.now()) if finding.name == "emails")


def test_doctor_and_the_monitor_know_within_an_hour_and_how_old_the_oldest_is(
    cast: Cast, server: MailServer, a_known_day: time_machine.Traveller
) -> None:
    assert emails_finding().seen == "none waits"
    ask_karim(cast)
    server.away()
    send_due_emails(timezone.now())
    a_known_day.shift(timedelta(minutes=20))
    assert emails_finding().ok and Client().get("/mailz").status_code == 200
    a_known_day.shift(timedelta(minutes=25))
    finding = emails_finding()
    assert not finding.ok and "1 unsent, the oldest for 0 h 45 min" in finding.seen and "away" in finding.seen
    answer = Client().get("/mailz")
    assert (answer.status_code, answer.content) == (503, b"mail\noldest unsent email: 2700 s\n")
    assert Client().get("/readyz").status_code == 200


def test_without_a_worker_the_monitor_knows_too(cast: Cast, a_known_day: time_machine.Traveller) -> None:
    ask_karim(cast)
    a_known_day.shift(timedelta(hours=1))
    assert Client().get("/mailz").status_code == 503 and not emails_finding().ok
    assert "Kører der en worker?" in text(enter(cast.ida))


# --- Logging in

LOGIN_SAYS = "Vi kan ikke sende mails lige nu"
ON_ITS_WAY = "er en kode på vej"


@pytest.mark.parametrize("address", ["mette@example.test", "nobody@example.test"])
def test_the_login_page_says_that_mail_is_away_for_known_and_unknown_addresses_alike(
    cast: Cast, server: MailServer, a_known_day: time_machine.Traveller, address: str
) -> None:
    server.on_sender = "550 5.7.1 Sender rejected"
    client = Client()
    assert LOGIN_SAYS not in text(client, "/konto/login/")
    client.post("/konto/login/code/", {"email": address})
    send_account_emails()  # what the request has asked the worker for
    confirm = client.get("/konto/login/code/confirm/", headers={"HX-Request": "true"}).content.decode()
    assert LOGIN_SAYS in confirm and 'hx-select="#mail-is-away"' in confirm, "whoever asks first reads it there soon"
    assert ON_ITS_WAY not in confirm and '<details class="more" open>' in " ".join(
        text(Client(), "/konto/login/").split()
    )
    for page in ("/konto/login/", "/konto/login/code/"):
        assert LOGIN_SAYS in text(Client(), page)
    server.well()
    a_known_day.shift(timedelta(minutes=1))
    send_account_emails()
    confirm = text(client, "/konto/login/code/confirm/")
    assert LOGIN_SAYS not in confirm and ON_ITS_WAY in confirm


def test_an_outage_that_is_open_goes_on_and_a_short_one_is_told_to_nobody(
    cast: Cast, a_known_day: time_machine.Traveller
) -> None:
    note_outage(timezone.now(), Trouble.AWAY, "refused")
    a_known_day.shift(timedelta(minutes=5))
    note_outage(timezone.now(), Trouble.LOGIN, "535 no")
    outage = MailOutage.objects.get()
    assert (outage.trouble, outage.last_tried_at - outage.since) == ("login", timedelta(minutes=5))
    end_outage(timezone.now())
    assert not cast.ida.notifications.exists()
