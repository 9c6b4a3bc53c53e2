"""Helpers: several, later, stopping, passing the request on; and learning together."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import TODAY, Cast, employ, make_person
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import (
    Agreement,
    CheckIn,
    Conversation,
    DevelopmentPlan,
    Helper,
    Notification,
    Person,
    PracticeMethod,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.practice.learning_partners import accept_help_request

pytestmark = pytest.mark.django_db
START = date(2026, 4, 7)


def stands(agreement: Agreement) -> tuple[str, str, str]:
    agreement.refresh_from_db()
    owner = agreement.step_owner.given_name if agreement.step_owner else ""
    return agreement.stage, agreement.step, owner


def asked(cast: Cast, *others: Person, **facts: Any) -> Agreement:
    """An agreement with which Karim, and others, are asked to help."""
    made = cast.agree(Kind.PRACTICE, planned_from=START, planned_to=date(2026, 9, 30), **facts)
    return take_step(made, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim, others=list(others))


def helping(agreement: Agreement) -> set[str]:
    rows = agreement.helpers.filter(ended_on=None, said_yes=True)
    return set(rows.values_list("person__given_name", flat=True))


def with_a_plan(cast: Cast, name: str) -> Person:
    """Somebody of the kindergarten whose conversation is held."""
    person = Person.objects.filter(given_name=name).first() or make_person(name)
    employment = person.employments.first() or employ(person, cast.kindergarten)
    follow_organisation_changes(on=TODAY)
    employment.refresh_from_db()
    talk = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars, held_on=TODAY)
    DevelopmentPlan.objects.create(conversation=talk)
    return person


def shared_way(**changed: Any) -> PracticeMethod:
    PracticeMethod.objects.filter(key="partnership").update(
        **{"people_from": 2, "people_to": 2, "role": "buddy"} | changed
    )
    return PracticeMethod.objects.get(key="partnership")


# --- Several helpers ---


def test_of_several_the_first_yes_is_enough_to_go_on(cast: Cast) -> None:
    a = asked(cast, cast.jonas)
    assert stands(a) == ("asked", "answer", "Karim")
    take_step(a, Event.ACCEPT, by=cast.jonas, on=TODAY)
    assert stands(a) == ("staffed", "start", "Mette")
    take_step(a, Event.ACCEPT, by=cast.karim, on=TODAY)
    assert stands(a) == ("staffed", "start", "Mette")
    assert helping(a) == {"Karim", "Jonas"}


def test_a_no_passes_the_step_to_the_next_who_is_asked_and_the_last_no_back_to_the_employee(cast: Cast) -> None:
    a = asked(cast, cast.jonas)
    take_step(a, Event.DECLINE, by=cast.karim, on=TODAY, suggests=cast.bente)
    assert stands(a) == ("asked", "answer", "Jonas")
    assert Helper.objects.get(person=cast.karim).suggests == cast.bente
    take_step(a, Event.DECLINE, by=cast.jonas, on=TODAY)
    assert stands(a) == ("agreed", "find_helper", "Mette")


def test_one_more_is_told_and_answers_beside_the_step(cast: Cast) -> None:
    a = take_step(asked(cast), Event.ACCEPT, by=cast.karim, on=TODAY)
    due = a.step_due
    take_step(a, Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=cast.jonas, hours=4)
    assert Notification.objects.get(person=cast.jonas).kind == "asked"
    assert (*stands(a), a.step_due) == ("staffed", "start", "Mette", due)
    take_step(a, Event.DECLINE, by=cast.jonas, on=TODAY)
    assert (*stands(a), a.step_due) == ("staffed", "start", "Mette", due)
    with pytest.raises(NotPossible):
        take_step(a, Event.ACCEPT, by=cast.karim, on=TODAY)


def test_a_helper_who_stops_leaves_the_step_alone_while_another_helps(cast: Cast) -> None:
    a = take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.karim, on=TODAY)
    a = take_step(a, Event.ACCEPT, by=cast.jonas, on=TODAY)
    a = take_step(a, Event.START, by=cast.mette, on=START)
    a = take_step(a, Event.LOSE_HELPER, by=cast.karim, on=START, reason="Nyt job", suggests=cast.bente)
    assert stands(a) == ("under_way", "check_in", "Mette") and helping(a) == {"Jonas"}
    take_step(a, Event.LOSE_HELPER, by=cast.jonas, on=START, reason="Ingen tid")
    assert stands(a) == ("agreed", "find_helper", "Mette") and not helping(a)


def test_who_was_asked_besides_can_still_say_yes_when_the_only_helper_stops(cast: Cast) -> None:
    a = take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.karim, on=TODAY)
    take_step(a, Event.LOSE_HELPER, by=cast.karim, on=TODAY, reason="Nyt job")
    assert stands(a) == ("agreed", "find_helper", "Mette")
    take_step(a, Event.ACCEPT, by=cast.jonas, on=TODAY)
    assert stands(a) == ("staffed", "start", "Mette") and helping(a) == {"Jonas"}


def test_a_helper_may_say_yes_from_another_day(cast: Cast) -> None:
    a = asked(cast)
    later = take_step(a, Event.ACCEPT_LATER, by=cast.karim, on=TODAY, until=date(2026, 5, 4))
    assert stands(a) == ("staffed", "start", "Mette")
    assert (later.planned_from, later.planned_to) == (date(2026, 5, 4), date(2026, 10, 27))
    assert later.step_due == date(2026, 5, 4)


def test_the_employee_may_part_with_one_of_two_helpers(cast: Cast) -> None:
    a = take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.karim, on=TODAY)
    a = take_step(a, Event.ACCEPT, by=cast.jonas, on=TODAY)
    a = take_step(a, Event.LOSE_HELPER, by=cast.mette, on=TODAY, helper=cast.karim, reason="Det passer ikke")
    assert helping(a) == {"Jonas"} and a.stage == "staffed"


def test_a_helper_cannot_send_another_helper_away(cast: Cast) -> None:
    a = take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.karim, on=TODAY)
    a = take_step(a, Event.ACCEPT, by=cast.jonas, on=TODAY)
    a = take_step(a, Event.LOSE_HELPER, by=cast.karim, on=TODAY, helper=cast.jonas, reason="Væk")
    assert helping(a) == {"Jonas"}


@pytest.mark.parametrize("whom", ["mette", "karim"])
def test_nobody_is_asked_twice_nor_to_help_themself(cast: Cast, whom: str) -> None:
    with pytest.raises(Refused) as refused:
        take_step(asked(cast), Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=getattr(cast, whom))
    assert refused.value.field == "helper"


def test_nobody_answers_for_a_helper_or_hands_the_question_over(cast: Cast) -> None:
    a = asked(cast)
    for person in (cast.lars, cast.mette, cast.hanne):
        with pytest.raises(NotPermitted):
            take_step(a, Event.HAND_OVER, by=person, on=TODAY, owner=cast.jonas)
        with pytest.raises(NotPermitted):
            take_step(a, Event.ACCEPT, by=person, on=TODAY)
    assert stands(a) == ("asked", "answer", "Karim")


def test_every_second_check_in_asks_one_helper_and_each_in_turn(cast: Cast) -> None:
    a = take_step(asked(cast, cast.jonas), Event.ACCEPT, by=cast.karim, on=TODAY)
    a = take_step(a, Event.ACCEPT, by=cast.jonas, on=TODAY)
    a = take_step(a, Event.START, by=cast.mette, on=START)
    for week in range(1, 5):
        a = take_step(a, Event.CHECK_IN, by=cast.mette, on=START + timedelta(weeks=week), happens=True, learns=True)
    asked_of = CheckIn.objects.filter(by_helper=True).order_by("asked_on").values_list("by__given_name", flat=True)
    assert list(asked_of) == ["Karim", "Jonas"]


def test_an_agreement_has_a_rhythm_of_its_own(cast: Cast) -> None:
    a = take_step(asked(cast, check_in_weeks=2), Event.ACCEPT, by=cast.karim, on=TODAY)
    assert take_step(a, Event.START, by=cast.mette, on=START).step_due == date(2026, 4, 21)


# --- It does not happen ---


def under_way(cast: Cast) -> Agreement:
    a = take_step(asked(cast, check_in_weeks=4), Event.ACCEPT, by=cast.karim, on=TODAY)
    return take_step(a, Event.START, by=cast.mette, on=START)


def test_twice_in_a_row_brings_it_to_the_manager_and_the_talk_starts_the_count_again(cast: Cast) -> None:
    a = under_way(cast)
    no = {"happens": False, "learns": False}
    a = take_step(a, Event.CHECK_IN, by=cast.mette, on=date(2026, 5, 5), facts=no)
    assert stands(a) == ("under_way", "check_in", "Mette")
    a = take_step(a, Event.CHECK_IN, by=cast.mette, on=date(2026, 6, 2), facts=no)
    assert stands(a) == ("stuck", "talk_stuck", "Lars") and a.step_due == date(2026, 6, 9)
    a = take_step(a, Event.TALK_STUCK, by=cast.lars, on=date(2026, 6, 8), line="Fast tid om tirsdagen")
    assert stands(a) == ("under_way", "check_in", "Mette")
    a = take_step(a, Event.CHECK_IN, by=cast.mette, on=date(2026, 7, 2), facts=no)
    assert stands(a)[0] == "under_way"


def test_a_yes_in_between_breaks_the_row(cast: Cast) -> None:
    a = under_way(cast)
    for week, happens in enumerate((False, True, False), 4):
        a = take_step(
            a, Event.CHECK_IN, by=cast.mette, on=START + timedelta(weeks=week), happens=happens, learns=happens
        )
    assert stands(a)[0] == "under_way"


# --- Those who learn together ---


def test_a_partner_learns_along_and_each_is_the_others_helper(cast: Cast) -> None:
    karim = with_a_plan(cast, "Karim")
    a = asked(cast, method=shared_way())
    with pytest.raises(MissingFact):
        accept_help_request(a, by=karim, on=TODAY)
    a.refresh_from_db()
    assert a.stage == "asked"
    accept_help_request(a, by=karim, on=TODAY, wants="Bedre overlevering")
    own = Agreement.objects.get(employee=karim)
    assert (own.title, own.group) == ("Bedre overlevering", Agreement.objects.get(pk=a.pk).group)
    assert stands(own) == ("staffed", "start", "Karim") and helping(own) == {"Mette"}
    assert stands(a) == ("staffed", "start", "Mette") and helping(a) == {"Karim"}
    assert Notification.objects.filter(person=cast.lars, agreement=own, kind="told").exists()


def test_who_leaves_a_partnership_leaves_both_with_somebody_to_find(cast: Cast) -> None:
    karim = with_a_plan(cast, "Karim")
    a = accept_help_request(asked(cast, method=shared_way()), by=karim, on=TODAY, wants="Bedre overlevering")
    own = Agreement.objects.get(employee=karim)
    take_step(own, Event.LOSE_HELPER, by=karim, on=TODAY, reason="Vi fik aldrig tid")
    assert stands(own) == ("agreed", "find_helper", "Karim") and stands(a) == ("agreed", "find_helper", "Mette")


def test_dropping_ones_own_part_tells_the_partner(cast: Cast) -> None:
    karim = with_a_plan(cast, "Karim")
    a = accept_help_request(asked(cast, method=shared_way()), by=karim, on=TODAY, wants="Bedre overlevering")
    own = Agreement.objects.get(employee=karim)
    own = take_step(own, Event.PROPOSE_DROP, by=karim, on=TODAY, reason="no_time")
    take_step(own, Event.CONFIRM_DROP, by=cast.lars, on=TODAY)
    assert stands(a) == ("agreed", "find_helper", "Mette")


def test_a_group_of_four_is_one_practice_with_four_outcomes(cast: Cast) -> None:
    method = shared_way(people_from=3, people_to=4)
    names = ["Karim", "Asta", "Bo"]
    people = [with_a_plan(cast, name) for name in names]
    a = asked(cast, *people[1:], method=method)
    a = accept_help_request(a, by=people[0], on=TODAY, wants="Karims mål")
    with pytest.raises(Refused):
        take_step(a, Event.START, by=cast.mette, on=START)
    for person in people[1:]:
        accept_help_request(Agreement.objects.get(pk=a.pk), by=person, on=TODAY, wants=f"{person.given_name}s mål")
    four = Agreement.objects.filter(group=Agreement.objects.get(pk=a.pk).group)
    everyone = {"Mette", *names}
    assert {agreement.employee.given_name: helping(agreement) for agreement in four} == {
        who: everyone - {who} for who in everyone
    }
    with pytest.raises(Refused):
        take_step(Agreement.objects.get(pk=a.pk), Event.ASK_ANOTHER, by=cast.mette, on=TODAY, helper=cast.jonas)
    for agreement in four:
        assert take_step(agreement, Event.START, by=agreement.employee, on=START).stage == "under_way"
    bo = four.get(employee__given_name="Bo")
    take_step(bo, Event.LOSE_HELPER, by=bo.employee, on=START, reason="Barsel")
    left = everyone - {"Bo"}
    rest = four.exclude(pk=bo.pk)
    assert {agreement.employee.given_name: helping(agreement) for agreement in rest} == {
        who: left - {who} for who in left
    }
    assert {agreement.stage for agreement in rest} == {"under_way"} and stands(bo)[0] == "agreed"


def test_who_has_no_plan_helps_as_any_other(cast: Cast) -> None:
    a = accept_help_request(asked(cast, method=shared_way()), by=cast.karim, on=TODAY)
    assert helping(a) == {"Karim"} and Agreement.objects.count() == 1


def test_two_may_press_yes_at_once_without_a_second_agreement(cast: Cast) -> None:
    karim = with_a_plan(cast, "Karim")
    a = asked(cast, method=shared_way())
    accept_help_request(a, by=karim, on=TODAY, wants="Bedre overlevering")
    with pytest.raises(Refused):
        accept_help_request(a, by=karim, on=TODAY, wants="Bedre overlevering")
    assert Agreement.objects.filter(employee=karim).count() == 1


def test_partners_who_leave_on_the_same_day_leave_nothing_behind(cast: Cast) -> None:
    method = shared_way(people_from=3, people_to=4)
    people = [with_a_plan(cast, name) for name in ("Karim", "Asta", "Bo")]
    a = asked(cast, *people[1:], method=method)
    for person in people:
        accept_help_request(Agreement.objects.get(pk=a.pk), by=person, on=TODAY, wants="Eget mål")
    for person in (cast.mette, people[0], people[1]):
        person.employments.update(ends_on=TODAY)
    follow_organisation_changes(on=TODAY + timedelta(days=1))
    left = Agreement.objects.exclude(stage="dropped").get()
    assert left.employee == people[2] and stands(left) == ("agreed", "find_helper", "Bo")
    assert not Helper.objects.filter(ended_on=None).exists()


def test_who_has_not_answered_when_it_is_done_is_asked_no_more(cast: Cast) -> None:
    a = take_step(under_way(cast), Event.ASK_ANOTHER, by=cast.mette, on=START, helper=cast.jonas)
    take_step(a, Event.FINISH, by=cast.mette, on=START)
    assert Helper.objects.get(person=cast.jonas).ended_on == START and helping(a) == {"Karim"}
