"""A known employment is the same person with a new email or name; a changed email ends what is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.imports.organisation.case_files import CASES, DAY, agree_with, load, make_round
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.imports.organisation.run import import_organisation
from udbytte.models import Agreement, Email, Employment, Person
from udbytte.services.notifications.addresses import mark_address

pytestmark = pytest.mark.django_db


def test_a_known_employment_is_the_same_person_with_a_new_email_and_name() -> None:
    load("emus-before.xml")
    dorte = Person.objects.get(email="dorte@engby.test")
    agreement = agree_with("dorte@engby.test", make_round(), Kind.PRACTICE)
    report = load("emus-renamed.xml", on=DAY + timedelta(days=1))
    assert (report.counts["people"], report.missing_people) == (
        {"new": 0, "changed": 1, "moved": 0, "left": 0, "unchanged": 1},
        [],
    )
    same = Person.objects.get(pk=dorte.pk)
    assert (same.name, same.email) == ("Dorte Vang", "dorte.vang@engby.test")
    row = Agreement.objects.get(pk=agreement.pk)
    assert (row.employee, row.step_owner, row.employment.person) == (same, same, same)
    assert Person.objects.count() == 2


def test_an_employment_number_that_is_used_again_is_another_person() -> None:
    load("emus-before.xml")
    dorte = Person.objects.get(email="dorte@engby.test")
    text = (CASES / "emus-renamed.xml").read_text().replace("Dorte", "Gorm").replace("dorte", "gorm")
    file = ("emus.xml", text.encode())
    import_organisation(file, by=None, on=DAY + timedelta(days=1))
    assert Person.objects.get(email="gorm.vang@engby.test").pk != dorte.pk
    assert Employment.objects.filter(person__email="gorm.vang@engby.test").exists()


def test_a_changed_email_ends_sessions_and_links_and_is_told_to_the_old_address() -> None:
    load("emus-before.xml")
    dorte = Person.objects.get(email="dorte@engby.test")
    agreement = agree_with("dorte@engby.test", make_round(), Kind.PRACTICE)
    link = AnswerLink.ask(Event.NEED_NOBODY, person=dorte, agreement=agreement, on=DAY)
    browser = Client()
    browser.force_login(dorte)
    assert browser.get("/").status_code == 200
    hashed = dorte.get_session_auth_hash()
    load("emus-renamed.xml", on=DAY)
    dorte.refresh_from_db()
    assert dorte.get_session_auth_hash() != hashed
    assert browser.get("/").status_code == 302
    answered = Client().get(link.path)
    assert (answered.status_code, "ændret" in answered.content.decode()) == (410, True)
    told = Email.objects.get(kind="account")
    assert (told.to, told.person, told.sent_at) == ("dorte@engby.test", dorte, None)
    assert "dorte.vang" not in told.text
    bodil = Person.objects.get(email="bodil@engby.test")
    assert bodil.email_changed_on is None


def test_an_old_address_that_refuses_the_email_marks_nobody() -> None:
    load("emus-before.xml")
    load("emus-renamed.xml", on=DAY)
    told = Email.objects.get(kind="account")
    now = datetime(2026, 3, 4, 8, tzinfo=UTC)
    mark_address(told, now)
    dorte = Person.objects.get(email="dorte.vang@engby.test")
    assert (told.gave_up_at, dorte.mail_refused_at) == (now, None)
