"""Logging in, with one step and with two: every page is ours, and there are no others."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.browsing import enter, logged_in_at, sent
from tests.cast import Cast
from udbytte.web.accounts import urls as account_pages

pytestmark = pytest.mark.django_db
OURS = Path(settings.PACKAGE) / "templates"
LOGIN, CODE, SECOND = "/konto/login/", "/konto/login/code/confirm/", "/konto/to-trin/login/"
# What a stranger can ask for; everything else sends them to log in.
OPEN = {"account_login", "account_request_login_code", "account_logout", "account_inactive"}
STAGES = {"account_confirm_login_code", "mfa_authenticate"}  # half-way through logging in, otherwise back to its start
OWN = {
    "account_password",
    "sessions",
    "end-other-sessions",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
# tests/web/accounts/test_work_login.py and test_saml.py
AT_WORK = {"work-login", "openid_connect_callback", "saml-answer", "saml-metadata"}


def names() -> set[str]:
    return {str(pattern.name) for pattern in account_pages.urlpatterns}


def ours(page: object) -> str:
    """What the page says; it is made of our own templates only."""
    used = [Path(one.origin.name) for one in page.templates if one.origin]  # type: ignore[attr-defined]
    assert [path for path in used if "site-packages/allauth" in str(path)] == []
    return str(page.content.decode())  # type: ignore[attr-defined]


def code_by_mail(client: Client, email: str = "mette@example.test") -> str:
    client.post(LOGIN, {"login": email})
    found = re.search(r"^\s*([A-Z0-9]{3,4}-[A-Z0-9]{3,4})\s*$", str(sent()[-1].body), re.MULTILINE)
    assert found is not None
    return found[1]


def shown_by_the_app(secret: str) -> str:
    import time

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def turn_on(client: Client) -> str:
    """Turn on the second step; the secret that the app keeps."""
    secret = str(client.get(reverse("mfa_activate_totp")).context["form"].secret)
    done = client.post(reverse("mfa_activate_totp"), {"code": shown_by_the_app(secret)})
    assert (done.status_code, done["Location"]) == (302, reverse("mfa_view_recovery_codes"))
    return secret


def test_only_what_is_used_has_an_address(cast: Cast) -> None:
    assert names() == OPEN | STAGES | OWN | AT_WORK | {"mfa_remove_webauthn"}
    for path in ("signup/", "email/", "password/reset/", "password/set/", "3rdparty/", "2fa/", "reauthenticate/"):
        assert enter(cast.mette).get(f"/konto/{path}").status_code == 404


def test_a_stranger_sees_the_way_in_and_nothing_behind_it(cast: Cast) -> None:
    for name in OPEN - {"account_logout"}:
        ours(Client().get(reverse(name)))
    for name in OWN | STAGES | {"account_logout"}:
        page = Client().get(reverse(name))
        start = "/konto/login/code/" if name == "account_confirm_login_code" else LOGIN
        assert (page.status_code, page["Location"].split("?")[0]) == (302, start), name


@pytest.mark.parametrize(
    ("language", "title", "wrong"),
    [("da", "Skriv koden", "Koden er forkert."), ("en", "Write the code", "That is not the code.")],
)
def test_the_code_by_mail_lets_in(cast: Cast, language: str, title: str, wrong: str) -> None:
    client = Client(headers={"accept-language": language})
    assert "placeholder" not in ours(client.get(LOGIN))
    code = code_by_mail(client)
    page = ours(client.get(CODE))
    assert title in page and "mette@example.test" in page
    assert wrong in ours(client.post(CODE, {"code": "AAAA-AAAA"}))
    assert client.post(CODE, {"code": code})["Location"] == "/"
    assert not EmailAddress.objects.exists()  # the import alone says which address is whose
    assert "message" not in ours(client.get("/indstillinger/")).split("<h1>")[0].split("<main")[1]
    ours(client.get("/konto/logout/"))
    assert title not in ours(client.post("/konto/logout/", follow=True))


def test_who_comes_back_too_late_for_the_code_can_ask_for_another(cast: Cast) -> None:
    """Without a login half-way the code's page sends on to this one, so it must have the field of the address."""
    client = Client()
    page = client.get(CODE, follow=True)
    assert page.redirect_chain[-1][0].split("?")[0] == "/konto/login/code/"
    form = ours(page).split("<form method", 1)[1].split("</form>")[0]
    assert 'name="email"' in form and "adgangskode" not in form
    assert client.post("/konto/login/code/", {"email": "mette@example.test"})["Location"] == CODE
    assert sent()[-1].to == ["mette@example.test"]


