"""Applications for external funding: each has a next step, an owner and a date until it is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from udbytte.access.agreements import arranges_course
from udbytte.access.people import is_hr
from udbytte.domain.lifecycle import Kind, Party
from udbytte.domain.notifications import ApplicationMoved
from udbytte.domain.working_days import working_day_from, working_day_until
from udbytte.models import Agreement, Applicant, ApplicationState, Budget, FundingApplication, FundingSource, Person
from udbytte.models.money import LONGEST_ANSWER, OPEN_STATES
from udbytte.queries.money.budgets import COMMITTED, balance_of
from udbytte.queries.money.funding import amount_to_apply_for, application_window, known_price_of, largest_grant
from udbytte.services.agreements.owners import owner_of, people_to_notify
from udbytte.services.errors import (
    MissingFact,
    NotPermitted,
    NotPossible,
    OverBudget,
    Refused,
    require_text_fits,
    save_row,
)
from udbytte.services.locks import lock_row, lock_rows_in_order
from udbytte.services.notifications.notify import notify

WITHIN = timedelta(days=21)  # a planned application is sent within three weeks
BEFORE_CLOSING = timedelta(days=7)
ANSWER_AFTER = timedelta(days=60)  # after that the owner is asked for the answer


@transaction.atomic
def plan_application(
    agreement: Agreement, source: FundingSource, *, amount: int | None = None, by: Person, on: date
) -> FundingApplication:
    """Decide to apply to a fund. `amount` in whole kroner; None: as in `amount_to_apply_for`.

    Raises NotPermitted unless the person arranges the agreement, and Refused if it is too late, the fund is hidden, or
    there is an application already or it is for another sector.
    """
    lock_rows_in_order(Agreement, [agreement.pk])
    row = agreement_of_application(agreement.pk)
    if row.kind != Kind.COURSE or not row.is_open:
        raise NotPossible
    if not arranges_course(row, by, on):
        raise NotPermitted
    price = known_price_of(row)
    wanted = amount or amount_to_apply_for(source, price)
    starts = row.starts_on or row.planned_from
    opens, last = application_window(source, starts)
    closes = last or starts
    if source.hidden or not source.is_for(settings.SECTOR) or on > closes:
        raise Refused(_("It is too late to apply there: the last day was before today."), "source")
    if row.applications.filter(source=source, state__in=(*OPEN_STATES, ApplicationState.GRANTED)).exists():
        raise Refused(_("This source is applied to already."), "source")
    application = FundingApplication.objects.create(
        agreement=row,
        source=source,
        amount=wanted,
        owner_id=applicant_of(row, source, on),
        due=_send_by(on, opens, closes),
        created_on=on,
    )
    notify_of_application(application, by=by, on=on)
    return application


def _send_by(on: date, opens: date | None, closes: date) -> date:
    """The date to send it by: within three weeks and a week before the fund closes, but not before it opens."""
    soonest = max(on + timedelta(days=1), opens or on)
    wanted = working_day_until(min(on + WITHIN, closes - BEFORE_CLOSING))
    return min(wanted if wanted >= soonest else working_day_from(soonest), max(closes, on))


def applicant_of(agreement: Agreement, source: FundingSource, on: date) -> int:
    """Who applies: the employee, or for the workplace the coordinator of the unit's courses, else the manager."""
    if source.applicant != Applicant.EMPLOYER:
        return owner_of(agreement, Party.EMPLOYEE, on=on).person_id
    owner = owner_of(agreement, Party.COORDINATOR, on=on)
    if owner.person_id == agreement.employee_id:  # the unit has no coordinator
        manager = owner_of(agreement, Party.MANAGER, on=on)
        owner = owner if manager.stray else manager
    return owner.person_id


def agreement_of_application(pk: int) -> Agreement:
    related = ("employment__line_manager", "employee", "unit", "round", "run__course", "course")
    return Agreement.objects.select_related(*related).get(pk=pk)


