"""The page that sets Udbytte up, which a one-time code opens while nobody is administrator."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from tests.cast import TODAY, Cast
from tests.mail_server import MailServer
from udbytte.models import Person, Role, RoleAssignment, SetupCode
from udbytte.services.people.first_setup import MOST_TRIES, new_setup_code

pytestmark = pytest.mark.django_db

PAGE = "/opsaetning/"
ADMINISTRATOR = {"administrator": "ida@it.test", "administrator_name": "Ida Marie Holm"}
HR = {"hr": "hanne@hr.test", "hr_name": "Hanne Krogh"}


def _code() -> str:
    code = new_setup_code(on=TODAY)
    assert code is not None
    return code


def _roles() -> set[tuple[str, str | None]]:
    return set(RoleAssignment.objects.values_list("role", "person__email"))


def test_the_code_makes_the_first_administrator_and_hr_once(client: Client) -> None:
    code = _code()
    typed = code.lower().replace("-", " ")
    done = client.post(PAGE, {"code": typed, **ADMINISTRATOR, **HR})
    assert (done.status_code, done["Location"]) == (302, "/konto/login/")
    assert _roles() == {(Role.ADMINISTRATOR, "ida@it.test"), (Role.HR, "hanne@hr.test")}
    assert Person.objects.get(email="ida@it.test").name == "Ida Marie Holm"
    assert [email.to for email in mail.outbox] == [["ida@it.test"]]
    assert not SetupCode.objects.exists() and new_setup_code(on=TODAY) is None
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"code": code, **ADMINISTRATOR}).status_code == 404


def test_one_person_can_be_both(client: Client) -> None:
    client.post(PAGE, {"code": _code(), **ADMINISTRATOR})
    assert _roles() == {(Role.ADMINISTRATOR, "ida@it.test"), (Role.HR, "ida@it.test")}


def test_ten_wrong_tries_end_the_code(client: Client) -> None:
    code = _code()
    for number in range(MOST_TRIES):
        answer = client.post(PAGE, {"code": f"BBBB-{number}", **ADMINISTRATOR})
        assert answer.status_code == 422
    answer = client.post(PAGE, {"code": code, **ADMINISTRATOR})
    assert answer.status_code == 422 and "virker ikke længere" in answer.content.decode()
    assert not _roles() and not Person.objects.exists()
    assert client.post(PAGE, {"code": _code(), **ADMINISTRATOR}).status_code == 302


def test_a_new_code_ends_the_one_before_and_no_code_is_guessable(client: Client) -> None:
    before, code = _code(), _code()
    assert len(set(before) - {"-"}) > 3 and before != code and len(code.replace("-", "")) == 16
    assert SetupCode.objects.filter(digest__icontains=code).count() == 0
    assert client.post(PAGE, {"code": before, **ADMINISTRATOR}).status_code == 422


def test_without_a_mail_server_nothing_is_saved(client: Client, settings: Settings) -> None:
    server = MailServer(settings)
    server.away()
    answer = client.post(PAGE, {"code": _code(), **ADMINISTRATOR})
    assert answer.status_code == 422 and "Prøvemailen kunne ikke sendes" in answer.content.decode()
    assert not _roles()


def test_the_login_page_leads_there_only_while_nobody_is_administrator(client: Client) -> None:
    assert PAGE in client.get("/konto/login/").content.decode()
    client.post(PAGE, {"code": _code(), **ADMINISTRATOR})
    assert PAGE not in client.get("/konto/login/").content.decode()


def test_in_an_organisation_at_work_it_is_not_there(client: Client, cast: Cast) -> None:
    assert client.get(PAGE).status_code == 404 and new_setup_code(on=TODAY) is None
