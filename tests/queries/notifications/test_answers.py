"""How soon each kind of email is answered, as HR reads it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.house import House
from tests.house import house as house
from tests.queries.figures.test_questions import agree
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.notifications.emails import Asked
from udbytte.models import Agreement, CheckIn, Email, Person
from udbytte.queries.notifications.answers import AnsweredInTime, answers_to_emails
from udbytte.services.agreements.take_step import answer_as_helper, take_step

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def email(person: Person, *asks: Asked, sent: bool = True) -> None:
    Email.objects.create(
        person=person,
        key=f"{person.pk}:{Email.objects.count()}",
        kind="digest",
        on=TODAY,
        to="a@example.test",
        subject="Sker det?",
        text="Sker det?",
        message_id="<a@example.test>",
        next_try_at=timezone.now(),
        sent_at=timezone.now() if sent else None,
        asks=list(asks),
    )


def about(agreement: Agreement) -> Asked:
    return Asked(agreement=agreement.pk, turn=agreement.turn, step=agreement.step)


def under_way(house: House, place: int) -> Agreement:
    row = agree(house, place, Kind.PRACTICE)
    row = take_step(row, Event.NEED_NOBODY, by=row.employee, on=TODAY, reason="Det går selv")
    return take_step(row, Event.START, by=row.employee, on=TODAY)


def test_what_the_person_answered_within_seven_days_counts(house: House) -> None:
    rows = [under_way(house, place) for place in range(6)]
    for row in rows:
        email(row.employee, about(row))
    for place, days in ((0, 0), (1, 7), (2, 8)):
        take_step(rows[place], Event.CHECK_IN, by=rows[place].employee, on=TODAY + days * DAY, happens=True)
    later = TODAY + 50 * DAY  # answered by somebody else than the person who was asked
    take_step(rows[3], Event.POSTPONE, by=house.cast.lars, on=TODAY + DAY, until=later, reason="Lars flytter den")
    email(rows[4].employee, about(rows[4]), sent=False)
    assert answers_to_emails(TODAY + 6 * DAY) == []  # the week is not over
    assert answers_to_emails(TODAY + 7 * DAY) == [AnsweredInTime("check_in", 6, 2)]
    assert answers_to_emails(TODAY + 34 * DAY) == [AnsweredInTime("check_in", 6, 2)]
    assert answers_to_emails(TODAY + 35 * DAY) == []


def test_a_helpers_view_is_answered_in_the_check_in(house: House) -> None:
    karim = house.cast.karim
    row = under_way(house, 0)
    people = [karim, *(under_way(house, place).employee for place in range(1, 5))]
    for person in people:
        check_in = CheckIn.objects.create(agreement=row, by=person, by_helper=True, asked_on=TODAY)
        email(person, Asked(agreement=row.pk, turn=row.turn, step="helper_check_in", check_in=check_in.pk))
        if person in people[:3]:
            answer_as_helper(check_in, by=person, on=TODAY + DAY, happens=True)
    assert answers_to_emails(TODAY + 7 * DAY) == [AnsweredInTime("helper_check_in", 5, 3)]


def test_nothing_is_shown_about_fewer_than_five_people(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    for _number in range(9):
        email(cast.mette, about(agreement))
    for person in (cast.lars, cast.karim, cast.jonas):
        email(person, about(agreement))
    assert answers_to_emails(TODAY + 7 * DAY) == []
    email(cast.dorthe, about(agreement))
    assert answers_to_emails(TODAY + 7 * DAY) == [AnsweredInTime("find_helper", 13, 0)]


def test_hr_reads_it_on_the_page_of_the_organisation_and_nobody_else_does(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    assert "Hvor hurtigt mails besvares" not in enter(cast.hanne).get("/organisation/").content.decode()
    for person in (cast.mette, cast.lars, cast.karim, cast.jonas, cast.dorthe):
        email(person, about(agreement))
    Email.objects.update(on=TODAY - 7 * DAY)
    html = enter(cast.hanne).get("/organisation/").content.decode()
    table = " ".join(re.sub("<[^>]*>", " ", html.split('id="svar-paa-mails"')[1]).split())
    assert "Spurgt Besvaret inden 7 dage Find en, der kan hjælpe 5 0 %" in table
    assert "Hvor hurtigt" not in enter(cast.ida).get("/organisation/").content.decode()
