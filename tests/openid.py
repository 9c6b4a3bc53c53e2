"""The provider of OpenID Connect as tests use it: one process for all of them, and the way there and back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.peers.openid import CLIENT, SECRET
from udbytte.runtime.sign_on import OpenId, SignOn


class Provider:
    """The provider, and what it says of the next person who logs in there."""

    def __init__(self, issuer: str, settings: Settings) -> None:
        self.issuer, self.settings = issuer, settings
        self.allow()
        self.logs_in("mette@example.test")

    def allow(self, *, codes_for: str = "everybody", ask: str = "", **entries: Any) -> None:
        """Set it as the login at work, with these entries of the file."""
        known = OpenId(id="work", name="Engby", issuer=self.issuer, client_id=CLIENT, client_secret=SECRET, **entries)
        self.settings.SIGN_ON = SignOn((known,), codes_for, ask)

    def logs_in(self, email: str, **claims: Any) -> None:
        """From now on this person logs in there, with a password given right now."""
        now = timezone.now().timestamp()
        said = {"sub": f"sub-of-{email}", "email": email, "email_verified": True, "auth_time": int(now)} | claims
        self.control(claims=said)

    def control(self, **state: Any) -> None:
        known = {"now": timezone.now().timestamp()} | state
        requests.post(f"{self.issuer}/control", json=known, timeout=5).raise_for_status()

    def asked(self) -> list[dict[str, str]]:
        """What has been asked of it since `logs_in`."""
        asked: list[dict[str, str]] = requests.get(f"{self.issuer}/asked", timeout=5).json()
        return asked


def at_provider(address: str) -> str:
    """Where the provider sends the browser back to."""
    answer = requests.get(address, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def sign_on(browser: Client, page: str = "", **asked: str) -> HttpResponse:
    """Press the button of the login at work, log in there, and come back."""
    begin = reverse("work-login", args=["work"])
    query = urlencode(({"next": page} if page else {}) | asked)
    away = browser.get(f"{begin}?{query}")
    if away.status_code != 302:
        return away  # type: ignore[return-value]
    return browser.get(at_provider(away.headers["Location"]))  # type: ignore[return-value]


@pytest.fixture(scope="session")
def openid_process() -> Iterator[str]:
    """Its issuer."""
    process = subprocess.Popen([sys.executable, "-m", "tests.peers.openid", "0"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.terminate()
    process.wait()


@pytest.fixture
def provider(openid_process: str, settings: Settings) -> Provider:
    return Provider(openid_process, settings)
