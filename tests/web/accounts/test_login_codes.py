"""A login code goes through the outbox: the page waits for no mail server, and the code is soon gone again."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from tests.browsing import sent
from tests.cast import TODAY, Cast
from udbytte.models import DemoMark, Email
from udbytte.queries.health import Finding, findings
from udbytte.services.notifications.outbox import send_account_emails, send_due_emails
from udbytte.services.people.preferences import set_password

pytestmark = pytest.mark.django_db
LOGIN, ASK, CONFIRM = "/konto/login/", "/konto/login/code/", "/konto/login/code/confirm/"
CODE = re.compile(r"[A-Z]{4}-[A-Z]{4}")


def ask(
    email: str = "mette@example.test", *, client: Client | None = None, headers: dict[str, str] | None = None
) -> Any:
    return (client or Client()).post(ASK, {"email": email}, headers=headers)


def the_code() -> str:
    found = CODE.search(str(sent()[-1].body))
    assert found is not None
    return found[0]


class Silent:
    """A mail server that accepts and never answers."""

    async def handle_EHLO(  # noqa: N802 (aiosmtpd names it so)
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        await asyncio.sleep(60)
        return responses


@pytest.fixture
def silent_server(settings: Settings) -> Iterator[None]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(Silent(), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "udbytte.emails.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
    settings.EMAIL_TIMEOUT = 5
    yield
    controller.stop(no_assert=True)


@pytest.mark.parametrize("page", [LOGIN, ASK])
def test_the_page_answers_at_once_while_the_mail_server_is_silent(cast: Cast, silent_server: None, page: str) -> None:
    begun = time.perf_counter()
    answer = Client().post(page, {"login": "mette@example.test", "email": "mette@example.test"})
    assert (answer.status_code, answer["Location"]) == (302, CONFIRM)
    assert time.perf_counter() - begun < 4


def test_a_code_that_could_not_be_sent_is_sent_when_the_server_is_back(
    cast: Cast, silent_server: None, settings: Settings, a_known_day: time_machine.Traveller
) -> None:
    settings.EMAIL_TIMEOUT = 1
    ask()
    for _ in range(3):  # a minute each: it is tried all the time that it can be used
        assert send_account_emails(timezone.now()) == 0
        a_known_day.shift(timedelta(minutes=1))
    assert Email.objects.get().gave_up_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_account_emails(timezone.now()) == 1
    assert [one.to for one in mail.outbox] == [["mette@example.test"]]


def test_a_code_is_not_sent_after_it_has_expired(cast: Cast, a_known_day: time_machine.Traveller) -> None:
    ask()
    a_known_day.shift(timedelta(minutes=10))
    assert sent() == []
    email = Email.objects.get()
    assert email.gave_up_at is not None and (email.text, email.html) == ("", "")


def test_the_code_stands_in_no_subject_and_is_cleared_when_sent(cast: Cast) -> None:
    client = Client()
    ask(client=client)
    email = Email.objects.get()
    code = CODE.search(email.text)
    assert code is not None
    assert email.subject == "Din kode til login"
    assert code[0] not in str([session.get_decoded() for session in Session.objects.all()])
    assert the_code() == code[0]
    email.refresh_from_db()
    assert email.sent_at is not None and (email.text, email.html) == ("", "")
    assert client.post(CONFIRM, {"code": code[0].lower().replace("-", " ")})["Location"] == "/"


def test_a_worker_is_asked_for_it_and_other_emails_are_sent_by_others(cast: Cast) -> None:
    ask()
    job = ProcrastinateJob.objects.get(queue_name="login")
    assert (job.task_name, job.args) == ("udbytte.tasks.accounts.send_account_emails", {})
    assert send_due_emails(timezone.now()) == 0
    assert send_account_emails(timezone.now()) == 1


def test_the_email_speaks_the_language_of_who_gets_it_and_goes_to_their_own_address(cast: Cast) -> None:
    cast.mette.language = "en"
    cast.mette.save()
    ask("METTE@example.test", headers={"accept-language": "da"})
    (email,) = sent()
    assert (email.to, email.subject) == (["mette@example.test"], "Your login code")
    assert "Write this code" in str(email.body)


def statements(email: str, page: str) -> list[str]:
    """What the database is asked, without the values."""
    Client().post(page, {"login": "somebody@example.test", "email": "somebody@example.test"})  # the counters are there
    with CaptureQueriesContext(connection) as queries:
        answer = Client().post(page, {"login": email, "email": email})
    assert answer["Location"] == CONFIRM
    return [" ".join(re.sub(r'"s\d+_x\d+"|_django_curs\w+|\(.*', "", query["sql"]).split()[:3]) for query in queries]


@pytest.mark.parametrize("page", [LOGIN, ASK])
def test_an_unknown_address_gets_the_same_answer_for_the_same_work(cast: Cast, page: str) -> None:
    known, unknown = statements("mette@example.test", page), statements("nobody@example.test", page)
    unknown.remove("ROLLBACK TO SAVEPOINT")  # the row that is taken back
    assert known == unknown and 'INSERT INTO "udbytte_email"' in unknown
    assert [email.to for email in Email.objects.all()] == ["mette@example.test"]


def test_an_unknown_address_lets_nobody_in(cast: Cast) -> None:
    client = Client()
    ask("nobody@example.test", client=client)
    for code in ("", "AAAA-AAAA"):
        assert "_auth_user_id" not in client.session and client.post(CONFIRM, {"code": code}).status_code == 200


def test_what_else_is_written_about_an_account_goes_the_same_way(cast: Cast, silent_server: None) -> None:
    client = Client()
    ask(client=client)
    client.post(CONFIRM, {"code": str(CODE.findall(Email.objects.get().text)[0])})
    words = {"new_password1": "fire lette ord her", "new_password2": "fire lette ord her"}
    assert client.post("/konto/adgangskode/", words)["Location"] == "/indstillinger/"
    email = Email.objects.latest("pk")
    assert (email.kind, email.expires_at, email.subject) == ("account", None, "Din adgangskode er ændret")


def test_a_code_dies_after_three_wrong_tries(cast: Cast) -> None:
    client = Client()
    ask(client=client)
    code = the_code()
    for _ in range(3):
        client.post(CONFIRM, {"code": "BBBB-BBBB"})
    client.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in client.session


def test_sixty_people_behind_one_proxy_all_get_their_code(cast: Cast, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    people = [cast.mette, cast.lars, cast.bente, cast.karim, cast.hanne, cast.dorthe]
    for number in range(60):
        ask(people[number % 6].email or "", headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert len(sent()) == 60


def test_a_town_hall_is_one_address_and_all_in_it_get_in(cast: Cast) -> None:
    for _ in range(5):
        for person in (cast.mette, cast.lars, cast.bente, cast.karim, cast.hanne, cast.dorthe, cast.birgit, cast.ida):
            ask(person.email or "")
    assert len(sent()) == 40


def codes_by(*addresses: str) -> int:
    """How many codes for one person these client addresses get."""
    for address in addresses:
        ask(headers={"x-forwarded-for": address})
    return len(sent())


def test_a_stranger_asks_for_codes_in_vain_and_the_right_person_still_gets_one(cast: Cast, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert codes_by(*["203.0.113.9"] * 10) == 5
    assert codes_by("198.51.100.7") == 6


def test_what_a_client_says_of_its_address_is_not_believed_without_a_proxy(cast: Cast, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert codes_by(*[f"203.0.113.{number}" for number in range(10)]) == 5


def test_only_the_last_address_is_believed_with_one_proxy(cast: Cast, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert codes_by(*[f"203.0.113.{number}, 198.51.100.7" for number in range(10)]) == 5
    assert codes_by(*[f"203.0.113.1, 198.51.100.{number}" for number in range(10, 20)]) == 15


def test_with_more_proxies_trusted_than_there_are_people_log_in_and_the_doctor_says_so(
    cast: Cast, settings: Settings
) -> None:
    def proxies() -> Finding:
        return next(finding for finding in findings(timezone.now()) if finding.name == "proxies")

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert codes_by("198.51.100.7, 10.0.0.1") == 1
    assert proxies().ok
    assert codes_by(*[f"203.0.113.{number}" for number in range(10)]) == 6  # counted as the proxy, whatever is sent
    assert not proxies().ok and "2 trusted, but X-Forwarded-For named 1" in proxies().seen
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert proxies().ok


def test_a_strangers_wrong_passwords_do_not_refuse_the_right_person(cast: Cast, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    set_password(cast.mette, "fire lette ord her", on=TODAY)

    def enter(password: str, address: str) -> bool:
        client = Client()
        words = {"login": "mette@example.test", "password": password}
        client.post(LOGIN, words, headers={"x-forwarded-for": address})
        return "_auth_user_id" in client.session

    assert not any(enter(f"forkert ord {number}", "203.0.113.9") for number in range(12))
    assert not enter("fire lette ord her", "203.0.113.9")  # the stranger would be refused even the right one
    assert enter("fire lette ord her", "198.51.100.7")


def test_the_mailbox_of_a_demo_with_login_alone_shows_codes(cast: Cast, settings: Settings) -> None:
    settings.MODE = "demo"
    DemoMark.objects.create(made_on=TODAY)
    ask()
    assert send_account_emails(timezone.now()) == 1
    email = Email.objects.get()
    assert CODE.search(email.text)
    assert email.text.split()[0] in Client().get("/postkasse/").content.decode()
    settings.DEMO_LOGIN = False
    assert email.subject not in Client().get("/postkasse/").content.decode()
    ask()
    assert send_account_emails(timezone.now()) == 1
    assert sorted(bool(text) for text in Email.objects.values_list("text", flat=True)) == [False, True]
    assert email.on == TODAY
