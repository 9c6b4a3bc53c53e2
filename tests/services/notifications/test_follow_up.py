"""Who is notified on which day if nobody acts, and that each email is sent once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client

from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast
from udbytte.access.links import AnswerLink, BrokenLink, ExpiredLink
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Email, Employment, FollowUpRun, LogEntry, ManagerRole, Notification, Person
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications import follow_up as services
from udbytte.services.notifications.follow_up import follow_up

pytestmark = pytest.mark.django_db


def heard(days: int, start: date = TODAY) -> list[tuple[int, str, str]]:
    """Follow up each day, and list (day, who, kind of notice) about agreements."""
    told: list[tuple[int, str, str]] = []
    for number in range(days):
        on = start + timedelta(days=number)
        follow_up(on=on)
        Email.objects.filter(sent_at=None).update(sent_at=datetime.combine(on, time(7), UTC))
        rows = Notification.objects.filter(on=on, agreement__isnull=False).order_by("person__given_name", "kind")
        told += [(number, *row) for row in rows.values_list("person__given_name", "kind")]
    return told


def test_a_course_that_everybody_ignores(cast: Cast) -> None:
    """Due on 23 March, day 21. Bente is reminded after a week. After two the step is Lars's, after six it is HR's.

    After eight weeks Mette is asked, and after nine the agreement lapses.
    """
    agreement = cast.agree()
    assert heard(87) == [
        (0, "Bente", "step"),
        (21, "Bente", "late"),
        (28, "Bente", "late"),
        (35, "Bente", "moved_on"),
        (35, "Lars", "next"),
        (49, "Lars", "late"),
        (63, "Hanne", "next"),
        (63, "Lars", "moved_on"),
        (77, "Hanne", "late"),
        (77, "Mette", "lapse_near"),
        (84, "Bente", "told"),
        (84, "Lars", "told"),
        (84, "Mette", "told"),
    ]
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.lost_from, agreement.step_owner) == ("lapsed", "agreed", None)


def test_a_helper_who_never_answers(cast: Cast) -> None:
    """Karim is asked and never answers: due on 9 March, day 7. On day 14 somebody else is to be found."""
    agreement = cast.agree(Kind.PRACTICE)
    take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    assert heard(16) == [
        (0, "Karim", "step"),
        (0, "Mette", "step"),
        (7, "Karim", "late"),
        (14, "Karim", "told"),
        (14, "Lars", "told"),
        (14, "Mette", "step"),
    ]
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.step) == ("agreed", "find_helper")


def test_money_that_nobody_settles_goes_up_to_the_managers_manager_without_the_title(cast: Cast) -> None:
    agreement = cast.agree(title="HEMMELIG TITEL")
    take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    assert [row for row in heard(22) if row[2] == "next"] == [(21, "Dorthe", "next")]
    email = Email.objects.filter(person=cast.dorthe).latest("pk")
    assert "Mette" in email.text and "Konflikthåndtering i hverdagen" in email.text and "HEMMELIG" not in email.text
    page = enter(cast.dorthe).get(f"/aftaler/{agreement.pk}/").content.decode()
    assert "HEMMELIG" not in page


def test_after_a_month_without_follow_up_the_line_begins_at_its_first_level(cast: Cast) -> None:
    agreement = cast.agree()
    follow_up(on=TODAY)
    day = TODAY + timedelta(days=120)
    follow_up(on=day)
    told = Notification.objects.filter(on=day, agreement=agreement).values_list("person__given_name", "kind")
    assert set(told) == {("Bente", "moved_on"), ("Lars", "next")}
    assert Email.objects.filter(person=cast.lars, on=day).count() == 1
    for number in range(1, 15):
        follow_up(on=day + timedelta(days=number))
    agreement.refresh_from_db()
    assert (agreement.stage, agreement.step_owner) == ("agreed", cast.lars)


def test_one_letter_a_week_and_at_most_one_extra_a_day(cast: Cast) -> None:
    for _ in range(3):
        agreement = cast.agree(Kind.PRACTICE)
        take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    for number in range(14):
        follow_up(on=TODAY + timedelta(days=number))
    keys = list(Email.objects.filter(person=cast.karim).order_by("pk").values_list("key", flat=True))
    assert keys == ["digest:2026-03-02", "digest:2026-03-09"]
    wednesday = TODAY + timedelta(days=16)
    for _ in range(2):
        take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=wednesday, helper=cast.karim)
        follow_up(on=wednesday)
    assert Email.objects.filter(person=cast.karim, key=f"extra:{wednesday}").count() == 1


def test_twice_for_a_day_is_once(cast: Cast) -> None:
    cast.agree()
    follow_up(on=TODAY)
    count = (Notification.objects.count(), Email.objects.count())
    follow_up(on=TODAY)
    assert (Notification.objects.count(), Email.objects.count()) == count


def test_killed_in_the_middle_and_run_again_each_letter_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.agree()
    day = TODAY + timedelta(days=21)

    def killed(**_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services, "write_emails", killed)
        with pytest.raises(KeyboardInterrupt):
            follow_up(on=day)
    assert FollowUpRun.objects.get(on=day).finished_at is None
    follow_up(on=day)
    follow_up(on=day)
    assert Email.objects.filter(person=cast.bente).count() == 1
    assert Notification.objects.filter(person=cast.bente, kind="late").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_each_letter_once() -> None:
    cast = make_cast()
    for _ in range(5):
        cast.agree()

    def run() -> None:
        follow_up(on=TODAY)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Email.objects.filter(person=cast.bente).count() == 1


def test_nothing_is_completed_because_a_date_has_passed(cast: Cast) -> None:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    agreement = take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)
    follow_up(on=TODAY + timedelta(days=700))
    agreement.refresh_from_db()
    assert agreement.stage == "registered"


def test_who_wants_no_letters_is_named_and_the_step_still_escalates(cast: Cast) -> None:
    Person.objects.filter(pk=cast.bente.pk).update(wants_mail=False)
    cast.agree()
    report = follow_up(on=TODAY + timedelta(days=36))
    assert ("Bente Hansen", "wants no emails") in {(skipped.person, skipped.why) for skipped in report.skipped}
    assert Notification.objects.filter(person=cast.lars, kind="next").exists()


def test_a_step_without_an_owner_reaches_hr_without_a_title(cast: Cast) -> None:
    follow_up(on=TODAY)
    take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    ManagerRole.objects.all().update(ends_on=TODAY)
    Employment.objects.filter(person=cast.lars).update(ends_on=TODAY)
    follow_up(on=TODAY + timedelta(days=1))
    email = Email.objects.get(person=cast.hanne, on__gt=TODAY)
    assert email.kind == "extra" and "Børnehuset" in email.text and "Konflikt" not in email.text


def test_a_registered_employee_gets_a_calendar_entry_at_once(cast: Cast) -> None:
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    wednesday = TODAY + timedelta(days=2)
    follow_up(on=TODAY)
    take_step(agreement, Event.REGISTER, by=cast.bente, on=wednesday)
    follow_up(on=wednesday)
    email = Email.objects.get(person=cast.mette, key=f"extra:{wednesday}")
    assert "DTSTART;VALUE=DATE:20260608" in email.calendar and "DTEND;VALUE=DATE:20260611" in email.calendar


def test_the_letter_speaks_the_language_of_who_gets_it(cast: Cast) -> None:
    Person.objects.filter(pk=cast.karim.pk).update(language="en")
    for person in (cast.karim, cast.lars):
        agreement = cast.agree(Kind.PRACTICE)
        take_step(agreement, Event.ASK, by=cast.mette, on=TODAY, helper=person)
    follow_up(on=TODAY)
    assert "Dear Karim" in Email.objects.get(person=cast.karim).text
    assert "Kære Lars" in Email.objects.get(person=cast.lars).text


# --- Answers from the mail ---


def asked(cast: Cast) -> Agreement:
    return take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)


def test_an_answer_from_the_mail_is_one_press_and_a_get_changes_nothing(cast: Cast) -> None:
    agreement = asked(cast)
    url = AnswerLink.ask(Event.ACCEPT, person=cast.karim, agreement=agreement, on=TODAY).path
    with time_machine.travel(datetime(2026, 3, 2, 10, tzinfo=UTC)):
        url = AnswerLink.ask(Event.ACCEPT, person=cast.karim, agreement=agreement, on=TODAY).path
        page = Client().get(url)
        assert page.status_code == 200 and LogEntry.objects.filter(event="accept").count() == 0
        assert b"Kursusopgaver" not in page.content and b"Log ud" not in page.content
        data = {"turn": agreement.turn, "event": "accept"}
        assert Client().post(url, data).status_code == 200
        assert LogEntry.objects.get(event="accept").by == cast.karim
        assert Client().get(url).status_code == 410
        assert Client().post(url, data).status_code == 410


def test_a_link_expires_and_cannot_be_forged(cast: Cast) -> None:
    agreement = asked(cast)
    with time_machine.travel(datetime(2026, 3, 2, 10, tzinfo=UTC)):
        token = AnswerLink.ask(Event.ACCEPT, person=cast.karim, agreement=agreement, on=TODAY).token
        assert AnswerLink.read(token, on=TODAY).person_id == cast.karim.pk
    with time_machine.travel(datetime(2026, 4, 2, 10, tzinfo=UTC)):
        with pytest.raises(ExpiredLink):
            AnswerLink.read(token, on=date(2026, 4, 2))
        assert Client().get(f"/svar/{token}/").status_code == 410
    with pytest.raises(BrokenLink):
        AnswerLink.read(token[:-3] + "abc", on=TODAY)
    assert Client().get("/svar/x/").status_code == 404
