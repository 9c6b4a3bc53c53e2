"""A seat on a course: given back in time or late, moved, lost with its run, and what it cost in the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import TODAY, Cast, employ, make_person
from udbytte.access.agreements import parties_of
from udbytte.domain.lifecycle import Event, Kind, Party, allowed
from udbytte.domain.money import CancellationTerms, cancellation_terms
from udbytte.models import (
    Agreement,
    Budget,
    Conversation,
    CourseRun,
    DevelopmentPlan,
    Notification,
    Overrun,
    RoleAssignment,
    UnusedSeat,
)
from udbytte.queries.money.budgets import balance_of, balances_of, granted_alone, uncommitted_for
from udbytte.services.agreements.consequences import cancellation_terms_of
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.courses.runs import cancel_run, lose_run, lose_vanished_run, move_run
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.money.overruns import decide_overrun
from udbytte.services.people.organisation import follow_organisation_changes

pytestmark = pytest.mark.django_db
FREE_UNTIL = date(2026, 5, 8)


def funded(cast: Cast, **facts: Any) -> Agreement:
    agreement = take_step(cast.agree(**facts), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    return take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=5000, price_reason="Tilbud")


def registered(cast: Cast, **facts: Any) -> Agreement:
    return take_step(funded(cast, **facts), Event.REGISTER, by=cast.bente, on=TODAY)


def costs(agreement: Agreement) -> list[int]:
    """What each seat that was not used has cost, in kroner."""
    return list(agreement.unused_seats.values_list("cost", flat=True))


def offered(agreement: Agreement, person: Any) -> set[Event]:
    """What a person's page offers them to do on the day after the seat was free to give back."""
    on = FREE_UNTIL + timedelta(days=3)
    parties = parties_of(agreement, person, on)
    return {event for event in Event if allowed(agreement.state, event, parties)}


def told(person: Any, kind: str) -> list[str]:
    return [notification.facts["event"] for notification in Notification.objects.filter(person=person, kind=kind)]


@pytest.mark.parametrize(
    ("terms", "day", "expected"),
    [
        ({"signup_deadline": FREE_UNTIL}, FREE_UNTIL, CancellationTerms(FREE_UNTIL, 0)),
        ({"signup_deadline": FREE_UNTIL}, FREE_UNTIL + timedelta(days=1), CancellationTerms(FREE_UNTIL, 5000)),
        ({"cancel_by": FREE_UNTIL, "signup_deadline": TODAY}, FREE_UNTIL, CancellationTerms(FREE_UNTIL, 0)),
        ({"cancel_by": TODAY, "cancel_cost": 1500}, FREE_UNTIL, CancellationTerms(TODAY, 1500)),
        ({"cancel_by": TODAY, "cancel_cost": 9000}, FREE_UNTIL, CancellationTerms(TODAY, 5000)),
        ({}, FREE_UNTIL, CancellationTerms(None, 0)),
    ],
)
def test_giving_a_seat_back_is_free_until_the_providers_day(terms: Any, day: date, expected: CancellationTerms) -> None:
    assert cancellation_terms(price=5000, on=day, **terms) == expected


def test_a_seat_given_back_in_time_costs_nothing_and_the_coordinator_tells_the_provider(cast: Cast) -> None:
    agreement = registered(cast)
    after = take_step(agreement, Event.CANCEL_SEAT, by=cast.mette, on=TODAY, reason="Vi har fået en vikar for lidt")
    assert (after.stage, after.run, after.price, after.budget, costs(after)) == ("agreed", None, None, None, [0])
    assert told(cast.bente, "unbook") == ["cancel_seat"]
    assert told(cast.lars, "told")[-1] == "cancel_seat"


def test_a_seat_given_back_late_stays_on_the_budget_with_what_it_cost(cast: Cast) -> None:
    agreement = registered(cast)
    late = FREE_UNTIL + timedelta(days=3)
    assert cancellation_terms_of(agreement, late) == CancellationTerms(FREE_UNTIL, 5000)
    after = take_step(agreement, Event.CANCEL_SEAT, by=cast.bente, on=late, reason="Syg", cost=1200)
    (seat,) = after.unused_seats.all()
    assert (seat.cost, seat.price, seat.budget, seat.run, seat.how) == (1200, 5000, cast.budget, cast.run, "cancelled")
    assert (after.price, after.budget, balance_of(cast.budget).spent) == (None, None, 1200)
    take_step(after, Event.CHOOSE_RUN, by=cast.bente, on=late, run=cast.run)
    assert balance_of(cast.budget).spent == 1200


