"""External funding and budgets, changed roles, the days to apply, and requests at the same time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.browsing import enter
from tests.cast import TODAY, Cast, make_cast
from tests.services.money.granting import at_once
from tests.services.money.test_funding import diploma, source
from udbytte.domain.lifecycle import Event
from udbytte.models import (
    Agreement,
    Budget,
    Course,
    CourseRun,
    FundingApplication,
    FundingSource,
    ManagerRole,
    Notification,
    Person,
    RoleAssignment,
)
from udbytte.queries.money.budgets import balance_of, balances_of
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import NotPermitted, NotPossible, OverBudget, Refused
from udbytte.services.money.funding import correct_grant, decide_application, plan_application, send_application
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.people.roles import end_role

pytestmark = pytest.mark.django_db


def planned(cast: Cast, agreement: Agreement, key: str = "transition") -> FundingApplication:
    return plan_application(agreement, source(key), by=cast.mette, on=TODAY)


def heard() -> set[str]:
    notifications = Notification.objects.filter(kind="application")
    return set(notifications.values_list("person__given_name", flat=True))


def test_a_grant_that_came_first_leaves_only_the_rest_to_the_budget(cast: Cast) -> None:
    Budget.objects.update(amount=5000)
    agreement = diploma(cast, price=15_000)
    decide_application(planned(cast, agreement), granted=10_000, by=cast.mette, on=TODAY)
    agreement.refresh_from_db()
    budget = Budget.objects.get()
    assert balance_of(budget).reserved == balances_of([budget])[budget.pk].reserved == 5000
    with pytest.raises(OverBudget):
        take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=15_001, price_reason="Tilbud")
    take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=15_000, price_reason="Tilbud")
    assert balance_of(Budget.objects.get()).committed == 5000


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        (date(2026, 12, 1), date(2026, 8, 3)),  # it opens 120 days before, and nobody is asked before that
        (date(2026, 7, 1), date(2026, 3, 23)),  # it opens the day after tomorrow: three weeks
        (date(2026, 3, 20), date(2026, 3, 12)),  # a week before it closes
        (date(2026, 3, 8), date(2026, 3, 3)),  # tomorrow at the earliest
        (date(2026, 3, 3), date(2026, 3, 2)),  # today is the last day
    ],
)
def test_it_is_to_be_sent_when_it_can_be(cast: Cast, starts: date, due: date) -> None:
    agreement = diploma(cast)
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=starts, ends_on=starts)
    assert planned(cast, agreement).due == due


def test_what_makes_up_for_wages_can_be_more_than_the_course_costs_and_pays_nothing_of_it(cast: Cast) -> None:
    Course.objects.filter(pk=cast.run.course_id).update(kind="amu", price=3000)
    CourseRun.objects.filter(pk=cast.run.pk).update(ends_on=cast.run.starts_on + timedelta(days=18))
    cast.run.refresh_from_db()
    agreement = take_step(cast.agree(), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
    made = planned(cast, agreement, "veu")
    with pytest.raises(Refused):
        decide_application(made, granted=3 * 4700 + 1, by=cast.bente, on=TODAY)
    before = balance_of(cast.budget)
    decide_application(made, granted=3 * 4700, by=cast.bente, on=TODAY)
    assert balance_of(cast.budget) == before and before.reserved == 3000


def test_what_the_workplace_is_granted_is_not_for_the_employee_to_write(cast: Cast) -> None:
    FundingSource.objects.filter(key="transition").update(applicant="employer")
    agreement = diploma(cast)
    made = planned(cast, agreement)
    send_application(made, by=cast.mette, on=TODAY)
    mette, url = enter(cast.mette), f"/ansoegninger/{made.pk}/"
    for what in ("granted", "refused"):
        with pytest.raises(NotPermitted):
            decide_application(made, granted=9000 if what == "granted" else None, by=cast.mette, on=TODAY)
        mette.post(url, {"what": what, "granted": "9000"})
    made.refresh_from_db()
    assert made.state == "sent"
    pages = {who: enter(getattr(cast, who)).get(f"/aftaler/{agreement.pk}/") for who in ("mette", "lars", "bente")}
    assert {who: page.context["applications"][0].answers for who, page in pages.items()} == {
        "mette": False, "lars": True, "bente": True,
    }  # fmt: skip
    decide_application(made, granted=9000, by=cast.lars, on=TODAY)
    with pytest.raises(NotPermitted):
        correct_grant(made, granted=10_000, by=cast.mette, on=TODAY)
    assert correct_grant(made, granted=8000, by=cast.bente, on=TODAY).granted_amount == 8000


def test_where_nobody_else_is_there_the_employee_writes_the_answer(cast: Cast) -> None:
    FundingSource.objects.filter(key="transition").update(applicant="employer")
    made = planned(cast, diploma(cast))
    RoleAssignment.objects.filter(person=cast.bente).delete()
    ManagerRole.objects.update(ends_on=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    follow_up(on=tomorrow)
    made.refresh_from_db()
    assert made.owner == cast.mette
    assert decide_application(made, granted=9000, by=cast.mette, on=tomorrow).granted_amount == 9000


def test_a_grant_is_corrected_while_the_agreement_is_open_and_the_budget_must_have_what_is_missing(cast: Cast) -> None:
    Budget.objects.update(amount=6000)
    agreement = diploma(cast, price=12_000)
    made = planned(cast, agreement)
    decide_application(made, granted=10_000, answer="Ja", by=cast.mette, on=TODAY)
    agreement.refresh_from_db()
    agreement = take_step(agreement, Event.FUND, by=cast.lars, on=TODAY, price=12_000, price_reason="Tilbud")
    for too_little in (5999, None):
        with pytest.raises(OverBudget):
            correct_grant(made, granted=too_little, by=cast.mette, on=TODAY)
    for wrong in (0, 12_001):
        with pytest.raises(Refused):
            correct_grant(made, granted=wrong, by=cast.mette, on=TODAY)
    with pytest.raises(NotPermitted):
        correct_grant(made, granted=7000, by=cast.jonas, on=TODAY)
    made.refresh_from_db()
    assert (made.granted_amount, balance_of(Budget.objects.get()).committed) == (10_000, 2000)
    Notification.objects.all().delete()
    mette, url = enter(cast.mette), f"/ansoegninger/{made.pk}/"
    assert mette.get(f"/aftaler/{agreement.pk}/").context["applications"][0].corrects
    mette.post(url, {"what": "corrected", "granted": "6000"})
    made.refresh_from_db()
    assert (made.granted_amount, made.answer, balance_of(Budget.objects.get()).committed) == (6000, "Ja", 6000)
    assert heard() == {"Lars", "Bente"}
    Budget.objects.update(amount=12_000)
    mette.post(url, {"what": "lost", "answer": "Alligevel nej"})
    made.refresh_from_db()
    assert (made.state, made.granted_amount, made.answer) == ("refused", None, "Alligevel nej")
    assert balance_of(Budget.objects.get()).committed == 12_000
    with pytest.raises(NotPossible):
        correct_grant(made, granted=1000, by=cast.mette, on=TODAY)


def test_what_a_fund_paid_less_of_a_course_that_was_gone_to_is_a_fact_and_of_a_closed_one_nothing_is_corrected(
    cast: Cast,
) -> None:
    Budget.objects.update(amount=6000)
    agreement = diploma(cast, price=12_000)
    made = planned(cast, agreement)
    decide_application(made, granted=10_000, by=cast.mette, on=TODAY)
    agreement.refresh_from_db()
    for event, by, facts in (
        (Event.FUND, cast.lars, {"price": 12_000}),
        (Event.REGISTER, cast.bente, {}),
        (Event.GO, cast.mette, {"went": "yes"}),
    ):
        agreement = take_step(agreement, event, by=by, on=TODAY, facts=facts)
    correct_grant(made, granted=1000, by=cast.mette, on=TODAY)
    assert balance_of(Budget.objects.get()).spent == 11_000
    agreement.refresh_from_db()
    take_step(agreement, Event.LEAVE, by=None, on=TODAY)
    with pytest.raises(NotPossible):
        correct_grant(made, granted=2000, by=cast.lars, on=TODAY)


def test_the_workplaces_application_follows_who_coordinates_and_else_the_manager(cast: Cast) -> None:
    FundingSource.objects.filter(key="transition").update(applicant="employer")
    made = planned(cast, diploma(cast))
    assert made.owner == cast.bente
    end_role(RoleAssignment.objects.get(person=cast.bente), by=cast.hanne, on=TODAY)
    Notification.objects.all().delete()
    for day in (0, 1):
        follow_up(on=TODAY + timedelta(days=day))
    made.refresh_from_db()
    assert made.owner == cast.lars
    assert [notification.person for notification in Notification.objects.filter(kind="application")] == [cast.lars]


def test_hr_hears_of_nobodys_application(cast: Cast) -> None:
    planned(cast, diploma(cast))
    ManagerRole.objects.update(ends_on=TODAY)
    RoleAssignment.objects.filter(person=cast.bente).delete()
    for day in range(1, 40):
        follow_up(on=TODAY + timedelta(days=day))
    assert heard() == {"Mette"}


def test_the_employee_is_never_given_what_the_manager_was_to_send(cast: Cast) -> None:
    FundingSource.objects.filter(key="transition").update(applicant="employer")
    agreement = diploma(cast)
    RoleAssignment.objects.filter(person=cast.bente).delete()
    made = planned(cast, agreement)
    assert made.owner == cast.lars
    for day in range(1, 40):
        follow_up(on=TODAY + timedelta(days=day))
    made.refresh_from_db()
    assert heard() == {"Lars"} and made.owner == cast.lars


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_a_drop_at_once_never_wait_for_each_other() -> None:
    cast, refused = make_cast(), list[str]()
    for _time in range(8):
        agreement = diploma(cast, price=1200)
        made = send_application(planned(cast, agreement), by=cast.mette, on=TODAY)
        dropping = take_step(agreement, Event.PROPOSE_DROP, by=cast.mette, on=TODAY, reason="no_money")

        def press(number: int, dropping: Agreement = dropping, made: FundingApplication = made) -> None:
            try:
                if number:
                    take_step(dropping, Event.CONFIRM_DROP, by=cast.lars, on=TODAY)
                else:
                    decide_application(made, granted=1000, by=cast.mette, on=TODAY)
            except Exception as error:  # what a thread raises is otherwise lost
                refused.append(type(error).__name__)

        at_once(2, press)
    assert set(refused) <= {"NotPossible"}
    assert not Person.objects.get(pk=cast.mette.pk).funding_applications.exists()
