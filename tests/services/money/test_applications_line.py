"""Applications that nobody sends or answers: they move along the line, and end openly."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, make_person
from udbytte.domain.lifecycle import Event
from udbytte.models import (
    Agreement,
    ApplicationState,
    Course,
    Email,
    FollowUpRun,
    FundingApplication,
    FundingSource,
    Notification,
    Person,
    Role,
    RoleAssignment,
)
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPossible, Refused
from udbytte.services.money.applications_line import application_notifications, follow_applications
from udbytte.services.money.funding import (
    assign_application_owners,
    decide_application,
    plan_application,
    send_application,
    wait_for_answer,
)
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.notify import notify_all

pytestmark = pytest.mark.django_db


def planned(cast: Cast, **facts: Any) -> FundingApplication:
    """Mette is to apply; without `latest_days` the fund has no last day."""
    Course.objects.filter(pk=cast.run.course_id).update(kind="diploma", price=12_000)
    cast.run.refresh_from_db()
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    values: dict[str, Any] = {"name": "Fonden", "applicant": "employee", "kinds": ["diploma"], "checked_on": TODAY}
    fund = FundingSource.objects.create(**values | facts)
    return plan_application(agreement, fund, by=cast.lars, on=TODAY)


def run_daily(first: date, last: date) -> dict[date, dict[str, int]]:
    """The line of each day, with all its emails sent the same day. Returns the days on which something happened."""
    FollowUpRun.objects.bulk_create(
        FollowUpRun(on=day, finished_at=timezone.now())
        for day in (first - timedelta(days=count) for count in range(1, 200))
    )
    done: dict[date, dict[str, int]] = {}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        moves = dict(follow_applications(on=day))
        if moves:
            done[day] = moves
        FollowUpRun.objects.create(on=day, finished_at=timezone.now())
        send_all(day)
    return done


def send_all(day: date) -> None:
    for notification in Notification.objects.filter(email=None, kind="application"):
        at = timezone.now().replace(year=day.year, month=day.month, day=day.day)
        email = Email.objects.create(
            person_id=notification.person_id, key=str(notification.pk), kind="extra", on=day, to="a@b.example",
            subject="S", text="T", message_id=str(notification.pk), next_try_at=at, sent_at=at,
        )  # fmt: skip
        Notification.objects.filter(pk=notification.pk).update(email=email)


def causes(person: Person, kind: str = "application") -> list[str]:
    return list(Notification.objects.filter(person=person, kind=kind).order_by("pk").values_list("cause", flat=True))


def test_one_that_nobody_sends_goes_to_the_coordinator_then_the_manager_and_ends_as_not_sent(cast: Cast) -> None:
    application = planned(cast)
    assert application.due == date(2026, 3, 23)
    done = run_daily(TODAY, date(2026, 6, 1))
    assert done == {
        date(2026, 4, 6): {"application.moved": 1},
        date(2026, 4, 20): {"application.moved": 1},
        date(2026, 5, 25): {"application.not_sent": 1},
    }
    application = FundingApplication.objects.get()
    assert (application.state, application.owner, application.due) == ("not_sent", None, None)
    assert application.agreement.is_open
    assert causes(cast.bente) == [
        f"application_moved:{application.pk}:planned:1",
        f"application:{application.pk}:not_sent",
    ]
    assert f"application_moved:{application.pk}:planned:2" in causes(cast.lars)
    assert causes(cast.mette, "application_on") == [f"application_moved:{application.pk}:planned:1"]
    for person in (cast.mette, cast.lars, cast.bente):
        assert causes(person)[-1] == f"application:{application.pk}:not_sent"
    assert causes(cast.birgit) == causes(cast.hanne) == []


def test_where_the_fund_closes_it_moves_five_working_days_before_and_ends_with_its_day(cast: Cast) -> None:
    application = planned(cast, latest_days=60)  # 9 April
    assert application.due == date(2026, 3, 23)
    Agreement.objects.update(starts_on=date(2026, 6, 8))
    FundingApplication.objects.update(due=date(2026, 4, 1))
    done = run_daily(TODAY, date(2026, 4, 20))
    assert done == {
        date(2026, 4, 2): {"application.moved": 1},  # five working days before are 30 March, and it is due later
        date(2026, 4, 7): {"application.moved": 1},
        date(2026, 4, 10): {"application.not_sent": 1},
    }


def test_one_that_is_sent_without_an_answer_ends_as_unknown_and_can_still_be_answered(cast: Cast) -> None:
    application = send_application(planned(cast), by=cast.mette, on=TODAY)
    assert application.due == date(2026, 5, 1)
    done = run_daily(TODAY, date(2026, 8, 31))
    assert [next(iter(names)) for names in done.values()] == [
        "application.moved",
        "application.moved",
        "application.unknown",
    ]
    assert next(iter(done)) == date(2026, 5, 15) and list(done)[-1] == date(2026, 7, 27)
    application.refresh_from_db()
    assert (application.state, application.owner) == ("unknown", None)
    page = enter(cast.mette).get(f"/aftaler/{application.agreement_id}/").content.decode()
    assert "Der er kommet svar" in page
    granted = decide_application(application, granted=9000, by=cast.mette, on=date(2026, 9, 1))
    assert granted.state == "granted"
    with pytest.raises(NotPossible):
        decide_application(granted, granted=9000, by=cast.mette, on=date(2026, 9, 1))


def test_still_waiting_is_an_answer_with_a_new_date(cast: Cast) -> None:
    application = planned(cast)
    with pytest.raises(NotPossible):
        wait_for_answer(application, until=date(2026, 4, 1), by=cast.mette, on=TODAY)
    application = send_application(application, by=cast.mette, on=TODAY)
    for wrong in (TODAY, TODAY + timedelta(days=61)):
        with pytest.raises(Refused):
            wait_for_answer(application, until=wrong, by=cast.mette, on=TODAY)
    address = f"/ansoegninger/{application.pk}/"
    assert enter(cast.mette).post(address, {"what": "waiting", "until": "nonsense"}).status_code == 302
    application.refresh_from_db()
    assert application.due == date(2026, 5, 1)
    enter(cast.mette).post(address, {"what": "waiting", "until": "2026-04-14"})
    application.refresh_from_db()
    assert (application.state, application.due) == ("sent", date(2026, 4, 14))


def test_nothing_moves_before_the_one_who_has_it_was_told(cast: Cast) -> None:
    application = planned(cast)
    follow_applications(on=date(2026, 4, 6))
    for number in range(60):
        follow_applications(on=date(2026, 4, 6) + timedelta(days=number))
    application.refresh_from_db()
    assert (application.line_level, application.owner) == (1, cast.bente)


def test_the_applicant_has_it_again_when_it_is_sent_and_the_line_is_kept_when_roles_change(cast: Cast) -> None:
    application = planned(cast)
    follow_applications(on=date(2026, 4, 6))
    assign_application_owners(on=date(2026, 4, 7))
    application.refresh_from_db()
    assert (application.owner, application.line_level) == (cast.bente, 1)
    sent = send_application(application, by=cast.bente, on=date(2026, 4, 7))
    assert (sent.owner, sent.line_level, sent.line_told_on) == (cast.mette, 0, None)
    FundingApplication.objects.update(state=ApplicationState.PLANNED, owner=cast.bente, line_level=1)
    Person.objects.filter(pk=cast.bente.pk).update(is_active=False)
    assign_application_owners(on=date(2026, 4, 8))
    application.refresh_from_db()
    assert (application.owner, application.line_level) == (cast.mette, 0)


def test_another_coordinator_has_what_the_first_one_was_to_send_for_the_workplace(cast: Cast) -> None:
    other = make_person("Rikke")
    RoleAssignment.objects.create(person=other, role=Role.COORDINATOR, unit=cast.municipality, starts_on=LONG_AGO)
    application = planned(cast, applicant="employer")
    assert application.owner == cast.bente
    follow_applications(on=date(2026, 4, 6))
    application.refresh_from_db()
    assert application.owner == other


def test_who_has_it_is_reminded_on_the_day_and_a_week_later_and_not_after_it_has_moved(cast: Cast) -> None:
    application = planned(cast)
    due = application.due
    assert due is not None
    for days, count in ((-1, 1), (0, 2), (3, 2), (7, 3), (13, 3)):
        notify_all(application_notifications(due + timedelta(days=days)))
        assert len(causes(cast.mette)) == count, days
    follow_applications(on=due + timedelta(days=14))
    notify_all(application_notifications(due + timedelta(days=14)))
    assert len(causes(cast.mette)) == 3


def test_when_the_follow_up_begins_again_all_that_is_late_begins_at_its_first_level(cast: Cast) -> None:
    application = send_application(planned(cast), by=cast.mette, on=TODAY)
    on = date(2027, 2, 1)
    assert dict(follow_applications(on=on)) == {"application.moved": 1}
    send_all(on)
    assert dict(follow_applications(on=on + timedelta(days=1))) == {}
    application.refresh_from_db()
    assert (application.state, application.owner) == ("sent", cast.bente)


def test_the_daily_follow_up_moves_applications_and_says_how_many(cast: Cast) -> None:
    planned(cast)
    assert follow_up(on=date(2026, 4, 6)).moves["application.moved"] == 1
    assert follow_up(on=date(2026, 4, 6)).moves["application.moved"] == 0


def test_what_is_not_late_costs_no_queries_of_its_own(cast: Cast) -> None:
    application = planned(cast)
    counts = []
    for number in (1, 2):
        with CaptureQueriesContext(connection) as asked:
            follow_applications(on=date(2026, 3, 20))
        counts.append(len(asked))
        fund = FundingSource.objects.create(name=f"Fond {number}", applicant="employee", kinds=["diploma"])
        plan_application(application.agreement, fund, by=cast.lars, on=TODAY)
    assert counts[0] == counts[1]
