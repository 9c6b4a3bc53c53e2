"""Codes and passwords beside the login at work: for everybody, for others, for administrators; and mapped roles."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.browsing import sent
from tests.cast import TODAY, Cast
from tests.openid import Provider, sign_on
from udbytte.access.people import has_role
from udbytte.models import AuditEntry, AuditKind, Person, Role, RoleAssignment
from udbytte.services.people.roles import give_role

pytestmark = pytest.mark.django_db
PASSWORD = "fire lette ord her"


def by_password(person: Person) -> Client:
    person.set_password(PASSWORD)
    person.save()
    browser = Client()
    browser.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(reverse("plan")).status_code == 200


def subject_after_asking(person: Person) -> str:
    answer = Client().post(reverse("account_request_login_code"), {"email": person.email})
    assert answer.headers["Location"] == reverse("account_confirm_login_code")  # as for everybody
    return str(sent()[-1].subject)


def test_where_codes_are_for_administrators_others_are_sent_to_the_button(cast: Cast, provider: Provider) -> None:
    provider.allow(codes_for="administrators")
    assert "Log ind, som du gør på arbejdet" in subject_after_asking(cast.mette)
    assert "Din kode" in subject_after_asking(cast.ida)
    assert not is_in(by_password(cast.mette))
    answer = Client().post(reverse("account_login"), {"login": cast.mette.email, "password": PASSWORD})
    assert "Brug den øverste knap" in answer.content.decode()


def test_an_administrator_gets_in_past_the_login_at_work_and_it_is_noted(cast: Cast, provider: Provider) -> None:
    provider.allow(codes_for="administrators")
    provider.control(is_away=True)
    assert is_in(by_password(cast.ida))
    assert AuditEntry.objects.filter(kind=AuditKind.LOGIN_PAST_WORK, by=cast.ida).count() == 1


def test_a_login_at_work_is_not_noted_as_past_it(cast: Cast, provider: Provider) -> None:
    provider.allow(codes_for="administrators")
    provider.logs_in("ida@example.test")
    sign_on(Client())
    assert AuditEntry.objects.filter(kind=AuditKind.LOGIN, by=cast.ida).exists()
    assert not AuditEntry.objects.filter(kind=AuditKind.LOGIN_PAST_WORK).exists()


def test_where_codes_are_for_others_whoever_has_come_through_work_has_to_again(cast: Cast, provider: Provider) -> None:
    provider.allow(codes_for="others")
    assert "Din kode" in subject_after_asking(cast.mette)
    sign_on(Client())
    assert "Log ind, som du gør på arbejdet" in subject_after_asking(cast.mette)
    assert "Din kode" in subject_after_asking(cast.jonas)


def test_without_a_mapping_the_provider_gives_no_role(cast: Cast, provider: Provider) -> None:
    provider.logs_in("mette@example.test", roles=["hr", "administrator"])
    sign_on(Client())
    assert not RoleAssignment.objects.filter(person=cast.mette).exists()


def test_a_mapped_role_comes_and_goes_with_the_claim(cast: Cast, provider: Provider) -> None:
    provider.allow(roles={"Udbytte.HR": "hr"})
    provider.logs_in("mette@example.test", roles=["Udbytte.HR", "Something.Else"])
    mette = Client()
    sign_on(mette)
    assert is_in(mette) and has_role(cast.mette, Role.HR, TODAY)
    [given] = RoleAssignment.objects.filter(person=cast.mette)
    assert (given.given_by, given.given_by_command, given.given_by_sign_on) == (None, False, "Engby")
    assert "af Engby" in mette.get(reverse("organisation")).content.decode()
    provider.logs_in("mette@example.test", roles=[])
    sign_on(Client())
    assert not has_role(cast.mette, Role.HR, TODAY)
    assert not is_in(mette)  # a role that ends, ends the sessions of before


def test_a_role_that_was_given_here_stays_without_the_claim(cast: Cast, provider: Provider) -> None:
    give_role(person=cast.mette, role=Role.HR, unit=None, by=cast.ida, on=TODAY)
    provider.allow(roles={"Udbytte.HR": "hr"})
    sign_on(Client())
    assert has_role(cast.mette, Role.HR, TODAY)


def test_the_last_one_of_hr_keeps_the_role_also_without_the_claim(cast: Cast, provider: Provider) -> None:
    provider.allow(roles={"Udbytte.HR": "hr"})
    RoleAssignment.objects.filter(role=Role.HR).update(given_by_sign_on="Engby")
    provider.logs_in("hanne@example.test", roles=[])
    sign_on(Client())
    assert has_role(cast.hanne, Role.HR, TODAY)