@transaction.atomic
def send_application(application: FundingApplication, *, by: Person, on: date) -> FundingApplication:
    """The application is sent.

    After two months its owner is asked for the answer. NotPossible if it was sent already.
    """
    row = _locked(application, by, on)
    if row.state != ApplicationState.PLANNED:
        raise NotPossible
    row.state, row.sent_on, row.due = ApplicationState.SENT, on, working_day_from(on + ANSWER_AFTER)
    row.owner_id, row.line_level, row.line_told_on = applicant_of(row.agreement, row.source, on), 0, None
    row.save()
    return row


@transaction.atomic
def wait_for_answer(application: FundingApplication, *, until: date, by: Person, on: date) -> FundingApplication:
    """The fund has not answered yet: whoever has the application is asked again on that day.

    Raises NotPossible unless it is sent, and Refused for a day that lies more than two months ahead.
    """
    row = _locked(application, by, on)
    if not may_answer_application(row, by, on):
        raise NotPermitted
    if row.state != ApplicationState.SENT:
        raise NotPossible
    if not on < until <= on + ANSWER_AFTER:
        raise Refused(_("Choose a day within the next %(days)s days.") % {"days": ANSWER_AFTER.days}, "until")
    row.due = working_day_from(until)
    row.save()
    return row


def _locked(application: FundingApplication, by: Person | None, on: date) -> FundingApplication:
    """The application's row, locked, for those who arrange the agreement or own the application's step.

    The agreement is locked first, as everywhere, so that two transactions never wait for each other.
    """
    lock_rows_in_order(Agreement, [application.agreement_id])
    row = lock_row(FundingApplication.objects.select_related("source"), application.pk)
    agreement = agreement_of_application(row.agreement_id)
    owns = by is not None and row.owner_id == by.pk
    if by is not None and not owns and not arranges_course(agreement, by, on):
        raise NotPermitted
    row.agreement = agreement
    return row


def can_still_be_answered(application: FundingApplication) -> bool:
    """Whether an answer that nobody reported in time can be reported now."""
    return application.state == ApplicationState.ANSWER_UNKNOWN and application.agreement.is_open


def may_answer_application(application: FundingApplication, person: Person, on: date) -> bool:
    """Whether the person may record the fund's answer: those who arrange the agreement, and the owner.

    If the workplace applies, the employee may not, unless there is neither coordinator nor manager.
    """
    agreement, source = application.agreement, application.source
    if source.applicant == Applicant.EMPLOYER and person.pk == agreement.employee_id:
        return applicant_of(agreement, source, on) == person.pk
    return application.owner_id == person.pk or arranges_course(agreement, person, on)


@transaction.atomic
def decide_application(
    application: FundingApplication, *, granted: int | None, answer: str = "", by: Person, on: date
) -> FundingApplication:
    """Record the fund's answer: `granted` in whole kroner, or None for a refusal. The budget pays less by that amount.

    Raises NotPermitted unless the person may answer, NotPossible if it is decided already, and Refused if the amount is
    more than the fund can give.
    """
    row = _locked(application, by, on)
    if not may_answer_application(row, by, on):
        raise NotPermitted
    if not row.is_open and not can_still_be_answered(row):
        raise NotPossible
    _answer(row, granted, answer, on)
    notify_of_application(row, by=by, on=on)
    return row


@transaction.atomic
def correct_grant(
    application: FundingApplication, *, granted: int | None, answer: str = "", by: Person, on: date
) -> FundingApplication:
    """Correct the granted amount, or (None) change the grant to a refusal, while the agreement is open.

    Raises NotPermitted unless the person may answer, NotPossible if nothing is granted, Refused as
    `decide_application`, and OverBudget if the budget has too little left for a coming course. For a course that was
    attended, the cost is a fact and there is no such check.
    """
    row = _locked(application, by, on)
    if not may_answer_application(row, by, on):
        raise NotPermitted
    if row.state != ApplicationState.GRANTED or not row.agreement.is_open:
        raise NotPossible
    _answer(row, granted, answer or row.answer, on)
    notify_of_application(row, by=by, on=on, again=f":{granted}:{on}")
    return row


def _answer(row: FundingApplication, granted: int | None, answer: str, on: date) -> None:
    if granted is not None:
        if granted <= 0:
            raise Refused(_("Write how much was granted, in whole kroner."), "granted")
        if granted > largest_grant(row):
            raise Refused(_("That is more than the course costs, and than the source gives."), "granted")
    row.state = ApplicationState.REFUSED if granted is None else ApplicationState.GRANTED
    row.granted_amount, row.answer = granted, require_text_fits(answer.strip(), LONGEST_ANSWER, "answer")
    close_application(row, on)
    _store_granted_outside(row.agreement)