def test_a_place_on_the_waitlist_costs_nothing(cast: Cast) -> None:
    waiting = take_step(funded(cast), Event.WAITLIST, by=cast.bente, on=TODAY)
    late = FREE_UNTIL + timedelta(days=3)
    assert costs(take_step(waiting, Event.CANCEL_SEAT, by=cast.mette, on=late, reason="Nej")) == []


def test_an_empty_seat_is_paid_for_and_the_bill_can_correct_it(cast: Cast) -> None:
    agreement = registered(cast)
    after = take_step(agreement, Event.NOT_GONE, by=cast.mette, on=date(2026, 6, 11), reason="Syg")
    assert (costs(after), after.budget, after.step) == ([5000], None, "find_run")
    owner, due, turn = after.step_owner_id, after.step_due, after.turn
    after = take_step(after, Event.PRICE, by=cast.bente, on=date(2026, 6, 20), actual_price=1750)
    assert (costs(after), after.step_owner_id, after.step_due, after.turn) == ([1750], owner, due, turn + 1)


def test_the_bill_of_an_attended_course_changes_no_step(cast: Cast) -> None:
    agreement = take_step(registered(cast), Event.GO, by=cast.mette, on=date(2026, 6, 11), went="yes")
    after = take_step(agreement, Event.PRICE, by=cast.lars, on=date(2026, 7, 2), actual_price=4800)
    assert (after.actual_price, after.step, after.step_due) == (4800, "use", agreement.step_due)
    with pytest.raises(NotPermitted):
        take_step(after, Event.PRICE, by=cast.mette, on=date(2026, 7, 2), actual_price=1)


