"""Logging in by a one-time code, and what every page tells the browser."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.browsing import sent
from udbytte.models.people import Person

pytestmark = pytest.mark.django_db
LOGIN = "/konto/login/"
ASK_FOR_CODE = "/konto/login/code/"
GIVE_CODE = "/konto/login/code/confirm/"


@pytest.fixture
def mette() -> Person:
    return Person.objects.create_user(email="mette@example.dk", given_name="Mette", family_name="Holm")


def ask_for_code(client: Client, email: str) -> None:
    response = client.post(ASK_FOR_CODE, {"email": email})
    assert (response.status_code, response.headers["Location"]) == (302, GIVE_CODE)


def test_a_code_by_mail_lets_in_for_twelve_hours(client: Client, mette: Person) -> None:
    ask_for_code(client, "mette@example.dk")
    (email,) = sent()
    assert email.to == ["mette@example.dk"]
    match = re.search(r"^\s*([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\s*$", str(email.body), re.MULTILINE)
    assert match is not None, email.body
    response = client.post(GIVE_CODE, {"code": match[1]})
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(mette.pk)
    assert client.cookies["sessionid"]["max-age"] == 12 * 60 * 60
    assert (client.cookies["sessionid"]["samesite"], client.cookies["sessionid"]["httponly"]) == ("Lax", True)


def test_a_wrong_code_does_not_let_in(client: Client, mette: Person) -> None:
    ask_for_code(client, "mette@example.dk")
    client.post(GIVE_CODE, {"code": "AAAA-AAAA"})
    assert "_auth_user_id" not in client.session


def test_an_unknown_address_is_told_the_same_and_gets_no_mail(client: Client) -> None:
    ask_for_code(client, "nobody@example.dk")
    assert sent() == []


def test_codes_for_one_address_are_limited(client: Client, mette: Person) -> None:
    statuses = [Client().post(ASK_FOR_CODE, {"email": "mette@example.dk"}).status_code for _ in range(30)]
    assert set(statuses) <= {302, 200, 429}
    assert len(sent()) < 10


def test_nobody_signs_up(client: Client) -> None:
    client.post("/konto/signup/", {"email": "stranger@example.dk"})
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("asked_for", "chosen", "spoken"),
    [("", None, "da"), ("en", None, "en"), ("de", None, "da"), ("en", "da", "da"), ("da", "en", "en")],
)
def test_pages_speak_the_chosen_language(
    client: Client, mette: Person, asked_for: str, chosen: str | None, spoken: str
) -> None:
    if chosen:
        mette.language = chosen
        mette.save()
        client.force_login(mette)
    response = client.get("/konto/logout/" if chosen else LOGIN, headers={"accept-language": asked_for})
    assert response.headers["Content-Language"] == spoken


def test_every_page_tells_the_browser_what_it_may_do(client: Client) -> None:
    headers = client.get(LOGIN).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_production_asks_for_https_and_keeps_cookies_to_it() -> None:
    from tests.runtime.installation import Installation
    from tests.runtime.test_config import PRODUCTION

    script = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.DEBUG, s.DEMO_LOGIN, s.ALLOWED_HOSTS, s.EMAIL_BACKEND)"
    )
    done = Installation(PRODUCTION).python(script)
    assert done.stdout.strip() == (
        "True True True 31536000 False False ['mus.example.dk'] udbytte.emails.smtp.EmailBackend"
    ), done.stderr


def test_production_gives_each_cookie_to_its_own_host_alone() -> None:
    from tests.runtime.installation import Installation
    from tests.runtime.test_config import PRODUCTION

    script = (
        "import django; django.setup(); from django.conf import settings as s;"
        "from udbytte.web.accounts import saml; from udbytte.web.base import drafts, messages;"
        "print(saml.COOKIE, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, drafts.SAVED,"
        "messages.Messages.storage_classes[0].cookie_name, s.SECURE_HSTS_INCLUDE_SUBDOMAINS)"
    )
    done = Installation(PRODUCTION).python(script)
    names = ("udbytte_saml", "sessionid", "csrftoken", "django_language", "udbytte_saved", "messages")
    assert done.stdout.split() == [*(f"__Host-{name}" for name in names), "True"], done.stderr
