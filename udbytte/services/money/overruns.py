"""Bills above what was granted: each is a question that somebody decides. Whole kroner, ex VAT."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import Party
from udbytte.domain.lifecycle.line import FIRST
from udbytte.domain.lifecycle.reminders import owner_milestone
from udbytte.domain.money import reason_to_ask
from udbytte.domain.notifications import OverrunAsked, OverrunDecided
from udbytte.domain.working_days import working_day_from
from udbytte.models import Agreement, Budget, Notification, Overrun, Person, Role, UnusedSeat
from udbytte.models.compiled_query import compiled
from udbytte.models.money import LONGEST_ANSWER
from udbytte.queries.money.budgets import authority_for, balance_of, granted_alone, limits_of
from udbytte.services.agreements.owners import RoleHolders, manager_above, people_to_notify, who_asks_for_money
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, require_text_fits
from udbytte.services.locks import Lock, lock_row, lock_rows_in_order, wait_for_lock
from udbytte.services.notifications.notify import notify, notify_all

DECIDED_WITHIN = timedelta(days=14)
RELATED = ("agreement__employment__line_manager", "agreement__employee", "agreement__unit", "agreement__round")


def ask_about_bill(
    agreement: Agreement, price: int, *, seat: UnusedSeat | None = None, by: Person | None, on: date
) -> bool:
    """Ask whether a bill is granted, if it is above what was granted. Returns whether it is asked.

    The bill is that of the course that was attended, or of a seat that was not used. A new bill takes the place of an
    earlier one that is not decided. Call it in the transaction that writes the bill, with the agreement locked.
    """
    writer = by or agreement.employee
    open_ = agreement.overruns.filter(decided_on__isnull=True)
    for replaced in open_:
        _forget_unsent(replaced)
    open_.update(decided_by=writer, decided_on=on, owner=None, due=None)
    granted = _granted_price(agreement, seat)
    if price <= granted:
        return False
    overrun = Overrun(agreement=agreement, seat=seat, granted_price=granted, price=price, by=writer, on=on)
    overrun.owner_id = _owner(overrun, RoleHolders.on_day(on), on)
    overrun.due = working_day_from(on + DECIDED_WITHIN)
    overrun.save()
    notify_all(_asking(overrun, on, f"{overrun.owner_id}"))
    return True


def _granted_price(agreement: Agreement, seat: UnusedSeat | None) -> int:
    """What has been granted so far: the price of the course or the seat, or the highest bill that was granted."""
    price = (agreement.price if seat is None else seat.price) or 0
    bills = agreement.overruns.filter(seat=seat, granted=True).aggregate(highest=Max("price"))
    return max(price, bills["highest"] or 0)


@transaction.atomic
def decide_overrun(overrun: Overrun, *, granted: bool, answer: str = "", by: Person, on: date) -> Overrun:
    """Grant a bill above what was granted, or refuse it with a reason.

    1. Lock the agreement and the question. Raises NotPossible when it is decided already, NotPermitted unless the
       person may decide, MissingFact for a no without a reason, and Refused for a manager whose limits or budget do
       not allow it any more.
    2. Write the decision. If it is granted, the bill is what the course or the seat cost.
    3. Notify whoever wrote the bill, the manager and the employee.
    """
    lock_rows_in_order(Agreement, [overrun.agreement_id])
    row = lock_row(Overrun.objects.select_related(*RELATED, "seat"), overrun.pk)
    if row.decided_on is not None:
        raise NotPossible
    party = _decides_as(row, by, on)
    if party is None:
        raise NotPermitted
    answer = require_text_fits(answer.strip(), LONGEST_ANSWER, "answer")
    if not granted and not answer:
        raise MissingFact("answer")
    if granted and party is Party.MANAGER:
        _lock_money(row)
        if not _is_within_managers_limits(row):
            raise Refused(
                _("Your limit or the budget no longer allows it. Nominate the course to the budget owner instead.")
            )
    row.decided_by, row.decided_on, row.granted, row.answer = by, on, granted, answer
    row.owner, row.due = None, None
    row.save()
    _forget_unsent(row)
    if granted:
        _write_price(row, as_manager=party is Party.MANAGER, on=on)
    _tell_decision(row, by=by, on=on)
    return row


def _write_price(row: Overrun, *, as_manager: bool, on: date) -> None:
    if row.seat is not None:
        UnusedSeat.objects.filter(pk=row.seat.pk).update(cost=row.price, billed_on=on)
        return
    values: dict[str, object] = {"actual_price": row.price}
    if as_manager:  # it counts for their limit of the round
        values["funded_by"] = row.agreement.employment.line_manager_id
    Agreement.objects.filter(pk=row.agreement_id).update(**values)


def may_decide_overrun(overrun: Overrun, person: Person, on: date, holders: RoleHolders | None = None) -> bool:
    """Whether the person may decide: whoever has the question, and the budget owners of the unit who do not gain.

    `holders` is given where it is asked about many.
    """
    return overrun.decided_on is None and _decides_as(overrun, person, on, holders) is not None


def _decides_as(overrun: Overrun, person: Person, on: date, holders: RoleHolders | None = None) -> Party | None:
    """As what the person decides: as a budget owner of the unit, or as the manager who has the question.

    Whoever has it only because nobody was found (HR) decides nothing.
    """
    agreement, holders = overrun.agreement, holders or RoleHolders.on_day(on)
    if person.pk == agreement.employee_id:
        return None
    role_holders = set(holders.upward(Role.BUDGET_OWNER, agreement.unit.ancestor_ids)) - _who_asks(agreement)
    if person.pk in role_holders:
        return Party.BUDGET_OWNER
    if overrun.owner_id != person.pk:
        return None
    if person.pk in _budget_deciders(overrun, holders, on):
        return Party.BUDGET_OWNER
    manager = agreement.employment.line_manager_id
    is_manager = person.pk in (manager, holders.deputy_of(manager, without=(agreement.employee_id,)))
    return Party.MANAGER if is_manager else None


def _who_asks(agreement: Agreement) -> set[int | None]:
    """The employee, the line manager, and everybody who has nominated a course of the agreement."""
    return {*who_asks_for_money(agreement), *(nomination.by_id for nomination in agreement.nominations.all())}


# --- Whose it is


def _owner(overrun: Overrun, holders: RoleHolders, on: date) -> int:
    """Who has the question: the first who may decide; two weeks after its date the next one, and so on."""
    deciders = list(_deciders(overrun, holders, on))
    late = (on - overrun.due).days // FIRST if overrun.due is not None else 0
    return deciders[min(max(late, 0), len(deciders) - 1)]


def _deciders(overrun: Overrun, holders: RoleHolders, on: date) -> Iterator[int]:
    """The line manager, within their limits and the budget; then the budget owners upward; each by their deputy.

    If there is nobody, it is HR, who names a budget owner.
    """
    agreement = overrun.agreement
    manager = agreement.employment.line_manager
    people: list[int | None] = []
    if manager is not None and manager.is_active and _is_within_managers_limits(overrun):
        people.append(holders.deputy_of(manager.pk, without=(agreement.employee_id,)))
    people += _budget_deciders(overrun, holders, on)
    known = list(dict.fromkeys(person for person in people if person is not None))
    yield from known or [holders.stand_in(agreement.unit.ancestor_ids, agreement.employee_id)]


def _budget_deciders(overrun: Overrun, holders: RoleHolders, on: date) -> list[int | None]:
    """The budget owners upward who neither ask nor gain, each by their deputy; without any, the manager above."""
    agreement = overrun.agreement
    asking, manager = _who_asks(agreement), agreement.employment.line_manager_id
    owners = holders.upward(Role.BUDGET_OWNER, agreement.unit.ancestor_ids)
    people = [holders.deputy_of(owner, without=asking) for owner in owners if owner not in asking]
    if not people and manager is not None:
        people = [above for above in [manager_above(manager, on)] if above not in asking]
    return people


def _is_within_managers_limits(overrun: Overrun) -> bool:
    """Whether the line manager could grant the whole bill alone, and the budget can pay what is new in it."""
    agreement = overrun.agreement
    manager = agreement.employment.line_manager_id
    if manager is None or manager == agreement.employee_id:
        return False
    limits, so_far = limits_of(authority_for(agreement.unit, agreement.round)), 0
    if limits.per_year is not None:
        so_far = granted_alone([manager], [agreement.round_id]).get((manager, agreement.round_id), 0)
        granted_by = agreement.funded_by_id if overrun.seat is None else overrun.seat.granted_by_id
        so_far -= overrun.granted_price if granted_by == manager else 0
    if reason_to_ask(overrun.price, limits, granted=max(so_far, 0)) is not None:
        return False
    budget = budget_of(overrun)
    return budget is None or overrun.price - overrun.granted_price <= balance_of(budget).uncommitted


def budget_of(overrun: Overrun) -> Budget | None:
    """The budget that pays the bill."""
    return overrun.seat.budget if overrun.seat is not None else overrun.agreement.budget


def _lock_money(overrun: Overrun) -> None:
    """Let nobody else grant from the same budget or in the same manager's name until the transaction ends."""
    budget = budget_of(overrun)
    if budget is not None:
        lock_row(Budget.objects.all(), budget.pk)
    wait_for_lock(Lock.SPENDING, about=overrun.agreement.employment.line_manager_id or 0)