@transaction.atomic
def withdraw_application(application: FundingApplication, *, by: Person | None, on: date) -> FundingApplication:
    """Withdraw the application. NotPossible if it is decided already."""
    row = _locked(application, by, on)
    if not row.is_open:
        raise NotPossible
    row.state = ApplicationState.WITHDRAWN
    close_application(row, on)
    return row


def close_application(row: FundingApplication, on: date) -> None:
    row.owner, row.due, row.decided_on = None, None, on
    row.save()


def _store_granted_outside(agreement: Agreement) -> None:
    """Store on the agreement how much of its price funds pay. Compensation for wages does not count.

    The budget's row is locked, as for every change of its sums. OverBudget if the budget cannot pay the difference.
    """
    granted = agreement.applications.filter(state=ApplicationState.GRANTED, source__pays_wages=False)
    total = granted.aggregate(total=Sum("granted_amount"))["total"] or 0
    if agreement.budget_id is not None:
        budget = Budget.objects.select_for_update(no_key=True).get(pk=agreement.budget_id)
        price = agreement.price or 0
        more = max(price - total, 0) - max(price - agreement.granted_outside, 0)
        if more > 0 and agreement.stage in COMMITTED and more > (left := balance_of(budget).uncommitted):
            raise OverBudget(left)
    Agreement.objects.filter(pk=agreement.pk).update(granted_outside=total)


def notify_of_application(
    row: FundingApplication, *, by: Person | None, on: date, again: str = "", also: int | None = None
) -> None:
    """Notify the owner of an open application. If it is decided, notify the employee, the manager and the coordinators.

    `again` is part of the cause, so that a correction is a new notification. `also` is who had the application.
    """
    agreement = row.agreement
    if row.is_open:
        people = {row.owner_id} if row.owner_id else set()
    else:
        parties = (Party.EMPLOYEE, Party.MANAGER, Party.COORDINATOR)
        people = {person.pk for party in parties for person in people_to_notify(agreement, party, on=on)}
        people |= {also} if also is not None else set()
    facts = ApplicationMoved(source=row.source.name, state=row.state)
    for person in Person.objects.filter(pk__in=people - {by.pk if by is not None else 0}, is_active=True):
        cause = f"application:{row.pk}:{row.state}{again}"
        notify(person, facts, on=on, cause=cause, agreement=agreement)


@transaction.atomic
def assign_application_owners(*, on: date) -> None:
    """Give open applications to a new owner if theirs has left or no longer arranges the unit's courses.

    The new owner is notified. A second call changes nothing.
    """
    gone = Q(owner__is_active=False) | Q(source__applicant=Applicant.EMPLOYER)
    moved = Q(line_level__gt=0, owner__is_active=True)  # whoever it came to along the line keeps it
    rows = FundingApplication.objects.filter(gone, state__in=OPEN_STATES).exclude(moved)
    for row in rows.select_related("source"):
        row.agreement = agreement_of_application(row.agreement_id)
        owner = applicant_of(row.agreement, row.source, on)
        if owner != row.owner_id:
            row.owner_id = owner
            FundingApplication.objects.filter(pk=row.pk, state__in=OPEN_STATES).update(
                owner=owner, line_level=0, line_told_on=None
            )
            facts = ApplicationMoved(source=row.source.name, state=row.state)
            person, cause = Person.objects.get(pk=owner), f"application:{row.pk}:given:{on}"
            notify(person, facts, on=on, cause=cause, agreement=row.agreement)


@transaction.atomic
def save_funding_source(
    source: FundingSource, values: Mapping[str, Any], *, by: Person | None, on: date
) -> FundingSource:
    """Save a fund's facts, checked on the day. By HR. Raises Refused with the wrong field."""
    if by is not None and not is_hr(by, on):
        raise NotPermitted
    for name, value in values.items():
        setattr(source, name, value)
    if not source.name.strip():
        raise MissingFact("name")
    source.checked_on = on
    save_row(source)
    return source
