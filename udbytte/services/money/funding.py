"""Applications for money from outside: each has a next step, an owner and a date until it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from udbytte.access.agreements import arranges_course
from udbytte.access.people import is_hr
from udbytte.domain.lifecycle import Kind, Party
from udbytte.domain.notifications import ApplicationMoved
from udbytte.domain.working_days import working_day_from, working_day_until
from udbytte.models import Agreement, Applicant, ApplicationState, Budget, FundingApplication, FundingSource, Person
from udbytte.models.money import LONGEST_FUND_ANSWER, OPEN_STATES
from udbytte.queries.money.budgets import COMMITTED, balance_of
from udbytte.queries.money.funding import at_most, price_of, window
from udbytte.services.agreements.owners import owner_of, people_to_notify
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, OverBudget, Refused, require_room, save
from udbytte.services.locks import lock_in_order, locked_row
from udbytte.services.notifications.notify import notify

WITHIN = timedelta(days=21)  # a planned application is sent within three weeks
BEFORE_CLOSING = timedelta(days=7)
ANSWER_AFTER = timedelta(days=60)  # from then on it is asked whether there is an answer


def _locked(application: FundingApplication, by: Person | None, on: date) -> FundingApplication:
    """The row, for this transaction alone; only for who arranges the agreement, or owns the application's step.

    The agreement is locked first, as everywhere: so no two can wait for each other, and none sees the other's half.
    """
    lock_in_order(Agreement, [application.agreement_id])
    row = locked_row(FundingApplication.objects.select_related("source"), application.pk)
    agreement = _agreement(row.agreement_id)
    owns = by is not None and row.owner_id == by.pk
    if by is not None and not owns and not arranges_course(agreement, by, on):
        raise NotPermitted
    row.agreement = agreement
    return row


def _agreement(pk: int) -> Agreement:
    related = ("employment__line_manager", "employee", "unit", "round", "run__course", "course")
    return Agreement.objects.select_related(*related).get(pk=pk)


def _owner(agreement: Agreement, source: FundingSource, on: date) -> int:
    """Who applies: the employee, or for the workplace who coordinates the unit's courses, else the manager."""
    if source.applicant != Applicant.EMPLOYER:
        return owner_of(agreement, Party.EMPLOYEE, on=on).person_id
    found = owner_of(agreement, Party.COORDINATOR, on=on)
    if found.person_id == agreement.employee_id:  # nobody coordinates there
        manager = owner_of(agreement, Party.MANAGER, on=on)
        found = found if manager.stray else manager
    return found.person_id


def _send_by(on: date, opens: date | None, closes: date) -> date:
    """By when to send it: within three weeks and a week before the source closes, not before it opens."""
    soonest = max(on + timedelta(days=1), opens or on)
    wanted = working_day_until(min(on + WITHIN, closes - BEFORE_CLOSING))
    return min(wanted if wanted >= soonest else working_day_from(soonest), max(closes, on))


@transaction.atomic
def plan_application(
    agreement: Agreement, source: FundingSource, *, amount: int | None = None, by: Person, on: date
) -> FundingApplication:
    """Agree to apply to a source. Amount in kroner; None: the price, up to the source's limit.

    It is to be sent a week before the source closes and within three weeks, but not before it opens. Raises
    NotPermitted for who does not arrange the agreement, Refused when it is too late, hidden, or applied to already.
    """
    lock_in_order(Agreement, [agreement.pk])
    row = _agreement(agreement.pk)
    if row.kind != Kind.COURSE or not row.is_open:
        raise NotPossible
    if not arranges_course(row, by, on):
        raise NotPermitted
    price = price_of(row)
    wanted = min(price, source.limit) if amount is None and source.limit is not None else amount or price
    starts = row.starts_on or row.planned_from
    opens, last = window(source, starts)
    closes = last or starts
    if source.hidden or on > closes:
        raise Refused(_("It is too late to apply there: the last day was before today."), "source")
    if row.applications.filter(source=source, state__in=(*OPEN_STATES, ApplicationState.GRANTED)).exists():
        raise Refused(_("This source is applied to already."), "source")
    application = FundingApplication.objects.create(
        agreement=row,
        source=source,
        amount=wanted,
        owner_id=_owner(row, source, on),
        due=_send_by(on, opens, closes),
        created_on=on,
    )
    _tell(application, by=by, on=on)
    return application


@transaction.atomic
def send_application(application: FundingApplication, *, by: Person, on: date) -> FundingApplication:
    """The application is sent; in two months it is asked whether there is an answer. NotPossible a second time."""
    row = _locked(application, by, on)
    if row.state != ApplicationState.PLANNED:
        raise NotPossible
    row.state, row.sent_on, row.due = ApplicationState.SENT, on, working_day_from(on + ANSWER_AFTER)
    row.save()
    return row


def may_answer(application: FundingApplication, person: Person, on: date) -> bool:
    """Whether the person may write what the source answered: who arranges the agreement, or owns the application.

    Where the workplace applies it is not for the employee, unless there is neither coordinator nor manager.
    """
    agreement, source = application.agreement, application.source
    if source.applicant == Applicant.EMPLOYER and person.pk == agreement.employee_id:
        return _owner(agreement, source, on) == person.pk
    return application.owner_id == person.pk or arranges_course(agreement, person, on)