# --- Who is told


def _asking(overrun: Overrun, on: date, when: str) -> Iterator[Notification]:
    if overrun.owner is not None:
        has_decider = may_decide_overrun(overrun, overrun.owner, on)
        facts = OverrunAsked(
            price=overrun.price,
            granted_price=overrun.granted_price,
            by=overrun.by.name,
            unit="" if has_decider else overrun.agreement.unit.name,
        )
        cause = f"overrun:{overrun.pk}:{when}"
        yield Notification.of(overrun.owner.pk, facts, agreement=overrun.agreement_id, on=on, cause=cause)


def _forget_unsent(overrun: Overrun) -> None:
    """Take back the question from those whose email has not been written: it is answered, or somebody else's."""
    Notification.objects.filter(email=None, cause__startswith=f"overrun:{overrun.pk}:").delete()


def overrun_notifications(on: date) -> Iterator[Notification]:
    """Remind those who have an open question about a bill on its date, a week later, and then every two weeks."""
    for overrun in _late(on):
        milestone = owner_milestone((on - overrun.due).days) if overrun.due is not None else None
        if milestone is not None:
            yield from _asking(overrun, on, f"{overrun.owner_id}:{milestone}")


@compiled
def _late(on: date) -> QuerySet[Overrun]:
    rows = Overrun.objects.filter(decided_on__isnull=True, due__lte=on)
    return rows.select_related(*RELATED, "by", "owner").order_by("pk")


