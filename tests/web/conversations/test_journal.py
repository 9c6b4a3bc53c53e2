"""A signed plan leaves the house by its two: as a ZIP that they fetch, and by email to the journal system."""

from __future__ import annotations

import hashlib
import re
import zipfile
from io import BytesIO

import pytest
from defusedxml import ElementTree
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.web.conversations.test_sign_from_email import a_plan
from udbytte.models import AuditEntry, AuditKind, DevelopmentPlan, Email, Employment, Person
from udbytte.services.conversations.plan import add_goal, sign_plan
from udbytte.services.notifications.outbox import send_due_emails

JOURNAL = "journal@example.test"
pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(cast: Cast, settings: Settings) -> DevelopmentPlan:
    settings.JOURNAL_ADDRESS = JOURNAL
    Person.objects.filter(pk=cast.mette.pk).update(external_id="4711")
    return sign_both(a_plan(cast), cast)


def sign_both(plan: DevelopmentPlan, cast: Cast) -> DevelopmentPlan:
    for person in (cast.mette, cast.lars):
        sign_plan(plan, by=person, on=TODAY)
    return DevelopmentPlan.objects.get(pk=plan.pk)


def send(person: Person, plan: DevelopmentPlan) -> int:
    return enter(person).post(reverse("send-plan", args=[plan.pk])).status_code


def emails() -> list[Email]:
    return list(Email.objects.filter(kind="journal"))


def contents(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(archive)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_the_archive_has_the_document_and_an_index_that_a_program_reads(cast: Cast, signed: DevelopmentPlan) -> None:
    answer = enter(cast.lars).get(reverse("plan-archive", args=[signed.pk]))
    assert answer["Content-Type"] == "application/zip" and "attachment" in answer["Content-Disposition"]
    files = contents(answer.content)
    assert set(files) == {"plan.pdf", "index.xml"} and files["plan.pdf"].startswith(b"%PDF-1.7")
    index = ElementTree.fromstring(files["index.xml"])
    document = index.find("document")
    assert document is not None and document.get("sha256") == hashlib.sha256(files["plan.pdf"]).hexdigest()
    facts = {
        name: index.findtext(name) for name in ("kind", "date", "employee/number", "employee/name", "employee/unit")
    }
    assert facts == {
        "kind": "development-plan",
        "date": TODAY.isoformat(),
        "employee/number": "4711",
        "employee/name": cast.mette.name,
        "employee/unit": cast.kindergarten.name,
    }
    assert index.findtext("employee/signed") == index.findtext("manager/signed") == TODAY.isoformat()
    assert index.findtext("manager/name") == cast.lars.name and len(index.findtext("version") or "") == 16


def test_a_name_with_control_characters_is_still_xml(cast: Cast, signed: DevelopmentPlan) -> None:
    Person.objects.filter(pk=cast.mette.pk).update(given_name="Met\x0bte <&")
    answer = enter(cast.lars).get(reverse("plan-archive", args=[signed.pk]))
    index = ElementTree.fromstring(contents(answer.content)["index.xml"])
    assert index.findtext("employee/name") == "Mette <& Hansen"


def test_a_plan_that_is_not_signed_by_both_stays(cast: Cast, settings: Settings) -> None:
    settings.JOURNAL_ADDRESS = JOURNAL
    plan = a_plan(cast)
    sign_plan(plan, by=cast.mette, on=TODAY)
    assert enter(cast.lars).get(reverse("plan-archive", args=[plan.pk])).status_code == 404
    assert send(cast.lars, plan) == 404 and emails() == []
    page = enter(cast.mette).get(reverse("plan")).content.decode()
    assert "plan.zip" not in page and "Send til journalen" not in page


def test_the_two_can_send_it_and_nobody_else(cast: Cast, signed: DevelopmentPlan) -> None:
    for other in (cast.karim, cast.dorthe, cast.hanne, cast.jonas):
        assert send(other, signed) == 404
    assert emails() == []
    Employment.objects.filter(pk=cast.employment.pk).update(line_manager=cast.dorthe)
    assert send(cast.lars, signed) == 404  # who signed, and is not the manager any more
    assert send(cast.dorthe, signed) == 302
    assert [email.person for email in emails()] == [cast.dorthe]


def test_it_is_sent_once_with_the_archive_and_the_log_and_the_page_say_so(cast: Cast, signed: DevelopmentPlan) -> None:
    assert "Send til journalen" in enter(cast.mette).get(reverse("plan")).content.decode()
    assert (send(cast.mette, signed), send(cast.lars, signed)) == (302, 302)
    [email] = emails()
    assert cast.mette.name in email.subject and "Kunne lede et møde" not in f"{email.text}{email.html}"
    note = AuditEntry.objects.get(page="send-plan")
    assert (note.kind, note.by_id, note.about_id) == (AuditKind.EXPORT, cast.mette.pk, cast.mette.pk)
    send_due_emails(timezone.now())
    [message] = [message for message in mail.outbox if message.to == [JOURNAL]]
    [(name, content, kind)] = message.attachments
    assert (name, kind) == ("plan.zip", "application/zip") and isinstance(content, bytes)
    assert set(contents(content)) == {"plan.pdf", "index.xml"}
    assert message.reply_to == [cast.mette.email]
    page = enter(cast.lars).get(reverse("plan-of", args=[cast.employment.pk])).content.decode()
    assert re.search(f"Sendt til journalen [^<]*2. marts af {cast.mette.name}", page)
    assert "Send til journalen" not in page


def test_a_plan_that_is_changed_before_the_email_leaves_is_not_sent_and_the_new_one_can_be(
    cast: Cast, signed: DevelopmentPlan
) -> None:
    send(cast.mette, signed)
    DevelopmentPlan.objects.filter(pk=signed.pk).update(
        employee_signed_on=None, manager_signed_on=None, signed_text=None
    )
    add_goal(cast.plan, text="Et mål til", by=cast.lars, on=TODAY)
    send_due_emails(timezone.now())
    assert not [message for message in mail.outbox if message.to == [JOURNAL]]
    [email] = emails()
    assert email.gave_up_at is not None and email.sent_at is None
    again = sign_both(DevelopmentPlan.objects.get(pk=signed.pk), cast)
    assert send(cast.mette, again) == 302 and len(emails()) == 2
    send_due_emails(timezone.now())
    assert len([message for message in mail.outbox if message.to == [JOURNAL]]) == 1


def test_without_an_address_there_is_no_button_and_nothing_is_sent(
    cast: Cast, signed: DevelopmentPlan, settings: Settings
) -> None:
    settings.JOURNAL_ADDRESS = ""
    page = enter(cast.mette).get(reverse("plan")).content.decode()
    assert "plan.zip" in page and "Send til journalen" not in page
    assert send(cast.mette, signed) == 302 and emails() == []
