"""Partners for the first use of a course: who is asked, who hears of whom, and what nobody learns."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_cast
from udbytte.access.links import PartnerLink
from udbytte.access.practice import is_asked_for_partner, partners_of
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    Conversation,
    DevelopmentPlan,
    Email,
    Employment,
    Notification,
    PartnerWish,
    Person,
)
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.errors import NotPermitted, NotPossible
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.practice.course_partners import answer_partner_question

pytestmark = pytest.mark.django_db
QUESTION = "Vil du have en makker"


def go(cast: Cast, agreement: Agreement) -> Agreement:
    """Give the agreement a seat on the cast's course date."""
    agreement = take_step(agreement, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    return take_step(agreement, Event.REGISTER, by=cast.bente, on=TODAY)


def seat_of(cast: Cast, person: Person) -> Agreement:
    """Another employee of Lars's goes on the same course date."""
    employment = Employment.objects.filter(person=person).first() or employ(person, cast.kindergarten)
    Employment.objects.filter(pk=employment.pk).update(unit=cast.kindergarten, line_manager=cast.lars)
    employment.refresh_from_db()
    talk = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars, held_on=TODAY)
    plan = DevelopmentPlan.objects.create(conversation=talk)
    days: dict[str, Any] = {"planned_from": TODAY + timedelta(days=90), "planned_to": TODAY + timedelta(days=120)}
    made = agree_activity(plan=plan, kind=Kind.COURSE, title="Kurset", by=cast.lars, on=TODAY, **days)
    return go(cast, made)


@pytest.fixture
def both(cast: Cast) -> tuple[Agreement, Agreement]:
    """Mette's and Karim's seats on the same course date."""
    return go(cast, cast.agree()), seat_of(cast, cast.karim)


def page_of(person: Person, agreement: Agreement) -> str:
    return enter(person).get(reverse("agreement", args=[agreement.pk])).content.decode()


def email_of(person: Person, on: date) -> str:
    follow_up(on=on)
    return "\n".join(Email.objects.filter(person=person, on=on).values_list("text", flat=True))


def answer(agreement: Agreement, wants: bool, on: date = TODAY) -> None:
    answer_partner_question(agreement, wants=wants, by=agreement.employee, on=on)


def told() -> set[tuple[str, Any]]:
    rows = Notification.objects.filter(kind="partner")
    return {(row.person.given_name, row.facts["who"]) for row in rows.select_related("person")}


def _without_secrets(page: str) -> str:
    """The page without what differs each time it is asked for."""
    return re.sub(r'(nonce|X-CSRFToken|csrfmiddlewaretoken)"?\W+(value=)?"?[\w+/=-]+', "", page)


def test_who_goes_alone_is_not_asked(cast: Cast) -> None:
    alone = go(cast, cast.agree())
    assert not is_asked_for_partner(alone) and QUESTION not in page_of(cast.mette, alone)
    with pytest.raises(NotPossible):
        answer(alone, wants=True)


def test_each_is_asked_on_the_page_and_in_the_heads_up_and_in_no_email_more(
    cast: Cast, both: tuple[Agreement, Agreement]
) -> None:
    mine, _his = both
    assert QUESTION in page_of(cast.mette, mine)
    assert QUESTION not in page_of(cast.lars, mine) and QUESTION not in page_of(cast.bente, mine)
    text = email_of(cast.mette, cast.run.starts_on - timedelta(days=7))
    assert text.count(QUESTION) == 1 and "/svar/makker/" in text
    assert Email.objects.filter(person=cast.mette, on=cast.run.starts_on - timedelta(days=7)).count() == 1


def test_who_has_answered_is_not_asked_again_in_the_email(cast: Cast, both: tuple[Agreement, Agreement]) -> None:
    answer(both[0], wants=False)
    assert QUESTION not in email_of(cast.mette, cast.run.starts_on - timedelta(days=7))


