"""The outbox against a real SMTP server: an outage is no fact about a person, and nothing is lost by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from tests.cast import TODAY, Cast
from tests.mail_server import MailServer
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Email, MailOutage, Notification, Person, Unit
from udbytte.queries.notifications.mail import mail_state
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.account_emails import queue_account_email
from udbytte.services.notifications.addresses import confirm_address, try_again
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.outbox import send_account_emails, send_due_emails
from udbytte.services.notifications.smtp import sender_of
from udbytte.services.notifications.write import write_urgent_emails

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NO_SUCH_USER = "550 5.1.1 User unknown"


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer(settings)
    yield server
    server.away()


@pytest.fixture
def clock(a_known_day: time_machine.Traveller) -> time_machine.Traveller:
    return a_known_day


def send(clock: time_machine.Traveller, hours: float = 0, *, every: float = 0.5) -> int:
    """Let the worker send now and for some hours; returns how many emails were sent."""
    sent = send_due_emails(timezone.now())
    for _ in range(int(hours / every)):
        clock.shift(timedelta(hours=every))
        sent += send_due_emails(timezone.now())
    return sent


def ask(cast: Cast, helper: Person, on: date = TODAY) -> Agreement:
    """An agreement in which somebody is asked whether they can help."""
    return take_step(cast.agree(Kind.PRACTICE, on=on), Event.ASK, by=cast.mette, on=on, helper=helper)


def marked() -> set[str]:
    return set(Person.objects.exclude(mail_refused_at=None).values_list("given_name", flat=True))


def test_a_email_is_sent_once_with_text_and_html(cast: Cast, server: MailServer, clock: time_machine.Traveller) -> None:
    ask(cast, cast.karim)
    write_urgent_emails(on=TODAY)
    assert send(clock) == 1
    assert send(clock) == 0
    (message,) = server.taken
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert message["Message-ID"] == Email.objects.get(person=cast.karim).message_id
    assert mail.outbox == []


def away(server: MailServer) -> None:
    server.away()


def rejects_login(server: MailServer) -> None:
    server.rejects_login = True


def refuses_sender(server: MailServer) -> None:
    server.on_sender = "550 5.7.60 Client does not have permissions to send as this sender"


def refuses_our_address(server: MailServer) -> None:
    server.on_recipient = lambda _address: "550 5.1.8 Sender address does not exist"


def refuses_relay(server: MailServer) -> None:
    server.on_recipient = lambda _address: "554 5.7.1 Relay access denied"


def knows_nobody(server: MailServer) -> None:
    """As a server whose directory is away."""
    server.on_recipient = lambda _address: NO_SUCH_USER


def calls_it_spam(server: MailServer) -> None:
    server.on_data = lambda _address: "554 5.7.1 Message looks like spam"


def drops(server: MailServer) -> None:
    server.drops = lambda _address: True


OUTAGES = [
    (away, 60), (rejects_login, 24), (refuses_sender, 24), (refuses_our_address, 5), (refuses_relay, 1),
    (knows_nobody, 12), (calls_it_spam, 12), (drops, 12),
]  # fmt: skip


@pytest.mark.parametrize(("begin", "hours"), OUTAGES, ids=[begin.__name__ for begin, _hours in OUTAGES])
def test_an_outage_uses_up_nothing_marks_nobody_and_is_told_within_an_hour(
    cast: Cast, server: MailServer, clock: time_machine.Traveller, begin: Callable[[MailServer], None], hours: int
) -> None:
    for person in (cast.karim, cast.lars, cast.jonas, cast.bente):
        ask(cast, person)
    follow_up(on=TODAY)
    count = Email.objects.count()
    begin(server)
    assert send(clock, 1) == 0
    assert mail_state(timezone.now()).is_trouble
    assert send(clock, hours - 1, every=1) == 0
    assert not Email.objects.exclude(gave_up_at=None).exists()
    assert marked() == set() and MailOutage.objects.count() == 1
    server.back()
    assert send(clock, 0.5, every=0.1) == count
    assert sorted(server.recipients) == sorted(Email.objects.filter(kind="digest").values_list("to", flat=True))
    assert marked() == set() and not mail_state(timezone.now()).is_trouble
    assert MailOutage.objects.get().ended_at is not None
    assert list(Notification.objects.filter(kind="mail_away").values_list("person", flat=True)) == [cast.ida.pk]
    assert not Notification.objects.filter(kind="refused_mail").exists()


def test_an_outage_of_the_connection_counts_as_no_try(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    ask(cast, cast.karim)
    write_urgent_emails(on=TODAY)
    server.away()
    send(clock, 48, every=4)
    assert set(Email.objects.values_list("tries", flat=True)) == {0}


def test_an_outage_of_a_refusing_server_leaves_no_try_behind(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    """A server that greylists after it was away gets the email a minute later, not after hours."""
    for person in (cast.karim, cast.lars, cast.bente):
        ask(cast, person)
    write_urgent_emails(on=TODAY)
    refuses_relay(server)
    send(clock, 24, every=1)
    server.well()
    refuse_karim(server, "451 4.7.1 Greylisted, try again later")
    assert send(clock, 1, every=0.25) == 2
    assert Email.objects.get(person=cast.karim).tries < 6
    server.well()
    assert send(clock, 0.75, every=0.25) == 1


def test_emails_that_are_refused_one_at_a_time_are_an_outage_too(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    """Where few emails are written, each is tried again at its own time."""
    refuses_relay(server)
    for person in (cast.karim, cast.lars):
        ask(cast, person)
        write_urgent_emails(on=TODAY)
        send(clock)
        clock.shift(timedelta(seconds=20))
    assert not MailOutage.objects.exists()
    ask(cast, cast.bente)
    write_urgent_emails(on=TODAY)
    send(clock)
    assert MailOutage.objects.get().trouble == "refuses" and marked() == set()


@pytest.mark.parametrize("where", ["hangs_at_once", "hangs_at_data"])
def test_a_server_that_hangs_is_away(
    cast: Cast, server: MailServer, clock: time_machine.Traveller, settings: Settings, where: str
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    for person in (cast.karim, cast.lars, cast.bente):
        ask(cast, person)
    write_urgent_emails(on=TODAY)
    setattr(server, where, True)
    assert send(clock, 1, every=0.25) == 0
    assert mail_state(timezone.now()).is_trouble and marked() == set()
    server.well()
    assert send(clock, 0.5, every=0.1) == 3
    assert sorted(server.recipients) == ["bente@example.test", "karim@example.test", "lars@example.test"]


def test_greylisting_is_no_outage(cast: Cast, server: MailServer, clock: time_machine.Traveller) -> None:
    for person in (cast.karim, cast.lars, cast.bente, cast.jonas):
        ask(cast, person)
    write_urgent_emails(on=TODAY)
    server.greylists()
    assert send(clock, 0.5, every=1 / 60) == 4
    assert len(server.taken) == 4 and marked() == set()
    assert not Notification.objects.filter(kind="mail_away").exists()


def test_one_email_that_is_never_taken_holds_up_no_other(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    server.drops = lambda address: address.startswith("karim")
    ask(cast, cast.karim)
    write_urgent_emails(on=TODAY)
    send(clock, 0.5, every=1 / 60)
    for person in (cast.lars, cast.bente):
        ask(cast, person)
    write_urgent_emails(on=TODAY)
    assert send(clock) == 2
    assert marked() == set() and not mail_state(timezone.now()).is_trouble
    server.well()
    assert send(clock, 1) == 1


# --- The address itself


def refuse_karim(server: MailServer, answer: str = NO_SUCH_USER) -> None:
    server.on_recipient = lambda address: answer if address.startswith("karim") else "250 OK"


def test_an_address_is_marked_when_it_refuses_for_a_day_while_others_are_taken(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    ask(cast, cast.karim)
    ask(cast, cast.lars)
    write_urgent_emails(on=TODAY)
    refuse_karim(server)
    send(clock, 20, every=2)
    assert marked() == set()
    ask(cast, cast.bente, on=TODAY + timedelta(days=1))
    write_urgent_emails(on=TODAY + timedelta(days=1))
    send(clock, 12, every=2)
    assert marked() == {"Karim"}
    assert Person.objects.get(pk=cast.karim.pk).mail_refusal == NO_SUCH_USER
    assert Notification.objects.filter(kind="refused_mail").count() == 1
    assert not mail_state(timezone.now()).is_trouble


@pytest.mark.parametrize(
    "answer", ["550 5.7.1 Relay access denied", "552 5.2.2 Mailbox full", "550 no such user", "450 4.1.1 Try later"]
)
def test_any_other_answer_marks_nobody_and_the_email_waits(
    cast: Cast, server: MailServer, clock: time_machine.Traveller, answer: str
) -> None:
    ask(cast, cast.karim)
    ask(cast, cast.lars)
    write_urgent_emails(on=TODAY)
    refuse_karim(server, answer)
    send(clock, 72, every=4)
    assert marked() == set()
    server.well()
    assert send(clock, 4) == 1 and server.recipients[-1] == "karim@example.test"


def mark_karim(cast: Cast, server: MailServer, clock: time_machine.Traveller) -> date:
    ask(cast, cast.karim)
    write_urgent_emails(on=TODAY)
    refuse_karim(server)
    send(clock, 12, every=1)
    ask(cast, cast.lars)
    write_urgent_emails(on=TODAY)
    send(clock, 18, every=1)
    cast.karim.refresh_from_db()
    assert cast.karim.mail_refused_at is not None
    server.well()
    return timezone.localdate()


def test_the_address_is_right_and_what_was_given_up_is_told_again(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    on = mark_karim(cast, server, clock)
    assert write_urgent_emails(on=on) == 0
    confirm_address(cast.karim)
    assert marked() == set()
    write_urgent_emails(on=on)
    send(clock)
    assert "karim@example.test" in server.recipients
    asked = Notification.objects.get(person=cast.karim, kind="step")
    assert asked.email is not None and asked.email.sent_at is not None


def test_the_next_success_takes_the_mark_back(cast: Cast, server: MailServer, clock: time_machine.Traveller) -> None:
    mark_karim(cast, server, clock)
    queue_account_email(person=cast.karim, subject="Kode", text="K", html="", now=timezone.now(), lasts=HOUR)
    assert send_account_emails(timezone.now()) == 1
    assert marked() == set()


def test_an_email_goes_to_the_address_that_the_person_has_now(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    ask(cast, cast.karim)
    write_urgent_emails(on=TODAY)
    Person.objects.filter(pk=cast.karim.pk).update(email="ny@example.test")
    assert send(clock) == 1
    assert server.recipients == ["ny@example.test"] and Email.objects.get(sent_at__isnull=False).to == "ny@example.test"


def test_an_email_without_an_address_is_not_sent_and_is_told_when_there_is_one(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    ask(cast, cast.karim)
    write_urgent_emails(on=TODAY)
    Person.objects.filter(pk=cast.karim.pk).update(email=None)
    assert send(clock) == 0 and not Email.objects.exclude(sent_at=None).exists()
    Person.objects.filter(pk=cast.karim.pk).update(email="ny@example.test")
    assert write_urgent_emails(on=TODAY) == 1 and send(clock) == 1
    assert server.recipients == ["ny@example.test"]


def test_letters_such_as_oe_before_the_at_need_a_server_that_takes_them(
    cast: Cast, server: MailServer, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.filter(pk=cast.karim.pk).update(email="kærim@example.test")
    ask(cast, cast.karim)
    write_urgent_emails(on=TODAY)
    with monkeypatch.context() as patched:
        patched.setattr("udbytte.services.notifications.smtp.Connection.offers_smtputf8", lambda _self: False)
        assert send(clock) == 0
    assert "SMTPUTF8" in Email.objects.get(person=cast.karim).error and marked() == set()
    try_again(timezone.now())
    assert send(clock) == 1 and server.recipients == ["kærim@example.test"]
    assert str(server.taken[0]["Subject"])


# --- What has waited is not stale


def test_what_was_answered_meanwhile_is_left_out(cast: Cast, server: MailServer, clock: time_machine.Traveller) -> None:
    answered, open_ = ask(cast, cast.karim), ask(cast, cast.karim)
    only = ask(cast, cast.lars)
    write_urgent_emails(on=TODAY)
    server.away()
    send(clock, 3)
    for agreement, person in ((answered, cast.karim), (only, cast.lars)):
        take_step(agreement, Event.DECLINE, by=person, on=TODAY)
    server.back()
    send(clock, 0.5)
    assert "lars@example.test" not in server.recipients
    email = Email.objects.get(person=cast.karim, sent_at__isnull=False)
    assert [asked["agreement"] for asked in email.asks] == [open_.pk]


def test_what_has_waited_for_two_weeks_is_one_email(
    cast: Cast, server: MailServer, clock: time_machine.Traveller
) -> None:
    cast.agree()
    server.away()
    for day in range(16):
        on = TODAY + timedelta(days=day)
        clock.move_to(datetime.combine(on, datetime.min.time(), timezone.get_current_timezone()) + 7 * HOUR)
        follow_up(on=on)
        ask(cast, cast.karim, on=on)
        write_urgent_emails(on=on)
        send(clock)
    assert Email.objects.filter(person=cast.karim).count() > 3
    server.back()
    send(clock, 0.5)
    assert server.recipients.count("karim@example.test") == 1
    assert len(server.recipients) == len(set(server.recipients))
    assert not Notification.objects.filter(person=cast.karim, kind="step", email__sent_at=None).exists()


def test_the_line_waits_for_who_has_not_heard(cast: Cast, server: MailServer, clock: time_machine.Traveller) -> None:
    """Bente's step is late on day 21. Without mail from day 20 on, it does not move on to Lars on day 35."""
    agreement = cast.agree()
    for day in range(20, 60):
        on = TODAY + timedelta(days=day)
        clock.move_to(datetime.combine(on, datetime.min.time(), timezone.get_current_timezone()) + 7 * HOUR)
        if day == 20:
            server.away()
        if day == 50:
            server.back()
        follow_up(on=on)
        send(clock, 1)
        agreement.refresh_from_db()
        assert agreement.step_owner == cast.bente
    assert "bente@example.test" in server.recipients


def test_the_organisation_is_in_the_name_of_the_sender(cast: Cast, settings: Settings) -> None:
    email = Email(
        person=cast.mette, kind="digest", on=TODAY, to="mette@example.test", subject="Hej", message_id="<1@test>"
    )
    top = cast.kindergarten.ancestor_ids[0]
    name = Unit.objects.get(pk=top).name
    settings.DEFAULT_FROM_EMAIL = "mus@example.dk"
    words, address = parseaddr(sender_of(email))
    assert (str(make_header(decode_header(words))), address) == (f"Udbytte · {name}", "mus@example.dk")
    settings.DEFAULT_FROM_EMAIL = f"MUS i {name} <mus@example.dk>"
    assert sender_of(email) == settings.DEFAULT_FROM_EMAIL