def test_a_mistyped_address_is_said_in_our_words(cast: Cast) -> None:
    page = Client().post(LOGIN, {"login": "mette"})
    assert "gyldig" in ours(page)


@pytest.mark.django_db(transaction=True)  # letters and words are said when it is committed
def test_two_steps_from_turning_on_to_turning_off(transactional_db: None, cast: Cast) -> None:
    client = Client()
    client.post(CODE, {"code": code_by_mail(client)})
    mail.outbox.clear()
    assert "Det er slået fra." in ours(client.get(reverse("mfa_index")))
    page = ours(client.get(reverse("mfa_activate_totp")))
    assert "Slå det andet trin til" in page and 'src="data:image/svg+xml' in page
    assert "Koden er forkert." in ours(client.post(reverse("mfa_activate_totp"), {"code": "000000"}))
    secret = turn_on(client)
    assert Authenticator.objects.get(type="totp").data["secret"].startswith("e1:")
    codes = ours(client.get(reverse("mfa_view_recovery_codes")))
    assert "Nødkoder" in codes and "Login i to trin er slået til." in codes
    (email,) = sent()
    assert email.subject == "Login i to trin er slået til." and email.to == ["mette@example.test"]
    assert "Var det ikke dig?" in str(email.body)
    assert "10 af 10 koder er tilbage." in ours(client.get(reverse("mfa_index")))
    file = client.get(reverse("mfa_download_recovery_codes"))
    emergency = file.content.decode().split()
    assert len(emergency) == 10 and all(code in codes for code in emergency)

    with time_machine.travel("2026-03-02T10:20:00+01:00", tick=False):
        for second in (shown_by_the_app(secret), emergency[0]):
            other = Client()
            step = other.post(CODE, {"code": code_by_mail(other)})
            assert step["Location"] == SECOND and "_auth_user_id" not in other.session
            assert "Det andet trin" in ours(other.get(SECOND))
            assert "Koden er forkert." in ours(other.post(SECOND, {"code": "111111"}))
            assert other.post(SECOND, {"code": second})["Location"] == "/"
            assert other.session["_auth_user_id"] == str(cast.mette.pk)

    with time_machine.travel("2026-03-02T10:40:00+01:00", tick=False):
        asked = client.get(reverse("mfa_generate_recovery_codes"))
        assert asked["Location"].split("?")[0] == reverse("mfa_reauthenticate")
        assert "Er det stadig dig?" in ours(client.get(asked["Location"]))
        back = client.post(asked["Location"], {"code": shown_by_the_app(secret)})
        assert back["Location"] == reverse("mfa_generate_recovery_codes")
        assert "ti nye nødkoder" in ours(client.get(back["Location"]))
        client.post(back["Location"])
        assert "Du har nye nødkoder." in ours(client.get(reverse("mfa_view_recovery_codes")))
        assert "Slå det andet trin fra" in ours(client.get(reverse("mfa_deactivate_totp")))
        assert "Det er slået fra." in ours(client.post(reverse("mfa_deactivate_totp"), follow=True))
        sent()
    assert not Authenticator.objects.exists()
    assert [one.subject for one in sent() if one.subject != "Din kode til login"] == [
        "Login i to trin er slået til.",
        "Du har nye nødkoder. De gamle kan ikke længere bruges.",
        "Login i to trin er slået fra.",
    ]


