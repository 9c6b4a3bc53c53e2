"""Following changes of the organisation: who works here, who manages whom, and who owns each step."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from django.db import connection, transaction
from django.db.models import F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from udbytte.access.people import works_on
from udbytte.domain.lifecycle import STEPS, Event, Kind, Party, Stage
from udbytte.models import (
    Agreement,
    Conversation,
    Deputy,
    Employment,
    Helper,
    Person,
    Role,
)
from udbytte.models.compiled_query import compiled
from udbytte.services.agreements.come_back import reopen_agreements_of_returned
from udbytte.services.agreements.owners import Owner, RoleHolders, owner_of
from udbytte.services.agreements.take_step import take_step
from udbytte.services.errors import StaleStep
from udbytte.services.figures.history import preserve_agreement_history
from udbytte.services.figures.tallies import count_uncoordinated_units
from udbytte.services.locks import Lock, lock_agreements, retry_after_deadlock, wait_for_lock
from udbytte.services.meetings.times import hand_over_time

from .line_managers import assign_line_managers

CHUNK = 2000
RELATED = ("employment__line_manager", "employee", "unit", "step_owner")


@retry_after_deadlock
@transaction.atomic
def follow_organisation_changes(*, on: date, by: Person | None = None, ended_by: Person | None = None) -> None:
    """Update everything that depends on the organisation, as it is on the day. A second call changes nothing.

    The logs of agreements name `by` for a step that changes hands, and `ended_by` for what ends because somebody has
    left. None: the day has come.

    1. People who have left, or who came back, are marked.
    2. Each employment gets its line manager by the rule. Conversations that are not held follow.
    3. Agreements follow their employment: to another unit, to the person's other employment, or they are closed. What a
       leave closed is opened again, if the employee is back.
    4. A step gets a new owner if its owner has left, the manager has changed or it had no owner.
    5. The units without a coordinator are counted.

    Only one such update runs at a time: two would lock agreements in different orders.
    """
    wait_for_lock(Lock.SETTLING)
    mark_who_works(on)
    assign_line_managers(on)
    _follow_line_managers(on)
    _follow_employments(on, ended_by)
    reopen_agreements_of_returned(on, caused_by=by)
    _end_help_of_people_who_left(on, ended_by)
    assign_owners(on, caused_by=by)
    count_uncoordinated_units(on=on)


def mark_who_works(on: date) -> None:
    """Mark who works here on the day and who does not. Whoever does not is logged out by their next request."""
    if left := _people_who_left(on):
        Person.objects.filter(pk__in=left).update(is_active=False)
    if back := _people_who_came_back(on):
        Person.objects.filter(pk__in=back).update(is_active=True)


@compiled
def _people_who_left(on: date) -> QuerySet[Person, int]:
    known = Q(employments__isnull=False) | Q(manager_roles__isnull=False) | Q(roles__isnull=False)
    return Person.objects.filter(known, is_active=True).exclude(works_on(on)).order_by().values_list("pk", flat=True)


@compiled
def _people_who_came_back(on: date) -> QuerySet[Person, int]:
    return Person.objects.filter(works_on(on), is_active=False).order_by().values_list("pk", flat=True)


def _follow_line_managers(on: date) -> None:
    """Let the conversations that are not held follow their employment's line manager."""
    moved, before = list[Conversation](), dict[int, int | None]()
    for conversation in _with_another_manager():
        if conversation.employment.holds_on(on):
            before[conversation.pk] = conversation.manager_id
            conversation.manager_id = conversation.employment.line_manager_id
            moved.append(conversation)
    Conversation.objects.bulk_update(moved, ["manager"], batch_size=CHUNK)
    for conversation in moved:
        if conversation.planned_at is not None:
            hand_over_time(conversation, before=before[conversation.pk], on=on)


@compiled
def _with_another_manager() -> QuerySet[Conversation]:
    """The conversations to come that are with somebody else than the line manager."""
    stale = Conversation.objects.filter(held_on__isnull=True, round__closed_on__isnull=True).exclude(
        manager=F("employment__line_manager")
    )
    return stale.exclude(manager__isnull=True, employment__line_manager__isnull=True).select_related("employment")


def _follow_employments(on: date, by: Person | None) -> None:
    """Move open agreements with their employment, and close those of people who have left."""
    changed = _beside_their_employment(on)
    if not changed:
        return
    lock_agreements(changed)
    moved = Agreement.objects.filter(closed_on__isnull=True).exclude(unit=F("employment__unit"))
    preserve_agreement_history(moved.values_list("pk", flat=True), on=on)
    moved.update(unit=Employment.objects.filter(agreements=OuterRef("pk")).values("unit")[:1])
    ended = Agreement.objects.filter(closed_on__isnull=True, employment__ends_on__lt=on)
    for pk in list(ended.values_list("pk", flat=True)):  # read one by one, because closing one can change another
        agreement = Agreement.objects.select_related("employee").get(pk=pk)
        other = Employment.objects.on(on).filter(person=agreement.employee_id).order_by("-starts_on", "pk").first()
        if other is None:
            with suppress(StaleStep):
                take_step(agreement, Event.LEAVE, by=None, on=on, caused_by=by)
        else:
            preserve_agreement_history([agreement.pk], on=on)
            Agreement.objects.filter(pk=agreement.pk).update(employment=other, unit=other.unit_id)


