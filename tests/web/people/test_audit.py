"""The audit log: who read what about whom is noted, each sees their own, and HR takes it out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.addresses import addresses_of
from tests.browsing import enter, logged_in_at
from tests.cast import TODAY, Cast
from tests.web.accounts.test_accounts import shown_by_the_app, turn_on
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import AuditEntry, AuditKind, Role
from udbytte.services.agreements.take_step import take_step
from udbytte.services.people.roles import end_role, give_role
from udbytte.web.base import audit

pytestmark = pytest.mark.django_db


def entries(**chosen: object) -> list[tuple[str, int | None, int | None]]:
    """Kind, reader and person concerned, the oldest first."""
    rows = AuditEntry.objects.filter(**chosen).order_by("pk")
    return list(rows.values_list("kind", "by_id", "about_id"))


def test_every_address_is_noted_or_has_a_reason_not_to_be() -> None:
    names = {pattern.name for pattern in addresses_of(get_resolver().url_patterns) if pattern.name}  # not the old ones
    tables = [set(audit.READINGS), audit.LISTS, audit.EXPORTS, audit.SETTINGS, audit.NOT_NOTED, audit.SEARCHES]
    assert set().union(*tables) == names
    assert not audit.NOT_NOTED & set().union(*tables[:4], tables[5])
    assert not set(audit.READINGS) & audit.LISTS


def test_what_a_manager_reads_about_an_employee_is_noted(cast: Cast) -> None:
    agreement = cast.agree(Kind.COURSE)
    lars, conversation = enter(cast.lars), cast.plan.conversation
    for name, pk, kind in (
        ("plan-of", conversation.employment_id, AuditKind.PLAN),
        ("conversation", conversation.pk, AuditKind.CONVERSATION),
        ("agreement", agreement.pk, AuditKind.AGREEMENT),
        ("plan-paper", cast.plan.pk, AuditKind.DOCUMENT),
    ):
        assert lars.get(reverse(name, args=[pk])).status_code == 200, name
        assert entries(page=name) == [(kind, cast.lars.pk, cast.mette.pk)]
    assert {entry.on for entry in AuditEntry.objects.all()} == {TODAY}


def test_ones_own_and_what_is_refused_are_not_noted(cast: Cast) -> None:
    agreement = cast.agree(Kind.COURSE)
    enter(cast.mette).get(reverse("agreement", args=[agreement.pk]))
    enter(cast.mette).get(reverse("plan"))
    assert enter(cast.karim).get(reverse("agreement", args=[agreement.pk])).status_code == 404
    assert entries(kind=AuditKind.AGREEMENT) == entries(kind=AuditKind.PLAN) == []


def test_a_helper_who_reads_by_a_link_is_noted(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    link = AnswerLink.ask(Event.ACCEPT, person=cast.karim, agreement=agreement, on=TODAY)
    assert Client().get(link.path).status_code == 200
    assert entries(page="answer") == [(AuditKind.AGREEMENT, cast.karim.pk, cast.mette.pk)]


def test_a_list_is_noted_once_a_day(cast: Cast) -> None:
    lars = enter(cast.lars)
    lars.get(reverse("team"))
    lars.get(reverse("team"))
    assert entries(kind=AuditKind.LIST) == [(AuditKind.LIST, cast.lars.pk, None)]


def test_searching_for_people_is_noted_without_what_was_typed(cast: Cast) -> None:
    enter(cast.hanne).get(reverse("organisation"), {"q": "Mette"})
    [entry] = AuditEntry.objects.filter(kind=AuditKind.SEARCH)
    assert (entry.by, entry.page) == (cast.hanne, "organisation")
    assert "Mette" not in str(entry.facts)


def test_roles_are_noted_with_who_gave_them(cast: Cast) -> None:
    role = give_role(person=cast.karim, role=Role.COORDINATOR, unit=cast.kindergarten, by=cast.hanne, on=TODAY)
    end_role(role, by=None, on=TODAY)
    given, ended = AuditEntry.objects.exclude(kind=AuditKind.SESSIONS_ENDED).order_by("pk")
    assert (given.kind, given.by, given.about) == (AuditKind.ROLE_GIVEN, cast.hanne, cast.karim)
    assert given.facts == {"role": "coordinator", "unit": cast.kindergarten.pk}
    assert (ended.kind, ended.by, ended.about) == (AuditKind.ROLE_ENDED, None, cast.karim)


def test_the_log_is_append_only(cast: Cast) -> None:
    enter(cast.lars).get(reverse("team"))
    for change in (lambda: AuditEntry.objects.update(by=None), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, "udbytte.audit"):
        yield caplog


def test_each_event_is_a_line_without_names(cast: Cast, log: pytest.LogCaptureFixture) -> None:
    employment = cast.plan.conversation.employment_id
    enter(cast.lars).get(reverse("plan-of", args=[employment]))
    [line] = [line for line in log.messages if "kind=plan" in line]
    assert line == f"audit kind=plan by={cast.lars.pk} about={cast.mette.pk} page=plan-of thing={employment}"
    names = [text for person in (cast.lars, cast.mette) for text in (person.given_name, person.email or "")]
    assert not [name for name in names if any(name in line for line in log.messages)]


def test_how_somebody_logged_in_is_noted(cast: Cast, log: pytest.LogCaptureFixture) -> None:
    cast.mette.set_password("fire lette ord her")
    cast.mette.save()
    browser = Client()
    browser.post(reverse("account_login"), {"login": cast.mette.email, "password": "fire lette ord her"})
    secret, again = turn_on(browser), Client()
    again.post(reverse("account_login"), {"login": cast.mette.email, "password": "fire lette ord her"})
    cache.clear()  # the code of the app counts once
    again.post(reverse("mfa_authenticate"), {"code": shown_by_the_app(secret)})
    [first, second] = AuditEntry.objects.filter(kind=AuditKind.LOGIN).order_by("pk")
    assert (first.facts, second.facts) == ({"steps": ["password"]}, {"steps": ["password", "totp"]})
    assert f"audit kind=login by={cast.mette.pk} about={cast.mette.pk} how=password,totp" in log.messages
    page = enter(cast.ida).get(reverse("audit")).content.decode()
    assert "adgangskode, kode-app" in page


def test_logging_in_and_failing_to_are_noted(cast: Cast) -> None:
    cast.mette.set_password("fire lette ord her")
    cast.mette.save()
    browser, pk = Client(), cast.mette.pk
    for email, word in (
        ("ingen@example.dk", "forkert"),
        (cast.mette.email, "forkert"),
        (cast.mette.email, "fire lette ord her"),
    ):
        browser.post(reverse("account_login"), {"login": email, "password": word})
    browser.post(reverse("account_logout"))
    failed = AuditKind.LOGIN_FAILED
    expected = [(failed, None, None), (failed, None, pk), (AuditKind.LOGIN, pk, pk), (AuditKind.LOGOUT, pk, pk)]
    assert entries() == expected
    assert "ingen@" not in str(list(AuditEntry.objects.values()))


def test_a_wrong_code_is_noted(cast: Cast) -> None:
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": cast.mette.email})
    browser.post(reverse("account_confirm_login_code"), {"code": "BCDF-GHJK"})
    assert entries(kind=AuditKind.LOGIN_FAILED) == [(AuditKind.LOGIN_FAILED, None, cast.mette.pk)]


def test_an_employee_sees_who_has_read_about_them(cast: Cast) -> None:
    lars, employment = enter(cast.lars), cast.plan.conversation.employment_id
    for _time in range(2):
        lars.get(reverse("plan-of", args=[employment]))
    page = enter(cast.mette).get(reverse("seen-by")).content.decode()
    assert cast.lars.name in page and "åbnede planen" in page and "2 gange" in page
    assert cast.lars.name not in enter(cast.karim).get(reverse("seen-by")).content.decode().split("<main")[1]


def test_an_administrator_sees_technical_events_and_no_reading(cast: Cast) -> None:
    give_role(person=cast.karim, role=Role.COORDINATOR, unit=None, by=cast.hanne, on=TODAY)
    enter(cast.lars).get(reverse("plan-of", args=[cast.plan.conversation.employment_id]))
    page = enter(cast.ida).get(reverse("audit")).content.decode().split("<main")[1]
    assert "gav en rolle" in page and cast.karim.name in page and "Kursusansvarlig" in page
    assert "åbnede planen" not in page and cast.mette.name not in page


def test_hr_takes_out_a_period_and_that_is_noted(cast: Cast) -> None:
    enter(cast.lars).get(reverse("plan-of", args=[cast.plan.conversation.employment_id]))
    period = {"first": TODAY.isoformat(), "last": TODAY.isoformat()}
    answer = enter(cast.hanne).get(reverse("audit-export"), period)
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    [reading] = [row for row in rows if row[6] == "plan-of"]
    assert (reading[2], reading[5]) == (cast.lars.name, cast.mette.name)
    assert entries(kind=AuditKind.EXPORT) == [(AuditKind.EXPORT, cast.hanne.pk, None)]


@pytest.mark.parametrize("first_after", [0, 5])
def test_a_period_that_cannot_be_and_a_login_of_yesterday_fetch_nothing(cast: Cast, first_after: int) -> None:
    first = TODAY + timedelta(days=first_after)
    period = {"first": first.isoformat(), "last": TODAY.isoformat()}
    browser = enter(cast.hanne)
    if not first_after:
        logged_in_at(browser, cast.hanne, timezone.now() - timedelta(days=1))
    answer = browser.get(reverse("audit-export"), period)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.status_code == 422
    assert entries(kind=AuditKind.EXPORT) == []


def test_a_page_about_somebody_asks_one_query_more(cast: Cast) -> None:
    lars, address = enter(cast.lars), reverse("plan-of", args=[cast.plan.conversation.employment_id])
    lars.get(address)
    with connection.execute_wrapper(_count := Counted()):
        lars.get(address)
    assert sum("udbytte_auditentry" in sql for sql in _count.asked) == 1


class Counted:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, execute: object, sql: str, params: object, many: bool, context: object) -> object:
        self.asked.append(sql)
        return execute(sql, params, many, context)  # type: ignore[operator]
