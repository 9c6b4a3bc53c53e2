"""What becomes of steps that nobody takes: who gets them, and how they end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.cast import LONG_AGO, TODAY, Cast, employ, make_person
from udbytte.access.agreements import events_open_to
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.lifecycle.line import LAPSES_AFTER
from udbytte.models import (
    Absence,
    AgendaItem,
    Agreement,
    CourseRun,
    Email,
    Employment,
    FollowUpRun,
    LogEntry,
    Notification,
    Person,
    Role,
    RoleAssignment,
    Unit,
)
from udbytte.queries.money.budgets import balance_of
from udbytte.services.agreements.line import follow_the_line
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible, Refused
from udbytte.services.meetings.slots import end_absence, record_absence

pytestmark = pytest.mark.django_db


def pass_days(days: int, start: date = TODAY) -> date:
    """Let the line follow each day, with all emails sent the same morning. Returns the last day."""
    on = start
    FollowUpRun.objects.get_or_create(on=start, defaults={"finished_at": datetime.combine(start, time(7), UTC)})
    for number in range(1, days + 1):
        on = start + timedelta(days=number)
        follow_the_line(on=on)
        write_emails_of(on)
        FollowUpRun.objects.get_or_create(on=on, defaults={"finished_at": datetime.combine(on, time(7), UTC)})
    return on


def write_emails_of(on: date, *, sent: bool = True) -> None:
    """An email for each notification of the day, sent the same morning, or not at all."""
    for notification in Notification.objects.filter(email=None, kind__in=("next", "step", "written"), on=on):
        key, at = f"test:{notification.pk}", datetime.combine(on, time(7), UTC)
        email = Email.objects.create(
            person_id=notification.person_id, key=key, kind="extra", on=on, message_id=key, to="x@example.test",
            sent_at=at if sent else None, next_try_at=at,
        )  # fmt: skip
        Notification.objects.filter(pk=notification.pk).update(email=email)


def stands(agreement: Agreement) -> tuple[str, str, str]:
    agreement.refresh_from_db()
    return agreement.stage, agreement.step, agreement.step_owner.given_name if agreement.step_owner else ""


def found(cast: Cast) -> Agreement:
    return take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)


def nominated(cast: Cast) -> Agreement:
    return take_step(found(cast), Event.NOMINATE, by=cast.lars, on=TODAY, reason="Vi mangler det", price=6000)


def registered(cast: Cast) -> Agreement:
    funded = take_step(found(cast), Event.FUND, by=cast.lars, on=TODAY, price=6000)
    return take_step(funded, Event.REGISTER, by=cast.bente, on=TODAY)


def attended(cast: Cast) -> Agreement:
    return take_step(registered(cast), Event.GO, by=cast.mette, on=cast.run.ends_on, went="yes")


def with_role(person: Person, role: Role, unit: Unit) -> Person:
    RoleAssignment.objects.create(person=person, role=role, unit=unit, starts_on=LONG_AGO)
    return person


# --- Money


def test_a_nomination_goes_to_the_deputy_then_to_the_next_budget_owner_then_to_hr(cast: Cast) -> None:
    """Due on 16 March. The first level has no deputy; the next budget owner up gets it the same day, Karim."""
    with_role(cast.karim, Role.BUDGET_OWNER, cast.municipality)
    agreement = nominated(cast)
    assert stands(agreement) == ("nominated", "decide", "Birgit")
    pass_days(27)
    assert stands(agreement) == ("nominated", "decide", "Birgit")
    pass_days(1, TODAY + timedelta(days=27))
    assert stands(agreement) == ("nominated", "decide", "Karim")
    assert events_open_to(agreement, cast.karim, TODAY) >= {Event.GRANT, Event.REFUSE, Event.ASK_CHEAPER}
    granted = take_step(agreement, Event.GRANT, by=cast.karim, on=TODAY + timedelta(days=30))
    assert granted.stage == "funded"


def test_nobody_who_asks_nominates_or_gains_gets_the_decision(cast: Cast) -> None:
    for person in (cast.lars, cast.mette):
        with_role(person, Role.BUDGET_OWNER, cast.kindergarten)
    agreement = nominated(cast)
    assert stands(agreement) == ("nominated", "decide", "Birgit")
    for person in (cast.lars, cast.mette):
        with pytest.raises((NotPermitted, Refused)):
            take_step(agreement, Event.GRANT, by=person, on=TODAY)
    pass_days(40)
    owners = set(LogEntry.objects.filter(agreement=agreement).values_list("owner__given_name", flat=True))
    assert not owners & {"Mette"} and agreement.log.filter(event="move_on", owner=cast.lars).count() == 0


def test_a_sign_up_deadline_moves_it_earlier_and_its_passing_takes_it_back(cast: Cast) -> None:
    near = TODAY + timedelta(days=18)
    CourseRun.objects.filter(pk=cast.run.pk).update(signup_deadline=near)
    cast.run.refresh_from_db()
    with_role(cast.karim, Role.BUDGET_OWNER, cast.municipality)
    agreement = nominated(cast)
    pass_days(10)
    assert stands(agreement)[2] == "Karim", "ten working days before sign-up closes"
    before = balance_of(cast.budget)
    pass_days(9, TODAY + timedelta(days=10))
    assert stands(agreement) == ("agreed", "find_run", "Bente")
    assert agreement.run is None and balance_of(cast.budget).committed == before.committed
    assert not agreement.nominations.filter(decided_on=None).exists()


def test_the_managers_manager_funds_within_the_same_rules(cast: Cast) -> None:
    agreement = found(cast)
    pass_days(21)
    assert stands(agreement) == ("found", "settle_money", "Dorthe")
    with pytest.raises(NotPermitted):
        take_step(agreement, Event.PROPOSE_DROP, by=cast.dorthe, on=TODAY, reason="no_money")
    assert take_step(agreement, Event.FUND, by=cast.dorthe, on=TODAY, price=6000).funded_by == cast.dorthe


# --- After the course


def test_a_course_that_nobody_has_told_about_is_unknown_and_its_seat_counts_as_used(cast: Cast) -> None:
    agreement = registered(cast)
    last = pass_days(15, agreement.step_due or TODAY)
    assert stands(agreement) == ("registered", "go", "Bente")
    assert events_open_to(agreement, cast.bente, last) >= {Event.GO, Event.NOT_GONE}
    pass_days(75, last)
    assert stands(agreement)[:2] == ("unknown", "tell")
    assert (agreement.went, agreement.answered_on, agreement.price) == ("", None, 6000)


def test_use_never_stands_in_the_way_and_an_outcome_that_is_never_told_ends_openly(cast: Cast) -> None:
    agreement = attended(cast)
    last = pass_days(15 + 21, agreement.step_due or TODAY)  # the summer holiday counts for nobody
    assert stands(agreement) == ("used", "tell", "Mette")
    last = pass_days(15, agreement.step_due or last)
    assert stands(agreement) == ("used", "tell", "Lars")
    assert events_open_to(agreement, cast.lars, last) & {Event.REPORT_OUTCOME, Event.NOT_TOLD} == set()
    pass_days(60, last)
    assert stands(agreement) == ("not_told", "", "")
    hr = LogEntry.objects.filter(agreement=agreement, owner=cast.hanne)
    assert not hr.exists(), "a step of an employee never comes to HR"


def test_a_talk_that_never_came_closes_it_as_learned_with_a_mark(cast: Cast) -> None:
    used = take_step(attended(cast), Event.USE, by=cast.mette, on=cast.run.ends_on)
    told = take_step(used, Event.REPORT_OUTCOME, by=cast.mette, on=cast.run.ends_on, learned="Ro", newness="much")
    pass_days(29 + 21, told.step_due or TODAY)
    assert stands(told) == ("learned", "", "")
    assert told.outcome.talked_on is None


# --- Learning at work


def test_a_check_in_without_an_answer_is_noted_and_the_second_in_a_row_goes_to_the_manager(cast: Cast) -> None:
    agreement = take_step(cast.agree(Kind.PRACTICE), Event.NEED_NOBODY, by=cast.mette, on=TODAY, reason="Alene")
    agreement = take_step(agreement, Event.START, by=cast.mette, on=TODAY)
    last = pass_days(14, agreement.step_due or TODAY)
    assert stands(agreement) == ("under_way", "check_in", "Mette")
    assert agreement.check_ins.get().answered_on is None
    pass_days(14, agreement.step_due or last)
    assert stands(agreement) == ("stuck", "talk_stuck", "Lars")


# --- Proposals, pauses, absences


def test_a_proposal_that_is_not_answered_falls_and_the_step_is_back_with_two_weeks(cast: Cast) -> None:
    agreement = take_step(cast.agree(), Event.PROPOSE_DROP, by=cast.lars, on=TODAY, reason="no_time")
    last = pass_days(28, agreement.step_due or TODAY)
    assert stands(agreement) == ("agreed", "find_run", "Bente")
    assert agreement.step_due is not None and agreement.step_due >= last + timedelta(days=14)
    item = AgendaItem.objects.get(agreement=agreement)
    assert item.by is None and agreement.title in item.text
    with pytest.raises(Refused, match="foreslået"):
        take_step(agreement, Event.PROPOSE_DROP, by=cast.lars, on=last, reason="no_time")
    assert take_step(agreement, Event.PROPOSE_DROP, by=cast.mette, on=last, reason="no_time").step == "confirm_drop"


def test_a_managers_step_moves_while_the_manager_is_away_and_comes_back(cast: Cast) -> None:
    agreement = found(cast)
    away = cast.lars.employments.get()
    record_absence(away, by=cast.dorthe, on=TODAY, returns_on=TODAY + timedelta(days=60))
    pass_days(1)
    assert stands(agreement) == ("found", "settle_money", "Dorthe")
    end_absence(away, by=cast.dorthe, on=TODAY + timedelta(days=2))
    pass_days(1, TODAY + timedelta(days=1))
    assert stands(agreement) == ("found", "settle_money", "Lars")
    assert agreement.line_level == 0


def test_an_absence_of_the_employee_stops_the_employees_own_step(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    due = agreement.step_due or TODAY
    Absence.objects.create(employment=cast.employment, starts_on=due, ends_on=due + timedelta(days=40))
    pass_days(45, due)
    assert stands(agreement)[2] == "Mette"
    pass_days(15, due + timedelta(days=45))
    assert stands(agreement)[2] == "Lars"


def test_only_two_new_dates_without_a_talk_and_a_year_in_all(cast: Cast) -> None:
    cast.conversation.held_on = TODAY - timedelta(days=1)
    cast.conversation.save()
    agreement = cast.agree()
    for days in (60, 90):
        until = TODAY + timedelta(days=days)
        agreement = take_step(agreement, Event.POSTPONE, by=cast.lars, on=TODAY, until=until, reason="Travlt")
    with pytest.raises(Refused, match="to gange"):
        take_step(agreement, Event.POSTPONE, by=cast.lars, on=TODAY, until=TODAY + timedelta(days=120), reason="Travlt")
    other = cast.agree()
    with pytest.raises(Refused, match="et år"):
        take_step(other, Event.POSTPONE, by=cast.lars, on=TODAY, until=TODAY + timedelta(days=600), reason="Travlt")


# --- Lapse and reopening


def lapsed(cast: Cast) -> tuple[Agreement, date]:
    agreement = cast.agree()
    day = pass_days(64, agreement.step_due or TODAY)
    assert stands(agreement) == ("lapsed", "", "")
    return agreement, day


def test_nothing_lapses_before_the_employee_was_asked(cast: Cast) -> None:
    agreement, day = lapsed(cast)
    asked = Notification.objects.get(person=cast.mette, kind="lapse_near")
    assert (day - asked.on).days >= 7
    assert "lapse" in agreement.log.values_list("event", flat=True)


def test_the_employee_keeps_it_once_with_two_weeks_more(cast: Cast) -> None:
    agreement = cast.agree()
    day = pass_days(58, agreement.step_due or TODAY)
    agreement.refresh_from_db()
    kept = take_step(agreement, Event.KEEP_OPEN, by=cast.mette, on=day)
    assert (kept.stage, kept.step_owner) == ("agreed", cast.hanne) and (kept.step_due or day) > day
    with pytest.raises(Refused, match="én gang"):
        take_step(kept, Event.KEEP_OPEN, by=cast.mette, on=day)
    pass_days(10, day)
    assert stands(agreement)[0] == "agreed"


def test_a_lapsed_agreement_is_reopened_by_one_of_the_two_and_lies_with_the_last_in_line(cast: Cast) -> None:
    agreement, day = lapsed(cast)
    for person in (cast.bente, cast.hanne):
        with pytest.raises(NotPermitted):
            take_step(agreement, Event.REOPEN, by=person, on=day)
    again = take_step(agreement, Event.REOPEN, by=cast.mette, on=day)
    assert (again.stage, again.step, again.step_owner, again.lost_from) == ("agreed", "find_run", cast.hanne, "")
    assert again.closed_on is None and (again.step_due or day) >= day + timedelta(days=14)


def test_it_is_not_reopened_after_ninety_days(cast: Cast) -> None:
    agreement, day = lapsed(cast)
    with pytest.raises(Refused, match="90"):
        take_step(agreement, Event.REOPEN, by=cast.mette, on=day + timedelta(days=92))


def test_a_lapse_of_a_funded_course_releases_the_grant_and_reopens_in_agreed(cast: Cast) -> None:
    CourseRun.objects.filter(pk=cast.run.pk).update(
        signup_deadline=None, starts_on=TODAY + timedelta(days=300), ends_on=TODAY + timedelta(days=301)
    )
    cast.run.refresh_from_db()
    agreement = take_step(found(cast), Event.FUND, by=cast.lars, on=TODAY, price=6000)
    assert balance_of(cast.budget).committed == 6000
    day = pass_days(64, agreement.step_due or TODAY)
    assert stands(agreement) == ("lapsed", "", "") and balance_of(cast.budget).committed == 0
    again = take_step(agreement, Event.REOPEN, by=cast.lars, on=day)
    assert (again.stage, again.step, again.run) == ("agreed", "find_run", None)
    assert again.log.last().event == "restart"  # type: ignore[union-attr]


def test_only_what_has_lapsed_is_reopened(cast: Cast) -> None:
    with pytest.raises(NotPossible):
        take_step(cast.agree(), Event.REOPEN, by=cast.mette, on=TODAY)


# --- Not too much at once


def test_what_was_late_before_comes_to_one_person_five_a_week_the_oldest_first(cast: Cast) -> None:
    agreements = [cast.agree(title=f"Nr. {number}") for number in range(8)]
    for number, agreement in enumerate(agreements):
        due = TODAY - timedelta(days=100 - number)
        Agreement.objects.filter(pk=agreement.pk).update(step_due=due, step_since=due - timedelta(days=21))
    pass_days(1)
    moved = Agreement.objects.filter(step_owner=cast.lars, line_level=1).order_by("pk")
    assert list(moved.values_list("title", flat=True)) == [f"Nr. {number}" for number in range(5)]
    pass_days(6, TODAY + timedelta(days=1))
    assert moved.count() == 5
    pass_days(1, TODAY + timedelta(days=7))
    assert moved.count() == 8
    assert not Agreement.objects.filter(stage="lapsed").exists()


def test_a_step_that_comes_back_moves_on_with_the_late_days_that_it_had(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    assert agreement.step_due is not None
    last = pass_days(20, agreement.step_due)
    assert stands(agreement) == ("agreed", "find_helper", "Lars")
    Employment.objects.filter(pk=cast.employment.pk).update(line_manager=cast.dorthe)
    take_step(agreement, Event.HAND_OVER, by=None, on=last, owner=cast.mette)
    last = pass_days(21, last + timedelta(days=1))
    assert stands(agreement)[2] == "Dorthe" and agreement.line_level == 1
    late = agreement.line_days
    assert late > 28
    last = pass_days(LAPSES_AFTER - late + 5, last + timedelta(days=1))
    assert stands(agreement)[0] == "lapsed"


def follow_on(agreement: Agreement, *late: int) -> None:
    """Let the line follow on days counted from the step's present date, as if it had followed every day."""
    due = agreement.step_due or TODAY
    for number in late:
        on = due + timedelta(days=number)
        has_been_followed(until=on)
        follow_the_line(on=on)
        write_emails_of(on)


