"""Attachments of an agreement, and registering by email in the coordinator's own name."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import get_connection
from django.utils import timezone

from tests.browsing import enter
from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.imports.courses.run import import_courses
from udbytte.models import Agreement, Attachment, AttachmentKind, Course, Email, Notification, Role, RoleAssignment
from udbytte.services.agreements.attachments import MOST_BYTES, MOST_FILES, add_attachment
from udbytte.services.agreements.take_step import take_step
from udbytte.services.courses.catalogue import edit_course, enter_course
from udbytte.services.courses.registration import email_provider
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.notifications.addresses import mark_address
from udbytte.services.notifications.smtp import message_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 file".ljust(64, b" ")
PROVIDER = {"to": "kurser@engskolen.example", "subject": "Tilmelding", "text": "Kære Engskolen"}


def funded(cast: Cast) -> Agreement:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    return take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")


def keep(agreement: Agreement, by: Any, content: bytes = PDF, name: str = "svar.pdf") -> Attachment:
    return add_attachment(agreement, kind=AttachmentKind.CONFIRMATION, name=name, content=content, by=by, on=TODAY)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><script>", b"MZ\x90\x00", b"PK\x03\x04docx", b"GIF89a", b"%PDF-" + b"x" * MOST_BYTES],
    ids=["empty", "html", "program", "zip", "gif", "large"],
)
def test_only_pdfs_and_pictures_of_a_sane_size_are_kept(cast: Cast, content: bytes) -> None:
    with pytest.raises(Refused):
        keep(cast.agree(), cast.bente, content)
    assert not Attachment.objects.exists()


def test_a_file_is_what_it_begins_with_whatever_it_is_called(cast: Cast) -> None:
    attachment = keep(cast.agree(), cast.mette, b"\x89PNG\r\n\x1a\n...", name="../../etc/bevis <b>.exe")
    assert (attachment.name, attachment.content_type) == ("bevis b.png", "image/png")


def test_only_the_two_and_who_coordinates_put_files_there(cast: Cast) -> None:
    agreement = cast.agree()
    for person in (cast.karim, cast.jonas, cast.birgit, cast.hanne, cast.dorthe):
        with pytest.raises(NotPermitted):
            keep(agreement, person)
    with pytest.raises(NotPermitted):
        keep(cast.agree(Kind.PRACTICE), cast.mette)
    for _ in range(MOST_FILES):
        keep(agreement, cast.bente)
    with pytest.raises(Refused):
        keep(agreement, cast.bente)


def test_a_file_comes_as_a_download_that_runs_nothing(cast: Cast) -> None:
    attachment = keep(cast.agree(), cast.bente, name="bekræftelse.pdf")
    response = enter(cast.mette).get(f"/aftaler/{attachment.agreement_id}/filer/{attachment.pk}/")
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff" and "sandbox" in response["Content-Security-Policy"]


def test_only_who_put_a_file_there_takes_it_away(cast: Cast) -> None:
    attachment = keep(cast.agree(), cast.bente)
    url = f"/aftaler/{attachment.agreement_id}/filer/{attachment.pk}/fjern/"
    assert enter(cast.jonas).post(url).status_code == 404
    enter(cast.mette).post(url)
    assert Attachment.objects.exists()
    enter(cast.bente).post(url)
    assert not Attachment.objects.exists()


def test_a_confirmation_comes_with_the_registration_or_neither_does(cast: Cast) -> None:
    agreement = funded(cast)
    sent = {"event": "register", "turn": agreement.turn, "reference": "B-12"}
    bente, url = enter(cast.bente), f"/kursusopgaver/{agreement.pk}/"
    bad = SimpleUploadedFile("x.pdf", b"<html>")
    assert bente.post(url, sent | {"file": bad}).status_code == 422
    agreement.refresh_from_db()
    assert (agreement.stage, Attachment.objects.count()) == ("funded", 0)
    bente.post(url, sent | {"file": SimpleUploadedFile("svar.pdf", PDF)})
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.reference) == ("registered", "B-12")
    assert agreement.attachments.get().kind == "confirmation"


def test_the_provider_is_written_to_in_the_coordinators_name_and_the_step_waits_for_the_answer(cast: Cast) -> None:
    agreement = funded(cast)
    after = email_provider(agreement, by=cast.bente, on=TODAY, turn=agreement.turn, **PROVIDER)
    assert (after.stage, after.step, after.step_owner) == ("funded", "register", cast.bente)
    assert after.coordinated_on == TODAY
    email = Email.objects.get(kind="provider")
    message = message_of(email, get_connection())
    assert (message.to, message.reply_to) == (["kurser@engskolen.example"], [cast.bente.email])
    cast.run.course.refresh_from_db()
    assert cast.run.course.signup_email == "kurser@engskolen.example"
    with pytest.raises(Refused):
        email_provider(agreement, by=cast.bente, on=TODAY, turn=agreement.turn, **PROVIDER)
    assert Email.objects.filter(kind="provider").count() == 1


def write(agreement: Agreement, by: Any, on: date = TODAY) -> None:
    agreement.refresh_from_db()
    email_provider(agreement, by=by, on=on, turn=agreement.turn, **PROVIDER)


def test_three_letters_are_sent_about_one_course_and_five_by_one_person_in_a_day(cast: Cast) -> None:
    one, two, three = (funded(cast) for _number in range(3))
    for by in (cast.bente, cast.mette, cast.bente):
        write(one, by)
    with pytest.raises(Refused, match="3"):
        write(one, cast.mette, TODAY + timedelta(days=1))
    one.refresh_from_db()
    assert one.turn == 6
    for agreement in (two, two, two):
        write(agreement, cast.bente)
    with pytest.raises(Refused, match="5"):
        write(three, cast.bente)
    write(three, cast.mette)
    write(three, cast.bente, TODAY + timedelta(days=1))
    assert Email.objects.filter(kind="provider").count() == 8


@pytest.mark.parametrize("wrong", [{"to": "engskolen"}, {"text": "  "}, {"to": "a@b.dk\nBcc: c@d.dk"}])
def test_a_mail_that_cannot_be_sent_is_not_written(cast: Cast, wrong: dict[str, str]) -> None:
    agreement = funded(cast)
    with pytest.raises(Refused):
        email_provider(agreement, by=cast.bente, on=TODAY, turn=agreement.turn, **(PROVIDER | wrong))
    agreement.refresh_from_db()
    assert agreement.turn == 3 and not Email.objects.exists()


def test_the_letter_is_ready_on_its_page_and_sent_by_one_press(cast: Cast) -> None:
    agreement = funded(cast)
    bente, url = enter(cast.bente), f"/aftaler/{agreement.pk}/tilmeld/"
    form = bente.get(url).context["form"]
    assert "Mette Hansen" in form.initial["text"] and "Konflikthåndtering" in form.initial["subject"]
    sent = {name: form.initial[name] for name in ("turn", "subject", "text")} | {"to": "kurser@engskolen.example"}
    assert bente.post(url, sent).status_code == 302
    assert bente.post(url, sent).status_code == 422  # a double click sends it once
    assert Email.objects.filter(kind="provider").count() == 1


def test_a_provider_whose_address_refuses_is_told_to_who_wrote_and_not_held_against_them(cast: Cast) -> None:
    agreement = funded(cast)
    email_provider(agreement, by=cast.bente, on=TODAY, turn=agreement.turn, **PROVIDER)
    email = Email.objects.get(kind="provider")
    email.error = "550 5.1.1 no such user"
    mark_address(email, timezone.now())
    cast.bente.refresh_from_db()
    assert cast.bente.mail_refused_at is None
    assert Notification.objects.get(person=cast.bente, kind="refused_mail").facts["name"] == "kurser@engskolen.example"


@pytest.mark.parametrize("long", [{"subject": "x" * 201}, {"text": "x" * 5001}], ids=["subject", "text"])
def test_a_mail_to_the_provider_is_not_cut(cast: Cast, long: dict[str, str]) -> None:
    agreement = funded(cast)
    with pytest.raises(Refused, match=r"201|5001"):
        email_provider(agreement, by=cast.bente, on=TODAY, turn=agreement.turn, **(PROVIDER | long))
    assert not Email.objects.exists()


# --- Who may write to which address ---

VICTIM = PROVIDER | {"to": "ceo@victim.example", "subject": "Your login code"}


def write_to(agreement: Agreement, by: Any, **mail: str) -> None:
    agreement.refresh_from_db()
    email_provider(agreement, by=by, on=TODAY, turn=agreement.turn, **mail)


def test_an_employee_writes_to_the_address_of_the_catalogue_and_to_no_other(cast: Cast) -> None:
    agreement = funded(cast)
    Course.objects.update(signup_email="Kurser@engskolen.example")
    with pytest.raises(Refused, match=r"Kurser@engskolen\.example"):
        write_to(agreement, cast.mette, **VICTIM)
    assert not Email.objects.exists()
    url = f"/aftaler/{agreement.pk}/tilmeld/"
    answer = enter(cast.mette).post(url, {"turn": agreement.turn, **VICTIM})
    assert answer.status_code == 302
    assert Email.objects.get().to == "Kurser@engskolen.example"  # what was typed in its place is not read


def test_without_an_address_an_employee_is_led_to_the_coordinator(cast: Cast) -> None:
    agreement = funded(cast)
    with pytest.raises(Refused):
        write_to(agreement, cast.mette, **PROVIDER)
    mette, url = enter(cast.mette), f"/aftaler/{agreement.pk}/tilmeld/"
    page = mette.get(url).content.decode()
    assert "Bente Hansen" in page and "<textarea" not in page
    assert mette.post(url, {"turn": agreement.turn, **PROVIDER}).status_code == 422
    RoleAssignment.objects.filter(role=Role.COORDINATOR).delete()
    assert "HR kan skrive den" in mette.get(url).content.decode()
    edit_course(cast.run.course, by=cast.hanne, on=TODAY, signup_email="kurser@engskolen.example")
    write_to(agreement, cast.mette, **PROVIDER)
    assert Email.objects.get().to == "kurser@engskolen.example"
    assert Course.objects.get().signup_email_by == cast.hanne


def test_an_address_that_a_coordinator_writes_to_is_stored_with_who_entered_it(cast: Cast) -> None:
    agreement = funded(cast)
    Course.objects.update(signup_email="gammel@engskolen.example")
    write_to(agreement, cast.bente, **PROVIDER)
    course = Course.objects.get()
    assert (course.signup_email, course.signup_email_by) == ("kurser@engskolen.example", cast.bente)


def test_nobody_else_brings_an_address_into_the_catalogue(cast: Cast) -> None:
    course: dict[str, Any] = {"title": "Mit kursus", "starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 2)}
    for person in (cast.mette, cast.lars, cast.jonas, cast.ida):
        with pytest.raises(NotPermitted):
            enter_course(by=person, on=TODAY, signup_email="ceo@victim.example", **course)
    sent = {**course, "kind": "private", "mode": "on_site", "signup_email": "ceo@victim.example"}
    assert 'name="signup_email"' not in enter(cast.mette).get("/kurser/nyt/").content.decode()
    assert enter(cast.mette).post("/kurser/nyt/", sent).status_code == 302
    assert Course.objects.get(title="Mit kursus").signup_email == ""
    run = enter_course(by=cast.bente, on=TODAY, signup_email="kurser@ny.example", **(course | {"title": "Bentes"}))
    assert (run.course.confirmed_signup_email, run.course.signup_email_by) == ("kurser@ny.example", cast.bente)


def test_an_address_that_an_employee_may_have_entered_earlier_counts_when_somebody_has_confirmed_it(cast: Cast) -> None:
    agreement = funded(cast)
    Course.objects.update(signup_email="kurser@engskolen.example", entered_by_hand=True)
    with pytest.raises(Refused):
        write_to(agreement, cast.mette, **PROVIDER)
    edit_course(Course.objects.get(), by=cast.bente, on=TODAY, signup_email="kurser@engskolen.example")
    write_to(agreement, cast.mette, **PROVIDER)
    assert Email.objects.count() == 1


def test_a_file_brings_the_address_of_the_provider_and_names_who_imported_it(cast: Cast) -> None:
    agreement = funded(cast)
    Course.objects.update(signup_email="ceo@victim.example", entered_by_hand=True)
    file = b"Titel;Udbyder;Kursuskode;Tilmeldingsmail\n" + "Konflikthåndtering;Engskolen;47110;k@e.example\n".encode()
    report = import_courses(("kurser.csv", file), on=TODAY, by=cast.hanne)
    assert report.written, report.problems
    course = Course.objects.get()
    assert (course.confirmed_signup_email, course.signup_email_by) == ("k@e.example", cast.hanne)
    write_to(agreement, cast.mette, **(PROVIDER | {"to": "k@e.example"}))
