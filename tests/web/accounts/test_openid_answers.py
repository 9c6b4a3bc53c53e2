"""What the provider of the login at work answers is held against what was asked, its keys and its address."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.openid import Provider, at_provider, sign_on
from tests.web.accounts.test_work_login import main_of, person_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ({"aud": "another-system"}, "Svaret fra Engby"),
        ({"exp": 1_000_000_000}, "Svaret fra Engby"),
        ({"iss": "https://elsewhere.example"}, "Svaret fra Engby"),
        ({"nonce": "of another window"}, "Svaret fra Engby"),
        ({"sub": "somebody-else"}, "Svaret fra Engby"),
    ],
)
def test_a_token_that_is_not_right_lets_nobody_in(
    cast: Cast, provider: Provider, spoil: dict[str, object], said: str
) -> None:
    provider.control(claims={"sub": "1", "email": "mette@example.test", "email_verified": True}, spoil=spoil)
    browser = Client()
    answer = sign_on(browser)
    assert answer.status_code == 400 and said in main_of(answer)
    assert person_in(browser) is None


def test_a_token_with_another_signature_lets_nobody_in(cast: Cast, provider: Provider) -> None:
    provider.control(claims={"sub": "1", "email": "mette@example.test", "email_verified": True}, wrong_key=True)
    browser = Client()
    assert sign_on(browser).status_code == 400
    assert person_in(browser) is None


@pytest.mark.parametrize(
    ("algorithm", "status"), [("RS256", 302), ("PS256", 302), ("ES256", 302), ("HS256", 400), ("EdDSA", 400)]
)
def test_only_listed_algorithms_sign_a_token(cast: Cast, provider: Provider, algorithm: str, status: int) -> None:
    provider.control(claims={"sub": "1", "email": "mette@example.test", "email_verified": True}, algorithm=algorithm)
    browser = Client()
    assert sign_on(browser).status_code == status
    assert person_in(browser) == (cast.mette.pk if status == 302 else None)


@pytest.mark.parametrize("page", ["/.well-known/openid-configuration", "/jwks", "/userinfo"])
def test_a_provider_that_sends_on_to_another_address_is_not_followed(cast: Cast, provider: Provider, page: str) -> None:
    provider.control(claims={"sub": "1", "email": "mette@example.test", "email_verified": True}, moved=page)
    browser = Client()
    assert sign_on(browser).status_code in (400, 503)
    assert person_in(browser) is None


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(cast: Cast, provider: Provider) -> None:
    browser, other = Client(), Client()
    away = browser.get(reverse("work-login", args=["work"]))
    back = at_provider(away.headers["Location"])
    assert other.get(back).status_code == 400
    assert browser.get(back).status_code == 302
    browser.post(reverse("account_logout"))
    assert browser.get(back).status_code == 400
    assert (person_in(browser), person_in(other)) == (None, None)
