"""What a person typed stands in its field again, with what is wrong, when it could not be saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.services.money.test_funding import diploma, source
from tests.services.practice.test_helping import under_way
from udbytte.domain.lifecycle import Event, Stage
from udbytte.models import Absence, Attachment, CheckIn, FundingApplication, Goal, Observation, RulesQuestion
from udbytte.services.agreements.take_step import take_step
from udbytte.services.conversations.plan import sign_plan
from udbytte.services.money.funding import plan_application
from udbytte.services.rounds.rounds import close_round

pytestmark = pytest.mark.django_db
# Who sends what where; what then stands on the page; what must not be in the database.
Sent = tuple[str, str, dict[str, Any], tuple[str, ...], Callable[[], bool]]
LONG = "Jeg så det. " * 51  # 612 characters
LONG_ANSWER = "De skrev: nej. " * 27  # 405 characters


def an_observation(cast: Cast) -> Sent:
    done = take_step(under_way(cast), Event.FINISH, by=cast.mette, on=date(2026, 6, 1))
    shown = (f"\n{LONG}</textarea>", 'id="see_text_error"', "611")
    return "lars", reverse("observe", args=[done.pk]), {"text": LONG}, shown, lambda: not Observation.objects.exists()


def a_long_answer_of_a_fund(cast: Cast) -> Sent:
    made = plan_application(diploma(cast), source("transition"), by=cast.mette, on=TODAY)
    FundingApplication.objects.filter(pk=made.pk).update(state="sent", sent_on=TODAY)
    data = {"what": "granted", "granted": "7.5", "answer": LONG_ANSWER}
    shown = (f'value="{LONG_ANSWER}"', 'value="7.5"', f'id="application{made.pk}_granted_error"', "404")
    return "lars", reverse("application", args=[made.pk]), data, shown, lambda: made.is_open


def an_answer_of_more_than_the_course_costs(cast: Cast) -> Sent:
    made = plan_application(diploma(cast), source("transition"), by=cast.mette, on=TODAY)
    FundingApplication.objects.filter(pk=made.pk).update(state="sent", sent_on=TODAY)
    data = {"what": "granted", "granted": "999999", "answer": "De betaler alt"}
    shown = ('value="999999"', 'value="De betaler alt"', f'id="application{made.pk}_granted_error"')
    return "lars", reverse("application", args=[made.pk]), data, shown, lambda: made.is_open


def a_file_that_was_forgotten(cast: Cast) -> Sent:
    course = cast.agree()
    type(course).objects.filter(pk=course.pk).update(stage=Stage.REGISTERED)
    shown = ('value="proof"', "checked", 'id="file_file_error"')
    data = {"kind": "proof"}
    return "lars", reverse("add-file", args=[course.pk]), data, shown, lambda: not Attachment.objects.exists()


def a_leave_that_ends_before_it_begins(cast: Cast) -> Sent:
    data = {"starts_on": "2026-06-01", "returns_on": "2026-03-09"}
    pk = cast.employment.pk
    other_form = f'action="{reverse("employment", args=[pk])}"'
    shown = ('value="2026-06-01"', 'value="2026-03-09"', 'id="leave_returns_on_error"', other_form)
    return "hanne", reverse("absence", args=[pk]), data, shown, lambda: not Absence.objects.exists()


def a_question_about_the_rules_of_a_round_that_was_closed_meanwhile(cast: Cast) -> Sent:
    close_round(cast.round, by=cast.hanne, on=TODAY)
    data = {"do": "ask", "text": "Hvad med kørsel?"}
    shown = ("Hvad med kørsel?", 'id="ask_text_error"')
    return "mette", reverse("rules", args=[cast.round.pk]), data, shown, lambda: not RulesQuestion.objects.exists()


def a_goal_in_a_plan_that_was_signed_meanwhile(cast: Cast) -> Sent:
    for person in (cast.mette, cast.lars):
        sign_plan(cast.plan, by=person, on=TODAY)
    data = {"do": "goal", "text": "At holde møderne selv", "sign": "De slutter til tiden"}
    shown = ("At holde møderne selv", "De slutter til tiden", 'role="alert"')
    return "mette", reverse("conversation", args=[cast.conversation.pk]), data, shown, lambda: not Goal.objects.exists()


def a_check_in_that_was_answered_meanwhile(cast: Cast) -> Sent:
    agreement, done = under_way(cast), {"answered_on": TODAY, "happens": True, "learns": True}
    asked = CheckIn.objects.create(agreement=agreement, by=cast.karim, by_helper=True, asked_on=TODAY, **done)
    data = {"happens": "no", "learns": "no", "line": "Vi nåede det ikke"}
    shown = ("Vi nåede det ikke", 'role="alert"')
    saved = CheckIn.objects.filter(pk=asked.pk, line="")
    return "karim", reverse("helper-check-in", args=[asked.pk]), data, shown, saved.exists


@pytest.mark.parametrize(
    "make",
    [
        a_check_in_that_was_answered_meanwhile,
        an_observation,
        a_long_answer_of_a_fund,
        an_answer_of_more_than_the_course_costs,
        a_file_that_was_forgotten,
        a_leave_that_ends_before_it_begins,
        a_question_about_the_rules_of_a_round_that_was_closed_meanwhile,
        a_goal_in_a_plan_that_was_signed_meanwhile,
    ],
)
def test_what_could_not_be_saved_stands_in_its_field_again(cast: Cast, make: Callable[[Cast], Sent]) -> None:
    who, url, data, shown, is_unsaved = make(cast)
    answer = enter(getattr(cast, who)).post(url, data)
    page = answer.content.decode()
    assert answer.status_code == 422 and is_unsaved()
    assert [text for text in shown if text not in page] == []