def has_been_followed(*, until: date) -> None:
    """As if the line had followed every day until then."""
    days = [until - timedelta(days=back) for back in range(80)]
    runs = [FollowUpRun(on=day, finished_at=datetime.combine(day, time(7), UTC)) for day in days]
    FollowUpRun.objects.bulk_create(runs, ignore_conflicts=True)


def test_a_step_that_comes_back_from_somebody_who_has_left_ends_in_nine_weeks(cast: Cast) -> None:
    """It comes back on day 35, and has no time to go the whole line again."""
    agreement = cast.agree()
    due = agreement.step_due or TODAY
    follow_on(agreement, 14)
    assert stands(agreement)[2] == "Lars"
    has_been_followed(until=due + timedelta(days=35))
    take_step(agreement, Event.HAND_OVER, by=None, on=due + timedelta(days=35), owner=cast.bente)
    Employment.objects.filter(pk=cast.employment.pk).update(line_manager=cast.dorthe)
    follow_on(agreement, 49, 50, 56)
    assert stands(agreement)[2] == "Dorthe"
    follow_on(agreement, 62)
    assert stands(agreement)[0] == "agreed"
    follow_on(agreement, 64)
    assert stands(agreement)[0] == "lapsed", "HR would have had it for a day"


def test_somebody_who_gets_it_late_has_two_weeks_and_the_next_one_what_is_left(cast: Cast) -> None:
    agreement = found(cast)
    CourseRun.objects.update(signup_deadline=None)
    due = agreement.step_due or TODAY
    day = due + timedelta(days=53)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=day + timedelta(days=90))
    agreement.refresh_from_db()
    has_been_followed(until=day)
    agreement = take_step(agreement, Event.HAND_OVER, by=cast.lars, on=day, owner=cast.dorthe)
    assert agreement.step_due == day + timedelta(days=14)
    follow_on(agreement, 1)
    asked = Notification.objects.get(person=cast.mette, kind="lapse_near")
    agreement = take_step(agreement, Event.HAND_OVER, by=cast.dorthe, on=asked.on, owner=cast.lars)
    assert agreement.step_due == day + timedelta(days=14), "the date is put off once"
    follow_on(agreement, 7)
    assert stands(agreement) == ("found", "settle_money", "Lars")
    follow_on(agreement, 8)
    assert stands(agreement)[0] == "lapsed"


