"""The seven key questions follow from what people do: each is changed by the step it asks about, and by no other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TODAY, make_unit
from tests.house import House, more_people
from udbytte.domain.figures.key_questions import Figure, Measure
from udbytte.domain.lifecycle import DropReason, Event, Kind
from udbytte.models import Agreement, Conversation, Round, RulesConfirmation
from udbytte.queries.figures.questions import Figures, figures_of_place, rounds_of_unit
from udbytte.services.agreements.take_step import agree_activity, replace_agreement, take_step
from udbytte.services.practice.methods import record_catalogue_visit

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=200)


def agree(house: House, place: int, kind: Kind = Kind.COURSE, **facts: Any) -> Agreement:
    """An agreement of the employee at that place in the house, planned for next month."""
    given: dict[str, Any] = {
        "title": "Noget", "planned_from": TODAY + timedelta(days=30), "planned_to": TODAY + timedelta(days=40),
        "by": house.cast.lars, "on": TODAY,
    }  # fmt: skip
    return agree_activity(plan=house.plans[place], kind=kind, **(given | facts))


def figures(house: House, on: date = TODAY) -> Figures:
    return figures_of_place(house.cast.kindergarten, house.cast.round, on=on).figures


def seen(figure: Figure) -> tuple[int, int] | None:
    """The figure as a share; None when nothing is shown."""
    return (figure.yes, figure.base) if figure.base else None


def question(house: House, number: int, on: date = TODAY) -> tuple[int, int] | None:
    return seen(figures(house, on).questions[number - 1])


def test_a_course_or_the_word_that_none_is_needed_answers_the_first(house: House) -> None:
    assert question(house, 1) == (0, 8)
    agree(house, 0)
    agree(house, 0)
    agree(house, 1, Kind.PRACTICE)
    house.plans[2].no_course_reason = "Ikke i år"
    house.plans[2].save()
    assert question(house, 1) == (2, 8)
    assert question(house, 4) == (1, 8)


def test_a_coordinator_who_owns_the_step_or_has_done_it_answers_the_second(house: House) -> None:
    rows = [agree(house, place) for place in range(5)]
    assert question(house, 2) == (5, 5)
    Agreement.objects.filter(pk=rows[4].pk).update(step_owner=rows[4].employee)
    assert question(house, 2) == (4, 5)
    cast = house.cast
    agreement = take_step(rows[0], Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    by_the_manager = take_step(rows[1], Event.CHOOSE_RUN, by=cast.lars, on=TODAY, run=cast.run)
    assert agreement.coordinated_on == TODAY and by_the_manager.coordinated_on is None
    assert question(house, 2) == (3, 5)


def test_an_employee_who_stands_in_is_no_coordinator(house: House) -> None:
    row = agree(house, 0)
    Agreement.objects.filter(pk=row.pk).update(step_owner=row.employee)
    row.refresh_from_db()
    own = take_step(row, Event.CHOOSE_RUN, by=row.employee, on=TODAY, run=house.cast.run)
    assert own.coordinated_on is None


def registered(house: House, place: int) -> Agreement:
    cast = house.cast
    row = take_step(agree(house, place), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    row = take_step(row, Event.FUND, by=cast.lars, on=TODAY, price=100, price_reason="Tilbud")
    return take_step(row, Event.REGISTER, by=cast.bente, on=TODAY + timedelta(days=9))


def test_went_has_a_date_and_neither_answer_the_third(house: House) -> None:
    rows = [registered(house, place) for place in range(5)]
    assert question(house, 3) is None
    over = house.cast.run.ends_on + timedelta(days=1)
    assert question(house, 3, over) == (0, 5)
    went = take_step(rows[0], Event.GO, by=rows[0].employee, on=over, went="yes")
    assert went.answered_on == over
    take_step(rows[1], Event.NOT_GONE, by=rows[1].employee, on=over, reason="Syg")
    Agreement.objects.filter(pk=rows[2].pk).update(ends_on=over + timedelta(days=30), planned_to=over - timedelta(1))
    sums = figures(house, over).sums[Measure.PAST]
    assert {name: sums[name] for name in ("base", "answered", "went", "dated", "neither")} == {
        "base": 5, "answered": 3, "went": 1, "dated": 1, "neither": 1,
    }  # fmt: skip
    assert figures(house, over).sums[Measure.BOOKED] == {}  # one of the five has lost the seat: four are too few


def test_how_long_it_took_is_told_of_at_least_five_that_are_registered(house: House) -> None:
    rows = [registered(house, place) for place in range(4)]
    agree(house, 4)
    assert figures(house, LATER).sums[Measure.BOOKED] == {}
    rows.append(registered(house, 5))
    booked = figures(house, LATER).sums[Measure.BOOKED]
    assert (booked["base"], booked["days.9"]) == (len(rows), 5)
    chosen = figures(house, LATER).sums[Measure.CHOSEN]
    assert (chosen["base"], chosen["listed"]) == (5, 5)


def test_who_has_seen_the_ways_answers_the_fifth(house: House) -> None:
    record_catalogue_visit(house.cast.mette, on=TODAY)
    record_catalogue_visit(house.cast.mette, on=TODAY)
    record_catalogue_visit(house.cast.jonas, on=TODAY)
    assert question(house, 5) == (1, 8)


def test_only_a_helper_who_said_yes_answers_the_sixth(house: House) -> None:
    rows = [agree(house, place, Kind.PRACTICE) for place in range(5)]
    karim = house.cast.karim
    asked = [take_step(row, Event.ASK, by=row.employee, on=TODAY, helper=karim) for row in rows[:2]]
    take_step(rows[2], Event.NEED_NOBODY, by=rows[2].employee, on=TODAY, reason="Det går selv")
    take_step(asked[0], Event.ACCEPT, by=karim, on=TODAY)
    take_step(asked[1], Event.DECLINE, by=karim, on=TODAY)
    assert question(house, 6) == (1, 5)


def test_answered_check_ins_answer_the_seventh(house: House) -> None:
    rows = []
    for place in range(6):
        row = agree(house, place, Kind.PRACTICE)
        row = take_step(row, Event.NEED_NOBODY, by=row.employee, on=TODAY, reason="Det går selv")
        rows.append(take_step(row, Event.START, by=row.employee, on=TODAY))
    due = max(row.step_due for row in rows if row.step_due)
    assert question(house, 7, due) is None
    for place in (0, 1):
        take_step(rows[place], Event.CHECK_IN, by=rows[place].employee, on=due, happens=True, learns=place == 0)
    after = due + timedelta(days=1)
    assert question(house, 7, after) == (2, 6)
    sums = figures(house, after).sums[Measure.ASKED]
    assert sums["people"] == 6 and figures(house, after).sums[Measure.ANSWERS] == {}  # two answers are too few
    for row in rows[2:5]:
        take_step(row, Event.CHECK_IN, by=row.employee, on=after, happens=True, learns=True)
    answers = figures(house, after).sums[Measure.ANSWERS]
    assert (answers["base"], answers["learns"]) == (5, 4)
    take_step(rows[5], Event.CHECK_IN, by=rows[5].employee, on=after, happens=True)
    assert question(house, 7, after) == (6, 6)
    answers = figures(house, after).sums[Measure.ANSWERS]
    assert (answers["base"], answers["learns"]) == (5, 4)  # whether something new was learned was left open


def told(house: House, place: int, newness: str) -> Agreement:
    row = agree(house, place, Kind.PRACTICE)
    row = take_step(row, Event.NEED_NOBODY, by=row.employee, on=TODAY, reason="Det går selv")
    for event in (Event.START, Event.FINISH):
        row = take_step(row, event, by=row.employee, on=TODAY, facts={})
    row = take_step(row, Event.REPORT_OUTCOME, by=row.employee, on=TODAY, learned="En ting", newness=newness)
    return take_step(row, Event.TALK, by=house.cast.lars, on=TODAY)


def test_the_headline_counts_those_whose_time_has_come(house: House) -> None:
    told(house, 0, "much")
    told(house, 1, "something")
    told(house, 2, "nothing")
    dropped = take_step(agree(house, 3), Event.PROPOSE_DROP, by=house.cast.lars, on=TODAY, reason=DropReason.NO_TIME)
    dropped = take_step(dropped, Event.CONFIRM_DROP, by=dropped.employee, on=TODAY)
    assert dropped.lost_from == "agreed"
    assert seen(figures(house).headline) is None  # four people
    agree(house, 4)
    agree(house, 5)
    assert seen(figures(house, LATER).headline) == (2, 6)
    flow = figures(house, LATER).sums[Measure.FLOW]
    assert {key: n for key, n in flow.items() if n and "." in key} == {
        "at.agreed": 2, "at.learned": 3, "lost.agreed": 1, "reason.no_time": 1, "late.find_run.193": 2,
    }  # fmt: skip


def test_what_is_replaced_is_counted_no_more(house: House) -> None:
    rows = [agree(house, place) for place in range(5)]
    day = TODAY + timedelta(days=30)
    other_way = {"title": "Noget andet", "kind": Kind.COURSE, "planned_from": day, "planned_to": day}
    proposed = take_step(rows[0], Event.PROPOSE_REPLACE, by=house.cast.lars, on=TODAY, facts=other_way)
    replace_agreement(proposed, by=proposed.employee, on=TODAY)
    assert question(house, 2) == (5, 5)


def test_the_conditions_are_what_was_known_before_the_conversation(house: House) -> None:
    cast = house.cast
    RulesConfirmation.objects.create(round=cast.round, person=cast.mette, confirmed_on=TODAY)
    late = house.plans[1].conversation.employment.person
    RulesConfirmation.objects.create(round=cast.round, person=late, confirmed_on=TODAY + timedelta(days=1))
    shown = figures(house, LATER)
    assert (seen(shown.rules_read), seen(shown.money_known)) == ((1, 8), (8, 8))
    cast.budget.published_on = TODAY + timedelta(days=1)
    cast.budget.save()
    assert seen(figures(house, LATER).money_known) == (0, 8)


def test_a_conversation_ahead_counts_when_it_is_held(house: House) -> None:
    Conversation.objects.filter(pk=house.plans[7].conversation_id).update(held_on=TODAY + timedelta(days=1))
    assert question(house, 1) == (0, 7)
    assert question(house, 1, TODAY + timedelta(days=1)) == (0, 8)


def test_the_trend_is_against_the_same_day_of_the_round_before(house: House) -> None:
    """A year ago all eight had talked and four had a course by this day; four more came later."""
    cast = house.cast
    ago = timedelta(days=364)
    before = Round.objects.create(
        name="MUS 2025", announced_on=cast.round.announced_on - ago, published_on=cast.round.announced_on - ago,
        conversations_from=cast.round.conversations_from - ago, conversations_to=cast.round.conversations_to - ago,
        closes_on=cast.round.closes_on - ago,
    )  # fmt: skip
    before.units.add(cast.municipality)
    for place, plan in enumerate(list(house.plans)):
        then = Conversation.objects.create(
            round=before, employment=plan.conversation.employment, manager=cast.lars, held_on=TODAY - ago
        )
        old = type(plan).objects.create(conversation=then)
        on = TODAY - ago if place < 4 else TODAY - ago + timedelta(days=1)
        agree_activity(
            plan=old, kind=Kind.COURSE, title="Dengang", planned_from=on, planned_to=on, by=None, on=on,
        )  # fmt: skip
    for place in range(6):
        agree(house, place)
    assert rounds_of_unit(cast.kindergarten, TODAY) == [cast.round, before]
    answer = figures_of_place(cast.kindergarten, cast.round, on=TODAY, before=before)
    first = answer.figures.questions[0]
    assert (first.percent, first.before, first.trend) == (75, 50, 25)


def test_parts_add_up_and_a_small_unit_is_among_the_others(house: House) -> None:
    cast = house.cast
    small = make_unit("Skovgruppen", cast.children)
    Conversation.objects.create(round=cast.round, employment=cast.dorthe.employments.get(), manager=None)
    for plan in house.plans[5:]:
        employment = plan.conversation.employment
        employment.unit = small
        employment.save()
    answer = figures_of_place(cast.children, cast.round, on=TODAY)
    shown = {part.unit.name if part.unit else None: part.figures.people for part in answer.parts}
    assert shown == {"Børnehuset Mælkebøtten": 5, "Skovgruppen": 0}
    assert answer.figures.people == 5
    whole = figures_of_place(None, cast.round, on=TODAY)
    assert whole.figures.people == 5  # three and one are too few everywhere


def test_one_person_and_thirty_cost_the_same_number_of_queries(house: House) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            figures_of_place(house.cast.children, house.cast.round, on=TODAY, before=None)
        return len(found)

    few = count()
    house.plans += more_people(house.cast, 30, prefix="Flere")
    for place in range(30):
        agree(house, place)
    make_unit("Endnu en", house.cast.children)
    assert count() == few