@compiled
def _beside_their_employment(on: date) -> QuerySet[Agreement, int]:
    """Open agreements, by id, of another unit than their employment, or whose employment has ended."""
    changed = ~Q(unit=F("employment__unit")) | Q(employment__ends_on__lt=on)
    return Agreement.objects.filter(changed, closed_on__isnull=True).values_list("pk", flat=True)


@compiled
def _helpers_who_left() -> QuerySet[Helper, int]:
    return Helper.objects.filter(ended_on__isnull=True, person__is_active=False).values_list("pk", flat=True)


def _end_help_of_people_who_left(on: date, by: Person | None) -> None:
    for pk in _helpers_who_left():
        helper = Helper.objects.select_related("agreement", "person").get(pk=pk)
        agreement = helper.agreement
        if helper.ended_on is not None:
            continue  # another step has ended it
        if agreement.kind == Kind.PRACTICE and agreement.stage in (
            Stage.ASKED,
            Stage.STAFFED,
            Stage.UNDER_WAY,
            Stage.STUCK,
        ):
            reason = _("%(name)s no longer works here.") % {"name": helper.person.name}
            with suppress(StaleStep):
                take_step(
                    agreement, Event.LOSE_HELPER, by=None, on=on, caused_by=by, helper=helper.person, reason=reason
                )
        else:
            Helper.objects.filter(pk=helper.pk).update(ended_on=on)


def assign_owners(on: date, *, caused_by: Person | None = None) -> None:
    """Give each step with a wrong owner to the right one on the day. A second call changes nothing.

    If somebody takes the step at the same time, the agreement is left as it is until the next call.
    """
    holders = RoleHolders.on_day(on)
    agreements = {agreement.pk: agreement for agreement in (*_with_wrong_owner(on), *_roles_lost(holders))}
    changes: list[tuple[Agreement, Owner]] = []
    for _pk, agreement in sorted(agreements.items()):
        step = agreement.state.step
        if step is None:
            continue
        owner = owner_of(agreement, step.owner, on=on, holders=holders, step=step.name)
        if (owner.person_id, owner.stray) != (agreement.step_owner_id, agreement.stray):
            changes.append((agreement, owner))
    if connection.in_atomic_block:
        lock_agreements(agreement.pk for agreement, _owner in changes)
    for agreement, owner in changes:
        facts = {"owner": Person.objects.get(pk=owner.person_id), "stray": owner.stray}
        with suppress(StaleStep):
            take_step(agreement, Event.HAND_OVER, by=None, on=on, caused_by=caused_by, facts=facts)


@compiled
def _with_wrong_owner(on: date) -> QuerySet[Agreement]:
    wrong = Agreement.objects.filter(_owner_may_be_wrong(on), closed_on__isnull=True)
    return wrong.select_related(*RELATED).order_by("pk")


def _owner_may_be_wrong(on: date) -> Q:
    """Open agreements whose step may belong to somebody else now."""
    managers = [step.name for step in STEPS.values() if step.owner is Party.MANAGER]
    manager_changed = Q(step__in=managers, handed_over=False) & (
        Q(employment__line_manager__isnull=True) | ~Q(step_owner=F("employment__line_manager"))
    )
    proposed = Q(proposed_by=Party.EMPLOYEE, handed_over=False) & ~Q(step_owner=F("employment__line_manager"))
    absent = Deputy.objects.on(on).filter(deputy__is_active=True).values("person")
    stood_in = Deputy.objects.filter(starts_on__lte=on).values("deputy")
    money = Q(step="settle_money", step_owner__in=absent) | Q(step="decide") & (
        Q(step_owner__in=absent) | Q(step_owner__in=stood_in)
    )
    deputised = money & Q(handed_over=False)
    gone = Q(step_owner__is_active=False) | Q(stray=True)
    return gone | proposed | (manager_changed | deputised) & Q(line_level=0)  # the line has moved the others


def _roles_lost(holders: RoleHolders) -> list[Agreement]:
    """Agreements whose step is owned by a former coordinator or budget owner."""
    found: list[Agreement] = []
    for role, party in ((Role.COORDINATOR, Party.COORDINATOR), (Role.BUDGET_OWNER, Party.BUDGET_OWNER)):
        by_role = {person for people in holders.by_role.get(role, {}).values() for person in people}
        found += _owned_by_others(party, sorted(by_role))
    return found


@compiled
def _owned_by_others(party: Party, holders: Sequence[int]) -> QuerySet[Agreement]:
    """Agreements whose step belongs to the party, and whose owner is none of these people."""
    names = [step.name for step in STEPS.values() if step.owner is party]
    rows = Agreement.objects.filter(
        step__in=names,
        closed_on__isnull=True,
        stray=False,
        handed_over=False,
        line_level=0,
        step_owner__is_active=True,
    ).exclude(step_owner__in=holders)
    if party is Party.COORDINATOR and not holders:
        rows = rows.exclude(step_owner=F("employee"))
    return rows.select_related(*RELATED)
