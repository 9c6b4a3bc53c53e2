"""The second step that a role asks for, what the provider vouches for, its secrets at rest, and losing it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from tests.browsing import enter, sent
from tests.cast import TODAY, Cast
from tests.openid import Provider, sign_on
from tests.web.accounts.test_accounts import shown_by_the_app, turn_on
from udbytte.models import AuditEntry, AuditKind, Person, Role, SecondStepReset
from udbytte.models.encrypted import content_cipher
from udbytte.queries.encrypted import SECOND_STEP
from udbytte.runtime.content_cipher import FORMAT
from udbytte.services.content_keys import encrypt_column
from udbytte.services.people.roles import give_role

pytestmark = pytest.mark.django_db


def is_in(browser: Client) -> bool:
    return browser.get(reverse("home")).status_code == 200


@pytest.fixture
def asked_of_hr(settings: Settings) -> None:
    settings.SECOND_STEP_FOR = ("hr", "administrator")


def test_hr_gets_nowhere_before_the_second_step_is_set_up(cast: Cast, asked_of_hr: None) -> None:
    hanne = enter(cast.hanne)
    answer = hanne.get(reverse("rounds"))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index"))
    assert hanne.post(reverse("organisation"), {}).status_code == 302
    page = hanne.get(answer.headers["Location"]).content.decode()
    assert "Derfor beder din arbejdsplads dig om at logge ind i to trin." in page
    turn_on(hanne)
    assert hanne.get(reverse("rounds")).status_code == 200
    assert is_in(enter(cast.mette))  # no such role


def test_who_was_made_to_set_it_up_goes_on_to_the_page_they_came_for(cast: Cast, asked_of_hr: None) -> None:
    hanne = enter(cast.hanne)
    page = f"{reverse('organisation')}?q=Karim&vis=alle"
    go_on = 'href="/organisation/?q=Karim&amp;vis=alle"'
    hanne.get(page)
    assert go_on not in hanne.get(reverse("mfa_index")).content.decode()
    turn_on(hanne)
    assert go_on in hanne.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert go_on in hanne.get(reverse("mfa_index")).content.decode()
    assert hanne.get(page).status_code == 200
    assert go_on not in hanne.get(reverse("mfa_index")).content.decode()  # once is enough


def test_who_takes_the_second_step_off_has_to_set_up_another(cast: Cast, asked_of_hr: None) -> None:
    hanne = enter(cast.hanne)
    turn_on(hanne)
    hanne.post(reverse("mfa_deactivate_totp"))
    assert not is_in(hanne)


def test_a_role_that_is_given_asks_for_it_at_the_next_login(cast: Cast, asked_of_hr: None) -> None:
    karim = enter(cast.karim)
    assert is_in(karim)
    give_role(person=cast.karim, role=Role.HR, unit=cast.kindergarten, by=cast.ida, on=TODAY)
    assert not is_in(karim)  # logged out
    cast.karim.refresh_from_db()
    assert enter(cast.karim).get(reverse("home")).headers["Location"].startswith(reverse("mfa_index"))


@pytest.mark.parametrize(
    ("claim", "value", "is_let_in"),
    [
        ("amr", ["pwd", "mfa"], True),
        ("acr", "mfa", True),
        ("amr", ["pwd"], False),
        ("amr", None, False),
    ],
)
def test_a_second_step_at_the_provider_counts_if_the_file_names_it(
    cast: Cast, provider: Provider, asked_of_hr: None, claim: str, value: object, is_let_in: bool
) -> None:
    provider.allow(second_step=("mfa",))
    provider.logs_in("hanne@example.test", **{claim: value})
    hanne = Client()
    sign_on(hanne)
    assert is_in(hanne) is is_let_in


def test_what_the_provider_says_of_steps_counts_for_nothing_unless_the_file_names_it(
    cast: Cast, provider: Provider, asked_of_hr: None
) -> None:
    provider.logs_in("hanne@example.test", amr=["mfa"])
    hanne = Client()
    sign_on(hanne)
    assert not is_in(hanne)


def test_who_has_an_app_shows_its_code_after_the_login_at_work_unless_that_vouches(
    cast: Cast, provider: Provider
) -> None:
    secret = turn_on(enter(cast.hanne))
    provider.allow(second_step=("mfa",))
    provider.logs_in("hanne@example.test", amr=["pwd"])
    hanne = Client()
    assert sign_on(hanne, "/plan/").headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(hanne)
    with_code = hanne.post(reverse("mfa_authenticate"), {"code": shown_by_the_app(secret)})
    assert with_code.headers["Location"] == "/plan/"
    provider.logs_in("hanne@example.test", amr=["pwd", "mfa"])
    assert sign_on(Client(), "/plan/").headers["Location"] == "/plan/"


def test_the_secrets_are_encrypted_in_the_database(cast: Cast) -> None:
    secret = turn_on(enter(cast.mette))
    app = Authenticator.objects.get(type="totp")
    codes = Authenticator.objects.get(type="recovery_codes")
    assert app.data["secret"].startswith(FORMAT) and secret not in str(app.data)
    assert codes.data["seed"].startswith(FORMAT)
    assert content_cipher().decrypt(app.data["secret"]) == secret


def test_secrets_of_before_are_encrypted_by_migrate_and_passkeys_stay_as_they_are(cast: Cast) -> None:
    row = Authenticator.objects.create(user=cast.mette, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    passkey = Authenticator.objects.create(user=cast.mette, type="webauthn", data={"name": "Nøgle"})
    assert sum(encrypt_column(SECOND_STEP, content_cipher())) == 1
    row.refresh_from_db()
    passkey.refresh_from_db()
    assert content_cipher().decrypt(row.data["secret"]) == "JBSWY3DPEHPK3PXP" != row.data["secret"]
    assert passkey.data == {"name": "Nøgle"}


@pytest.fixture
def another(cast: Cast) -> Person:
    """A second administrator."""
    give_role(person=cast.jonas, role=Role.ADMINISTRATOR, unit=None, by=cast.ida, on=TODAY)
    cast.jonas.refresh_from_db()
    return cast.jonas


def test_a_lost_second_step_is_reset_by_two_administrators_and_the_person_is_told(cast: Cast, another: Person) -> None:
    turn_on(mette := enter(cast.mette))
    sent().clear()
    address = reverse("reset-second-step", args=[cast.mette.pk])
    ida, jonas = enter(cast.ida), enter(another)
    assert enter(cast.hanne).post(address).status_code == 404
    ida.post(address)
    ida.post(address)
    assert Authenticator.objects.filter(user=cast.mette, type="totp").exists()  # one alone cannot
    page = jonas.get(reverse("employment", args=[cast.mette.employments.get().pk])).content.decode()
    assert f"{cast.ida.name} har bedt om at nulstille det andet trin" in page
    jonas.post(address)
    assert not Authenticator.objects.filter(user=cast.mette).exists()
    assert not is_in(mette)
    told = [email.subject for email in sent() if email.to == [cast.mette.email]]
    assert told == ["Dit andet trin er ved at blive nulstillet", "Dit andet trin er nulstillet"]
    noted = AuditEntry.objects.filter(kind__in=(AuditKind.RESET_ASKED, AuditKind.SECOND_STEP_RESET), about=cast.mette)
    assert {(entry.kind, entry.by) for entry in noted} == {
        (AuditKind.RESET_ASKED, cast.ida),
        (AuditKind.SECOND_STEP_RESET, another),
    }


def test_nobody_takes_part_in_resetting_their_own_and_a_request_ends_after_a_day(
    cast: Cast, another: Person, a_known_day: Traveller
) -> None:
    turn_on(enter(cast.ida))
    own = reverse("reset-second-step", args=[cast.ida.pk])
    enter(cast.ida).post(own)
    assert not SecondStepReset.objects.exists()
    turn_on(enter(cast.mette))
    address = reverse("reset-second-step", args=[cast.mette.pk])
    enter(cast.ida).post(address)
    a_known_day.shift(timedelta(hours=25))
    enter(another).post(address)  # asks anew
    assert Authenticator.objects.filter(user=cast.mette, type="totp").exists()


def test_the_database_refuses_a_reset_by_one(cast: Cast, another: Person) -> None:
    now = timezone.now()
    for asked, done in ((cast.ida, cast.ida), (cast.mette, None), (cast.ida, cast.mette)):
        row = SecondStepReset(person=cast.mette, asked_by=asked, asked_at=now, done_by=done, done_at=now)
        with pytest.raises(ValidationError):
            row.full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