@compiled
def _open() -> QuerySet[Overrun]:
    rows = Overrun.objects.filter(decided_on__isnull=True)
    return rows.select_related(*RELATED, "seat__budget", "by").order_by("pk")


@transaction.atomic
def assign_overrun_owners(*, on: date) -> None:
    """Give each open question to whoever is to decide it on the day, and notify them. A second call changes nothing."""
    if not (overruns := _open()):
        return
    holders = RoleHolders.on_day(on)
    for overrun in overruns:
        owner = _owner(overrun, holders, on)
        if owner != overrun.owner_id:
            overrun.owner_id = owner
            if Overrun.objects.filter(pk=overrun.pk, decided_on__isnull=True).update(owner=owner):
                _forget_unsent(overrun)
                notify_all(_asking(overrun, on, f"{owner}"))


def _tell_decision(overrun: Overrun, *, by: Person, on: date) -> None:
    """Notify whoever wrote the bill, the manager and the employee."""
    agreement = overrun.agreement
    people = {overrun.by_id}
    for party in (Party.EMPLOYEE, Party.MANAGER):
        people.update(person.pk for person in people_to_notify(agreement, party, on=on))
    facts = OverrunDecided(
        price=overrun.price,
        granted_price=overrun.granted_price,
        granted=bool(overrun.granted),
        by=by.name,
        answer=overrun.answer,
    )
    for person in Person.objects.filter(pk__in=people - {by.pk}, is_active=True).order_by("pk"):
        notify(person, facts, on=on, cause=f"overrun_decided:{overrun.pk}", agreement=agreement)
