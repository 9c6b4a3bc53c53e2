"""`take_step`: what happens to an agreement, who is notified, and what is refused."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import DatabaseError

from tests.cast import TODAY, Cast, make_cast
from udbytte.domain.lifecycle import DropReason, Event, Kind, Stage
from udbytte.models import Agreement, CheckIn, Employment, LogEntry, ManagerRole, Notification, RoleAssignment
from udbytte.queries.money.budgets import balance_of
from udbytte.services.agreements.take_step import answer_as_helper, replace_agreement, take_step
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, OverBudget, Refused, StaleStep
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.people.roles import choose_manager, end_role

pytestmark = pytest.mark.django_db
INSTEAD: dict[str, Any] = {
    "title": "Sidemandsoplæring",
    "kind": Kind.PRACTICE,
    "planned_from": TODAY + timedelta(days=30),
    "planned_to": TODAY + timedelta(days=60),
}


def stands(agreement: Agreement) -> tuple[str, str, str, date | None]:
    agreement.refresh_from_db()
    owner = agreement.step_owner.given_name if agreement.step_owner else ""
    return agreement.stage, agreement.step, owner, agreement.step_due


def test_a_course_goes_all_the_way_to_learning(cast: Cast) -> None:
    a = cast.agree()
    assert stands(a) == ("agreed", "find_run", "Bente", date(2026, 3, 23))
    a = take_step(a, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    assert stands(a) == ("found", "settle_money", "Lars", date(2026, 3, 9))
    a = take_step(a, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    assert stands(a) == ("funded", "register", "Bente", date(2026, 3, 9))
    a = take_step(a, Event.REGISTER, by=cast.bente, on=TODAY)
    assert stands(a) == ("registered", "go", "Mette", date(2026, 6, 11))
    after = date(2026, 6, 11)
    a = take_step(a, Event.GO, by=cast.mette, on=after, went="yes", actual_price=5500)
    assert stands(a) == ("attended", "use", "Mette", date(2026, 6, 25))
    a = take_step(a, Event.USE, by=cast.mette, on=date(2026, 6, 25))
    assert stands(a) == ("used", "tell", "Mette", date(2026, 8, 24))
    a = take_step(
        a, Event.REPORT_OUTCOME, by=cast.mette, on=date(2026, 8, 24), learned="Jeg spørger først", newness="much"
    )
    assert stands(a) == ("told", "talk", "Lars", date(2026, 9, 7))
    a = take_step(a, Event.TALK, by=cast.lars, on=date(2026, 9, 1))
    assert stands(a) == ("learned", "", "", None)
    assert a.closed_on == date(2026, 9, 1) and a.outcome.talked_on == date(2026, 9, 1)
    assert balance_of(cast.budget).spent == 5500
    assert list(a.log.values_list("event", flat=True)) == [
        "agree", "choose_run", "fund", "register", "go", "use", "tell", "talk",
    ]  # fmt: skip


def test_learning_in_practice_goes_all_the_way(cast: Cast) -> None:
    a = cast.agree(Kind.PRACTICE, planned_from=date(2026, 4, 7), planned_to=date(2026, 9, 30))
    assert stands(a) == ("agreed", "find_helper", "Mette", date(2026, 3, 16))
    a = take_step(a, Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim, role="mentor")
    assert stands(a) == ("asked", "answer", "Karim", date(2026, 3, 9))
    a = take_step(a, Event.ACCEPT, by=cast.karim, on=TODAY)
    assert stands(a) == ("staffed", "start", "Mette", date(2026, 4, 7))
    a = take_step(a, Event.START, by=cast.mette, on=date(2026, 4, 7))
    assert stands(a) == ("under_way", "check_in", "Mette", date(2026, 5, 19))
    a = take_step(a, Event.CHECK_IN, by=cast.mette, on=date(2026, 5, 19), happens=True, learns=True)
    assert not CheckIn.objects.filter(by_helper=True).exists()
    a = take_step(a, Event.CHECK_IN, by=cast.mette, on=date(2026, 6, 30), happens=True, learns=False)
    asked = CheckIn.objects.get(by_helper=True)
    answer_as_helper(asked, by=cast.karim, on=date(2026, 7, 1), happens=True, learns=True)
    with pytest.raises(NotPossible):
        answer_as_helper(asked, by=cast.karim, on=date(2026, 7, 1), happens=True, learns=True)
    a = take_step(a, Event.FINISH, by=cast.mette, on=date(2026, 9, 30))
    assert stands(a) == ("done", "tell", "Mette", date(2026, 10, 14))


def test_without_a_coordinator_the_employee_finds_the_course(cast: Cast) -> None:
    RoleAssignment.objects.filter(person=cast.bente).delete()
    assert stands(cast.agree())[2] == "Mette"


def test_a_stranger_may_do_nothing(cast: Cast) -> None:
    a = cast.agree()
    facts = {"run": cast.run, "until": TODAY, "reason": "other", "owner": cast.jonas}
    for event in (Event.CHOOSE_RUN, Event.POSTPONE, Event.PROPOSE_DROP, Event.HAND_OVER, Event.LEAVE):
        with pytest.raises(NotPermitted):
            take_step(a, event, by=cast.jonas, on=TODAY, facts=facts)
    assert stands(a)[0] == "agreed"


def test_nothing_is_written_when_a_fact_is_missing(cast: Cast) -> None:
    a = cast.agree()
    with pytest.raises(MissingFact) as caught:
        take_step(a, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, facts={})
    assert caught.value.field == "run" and LogEntry.objects.count() == 1


def test_a_step_from_the_wrong_stage_is_refused(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        take_step(cast.agree(), Event.REGISTER, by=cast.bente, on=TODAY)


def test_a_stale_page_says_who_was_first(cast: Cast) -> None:
    a = cast.agree()
    turn = a.turn
    take_step(a, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    with pytest.raises(StaleStep) as caught:
        take_step(a, Event.CHOOSE_RUN, by=cast.mette, on=TODAY, turn=turn, run=cast.run)
    assert caught.value.entry is not None and caught.value.entry.by == cast.bente
    assert "Bente" in caught.value.message


def test_a_second_press_by_the_same_person_says_that_it_is_answered(cast: Cast) -> None:
    a = cast.agree()
    turn = a.turn
    take_step(a, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    with pytest.raises(StaleStep, match="har allerede svaret"):
        take_step(a, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, turn=turn, run=cast.run)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_wins() -> None:
    cast = make_cast()
    a = cast.agree()
    start, outcomes = threading.Barrier(2), []

    def press() -> None:
        start.wait()
        try:
            take_step(a, Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
            outcomes.append("won")
        except StaleStep:
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["told", "won"]
    assert LogEntry.objects.filter(agreement=a).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_cannot_overspend() -> None:
    cast = make_cast()
    agreements = [
        take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run) for _ in range(5)
    ]  # 5 x 6,000 on a budget of 20,000: three fit
    start, outcomes = threading.Barrier(5), []

    def press(agreement: Agreement) -> None:
        start.wait()
        try:
            take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=6000)
            outcomes.append("yes")
        except OverBudget:
            outcomes.append("over")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(agreement,)) for agreement in agreements]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["over", "over", "yes", "yes", "yes"]
    assert balance_of(cast.budget).committed == 18000


def test_a_price_over_the_budget_can_only_be_nominated(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    with pytest.raises(OverBudget) as caught:
        take_step(a, Event.FUND, by=cast.lars, on=TODAY, price=25000, price_reason="Tilbud")
    assert caught.value.left == 20000 and caught.value.field == "price"
    a = take_step(
        a, Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi har brug for det", price=12000, price_reason="Tilbud"
    )
    assert stands(a)[1:3] == ("decide", "Birgit")
    a = take_step(a, Event.REFUSE, by=cast.birgit, on=TODAY, reason="Ikke i år")
    assert stands(a)[:3] == ("agreed", "find_run", "Bente") and a.run is None
    told = {n.person.given_name for n in Notification.objects.filter(agreement=a) if n.facts.get("event") == "refuse"}
    assert told == {"Bente", "Lars", "Mette"}


def test_money_comes_back_when_a_seat_is_lost(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    a = take_step(a, Event.FUND, by=cast.lars, on=TODAY, price=6000)
    a = take_step(a, Event.REGISTER, by=cast.bente, on=TODAY)
    take_step(a, Event.LOSE_SEAT, by=cast.bente, on=TODAY, reason="Holdet er aflyst")
    assert balance_of(cast.budget).committed == 0


def test_a_drop_needs_the_other_and_ends_with_its_reason(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    assert stands(a)[1:3] == ("confirm_drop", "Lars")
    a = take_step(a, Event.CONFIRM_DROP, by=cast.lars, on=TODAY)
    assert (a.stage, a.drop_reason) == ("dropped", "no_time")


def test_a_drop_that_is_declined_goes_on_where_it_was(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.PROPOSE_DROP, by=cast.lars, on=TODAY, reason=DropReason.NO_MONEY)
    assert stands(a)[2] == "Mette"
    a = take_step(a, Event.KEEP, by=cast.mette, on=TODAY)
    assert stands(a)[:3] == ("agreed", "find_run", "Bente") and a.drop_reason == ""


def test_a_paused_step_is_not_due_before_the_return(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.PAUSE, by=cast.lars, on=TODAY, until=date(2026, 8, 15))
    assert stands(a) == ("agreed", "find_run", "Bente", date(2026, 8, 17)) and a.is_paused_on(date(2026, 8, 14))


def test_a_postponed_agreement_moves_with_its_dates(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.POSTPONE, by=cast.bente, on=TODAY, until=date(2026, 9, 1), reason="Udsolgt")
    assert stands(a)[3] == date(2026, 9, 1) and a.planned_from == date(2026, 9, 1)
    assert a.planned_to - a.planned_from == timedelta(days=30)
    with pytest.raises(Refused):
        take_step(a, Event.POSTPONE, by=cast.lars, on=TODAY, until=TODAY, reason="x")


def test_a_replaced_agreement_points_to_the_new_one(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.PROPOSE_REPLACE, by=cast.lars, on=TODAY, **INSTEAD)
    assert (a.stage, a.step, a.step_owner) == (Stage.AGREED, "confirm_replace", cast.mette)
    for person in (cast.lars, cast.bente):
        with pytest.raises(NotPermitted):
            replace_agreement(a, by=person, on=TODAY)
    new = replace_agreement(a, by=cast.mette, on=TODAY)
    a.refresh_from_db()
    assert a.stage == Stage.REPLACED and a.replaced_by == new and not a.is_open
    assert (new.title, new.kind, new.planned_from) == ("Sidemandsoplæring", Kind.PRACTICE, INSTEAD["planned_from"])


def test_another_way_that_is_refused_leaves_the_agreement_as_it_was(cast: Cast) -> None:
    before = cast.agree()
    a = take_step(before, Event.PROPOSE_REPLACE, by=cast.mette, on=TODAY, **INSTEAD)
    a = take_step(a, Event.KEEP, by=cast.lars, on=TODAY)
    assert (a.step, a.step_owner, a.proposed_by, a.proposal) == ("find_run", cast.bente, "", "")
    assert Agreement.objects.count() == 1


def test_if_an_employee_leaves_their_agreements_are_closed_with_that_reason(cast: Cast) -> None:
    a = cast.agree()
    Employment.objects.filter(person=cast.mette).update(ends_on=TODAY)
    follow_organisation_changes(on=TODAY + timedelta(days=1))
    a.refresh_from_db()
    assert (a.stage, a.drop_reason) == ("dropped", "changed_job")
    cast.mette.refresh_from_db()
    assert not cast.mette.is_active


def test_a_new_manager_takes_over_the_managers_steps(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    ManagerRole.objects.filter(person=cast.lars).update(ends_on=TODAY)
    later = TODAY + timedelta(days=1)
    follow_organisation_changes(on=later)
    assert stands(a)[2] == "Dorthe"
    assert LogEntry.objects.filter(agreement=a).last().event == "hand_over"  # type: ignore[union-attr]
    count = LogEntry.objects.count()
    follow_organisation_changes(on=later)
    assert LogEntry.objects.count() == count


def test_an_employee_who_changes_unit_keeps_the_plan_and_its_steps(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    Employment.objects.filter(person=cast.mette).update(unit=cast.children)
    follow_organisation_changes(on=TODAY)
    assert stands(a)[2] == "Dorthe" and a.unit == cast.children


def test_a_helper_who_leaves_sends_the_agreement_back(cast: Cast) -> None:
    a = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    a = take_step(a, Event.ACCEPT, by=cast.karim, on=TODAY)
    Employment.objects.filter(person=cast.karim).update(ends_on=TODAY)
    follow_organisation_changes(on=TODAY + timedelta(days=1))
    assert stands(a)[:3] == ("agreed", "find_helper", "Mette")


def test_a_helper_who_leaves_while_a_drop_is_proposed_stops_nobody(cast: Cast) -> None:
    a = take_step(cast.agree(Kind.PRACTICE), Event.ASK, by=cast.mette, on=TODAY, helper=cast.karim)
    a = take_step(a, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    asked = stands(a)
    Employment.objects.filter(person=cast.karim).update(ends_on=TODAY)
    follow_organisation_changes(on=TODAY + timedelta(days=1))
    assert stands(a)[1:] == asked[1:] == ("confirm_drop", "Lars", asked[3])
    a = take_step(a, Event.KEEP, by=cast.lars, on=TODAY + timedelta(days=1))
    assert stands(a)[:3] == ("agreed", "find_helper", "Mette")


def test_a_run_that_is_cancelled_while_a_drop_is_proposed_is_gone_when_it_is_kept(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    a = take_step(a, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason=DropReason.NO_TIME)
    a = take_step(a, Event.LOSE_RUN, by=None, on=TODAY, reason="Holdet er aflyst")
    assert stands(a)[1:3] == ("confirm_drop", "Lars") and a.run is None
    a = take_step(a, Event.KEEP, by=cast.lars, on=TODAY)
    assert stands(a)[:3] == ("agreed", "find_run", "Bente")


def test_a_step_given_by_hand_stays_given_through_a_pause(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    a = take_step(a, Event.HAND_OVER, by=cast.lars, on=TODAY, owner=cast.dorthe)
    a = take_step(a, Event.PAUSE, by=cast.lars, on=TODAY, until=date(2026, 8, 15))
    follow_organisation_changes(on=TODAY)
    assert stands(a)[2] == "Dorthe"


def test_hr_is_notified_of_a_step_without_an_owner_and_it_goes_back(cast: Cast) -> None:
    a = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    ManagerRole.objects.all().update(ends_on=TODAY)
    later = TODAY + timedelta(days=1)
    follow_organisation_changes(on=later)
    assert stands(a)[2] == "Hanne" and a.stray
    assert Notification.objects.get(person=cast.hanne, kind="stray").urgent
    with pytest.raises(NotPermitted):
        take_step(a, Event.FUND, by=cast.hanne, on=later, price=1, price_reason="Tilbud")
    choose_manager(cast.employment, cast.karim, by=cast.ida, on=later)
    assert stands(a)[2] == "Karim" and not a.stray


def test_a_coordinator_whose_role_ends_hands_the_steps_on(cast: Cast) -> None:
    a = cast.agree()
    end_role(RoleAssignment.objects.get(person=cast.bente), by=cast.hanne, on=TODAY)
    assert stands(a)[2] == "Mette"


def test_the_last_hr_cannot_be_taken_away(cast: Cast) -> None:
    with pytest.raises(Refused):
        end_role(RoleAssignment.objects.get(person=cast.hanne), by=cast.ida, on=TODAY)


@pytest.mark.parametrize("change", [{"step": ""}, {"step_owner": None}, {"step_due": None}, {"stage": "learned"}])
def test_the_database_keeps_the_promise(cast: Cast, change: dict[str, object]) -> None:
    a = cast.agree()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=a.pk).update(**change)


def test_the_log_cannot_be_changed_or_deleted(cast: Cast) -> None:
    cast.agree()
    for statement in ("UPDATE udbytte_logentry SET event = 'talk'", "DELETE FROM udbytte_logentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