def test_an_absence_of_whoever_has_it_late_does_not_begin_the_line_anew(cast: Cast) -> None:
    agreement = found(cast)
    due = agreement.step_due or TODAY
    CourseRun.objects.update(signup_deadline=None)
    Agreement.objects.filter(pk=agreement.pk).update(step_since=due + timedelta(days=25))
    record_absence(cast.lars.employments.get(), by=cast.dorthe, on=due, returns_on=due + timedelta(days=300))
    follow_on(agreement, 30)
    assert stands(agreement)[2] == "Dorthe"
    assert agreement.line_days == 30


def test_whoever_answers_before_being_told_has_been_told(cast: Cast) -> None:
    agreement = cast.agree(Kind.PRACTICE)
    assert agreement.step_due is not None
    moved = agreement.step_due + timedelta(days=14)
    follow_the_line(on=moved)
    agreement.refresh_from_db()
    assert agreement.step_owner == cast.lars and agreement.line_told_on is None
    later = moved + timedelta(days=20)
    agreement = take_step(agreement, Event.POSTPONE, by=cast.lars, on=moved, until=later, reason="Ferie")
    assert agreement.step_owner == cast.lars and agreement.line_told_on == moved
    pass_days(LAPSES_AFTER + 12, later)
    assert stands(agreement)[0] == "lapsed"


