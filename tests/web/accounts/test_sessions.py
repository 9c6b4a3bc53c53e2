"""Logins are listed and ended: by oneself, by administrators, by time, by a role that changes, by leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from tests.browsing import enter, logged_in_at, sent
from tests.cast import TODAY, Cast
from tests.web.accounts.test_accounts import shown_by_the_app, turn_on
from udbytte.models import AuditEntry, AuditKind, Employment, Person, Role
from udbytte.services.people.organisation import mark_who_works
from udbytte.services.people.roles import give_role
from udbytte.services.people.sessions import delete_ended_sessions
from udbytte.web.accounts.sessions import browser_words

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"


def by_password(person: Person, agent: str) -> Client:
    """A browser in which the person logs in by a password, as everybody can."""
    browser = Client(headers={"user-agent": agent})
    answer = browser.post(reverse("account_login"), {"login": person.email, "password": "fire lette ord her"})
    assert answer.status_code == 302
    return browser


@pytest.fixture
def two(cast: Cast) -> tuple[Client, Client]:
    """Mette at a computer, and on her phone."""
    cast.mette.set_password("fire lette ord her")
    cast.mette.save()
    return by_password(cast.mette, CHROME), by_password(cast.mette, PHONE)


def is_in(browser: Client) -> bool:
    return browser.get(reverse("plan")).status_code == 200


def test_ones_logins_are_listed_and_one_of_them_is_ended(cast: Cast, two: tuple[Client, Client]) -> None:
    computer, phone = two
    page = computer.get(reverse("sessions")).content.decode().split("<main")[1]
    assert "Chrome på Windows" in page and "Safari på iPhone" in page and "denne browser" in page
    number = page.split('name="do"')[1].split('value="')[1].split('"')[0]
    computer.post(reverse("sessions"), {"do": number})
    assert (is_in(computer), is_in(phone)) == (True, False)


def test_nobody_ends_anothers_login(cast: Cast, two: tuple[Client, Client]) -> None:
    lars = enter(cast.lars)
    for number in range(1, 20):
        lars.post(reverse("sessions"), {"do": str(number)})
    assert is_in(two[0]) and is_in(two[1])


def test_all_other_logins_are_ended_at_once(cast: Cast, two: tuple[Client, Client]) -> None:
    computer, phone = two
    computer.post(reverse("end-other-sessions"))
    assert (is_in(computer), is_in(phone)) == (True, False)


def test_an_administrator_logs_a_person_out_everywhere(cast: Cast, two: tuple[Client, Client]) -> None:
    address = reverse("end-sessions", args=[cast.mette.pk])
    assert enter(cast.hanne).post(address).status_code == 404  # HR is no administrator
    enter(cast.ida).post(address)
    assert not is_in(two[0]) and not is_in(two[1])
    [entry] = AuditEntry.objects.filter(kind=AuditKind.SESSIONS_ENDED)
    assert (entry.by, entry.about) == (cast.ida, cast.mette)


def test_a_new_role_ends_the_logins_of_before(cast: Cast) -> None:
    karim = enter(cast.karim)
    assert is_in(karim)
    give_role(person=cast.karim, role=Role.COORDINATOR, unit=cast.kindergarten, by=cast.hanne, on=TODAY)
    assert not is_in(karim)


def test_who_has_left_is_out_before_the_follow_up_of_the_morning(cast: Cast) -> None:
    mette = enter(cast.mette)
    Employment.objects.filter(person=cast.mette).update(ends_on=TODAY)
    mark_who_works(TODAY)
    assert is_in(mette)
    mark_who_works(TODAY + timedelta(days=1))
    assert not is_in(mette)


def test_a_login_that_nobody_uses_ends_and_every_one_ends_after_half_a_day(
    cast: Cast, settings: Settings, a_known_day: Traveller
) -> None:
    settings.IDLE_SECONDS = 3600
    idle, busy = enter(cast.mette), enter(cast.lars)
    for _ in range(4):
        a_known_day.shift(timedelta(minutes=20))
        assert is_in(busy)
    assert not is_in(idle)
    for _ in range(32):
        a_known_day.shift(timedelta(minutes=20))
        assert is_in(busy)
    a_known_day.shift(timedelta(minutes=21))
    assert not is_in(busy)


def test_roles_and_exports_ask_for_a_login_of_the_last_half_hour(cast: Cast) -> None:
    hanne = logged_in_at(enter(cast.hanne), cast.hanne, timezone.now() - timedelta(minutes=31))
    sent_ = {"person": cast.karim.email, "role": "coordinator", "unit": ""}
    answer = hanne.post(reverse("organisation"), sent_)
    assert answer.status_code == 403 and "Log ind igen først" in answer.content.decode()
    birgit = logged_in_at(enter(cast.birgit), cast.birgit, timezone.now() - timedelta(minutes=31))
    assert birgit.get(reverse("money-sheet")).status_code == 403
    assert hanne.get(reverse("organisation")).status_code == 200
    assert sent() == []


@pytest.mark.parametrize(
    ("agent", "words"), [(CHROME, "Chrome på Windows"), (PHONE, "Safari på iPhone"), ("curl/8", "en browser")]
)
def test_a_browser_is_named_in_few_words(agent: str, words: str) -> None:
    assert browser_words(agent) == words


def test_sessions_whose_time_is_over_are_deleted_and_others_stay(cast: Cast, two: tuple[Client, Client]) -> None:
    """Also from the list of logins."""
    computer, phone = two
    Session.objects.filter(pk=computer.session.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert delete_ended_sessions(timezone.now()) == 1
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [phone.session.session_key]
    assert (is_in(computer), is_in(phone)) == (False, True)


def test_who_shows_again_who_they_are_gets_a_new_key_and_stays_in_the_list(
    cast: Cast, two: tuple[Client, Client]
) -> None:
    mette, phone = two
    secret, before = turn_on(mette), mette.session.session_key
    cache.clear()  # the code of the app counts once
    answer = mette.post(reverse("mfa_reauthenticate"), {"code": shown_by_the_app(secret)})
    assert answer.status_code == 302
    after = mette.session.session_key
    assert after != before and not Session.objects.filter(session_key=before).exists()
    listed = {known.session_key for known in UserSession.objects.purge_and_list(cast.mette)}
    assert listed == {after, phone.session.session_key}
    assert is_in(mette) and is_in(phone)