def test_if_an_employee_leaves_or_drops_the_coordinator_gives_the_seat_back(cast: Cast) -> None:
    agreement = take_step(registered(cast), Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_time")
    take_step(agreement, Event.CONFIRM_DROP, by=cast.lars, on=TODAY)
    left = registered(cast, title="Førstehjælp")
    take_step(left, Event.LEAVE, by=None, on=TODAY)
    assert told(cast.bente, "unbook") == ["confirm_drop", "leave"]


def test_a_run_that_the_provider_cancels_sends_everyone_to_find_another(cast: Cast) -> None:
    seat, waiting = registered(cast), take_step(funded(cast, title="Nr. 2"), Event.WAITLIST, by=cast.bente, on=TODAY)
    assert cancel_run(cast.run, by=cast.bente, on=TODAY, why="For få tilmeldte") == 2
    for agreement in (seat, waiting):
        agreement.refresh_from_db()
        assert (agreement.stage, agreement.step, agreement.price, costs(agreement)) == ("agreed", "find_run", None, [])
        assert agreement.step_owner == cast.bente
    assert told(cast.mette, "no_seat") == ["lose_run"]
    assert told(cast.lars, "told").count("lose_run") == 2
    with pytest.raises(NotPossible):
        cancel_run(cast.run, by=cast.bente, on=TODAY, why="Igen")


def test_a_moved_run_keeps_the_stage_and_owner_of_its_agreements(cast: Cast) -> None:
    seat, found = registered(cast), cast.agree(title="Nr. 2")
    found = take_step(found, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    due = found.step_due
    days: dict[str, Any] = {"starts_on": date(2026, 9, 7), "ends_on": date(2026, 9, 9), "place": "Vejle"}
    assert move_run(cast.run, by=cast.hanne, on=TODAY, signup_deadline=date(2026, 8, 7), **days) == 2
    seat.refresh_from_db()
    found.refresh_from_db()
    assert (seat.stage, seat.starts_on, seat.step, seat.step_due) == (
        "registered", date(2026, 9, 7), "go", date(2026, 9, 10),
    )  # fmt: skip
    assert (found.stage, found.step_due, found.step_owner) == ("found", due, cast.lars)
    assert told(cast.mette, "seat") == ["register", "move_run"]
    assert set(told(cast.lars, "told")) >= {"move_run"} and "move_run" in told(cast.bente, "told")


def test_only_those_who_arrange_a_run_move_it_and_only_to_coming_days(cast: Cast) -> None:
    days: dict[str, Any] = {"starts_on": date(2026, 9, 7), "ends_on": date(2026, 9, 9)}
    for person in (cast.mette, cast.lars, cast.jonas):
        with pytest.raises(NotPermitted):
            move_run(cast.run, by=person, on=TODAY, **days)
    with pytest.raises(Refused):
        move_run(cast.run, by=cast.bente, on=TODAY, starts_on=date(2026, 1, 7), ends_on=date(2026, 1, 9))
    with pytest.raises(Refused):
        move_run(cast.run, by=cast.bente, on=TODAY, starts_on=date(2026, 9, 9), ends_on=date(2026, 9, 7))
    with pytest.raises(Refused):
        cancel_run(cast.run, by=cast.bente, on=TODAY, why=" ")


def test_a_run_lost_while_a_drop_is_proposed_or_a_step_rests_leaves_nothing_behind(cast: Cast) -> None:
    dropping = take_step(registered(cast), Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_time")
    paused = take_step(
        registered(cast, title="Nr. 2"), Event.PAUSE, by=cast.mette, on=TODAY, until=TODAY + timedelta(days=300)
    )
    assert move_run(cast.run, by=None, on=TODAY, starts_on=date(2026, 9, 7), ends_on=date(2026, 9, 9)) == 2
    paused.refresh_from_db()
    dropping.refresh_from_db()
    assert paused.paused_until == TODAY + timedelta(days=300)
    assert (dropping.proposed_by, dropping.step, dropping.starts_on) == (
        Party.EMPLOYEE,
        "confirm_drop",
        date(2026, 9, 7),
    )
    assert lose_run(cast.run, why="Aflyst", on=TODAY) == 2
    assert not Agreement.objects.filter(run=cast.run).exists()


def test_an_in_house_run_cannot_have_more_people_than_seats(cast: Cast) -> None:
    cast.run.course.kind = "in_house"
    cast.run.course.save()
    CourseRun.objects.filter(pk=cast.run.pk).update(seats=1)
    registered(cast)
    anna = make_person("Anna")
    employment = employ(anna, cast.kindergarten)
    conversation = Conversation.objects.create(round=cast.round, employment=employment, manager=cast.lars)
    employment.line_manager = cast.lars
    employment.save()
    second = agree_activity(
        plan=DevelopmentPlan.objects.create(conversation=conversation), kind=Kind.COURSE, title="Samme", by=cast.lars,
        on=TODAY, planned_from=TODAY, planned_to=TODAY,
    )  # fmt: skip
    second = take_step(second, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    second = take_step(second, Event.FUND, by=cast.lars, on=TODAY, price=0, price_reason="Tilbud")
    with pytest.raises(Refused, match="1"):
        take_step(second, Event.REGISTER, by=cast.bente, on=TODAY)
    assert take_step(second, Event.WAITLIST, by=cast.bente, on=TODAY).stage == "waitlisted"


def test_those_who_see_to_the_waitlist_are_notified_of_a_free_seat(cast: Cast) -> None:
    seat = registered(cast)
    waiting = take_step(funded(cast, title="Nr. 2"), Event.WAITLIST, by=cast.bente, on=TODAY)
    take_step(seat, Event.CANCEL_SEAT, by=cast.mette, on=TODAY, reason="Syg")
    notification = Notification.objects.get(person=cast.bente, kind="free_seat")
    assert (notification.agreement, notification.urgent) == (waiting, True)


def test_a_seat_on_a_vanished_run_stays_until_the_provider_has_answered(cast: Cast) -> None:
    seat, waits = registered(cast), funded(cast, title="Nr. 2")
    assert lose_vanished_run(cast.run, why="Ikke på listen", on=TODAY) == 2
    for agreement in (seat, waits):
        agreement.refresh_from_db()
    assert (waits.stage, waits.step) == ("agreed", "find_run")
    assert (seat.stage, seat.step, seat.step_owner, seat.run) == ("waitlisted", "confirm_seat", cast.bente, cast.run)
    assert (seat.step_due, seat.price, seat.registered_on) == (date(2026, 3, 5), 5000, TODAY)
    assert told(cast.mette, "no_seat") == [] and "doubt_seat" in told(cast.mette, "told")
    assert (
        Notification.objects.get(person=cast.bente, agreement=seat, urgent=True, kind="step").facts["event"]
        == "doubt_seat"
    )
    lost = take_step(seat, Event.LOSE_SEAT, by=cast.bente, on=TODAY, reason="Holdet er aflyst")
    assert (lost.stage, told(cast.mette, "no_seat")) == ("agreed", ["lose_seat"])


def test_a_doubted_seat_that_holds_is_a_seat_again(cast: Cast) -> None:
    seat = registered(cast)
    lose_vanished_run(cast.run, why="Ikke på listen", on=TODAY)
    seat.refresh_from_db()
    again = take_step(seat, Event.CONFIRM_SEAT, by=cast.bente, on=TODAY)
    assert (again.stage, again.step_owner) == ("registered", cast.mette)
    assert told(cast.mette, "seat") == ["register", "confirm_seat"]
    went = take_step(again, Event.GO, by=cast.mette, on=date(2026, 6, 11), went="yes")
    take_step(went, Event.USE, by=cast.mette, on=date(2026, 6, 12))
    assert told(cast.mette, "no_seat") == []


@pytest.mark.parametrize("event", [Event.CANCEL_SEAT, Event.NOT_GONE])
def test_an_unused_seat_cannot_cost_more_than_its_price(cast: Cast, event: Event) -> None:
    seat = registered(cast)
    with pytest.raises(Refused):
        take_step(seat, event, by=cast.mette, on=date(2026, 6, 12), facts={"reason": "Syg", "cost": 5001})
    assert costs(
        take_step(seat, event, by=cast.mette, on=date(2026, 6, 12), facts={"reason": "Syg", "cost": 5000})
    ) == [5000]


def test_a_bill_for_nothing_is_refused(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        take_step(cast.agree(), Event.PRICE, by=cast.lars, on=TODAY, actual_price=900)


def test_each_unused_seat_has_its_own_bill_which_can_be_corrected_and_has_an_end(cast: Cast) -> None:
    after = take_step(registered(cast), Event.NOT_GONE, by=cast.mette, on=date(2026, 6, 11), reason="Syg")
    after = take_step(after, Event.PRICE, by=cast.bente, on=date(2026, 6, 20), actual_price=0)
    after = take_step(after, Event.PRICE, by=cast.bente, on=date(2026, 6, 21), actual_price=1750)
    after = take_step(after, Event.CHOOSE_RUN, by=cast.bente, on=date(2026, 6, 22), run=cast.run)
    after = take_step(after, Event.FUND, by=cast.lars, on=date(2026, 6, 22), price=4000, price_reason="Tilbud")
    after = take_step(after, Event.REGISTER, by=cast.bente, on=date(2026, 6, 22))
    after = take_step(after, Event.NOT_GONE, by=cast.mette, on=date(2026, 6, 23), reason="Syg igen", cost=0)
    after = take_step(after, Event.PRICE, by=cast.bente, on=date(2026, 7, 1), actual_price=14_000)
    assert costs(after) == [1750, 4000]  # a bill above what was granted is asked about first
    decide_overrun(Overrun.objects.get(), granted=True, by=cast.lars, on=date(2026, 7, 1))
    assert costs(after) == [1750, 14_000]
    with pytest.raises(Refused):
        take_step(after, Event.PRICE, by=cast.bente, on=date(2026, 7, 1), actual_price=14_001)
    assert balance_of(cast.budget).spent == 15_750


def test_an_unused_seat_stays_on_its_budget_and_counts_for_the_manager_who_granted_it(
    cast: Cast,
) -> None:
    after = take_step(registered(cast), Event.NOT_GONE, by=cast.mette, on=date(2026, 6, 11), reason="Syg")
    other = Budget.objects.create(unit=cast.roads, round=cast.round, amount=9000)
    Agreement.objects.filter(pk=after.pk).update(unit=cast.roads)
    after.refresh_from_db()
    run = CourseRun.objects.create(course=cast.run.course, starts_on=date(2026, 9, 8), ends_on=date(2026, 9, 8))
    after = take_step(after, Event.CHOOSE_RUN, by=cast.mette, on=date(2026, 6, 12), run=run)
    take_step(after, Event.FUND, by=cast.lars, on=date(2026, 6, 12), price=3000, price_reason="Tilbud")
    funded(cast, title="Nr. 2")
    spent = {
        budget: (balance.committed, balance.spent) for budget, balance in balances_of([cast.budget, other]).items()
    }
    assert spent == {cast.budget.pk: (5000, 5000), other.pk: (3000, 0)}
    assert balance_of(cast.budget) == balances_of([cast.budget])[cast.budget.pk]
    here = Agreement.objects.get(title="Nr. 2")
    assert uncommitted_for([here, after]) == {here.pk: 10_000, after.pk: 6000}
    assert granted_alone([cast.lars.pk], [cast.round.pk]) == {(cast.lars.pk, cast.round.pk): 13_000}


def test_seats_and_agreements_of_one_budget_are_each_counted_once(cast: Cast) -> None:
    Budget.objects.update(amount=90_000)
    for number in range(3):
        seat = registered(cast, title=f"Nr. {number}")
        if number:
            take_step(seat, Event.NOT_GONE, by=cast.mette, on=date(2026, 6, 11), reason="Syg", cost=100 * number)
    registered(cast, title="Nr. 4")
    budget = Budget.objects.get()
    assert (balance_of(budget).committed, balance_of(budget).spent) == (10_000, 300)
    assert balances_of([budget])[budget.pk] == balance_of(budget)
    late = date(2026, 5, 20)
    dropping = take_step(
        Agreement.objects.get(title="Nr. 4"), Event.PROPOSE_DROP, by=cast.mette, on=late, reason="other"
    )
    take_step(dropping, Event.CONFIRM_DROP, by=cast.lars, on=late)
    assert (balance_of(budget).committed, balance_of(budget).spent) == (5000, 5300)


def test_a_fund_pays_of_an_unused_seat_only_what_it_says(cast: Cast) -> None:
    seats = [registered(cast), registered(cast, title="Nr. 2")]
    Agreement.objects.update(granted_outside=4000)
    ill: dict[str, Any] = {"by": cast.mette, "on": date(2026, 6, 11), "reason": "Syg"}
    take_step(seats[0], Event.NOT_GONE, **ill)
    assert (balance_of(cast.budget).spent, balance_of(cast.budget).outside) == (5000, 4000)
    for cost, outside in ((5000, 4001), (1000, 1001)):
        with pytest.raises(Refused):
            take_step(seats[1], Event.NOT_GONE, cost=cost, from_outside=outside, **ill)
    after = take_step(seats[1], Event.NOT_GONE, from_outside=3500, **ill)
    assert (balance_of(cast.budget).spent, balance_of(cast.budget).outside) == (6500, 3500)
    take_step(after, Event.PRICE, by=cast.bente, on=date(2026, 6, 20), actual_price=3000)
    assert (balance_of(cast.budget).spent, balance_of(cast.budget).outside) == (5000, 3000)


@pytest.mark.parametrize(
    "wrong", [{"cost": 5001}, {"cost": -1}, {"cost": 15_001, "billed_on": TODAY}, {"cost": 10, "granted_outside": 11}]
)
def test_the_database_refuses_an_unused_seat_that_cannot_be(cast: Cast, wrong: dict[str, Any]) -> None:
    given = {"agreement": cast.agree(), "how": "not_gone", "on": TODAY, "price": 5000, "cost": 5000, **wrong}
    with pytest.raises(IntegrityError), transaction.atomic():
        UnusedSeat.objects.create(**given)


def test_a_doubted_seat_that_is_given_back_late_costs_what_a_seat_does(cast: Cast) -> None:
    seat = registered(cast)
    lose_vanished_run(cast.run, why="Ikke på listen", on=TODAY)
    seat.refresh_from_db()
    late = FREE_UNTIL + timedelta(days=3)
    assert cancellation_terms_of(seat, late) == CancellationTerms(FREE_UNTIL, 5000)
    assert costs(take_step(seat, Event.CANCEL_SEAT, by=cast.mette, on=late, reason="Nej")) == [5000]


@pytest.mark.parametrize("event", [Event.LOSE_RUN, Event.LOSE_SEAT])
@pytest.mark.parametrize("doubted", [False, True])
def test_the_coordinator_reports_a_lost_seat_or_else_the_employee_who_registered(
    cast: Cast, event: Event, doubted: bool
) -> None:
    late: dict[str, Any] = {"on": FREE_UNTIL + timedelta(days=3), "facts": {"reason": "Aflyst"}}
    seat, other = registered(cast), registered(cast, title="Nr. 2")
    if doubted:
        lose_vanished_run(cast.run, why="Ikke på listen", on=TODAY)
        seat.refresh_from_db()
        other.refresh_from_db()
    for person in (cast.mette, cast.lars):
        assert event not in offered(seat, person)
        with pytest.raises(NotPermitted):
            take_step(seat, event, by=person, **late)
    assert costs(take_step(seat, event, by=cast.bente, **late)) == []
    RoleAssignment.objects.filter(person=cast.bente).update(ends_on=TODAY)
    follow_organisation_changes(on=late["on"])
    other.refresh_from_db()
    assert event in offered(other, cast.mette) and event not in offered(other, cast.lars)
    assert take_step(other, event, by=cast.mette, **late).stage == "agreed"


@pytest.mark.parametrize("event", [Event.MOVE_RUN, Event.DOUBT_SEAT, Event.LEAVE])
def test_nobody_can_press_what_only_the_application_does(cast: Cast, event: Event) -> None:
    for person in (cast.mette, cast.lars, cast.bente):
        with pytest.raises(NotPermitted):
            take_step(registered(cast), event, by=person, on=TODAY, facts={"reason": "Hm"})
