"""Logging in at work by SAML 2.0, against an identity provider in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.cast import Cast
from udbytte.runtime.sign_on import Saml, SignOn

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.own_clock,
    pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="the program xmlsec1 is missing"),
]
EMAIL = "https://data.gov.dk/model/core/eid/email"
UUID = "https://data.gov.dk/model/core/eid/professional/uuid/persistent"
XML = "http://www.w3.org/2000/09/xmldsig#"
LOA = "https://data.gov.dk/concept/core/nsis/loa"


class IdentityProvider:
    """The provider, and what it says of the next person who logs in there."""

    def __init__(self, address: str, files: dict[str, Path], settings: Settings) -> None:
        self.address, self.files, self.settings = address, files, settings
        self.allow(trust_email=True)
        self.logs_in("mette@example.test")

    def allow(self, **entries: Any) -> None:
        files: dict[str, Any] = dict(self.files)
        self.settings.SIGN_ON = SignOn((Saml(id="fk", name="Engby", **files, **entries),))

    def logs_in(
        self, email: str, *, name_id: str = "nameid-of-mette", more: dict[str, str] | None = None, **how: Any
    ) -> None:
        metadata = Client().get(reverse("saml-metadata", args=["fk"])).content.decode()
        attributes = {EMAIL: email} | (more or {})
        state = {"metadata": metadata, "attributes": attributes, "name_id": name_id} | how
        requests.post(f"{self.address}/control", json=state, timeout=5).raise_for_status()


@pytest.fixture(scope="session")
def saml_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Path]]]:
    """Its address, and the files that we are set up with."""
    from tests.peers.saml import make_key  # pysaml2 takes a second to import

    folder = tmp_path_factory.mktemp("saml")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.peers.saml", str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    address = f"http://127.0.0.1:{process.stdout.readline().strip()}"
    (folder / "idp.xml").write_bytes(requests.get(f"{address}/metadata", timeout=5).content)
    key, certificate = make_key(folder, "udbytte")
    yield address, {"metadata": folder / "idp.xml", "certificate": certificate, "key": key}
    process.terminate()
    process.wait()


@pytest.fixture
def provider(saml_process: tuple[str, dict[str, Path]], settings: Settings) -> IdentityProvider:
    return IdentityProvider(*saml_process, settings)


def form_of_provider(browser: Client, page: str = "/plan/", **asked: str) -> dict[str, str]:
    """What the provider's page sends to us after logging in there."""
    away = browser.get(reverse("work-login", args=["fk"]), {"next": page, **asked})
    assert away.status_code == 302, away.content.decode()
    form: dict[str, str] = requests.get(away.headers["Location"], timeout=20).json()
    return form


def sent(browser: Client, form: dict[str, str]) -> HttpResponse:
    """Send it as a browser does: from another site, so only with the cookie that is for that."""
    session = browser.cookies.pop("sessionid", None)
    answer = browser.post(form["to"].removeprefix("http://testserver"), {"SAMLResponse": form["SAMLResponse"]})
    assert session is None or "sessionid" not in browser.cookies or browser.cookies["sessionid"] != session
    return answer  # type: ignore[return-value]


def person_in(browser: Client) -> int | None:
    number = browser.session.get("_auth_user_id")
    return int(number) if number else None


