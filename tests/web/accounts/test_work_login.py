"""Logging in at work by OpenID Connect, against a provider in a process of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.openid import Provider, at_provider, sign_on
from udbytte.models import AuditEntry, AuditKind, Person
from udbytte.services.people.organisation import mark_who_works

pytestmark = pytest.mark.django_db


def main_of(answer: HttpResponse) -> str:
    return answer.content.decode().split("<main")[1].split("</main")[0]


def person_in(browser: Client) -> int | None:
    number = browser.session.get("_auth_user_id")
    return int(number) if number else None


def test_the_button_stands_first_and_leads_to_the_page_of_the_email(cast: Cast, provider: Provider) -> None:
    browser = Client()
    asked = browser.get("/plan/", follow=True)
    page = main_of(asked)  # type: ignore[arg-type]
    assert page.index("Log ind med Engby") < page.index("<form")
    address = page.split('href="')[1].split('"')[0]
    away = browser.get(address)
    back = browser.get(at_provider(away.headers["Location"]))
    assert (back.status_code, back.headers["Location"]) == (302, "/plan/")
    assert person_in(browser) == cast.mette.pk
    [entry] = AuditEntry.objects.filter(kind=AuditKind.LOGIN, by=cast.mette)
    assert entry.facts == {"steps": ["socialaccount"]}


def test_nothing_that_the_provider_says_is_stored_but_its_number_of_the_person(cast: Cast, provider: Provider) -> None:
    provider.logs_in("mette@example.test", name="Somebody Else", phone_number="+45 12 34 56 78")
    sign_on(Client())
    [account] = SocialAccount.objects.all()
    assert (account.user, account.uid, account.extra_data) == (cast.mette, "sub-of-mette@example.test", {})
    cast.mette.refresh_from_db()
    assert cast.mette.name == "Mette Hansen"


def test_another_site_cannot_begin_a_login(cast: Cast, provider: Provider) -> None:
    """It would begin a session without the person asking for it. A link in an email leads to a page, which asks."""
    begin = reverse("work-login", args=["work"])
    browser = Client()
    answer = browser.get(begin, {"next": "/plan/"}, headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["Location"] == f"{reverse('account_login')}?next=/plan/"
    for site in ("same-origin", "same-site", "none"):
        assert "/authorize" in browser.get(begin, headers={"sec-fetch-site": site}).headers["Location"]


@pytest.mark.parametrize(
    ("email", "claims"),
    [
        ("stranger@example.test", {}),  # in the same tenant, but not imported
        ("mette@example.test", {"email_verified": False}),
        ("mette@example.test", {"email_verified": None}),
        ("", {}),
    ],
)
def test_whom_the_organisation_has_not_named_reads_what_is_so_and_whom_to_ask(
    cast: Cast, provider: Provider, email: str, claims: dict[str, object]
) -> None:
    provider.allow(ask="Servicedesk, tlf. 12 34 56 78")
    provider.logs_in(email, **claims)
    before, browser = Person.objects.count(), Client()
    answer = sign_on(browser)
    page = main_of(answer)
    assert answer.status_code == 403
    assert "Udbytte kender dig ikke endnu" in page and "Servicedesk, tlf. 12 34 56 78" in page
    assert (person_in(browser), Person.objects.count(), SocialAccount.objects.count()) == (None, before, 0)


def test_only_those_of_the_own_tenant_are_let_in(cast: Cast, provider: Provider) -> None:
    provider.allow(require={"tid": "engby"})
    provider.logs_in("mette@example.test", tid="another")
    assert sign_on(Client()).status_code == 403
    provider.logs_in("mette@example.test", tid="engby")
    assert sign_on(Client()).status_code == 302


def test_an_employee_number_finds_the_person_too(cast: Cast, provider: Provider) -> None:
    Person.objects.filter(pk=cast.mette.pk).update(external_id="1017")
    provider.allow(finds="external_id", claim="employeeid")
    provider.logs_in("m.hansen@elsewhere.test", employeeid="1017", email_verified=False)
    browser = Client()
    assert sign_on(browser).status_code == 302
    assert person_in(browser) == cast.mette.pk


def test_somebody_with_a_new_email_at_the_provider_is_still_the_same(cast: Cast, provider: Provider) -> None:
    provider.logs_in("mette@example.test", sub="1")
    sign_on(Client())
    provider.logs_in("mette.holm@example.test", sub="1")
    browser = Client()
    sign_on(browser)
    assert person_in(browser) == cast.mette.pk


def test_an_address_that_was_given_on_does_not_open_what_was_anothers(cast: Cast, provider: Provider) -> None:
    provider.logs_in("mette@example.test", sub="1")
    sign_on(Client())
    provider.logs_in("mette@example.test", sub="2")
    answer = sign_on(Client())
    assert answer.status_code == 403 and "en anden konto" in main_of(answer)
    address = reverse("let-in-new-account", args=[cast.mette.pk])
    assert enter(cast.hanne).post(address).status_code == 404  # HR is no administrator
    assert enter(cast.ida).post(address).status_code == 302
    assert sign_on(Client()).status_code == 302
    assert AuditEntry.objects.filter(kind=AuditKind.WORK_ACCOUNT_FORGOTTEN, by=cast.ida, about=cast.mette).exists()


def test_who_has_left_is_not_let_in(cast: Cast, provider: Provider) -> None:
    cast.mette.employments.update(ends_on=TODAY - timedelta(days=1))
    mark_who_works(TODAY)
    browser = Client()
    answer = sign_on(browser)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("account_inactive"))
    assert person_in(browser) is None


def test_a_provider_that_is_away_is_named(cast: Cast, provider: Provider) -> None:
    provider.control(is_away=True)
    answer = sign_on(Client())
    assert answer.status_code == 503 and "Engby svarer ikke lige nu" in main_of(answer)
    provider.logs_in("mette@example.test")
    browser = Client()
    away = browser.get(reverse("work-login", args=["work"]))
    back = at_provider(away.headers["Location"])
    provider.control(is_away=True)
    assert browser.get(back).status_code == 503
    assert person_in(browser) is None


def test_a_provider_that_calls_itself_otherwise_is_not_asked(cast: Cast, provider: Provider) -> None:
    provider.issuer = provider.issuer.replace("127.0.0.1", "localhost")
    provider.allow()
    assert sign_on(Client()).status_code == 503


def test_logging_out_ends_the_login_at_work_too(cast: Cast, provider: Provider) -> None:
    browser = Client()
    sign_on(browser)
    page = browser.post(reverse("account_logout")).content.decode()
    address = page.split("0; url=")[1].split('"')[0].replace("&amp;", "&")
    assert at_provider(address) == f"http://testserver{reverse('account_login')}"
    assert provider.asked()[-1]["id_token_hint"].count(".") == 2
    assert person_in(browser) is None


def test_logging_out_while_the_provider_is_away_says_that_one_is_still_in_there(cast: Cast, provider: Provider) -> None:
    browser = Client()
    sign_on(browser)
    provider.control(is_away=True)
    page = main_of(browser.post(reverse("account_logout")))  # type: ignore[arg-type]
    assert "stadig logget ind hos Engby" in page
    assert person_in(browser) is None


def test_a_login_that_was_only_passed_on_is_not_fresh_until_the_password_is_given(
    cast: Cast, provider: Provider
) -> None:
    long_ago = timezone.now() - timedelta(hours=7)
    provider.logs_in("hanne@example.test", auth_time=int(long_ago.timestamp()))
    hanne = Client()
    sign_on(hanne)
    give = {"person": cast.karim.email, "role": "coordinator", "unit": ""}
    refused = hanne.post(reverse("organisation"), give, headers={"referer": "http://testserver/organisation/"})
    assert refused.status_code == 403
    again = main_of(refused).split('class="ds-button"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")  # type: ignore[arg-type]
    session = hanne.session
    session["half_done"] = "what is in it"
    session.save()
    key = session.session_key
    provider.logs_in("hanne@example.test")
    away = hanne.get(again)
    back = hanne.get(at_provider(away.headers["Location"]))
    assert back.headers["Location"] == "/organisation/"
    assert (provider.asked()[-1]["prompt"], provider.asked()[-1]["max_age"]) == ("login", "0")
    assert hanne.session["half_done"] == "what is in it" and hanne.session.session_key != key
    assert hanne.post(reverse("organisation"), give).status_code == 302


def test_a_provider_that_does_not_say_when_gives_no_fresh_login(cast: Cast, provider: Provider) -> None:
    provider.logs_in("hanne@example.test", auth_time=None)
    hanne = Client()
    sign_on(hanne, again="1")
    give = {"person": cast.karim.email, "role": "coordinator", "unit": ""}
    assert hanne.post(reverse("organisation"), give).status_code == 403


def test_somebody_who_is_in_already_goes_straight_to_the_page(cast: Cast, provider: Provider) -> None:
    answer = enter(cast.mette).get(f"{reverse('work-login', args=['work'])}?next=/plan/")
    assert answer.headers["Location"] == "/plan/"


def test_the_way_to_work_leads_to_no_other_site(cast: Cast, provider: Provider) -> None:
    browser = Client()
    assert sign_on(browser, page="https://elsewhere.example/").headers["Location"] == "/"
