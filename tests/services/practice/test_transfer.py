"""A course is offered a transfer practice: how it is used at work, and with whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.web.practice.test_ready_agreements import as_sent, sign
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, Notification
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible
from udbytte.services.practice.transfer import agree_transfer
from udbytte.web.practice.ready_agreements import ready_transfer

pytestmark = pytest.mark.django_db
QUESTION = "Hvordan bliver det brugt bagefter, og med hvem?"
FACTS = {"title": "Brug det", "planned_from": TODAY, "planned_to": TODAY + timedelta(days=50)}


def page_of(cast: Cast, who: str, agreement: Agreement) -> str:
    return enter(getattr(cast, who)).get(reverse("agreement", args=[agreement.pk])).content.decode()


def with_money(cast: Cast) -> Agreement:
    """A course agreement whose money is settled."""
    found = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    return take_step(found, Event.FUND, by=cast.lars, on=TODAY, price=6000)


def test_the_two_are_asked_on_the_courses_page_and_nobody_else(cast: Cast) -> None:
    course = with_money(cast)
    assert QUESTION in page_of(cast, "mette", course) and QUESTION in page_of(cast, "lars", course)
    assert QUESTION not in page_of(cast, "bente", course)


def test_right_after_a_course_is_agreed_it_is_asked_in_the_conversation(cast: Cast) -> None:
    mette, url = enter(cast.mette), reverse("conversation", args=[cast.conversation.pk])
    data = {"do": "agree", "kind": "course", "title": "Tegn til tale", "planned_from": TODAY, "planned_to": TODAY}
    response = mette.post(url, data)
    course = Agreement.objects.get()
    assert response["Location"] == f"{url}?added=agree&goal=0&agreed={course.pk}#loose"
    asked = mette.get(response["Location"]).content.decode()
    assert QUESTION in asked and reverse("transfer", args=[course.pk]) in asked
    assert QUESTION not in mette.get(url).content.decode()  # declined by not taking it
    mette.post(url, data | {"title": "Konflikthåndtering"})
    again = mette.post(url, data)  # a second press asks about the course it is about, not about the newest
    assert again["Location"] == f"{url}?added=agree&goal=0&agreed={course.pk}#loose"
    practice = data | {"kind": "practice", "title": "Mentor"}
    assert mette.post(url, practice)["Location"] == f"{url}?added=agree&goal=0#loose"
    for odd in ("x", "99999999999", "0"):
        assert mette.get(url, {"agreed": odd}).status_code == 200


def test_the_proposal_begins_after_the_last_day_and_lasts_eight_weeks(cast: Cast) -> None:
    course = cast.agree(first_use="Mandagsmødet", if_then="Hvis mødet er slut, så taler jeg med Karim.")
    ready = ready_transfer(course, TODAY)
    assert (ready["title"], ready["purpose"]) == ("Brug af kurset: Konflikthåndtering", "Mandagsmødet")
    assert (ready["if_then"], ready["turn_to"]) == ("Hvis mødet er slut, så taler jeg med Karim.", "Lars Hansen")
    assert ready["planned_from"] == date(2026, 7, 1)  # planned until the last of June
    agreement = take_step(course, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    ready = ready_transfer(agreement, TODAY)
    assert (ready["planned_from"], ready["planned_to"]) == (date(2026, 6, 11), date(2026, 8, 3))
    assert ready_transfer(agreement, date(2026, 9, 1))["planned_from"] == date(2026, 9, 2)  # the course is long over


def test_taken_the_two_agreements_link_to_each_other_and_it_is_offered_no_more(cast: Cast) -> None:
    course, mette = cast.agree(), enter(cast.mette)
    url = reverse("transfer", args=[course.pk])
    response = mette.post(url, as_sent(mette, url, title="Øv det på mandagsmødet"))
    assert response["Location"] == f"/samtaler/{cast.conversation.pk}/#agree"
    transfer = Agreement.objects.get(kind=Kind.PRACTICE)
    assert (transfer.transfer_of, transfer.title, transfer.step) == (course, "Øv det på mandagsmødet", "find_helper")
    there, back = page_of(cast, "lars", course), page_of(cast, "lars", transfer)
    assert reverse("agreement", args=[transfer.pk]) in there and QUESTION not in there
    assert reverse("agreement", args=[course.pk]) in back
    assert mette.get(url)["Location"] == reverse("agreement", args=[transfer.pk])


def test_a_helper_of_the_twin_does_not_learn_of_the_course(cast: Cast) -> None:
    course = cast.agree(title="Et fortroligt kursus")
    transfer = agree_transfer(course, by=cast.mette, on=TODAY, **FACTS)
    take_step(transfer, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    assert "Et fortroligt kursus" not in page_of(cast, "karim", transfer)


def test_pressed_twice_it_is_one_and_a_dropped_one_may_be_agreed_anew(cast: Cast) -> None:
    course = with_money(cast)
    first = agree_transfer(course, by=cast.mette, on=TODAY, **FACTS)
    assert agree_transfer(course, by=cast.lars, on=TODAY, **(FACTS | {"title": "Noget andet"})) == first
    proposed = take_step(first, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_time")
    take_step(proposed, Event.CONFIRM_DROP, by=cast.lars, on=TODAY)
    assert QUESTION in page_of(cast, "mette", course)
    assert agree_transfer(course, by=cast.mette, on=TODAY, **FACTS) != first


def test_in_a_signed_plan_it_comes_as_a_later_agreement_and_the_other_is_told(cast: Cast) -> None:
    course = cast.agree()
    sign(cast)
    cast.plan.refresh_from_db()
    frozen = cast.plan.signed_text
    mette, url = enter(cast.mette), reverse("transfer", args=[course.pk])
    response = mette.post(url, as_sent(mette, url))
    transfer = Agreement.objects.get(kind=Kind.PRACTICE)
    assert response["Location"] == reverse("agreement", args=[transfer.pk])
    cast.plan.refresh_from_db()
    assert cast.plan.signed_text == frozen
    notifications = Notification.objects.filter(agreement=transfer, kind="told")
    assert [(notification.person, notification.facts["by"]) for notification in notifications] == [
        (cast.lars, "Mette Hansen")
    ]


def test_only_the_two_agree_it_and_only_for_a_course_that_is_open(cast: Cast) -> None:
    course, practice = cast.agree(), cast.agree(Kind.PRACTICE)
    for person in (cast.bente, cast.karim, cast.dorthe, cast.birgit, cast.jonas):
        with pytest.raises(NotPermitted):
            agree_transfer(course, by=person, on=TODAY, **FACTS)
    with pytest.raises(NotPossible):
        agree_transfer(practice, by=cast.mette, on=TODAY, **FACTS)
    assert enter(cast.mette).get(reverse("transfer", args=[practice.pk])).status_code == 404
    dropped = take_step(course, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_time")
    take_step(dropped, Event.CONFIRM_DROP, by=cast.lars, on=TODAY)
    with pytest.raises(NotPossible):
        agree_transfer(course, by=cast.mette, on=TODAY, **FACTS)
    assert enter(cast.mette).get(reverse("transfer", args=[course.pk])).status_code == 404