@transaction.atomic
def decide_application(
    application: FundingApplication, *, granted: int | None, answer: str = "", by: Person, on: date
) -> FundingApplication:
    """What the source answered: `granted` kroner, or None for a no. The budget is relieved of what was granted.

    Raises NotPermitted for who may not answer, NotPossible when it is decided already, Refused for a grant above what
    the source can give.
    """
    row = _locked(application, by, on)
    if not may_answer(row, by, on):
        raise NotPermitted
    if not row.is_open:
        raise NotPossible
    _answer(row, granted, answer, on)
    _tell(row, by=by, on=on)
    return row


@transaction.atomic
def correct_grant(
    application: FundingApplication, *, granted: int | None, answer: str = "", by: Person, on: date
) -> FundingApplication:
    """Correct what was granted, to other kroner or (None) to a no after all, while the agreement is open.

    Raises NotPermitted for who may not answer, NotPossible where nothing is granted, Refused as `decide_application`,
    OverBudget when the budget would have to pay more than it has left for a course that lies ahead. What a course that
    was gone to has cost the budget is a fact, as its bill is.
    """
    row = _locked(application, by, on)
    if not may_answer(row, by, on):
        raise NotPermitted
    if row.state != ApplicationState.GRANTED or not row.agreement.is_open:
        raise NotPossible
    _answer(row, granted, answer or row.answer, on)
    _tell(row, by=by, on=on, again=f":{granted}:{on}")
    return row


def _answer(row: FundingApplication, granted: int | None, answer: str, on: date) -> None:
    if granted is not None:
        if granted <= 0:
            raise Refused(_("Write how much was granted, in whole kroner."), "granted")
        if granted > at_most(row):
            raise Refused(_("That is more than the course costs, and than the source gives."), "granted")
    row.state = ApplicationState.REFUSED if granted is None else ApplicationState.GRANTED
    row.granted_amount, row.answer = granted, require_room(answer.strip(), LONGEST_FUND_ANSWER, "answer")
    _close(row, on)
    _relieve(row.agreement)


@transaction.atomic
def withdraw_application(application: FundingApplication, *, by: Person | None, on: date) -> FundingApplication:
    """Give the application up. NotPossible when it is decided already."""
    row = _locked(application, by, on)
    if not row.is_open:
        raise NotPossible
    row.state = ApplicationState.WITHDRAWN
    _close(row, on)
    return row


def _close(row: FundingApplication, on: date) -> None:
    row.owner, row.due, row.decided_on = None, None, on
    row.save()


def _relieve(agreement: Agreement) -> None:
    """Keep on the agreement what the sources pay of its price; what makes up for wages is none of it.

    The budget's row is locked, as for every change of its sums. OverBudget when it cannot pay what is missing now.
    """
    granted = agreement.applications.filter(state=ApplicationState.GRANTED, source__pays_wages=False)
    total = granted.aggregate(total=Sum("granted_amount"))["total"] or 0
    if agreement.budget_id is not None:
        budget = Budget.objects.select_for_update().get(pk=agreement.budget_id)
        price = agreement.price or 0
        more = max(price - total, 0) - max(price - agreement.granted_outside, 0)
        if more > 0 and agreement.stage in COMMITTED and more > (left := balance_of(budget).uncommitted):
            raise OverBudget(left)
    Agreement.objects.filter(pk=agreement.pk).update(granted_outside=total)


def _tell(row: FundingApplication, *, by: Person | None, on: date, again: str = "") -> None:
    """Tell the owner of an open one, and of a decided one the employee, the manager and who coordinates.

    `again` tells what is corrected from what was told before.
    """
    agreement = row.agreement
    if row.is_open:
        people = {row.owner_id} if row.owner_id else set()
    else:
        parties = (Party.EMPLOYEE, Party.MANAGER, Party.COORDINATOR)
        people = {one.pk for party in parties for one in people_to_notify(agreement, party, on=on)}
    facts = ApplicationMoved(source=row.source.name, state=row.state)
    for person in Person.objects.filter(pk__in=people - {by.pk if by is not None else 0}, is_active=True):
        cause = f"application:{row.pk}:{row.state}{again}"
        notify(person, facts, on=on, cause=cause, agreement=agreement)


@transaction.atomic
def settle_applications(*, on: date) -> None:
    """Give the open applications whose owner has left, or arranges the unit's courses no more, to whom they belong to.

    The new owner is told. Doing it again changes nothing.
    """
    gone = Q(owner__is_active=False) | Q(source__applicant=Applicant.EMPLOYER)
    for row in FundingApplication.objects.filter(gone, state__in=OPEN_STATES).select_related("source"):
        row.agreement = _agreement(row.agreement_id)
        owner = _owner(row.agreement, row.source, on)
        if owner != row.owner_id:
            row.owner_id = owner
            FundingApplication.objects.filter(pk=row.pk, state__in=OPEN_STATES).update(owner=owner)
            facts = ApplicationMoved(source=row.source.name, state=row.state)
            person, cause = Person.objects.get(pk=owner), f"application:{row.pk}:given:{on}"
            notify(person, facts, on=on, cause=cause, agreement=row.agreement)


@transaction.atomic
def save_source(source: FundingSource, said: Mapping[str, Any], *, by: Person | None, on: date) -> FundingSource:
    """Write a source's facts; they count as checked on the day. By HR. Raises Refused with the field that is wrong."""
    if by is not None and not is_hr(by, on):
        raise NotPermitted
    for name, value in said.items():
        setattr(source, name, value)
    if not source.name.strip():
        raise MissingFact("name")
    source.checked_on = on
    save(source)
    return source