def test_when_both_say_yes_each_gets_the_others_name_and_email(cast: Cast, both: tuple[Agreement, Agreement]) -> None:
    mine, his = both
    answer(mine, wants=True)
    assert told() == set() and "karim@example.test" not in page_of(cast.mette, mine)
    answer(his, wants=True)
    assert told() == {("Mette", "Karim Hansen"), ("Karim", "Mette Hansen")}
    assert "mailto:karim@example.test" in page_of(cast.mette, mine)
    assert "mailto:mette@example.test" in page_of(cast.karim, his)
    text = email_of(cast.mette, TODAY + timedelta(days=7))
    assert "Karim Hansen vil også gerne have en makker" in text and "karim@example.test" in text


def test_three_who_say_yes_hear_of_each_other_once(cast: Cast, both: tuple[Agreement, Agreement]) -> None:
    third = seat_of(cast, cast.jonas)
    for agreement in (*both, third):
        answer(agreement, wants=True)
        answer(agreement, wants=True)
    names = {"Mette", "Karim", "Jonas"}
    assert told() == {(a, f"{b} Hansen") for a in names for b in names if a != b}


def test_nobody_learns_of_a_no_and_it_looks_like_no_answer(cast: Cast, both: tuple[Agreement, Agreement]) -> None:
    mine, his = both
    answer(mine, wants=True)
    unanswered = page_of(cast.mette, mine)
    answer(his, wants=False)
    assert _without_secrets(page_of(cast.mette, mine)) == _without_secrets(unanswered)
    assert told() == set() and not partners_of(his).exists()
    assert "mette@example.test" not in page_of(cast.karim, his)
    for person in (cast.lars, cast.bente):
        assert "makker til den første brug" not in page_of(person, his)


def test_an_answer_can_change_until_there_is_a_partner(cast: Cast, both: tuple[Agreement, Agreement]) -> None:
    mine, his = both
    answer(mine, wants=True)
    answer(mine, wants=False)
    answer(his, wants=True)
    assert told() == set()
    answer(mine, wants=True)
    with pytest.raises(NotPossible):
        answer(mine, wants=False)
    assert [other.pk for other in partners_of(mine)] == [his.pk]


def test_only_the_employee_answers(cast: Cast, both: tuple[Agreement, Agreement]) -> None:
    with pytest.raises(NotPermitted):
        answer_partner_question(both[0], wants=True, by=cast.lars, on=TODAY)
    url = reverse("partner", args=[both[0].pk])
    assert enter(cast.lars).post(url, {"wants": "yes"}).status_code == 404
    assert enter(cast.mette).get(url).status_code == 405
    enter(cast.mette).post(url, {"wants": "yes"})
    assert PartnerWish.objects.get().wants


def test_who_loses_the_seat_is_no_partner_any_more(cast: Cast, both: tuple[Agreement, Agreement]) -> None:
    mine, his = both
    for agreement in both:
        answer(agreement, wants=True)
    take_step(his, Event.LOSE_SEAT, by=cast.bente, on=TODAY, reason="Sygdom")
    assert not partners_of(mine).exists() and not partners_of(Agreement.objects.get(pk=his.pk)).exists()


def test_the_link_in_the_email_answers_without_login_and_a_get_changes_nothing(
    cast: Cast, both: tuple[Agreement, Agreement]
) -> None:
    url = PartnerLink(cast.mette.pk, both[0].pk, TODAY).path
    page = Client().get(url)
    assert page.status_code == 200 and QUESTION in page.content.decode() and not PartnerWish.objects.exists()
    answer(both[1], wants=True)
    sent = Client().post(url, {"wants": "yes"})
    assert sent.status_code == 200 and "Karim" not in sent.content.decode()
    assert told() == {("Mette", "Karim Hansen"), ("Karim", "Mette Hansen")}
    assert Client().get(url).status_code == 410 and Client().post(url, {"wants": "no"}).status_code == 410
    strangers = PartnerLink(cast.jonas.pk, both[0].pk, TODAY).path
    assert Client().get(strangers).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_two_who_say_yes_at_once_find_each_other() -> None:
    """Both lock the course date, so the second sees the first."""
    cast = make_cast()
    seats = [go(cast, cast.agree()), seat_of(cast, cast.karim)]

    def say_yes(agreement: Agreement) -> None:
        answer(agreement, wants=True)
        connections.close_all()

    threads = [threading.Thread(target=say_yes, args=[agreement]) for agreement in seats]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told() == {("Mette", "Karim Hansen"), ("Karim", "Mette Hansen")}