def test_a_password_is_a_choice_made_right_after_logging_in(cast: Cast) -> None:
    client = Client()
    client.post(CODE, {"code": code_by_mail(client)})
    page = client.post("/konto/adgangskode/", {"new_password1": "kort", "new_password2": "kort"})
    assert page.status_code == 422 and "12 tegn" in ours(page)
    good = {"new_password1": "fire lette ord her", "new_password2": "fire lette ord her"}
    assert client.post("/konto/adgangskode/", good)["Location"] == "/indstillinger/"
    assert sent()[-1].subject == "Din adgangskode er ændret"
    assert client.get("/").status_code == 200  # still in
    other = Client()
    wrong = other.post(LOGIN, {"login": "mette@example.test", "password": "noget andet her"})
    assert "passer ikke sammen" in ours(wrong) and "_auth_user_id" not in other.session
    told = len(sent())
    assert other.post(LOGIN, {"login": "mette@example.test", "password": "fire lette ord her"})["Location"] == "/"
    assert other.session["_auth_user_id"] == str(cast.mette.pk) and len(sent()) == told
    other.post("/konto/adgangskode/", {"do": "without"})
    cast.mette.refresh_from_db()
    assert not cast.mette.has_usable_password()


def test_who_has_been_in_for_a_while_cannot_choose_a_password(cast: Cast) -> None:
    client = Client()
    client.post(CODE, {"code": code_by_mail(client)})
    with time_machine.travel("2026-03-02T10:11:00+01:00", tick=False):
        page = client.post(
            "/konto/adgangskode/", {"new_password1": "fire lette ord her", "new_password2": "fire lette ord her"}
        )
        assert "Log ud og ind igen" in ours(page)
    cast.mette.refresh_from_db()
    assert not cast.mette.has_usable_password()


def test_who_has_a_password_can_turn_on_the_second_step_too(cast: Cast) -> None:
    cast.mette.set_password("fire lette ord her")
    cast.mette.save()
    client = Client()
    client.post(LOGIN, {"login": "mette@example.test", "password": "fire lette ord her"})
    secret = turn_on(client)
    other = Client()
    step = other.post(LOGIN, {"login": "mette@example.test", "password": "fire lette ord her"})
    assert step["Location"] == SECOND and "_auth_user_id" not in other.session
    assert secret


def test_who_has_been_in_for_a_while_cannot_turn_on_the_second_step(cast: Cast) -> None:
    """Somebody else at an open screen must not be able to shut its owner out."""
    client = Client()
    client.post(CODE, {"code": code_by_mail(client)})
    with time_machine.travel("2026-03-02T10:11:00+01:00", tick=False):
        for page in (
            client.get(reverse("mfa_activate_totp")),
            client.post(reverse("mfa_activate_totp"), {"code": "1"}),
        ):
            assert page.status_code == 200 and "Log ud og ind igen" in ours(page) and "data:image" not in ours(page)


def test_who_tries_too_often_reads_our_page(cast: Cast) -> None:
    answers = [Client().post(LOGIN, {"login": "mette@example.test"}) for _ in range(6)]
    assert [page.status_code for page in answers] == [302] * 5 + [200]
    assert "prøvet for mange gange" in ours(answers[-1])


def test_a_client_that_tries_without_end_reads_our_page(cast: Cast, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    answers = [Client().post(LOGIN, {"login": "mette@example.test"}) for _ in range(2)]
    assert [page.status_code for page in answers] == [302, 429]
    assert "For mange forsøg" in ours(answers[-1])


def test_a_person_without_mail_can_use_the_page_of_two_steps(cast: Cast) -> None:
    type(cast.karim).objects.filter(pk=cast.karim.pk).update(email=None)
    cast.karim.refresh_from_db()
    client = logged_in_at(enter(cast.karim), cast.karim, timezone.now() - timedelta(minutes=11))
    assert "Det er slået fra." in ours(client.get(reverse("mfa_index")))
    assert "Log ud og ind igen" in ours(client.get(reverse("mfa_activate_totp")))


def test_an_odd_address_does_not_keep_anybody_from_another_language(cast: Cast) -> None:
    type(cast.karim).objects.filter(pk=cast.karim.pk).update(email="karim@nowhere")
    cast.karim.refresh_from_db()
    assert enter(cast.karim).post("/sprog/", {"next": "/", "language": "en"}).status_code == 302
    cast.karim.refresh_from_db()
    assert cast.karim.language == "en"
