"""Absence from a file is a doubt: people are marked as missing, their tasks wait or move, and nothing is closed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from django.core.management import call_command

from tests.imports.organisation.case_files import CASES, DAY, agree_with, load, make_round
from udbytte.access.people import missing_people
from udbytte.domain.lifecycle import Event, Kind, Stage
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report import Closing, Report
from udbytte.models import Agreement, Course, CourseRun, Employment, LogEntry, MissingPeriod, Notification, Person, Role
from udbytte.services.agreements.line import move_steps_of_people_away
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.people.missing import end_missing_person
from udbytte.services.people.roles import give_role

pytestmark = pytest.mark.django_db
WHOLE, ONE_SHORT = "day-1-and-20-whole.csv", "day-10-one-short.csv"
HEADER = "Navn;E-mail;Enhed;Leders e-mail;Medarbejdernummer"
BODIL = "Bodil Rask;bodil@engby.test;Engby > Skoler;{};1"
AAGE = "Aage Bang;aage@engby.test;Engby > Skoler > Nordskolen;bodil@engby.test;2"
DORTE = "Dorte Lund;dorte@engby.test;Engby > Skoler > Nordskolen;bodil@engby.test;3"
ERIK = "Erik Holm;erik@engby.test;Engby;;4"


def rows(*lines: str) -> tuple[str, bytes]:
    return "table.csv", "\n".join((HEADER, *lines)).encode()


def load_rows(lines: Iterable[str], on: date) -> Report:
    return import_organisation(rows(*lines), by=None, on=on)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def employed(email: str) -> Employment:
    return Employment.objects.get(person__email=email)


def test_somebody_who_is_not_in_a_file_is_missing_and_nothing_is_closed() -> None:
    load(WHOLE)
    agreement = agree_with("aage@engby.test", make_round())
    report = load(ONE_SHORT, on=after(9))
    assert (report.written, report.needs_confirmation, report.counts["employments"]["left"]) == (True, False, 0)
    assert [(row.name, row.work, row.closing) for row in report.missing_people] == [
        ("Aage Bang", "Lærer, Nordskolen", Closing(agreements=1))
    ]
    aage = employed("aage@engby.test")
    assert (aage.ends_on, aage.person.is_active) == (None, True)
    assert Agreement.objects.get(pk=agreement.pk).is_open
    assert list(missing_people(after(9))) == [aage.person]


def test_back_in_a_later_file_everything_is_as_before() -> None:
    load(WHOLE)
    agreement = agree_with("aage@engby.test", make_round())
    before = Agreement.objects.values().get(pk=agreement.pk)
    load(ONE_SHORT, on=after(9))
    report = load(WHOLE, on=after(19))
    assert (report.missing_people, report.counts["employments"]["new"]) == ([], 0)
    assert list(missing_people(after(19))) == []
    assert Agreement.objects.values().get(pk=agreement.pk) == before
    period = MissingPeriod.objects.get()
    assert (period.starts_on, period.ends_on) == (after(9), after(18))


def test_the_same_file_again_changes_nothing() -> None:
    load(WHOLE)
    load(ONE_SHORT, on=after(9))
    again = load(ONE_SHORT, on=after(9))
    assert [again.total(verdict) for verdict in ("new", "changed", "moved", "left")] == [0, 0, 0, 0]
    assert MissingPeriod.objects.get().lacked_again_on is None


@pytest.mark.parametrize("later", [None, 5, 14])
def test_it_ends_after_14_days_only_if_a_later_file_lacks_it_too(later: int | None) -> None:
    load(WHOLE)
    agreement = agree_with("aage@engby.test", make_round())
    load(ONE_SHORT)
    if later == 5:
        load(ONE_SHORT, on=after(5))
    follow_up(on=after(13))
    assert employed("aage@engby.test").ends_on is None
    if later == 14:
        assert [row.name for row in load(ONE_SHORT, on=after(14)).leaving_people] == ["Aage Bang"]
    follow_up(on=after(14))
    assert employed("aage@engby.test").ends_on == (None if later is None else after(13))
    assert Agreement.objects.get(pk=agreement.pk).is_open == (later is None)


def test_a_file_with_bad_rows_does_not_say_twice_that_somebody_is_missing() -> None:
    load_rows((BODIL.format(""), AAGE, DORTE, ERIK), DAY)
    load_rows((BODIL.format(""), DORTE, ERIK), DAY)
    bad = "Gorm Gade;gorm@engby.test;;;5"
    report = import_organisation(rows(BODIL.format(""), DORTE, ERIK, bad), by=None, on=after(15), skip_bad=True)
    assert report.problem_count == 1
    follow_up(on=after(16))
    assert employed("aage@engby.test").ends_on is None


def test_late_tasks_of_somebody_who_is_missing_rest() -> None:
    load(WHOLE)
    agreement = agree_with("aage@engby.test", make_round(), Kind.PRACTICE)
    due = Agreement.objects.get(pk=agreement.pk).step_due
    assert due is not None
    load(ONE_SHORT, on=due)
    for days in range(1, 40):
        follow_up(on=due + timedelta(days=days))
    row = Agreement.objects.get(pk=agreement.pk)
    assert (row.line_level, row.step_owner_id) == (0, row.employee_id)
    assert not Notification.objects.filter(person=row.employee, kind="late").exists()
    load(WHOLE, on=due + timedelta(days=40))
    follow_up(on=due + timedelta(days=40))
    assert Agreement.objects.get(pk=agreement.pk).line_level == 0
    assert Notification.objects.filter(person=row.employee, kind="late").count() == 1


def test_tasks_of_a_missing_manager_move_at_once_and_come_back() -> None:
    chief = "Carl Krag;carl@engby.test;Engby;;9"
    whole = (chief, BODIL.format("carl@engby.test"), AAGE, DORTE, ERIK.replace(";;", ";carl@engby.test;"))
    load_rows(whole, DAY)
    agreement = agree_with("aage@engby.test", make_round())
    run = CourseRun.objects.create(
        course=Course.objects.create(title="Konflikter", provider="Engskolen"),
        starts_on=after(60),
        ends_on=after(61),
    )
    take_step(agreement, Event.CHOOSE_RUN, by=None, on=DAY, run=run)
    owner = Agreement.objects.select_related("step_owner").get(pk=agreement.pk).step_owner
    assert owner is not None and owner.email == "bodil@engby.test"
    MissingPeriod.objects.create(employment=employed("bodil@engby.test"), starts_on=after(1))
    MissingPeriod.objects.create(manager_role=owner.manager_roles.get(unit__name="Nordskolen"), starts_on=after(1))
    assert move_steps_of_people_away(on=after(1)) == {"move_on": 1}
    row = Agreement.objects.select_related("step_owner").get(pk=agreement.pk)
    assert row.step_owner is not None and row.step_owner.email == "carl@engby.test"
    load_rows(whole, after(3))
    row = Agreement.objects.select_related("step_owner").get(pk=agreement.pk)
    assert (row.step_owner, row.line_level) == (owner, 0)


def test_ending_them_at_once_is_a_choice_and_many_need_their_number() -> None:
    load(WHOLE)
    agreement = agree_with("aage@engby.test", make_round())
    refused = load(ONE_SHORT, on=after(1), end_missing=True)
    assert (refused.needs_confirmation, refused.written, refused.many_missing) == (True, False, True)
    assert load(ONE_SHORT, on=after(1), end_missing=True, end_count=2).written is False
    report = load(ONE_SHORT, on=after(1), end_missing=True, end_count=1)
    assert (report.written, [row.name for row in report.leaving_people]) == (True, ["Aage Bang"])
    row = Agreement.objects.get(pk=agreement.pk)
    assert (row.stage, row.closed_on, employed("aage@engby.test").ends_on) == (Stage.DROPPED, after(1), DAY)


@pytest.mark.parametrize("number", ["2", "77"])
def test_somebody_who_is_back_within_90_days_has_their_agreements_again(number: str) -> None:
    """Also under a new employment number."""
    people = (BODIL.format(""), AAGE, DORTE, ERIK)
    load_rows(people, DAY)
    course = agree_with("aage@engby.test", make_round())
    practice = agree_with("aage@engby.test", course.round, Kind.PRACTICE)
    practice = take_step(practice, Event.ASK, by=None, on=DAY, helper=Person.objects.get(email="dorte@engby.test"))
    accepted = take_step(practice, Event.ACCEPT, by=practice.helpers.get().person, on=DAY)
    report = import_organisation(
        rows(*(row for row in people if row != AAGE)), by=None, on=after(1), end_missing=True, end_count=1
    )
    assert report.leaving_people[0].closing == Closing(agreements=2)
    assert Agreement.objects.filter(closed_on__isnull=True).count() == 0
    load_rows((people[0], AAGE.replace(";2", f";{number}"), *people[2:]), after(80))
    employment = employed("aage@engby.test")
    assert (employment.ends_on, employment.person.is_active) == (None, True)
    course, practice = Agreement.objects.get(pk=course.pk), Agreement.objects.get(pk=practice.pk)
    assert (course.stage, course.drop_reason, course.employment) == (Stage.AGREED, "", employment)
    assert (practice.stage, practice.step) == (Stage.STAFFED, accepted.step)
    assert practice.helpers.get(ended_on__isnull=True).person.email == "dorte@engby.test"
    told = Notification.objects.filter(agreement=practice, on=after(80)).values_list("person__given_name", flat=True)
    assert set(told) == {"Aage", "Bodil", "Dorte"}


def test_after_90_days_what_a_leave_closed_stays_closed() -> None:
    load(WHOLE)
    agreement = agree_with("aage@engby.test", make_round())
    load(ONE_SHORT, on=after(1), end_missing=True, end_count=1)
    load(WHOLE, on=after(92))
    assert Agreement.objects.get(pk=agreement.pk).stage == Stage.DROPPED


def test_a_seat_is_doubted_when_its_person_is_back() -> None:
    """The coordinator was told to give it back, so that somebody must find out."""
    load(WHOLE)
    agreement = agree_with("aage@engby.test", make_round())
    course = Course.objects.create(title="Konflikter", provider="Engskolen")
    run = CourseRun.objects.create(course=course, starts_on=after(60), ends_on=after(61))
    agreement = take_step(agreement, Event.CHOOSE_RUN, by=None, on=DAY, run=run)
    agreement = take_step(agreement, Event.FUND, by=None, on=DAY, price=1000)
    agreement = take_step(agreement, Event.REGISTER, by=None, on=DAY)
    load(ONE_SHORT, on=after(1), end_missing=True, end_count=1)
    assert agreement.unused_seats.count() == 1
    load(WHOLE, on=after(3))
    row = Agreement.objects.get(pk=agreement.pk)
    assert (row.stage, row.run, row.price, row.step) == (Stage.WAITLISTED, run, 1000, "confirm_seat")
    assert row.unused_seats.count() == 0
    events = list(LogEntry.objects.filter(agreement=row).order_by("-number").values_list("event", flat=True)[:2])
    assert events == [Event.DOUBT_SEAT, Event.COME_BACK]


def test_an_administrator_ends_what_is_missing_with_a_press() -> None:
    load(WHOLE)
    load(ONE_SHORT, on=after(1))
    aage, erik = Person.objects.get(email="aage@engby.test"), Person.objects.get(email="erik@engby.test")
    with pytest.raises(NotPermitted):
        end_missing_person(aage, by=erik, on=after(2))
    give_role(person=erik, role=Role.ADMINISTRATOR, unit=None, by=None, on=DAY)
    end_missing_person(aage, by=erik, on=after(2))
    assert employed("aage@engby.test").ends_on == after(1)
    with pytest.raises(Refused):
        end_missing_person(aage, by=erik, on=after(2))


def test_the_command_prints_who_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    load(WHOLE, on=DAY)
    call_command("import", "organisation", str(CASES / ONE_SHORT), "--json", "--dry-run")
    printed = json.loads(capsys.readouterr().out)
    assert [person["name"] for person in printed["missing_people"]] == ["Aage Bang"]
    assert (printed["missing_count"], printed["many_missing"], printed["refused"]) == (1, True, False)
    assert printed["would_close"] == {"agreements": 0, "conversations": 0, "seats": 0}
    call_command("import", "organisation", str(CASES / ONE_SHORT))
    printed_text = capsys.readouterr().out
    assert "  Aage Bang, Lærer, Nordskolen" in printed_text
    with pytest.raises(SystemExit):
        call_command("import", "organisation", str(CASES / ONE_SHORT), "--end-missing")
    call_command("import", "organisation", str(CASES / ONE_SHORT), "--end-missing", "1")