def test_a_signed_and_encrypted_answer_lets_in_and_leads_to_the_page(
    cast: Cast, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Client()
    form = form_of_provider(browser)
    cookie = browser.cookies["udbytte_saml"]
    assert (cookie["samesite"], cookie["secure"], cookie["httponly"]) == ("None", True, True)
    answer = sent(browser, form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/plan/")
    assert person_in(browser) == cast.mette.pk
    [account] = SocialAccount.objects.all()
    assert (account.user, account.provider, account.uid, account.extra_data) == (
        cast.mette,
        "fk",
        "nameid-of-mette",
        {},
    )
    metadata = Client().get(reverse("saml-metadata", args=["fk"]))
    assert metadata.headers["Content-Type"] == "application/samlmetadata+xml; charset=utf-8"
    asked, signature = requests.get(f"{provider.address}/asked", timeout=5).json()[-2:]
    assert "AuthnRequest" in asked and signature
    assert "nameid-of-mette" not in caplog.text and "mette@" not in caplog.text


@pytest.mark.parametrize(
    "how",
    [
        {"signed": False, "encrypted": False},
        {"encrypted": False, "alter": {"mette@example.test": "hanne@example.test"}},
        {"minutes": -10},
        {"in_response_to": "id-of-another-window"},
        {"encrypted": False, "alter": {"http://testserver/konto/arbejdslogin/fk/metadata/": "https://other.example"}},
        {"sign_alg": f"{XML}rsa-sha1"},
        {"digest_alg": f"{XML}sha1", "encrypted": False},
        {"key_enc": "http://www.w3.org/2001/04/xmlenc#rsa-1_5"},
    ],
    ids=["unsigned", "altered", "late", "not asked", "another audience", "SHA-1", "digest of SHA-1", "RSA 1.5"],
)
def test_an_answer_that_is_not_right_lets_nobody_in(
    cast: Cast, provider: IdentityProvider, how: dict[str, Any]
) -> None:
    provider.logs_in("mette@example.test", **how)
    browser = Client()
    answer = sent(browser, form_of_provider(browser))
    assert answer.status_code == 400 and "Svaret fra Engby" in answer.content.decode()
    assert person_in(browser) is None


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(cast: Cast, provider: IdentityProvider) -> None:
    browser = Client()
    form = form_of_provider(browser)
    cookie = browser.cookies["udbytte_saml"].value
    assert sent(Client(), form).status_code == 400
    assert sent(browser, form).status_code == 302
    again = Client()
    again.cookies["udbytte_saml"] = cookie
    assert sent(again, form).status_code == 400


def test_the_uuid_of_oiosaml_is_the_person_also_with_another_name_id(cast: Cast, provider: IdentityProvider) -> None:
    for name_id in ("one", "another"):
        provider.logs_in("mette@example.test", name_id=name_id, transient=True, more={UUID: "uuid-1"})
        browser = Client()
        sent(browser, form_of_provider(browser))
        assert person_in(browser) == cast.mette.pk
    provider.logs_in("mette@example.test", name_id="third", transient=True)
    browser = Client()
    assert sent(browser, form_of_provider(browser)).status_code == 403


def test_strangers_and_unchecked_emails_are_not_let_in(cast: Cast, provider: IdentityProvider) -> None:
    provider.logs_in("stranger@example.test")
    browser = Client()
    answer = sent(browser, form_of_provider(browser))
    assert answer.status_code == 403 and "Udbytte kender dig ikke endnu" in answer.content.decode()
    provider.allow()  # without trust_email
    provider.logs_in("mette@example.test")
    browser = Client()
    assert sent(browser, form_of_provider(browser)).status_code == 403
    assert not SocialAccount.objects.exists()


def test_the_level_of_assurance_counts_as_a_second_step_if_the_file_names_it(
    cast: Cast, provider: IdentityProvider, settings: Settings
) -> None:
    settings.SECOND_STEP_FOR = ("hr",)
    provider.allow(trust_email=True, second_step=("Substantial",))
    for level, status in (("Low", 302), ("Substantial", 200)):
        provider.logs_in("hanne@example.test", name_id="hanne", more={LOA: level})
        browser = Client()
        sent(browser, form_of_provider(browser))
        assert browser.get(reverse("home")).status_code == status


def test_a_fresh_login_asks_for_the_password_there(cast: Cast, provider: IdentityProvider) -> None:
    form_of_provider(Client(), again="1")
    assert 'ForceAuthn="true"' in requests.get(f"{provider.address}/asked", timeout=5).json()[-2]


def test_logging_out_ends_the_login_at_work_too(cast: Cast, provider: IdentityProvider) -> None:
    browser = Client()
    sent(browser, form_of_provider(browser))
    page = browser.post(reverse("account_logout")).content.decode()
    address = page.split("0; url=")[1].split('"')[0].replace("&amp;", "&")
    assert requests.get(address, timeout=20).json() == {"name_id": "nameid-of-mette", "is_signed": True}
    assert person_in(browser) is None


def test_without_the_program_the_login_says_so_and_codes_go_on(
    cast: Cast, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    from udbytte.web.accounts import saml

    saml._config.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    answer = Client().get(reverse("work-login", args=["fk"]))
    assert answer.status_code == 503 and "Engby svarer ikke lige nu" in answer.content.decode()
    assert Client().get(reverse("account_login")).status_code == 200
    saml._config.cache_clear()