def test_a_second_call_on_the_day_changes_nothing(cast: Cast) -> None:
    agreement = cast.agree()
    day = (agreement.step_due or TODAY) + timedelta(days=14)
    assert follow_the_line(on=day) == {"move_on": 1}
    entries = LogEntry.objects.count()
    assert follow_the_line(on=day) == {}
    assert LogEntry.objects.count() == entries


def test_without_email_somebody_counts_as_told_at_once_and_with_it_when_it_was_sent(cast: Cast) -> None:
    agreement = cast.agree()
    day = (agreement.step_due or TODAY) + timedelta(days=14)
    follow_the_line(on=day)
    write_emails_of(day, sent=False)
    for number in range(1, 60):
        follow_the_line(on=day + timedelta(days=number))  # the mail server is away: nobody is told, and nothing moves
    assert stands(agreement) == ("agreed", "find_run", "Lars") and agreement.line_told_on is None
    Person.objects.filter(pk=cast.lars.pk).update(email=None)
    follow_the_line(on=day + timedelta(days=60))
    agreement.refresh_from_db()
    assert agreement.line_told_on == day


def test_a_coordinator_beside_the_one_who_is_silent_gets_it_before_the_manager(cast: Cast) -> None:
    other = make_person("Rikke")
    employ(other, cast.children)
    with_role(other, Role.COORDINATOR, cast.municipality)
    agreement = cast.agree()
    pass_days(14, agreement.step_due or TODAY)
    assert stands(agreement)[2] == "Rikke"
    assert Event.HAND_OVER in events_open_to(agreement, other, TODAY)
