"""Rounds: HR creates one, staffs its units, publishes it with its ground rules and budgets, and closes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Min, OuterRef, Subquery
from django.utils.translation import gettext as _

from udbytte.access.people import is_hr
from udbytte.domain.meetings import due_day
from udbytte.domain.notifications import RoundBegun
from udbytte.models import (
    Budget,
    Conversation,
    ConversationKind,
    Employment,
    ManagerRole,
    Notification,
    Person,
    Role,
    Round,
    Unit,
)
from udbytte.models.formatting import kroner
from udbytte.queries.money.budgets import balance_of
from udbytte.queries.rounds.check import stops_of
from udbytte.queries.rounds.rounds import employments_of
from udbytte.services.errors import NotPermitted, NotPossible, Refused, save_row
from udbytte.services.figures.tallies import count_uncoordinated_units
from udbytte.services.notifications.notify import notify_all
from udbytte.services.people.roles import give_role

from .closing import ask_about_conversations_not_held, store_reports
from .planning import copy_round_plan, set_follow_up_days, stop_text
from .questions import add_delivered_questions
from .rules import publish_rules

CHUNK = 2000


def require_hr(by: Person | None, on: date) -> None:
    if by is not None and not is_hr(by, on):
        raise NotPermitted


@transaction.atomic
def create_round(
    *,
    by: Person | None,
    on: date,
    name: str,
    units: Iterable[Unit],
    announced_on: date,
    conversations_from: date,
    conversations_to: date,
    closes_on: date,
    follow_ups: Iterable[date] = (),
    like: Round | None = None,
    **rules: Any,
) -> Round:
    """Create a draft of a round. `rules`: procedure, criteria, possibilities, money, and kickoff_on (a day).

    Its questions, lengths of steps and budgets are copied from the round `like`; otherwise they are the delivered ones.
    Raises NotPermitted unless HR, and Refused if a date or a text is wrong.
    """
    require_hr(by, on)
    round_ = Round(
        name=name.strip(),
        announced_on=announced_on,
        conversations_from=conversations_from,
        conversations_to=conversations_to,
        closes_on=closes_on,
        **rules,
    )
    save_row(round_)
    round_.units.set(units)
    if like is not None:
        copy_round_plan(round_, like)
    if not round_.questions.exists():
        add_delivered_questions(round_)
    set_follow_up_days(round_, follow_ups, by=by, on=on)
    return round_


@transaction.atomic
def save_round(
    round_: Round,
    *,
    by: Person | None,
    on: date,
    units: Iterable[Unit] | None = None,
    follow_ups: Iterable[date] | None = None,
    **fields: Any,
) -> Round:
    """Change a round's name, dates, ground rules, units or follow-up days until it is closed.

    Signed plans do not change.
    """
    require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.closed_on is not None:
        raise NotPossible
    for name in fields:
        if name in ("pk", "id", "published_on", "closed_on"):
            raise ValueError(f"{name} has a verb of its own")
        setattr(row, name, fields[name])
    save_row(row)
    if row.is_open:
        publish_rules(row, by=by, on=on)
    if follow_ups is not None:
        set_follow_up_days(row, follow_ups, by=by, on=on)
    if units is not None:
        row.units.set(units)
        if row.is_open:
            count_uncoordinated_units(on=on)
            add_missing_conversations(row, on=on)
    return row


@transaction.atomic
def publish_round(round_: Round, *, by: Person | None, on: date) -> int:
    """Publish a round: everybody in its units gets a conversation and is notified once. Returns how many conversations.

    Its budgets are published on the same day. Refused for what `queries.rounds.check.stops_of` finds: no units, no
    ground rules, no questions, or a unit without HR, because HR owns a step that has no other owner.
    """
    require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.published_on is not None:
        raise Refused(_("The round is published already."))
    for stop in stops_of(row, on=on):
        raise Refused(stop_text(stop), stop.field)
    row.published_on = on
    row.save(update_fields=["published_on"])
    publish_rules(row, by=by, on=on)
    row.budgets.filter(published_on__isnull=True).update(published_on=on)
    round_.published_on = on
    count_uncoordinated_units(on=on)
    return add_missing_conversations(row, on=on)


@transaction.atomic
def add_missing_conversations(round_: Round, *, on: date) -> int:
    """Give a conversation to each employment of the round's units that has none, and notify the employee.

    Returns how many. A manager who holds conversations gets one for leaders (LUS). For somebody who was employed while
    the round was open, it is due some months later.
    """
    joiners = employments_of(round_, on).exclude(conversations__round=round_)
    leaders = _leaders(on)
    jobs = Employment.objects.filter(person=OuterRef("person")).order_by().values("person")
    began = Subquery(jobs.annotate(first=Min("starts_on")).values("first"))
    rows = list(joiners.order_by("pk").annotate(began=began).values_list("pk", "person_id", "line_manager_id", "began"))
    notifications: list[Notification] = []
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        conversations = [
            Conversation(
                round=round_,
                employment_id=employment,
                manager_id=manager,
                kind=ConversationKind.LEADER if person in leaders else ConversationKind.INDIVIDUAL,
                opened_on=on,
                due_on=due_day(began, published_on=round_.published_on or on, closes_on=round_.closes_on),
            )
            for employment, person, manager, began in part
        ]
        Conversation.objects.bulk_create(conversations, ignore_conflicts=True)
        holders = dict(Person.objects.filter(pk__in={row[2] for row in part}).values_list("pk", "given_name"))
        holder_of = {person: holders.get(manager, "") for _employment, person, manager, _began in reversed(part)}
        for person, by in sorted(holder_of.items()):
            facts = RoundBegun(name=round_.name, by=by, leader=person in leaders)
            cause = f"round:{round_.pk}"
            # On the day of publishing it leaves within minutes; who joins later hears of it in the weekly email.
            notifications.append(Notification.of(person, facts, on=on, cause=cause, urgent=round_.published_on == on))
    notify_all(notifications)
    return len(rows)


def _leaders(on: date) -> set[int]:
    """The ids of people who manage a unit and hold conversations."""
    roles = ManagerRole.objects.on(on).filter(holds_conversations=True, person__is_active=True)
    return set(roles.values_list("person_id", flat=True))


def complete_open_rounds(*, on: date) -> int:
    """Give everybody who has joined an open round a conversation; returns how many conversations were created."""
    open_ = list(Round.objects.filter(published_on__lte=on, closed_on__isnull=True))
    for round_ in open_:
        _correct_kinds(round_, on=on)
    return sum(add_missing_conversations(round_, on=on) for round_ in open_)


def _correct_kinds(round_: Round, *, on: date) -> None:
    """Correct the kind of conversations that are not held: LUS for managers who hold conversations, otherwise MUS."""
    leaders = _leaders(on)
    alone = (ConversationKind.INDIVIDUAL, ConversationKind.LEADER)
    rows = round_.conversations.filter(held_on__isnull=True, kind__in=alone)
    wrong: dict[ConversationKind, list[int]] = {kind: [] for kind in alone}
    for pk, person, kind in rows.values_list("pk", "employment__person_id", "kind"):
        right = ConversationKind.LEADER if person in leaders else ConversationKind.INDIVIDUAL
        if kind != right:
            wrong[right].append(pk)
    for right, pks in wrong.items():
        rows.filter(pk__in=pks).update(kind=right)


@transaction.atomic
def set_budget(round_: Round, unit: Unit, amount: int, *, by: Person | None, on: date) -> Budget:
    """Give a unit, and all units below that have no budget of their own, a budget: whole kroner, ex VAT.

    Refused if the unit is outside the round, or if more than the amount is committed or spent already.
    """
    require_hr(by, on)
    if round_.closed_on is not None:
        raise NotPossible
    tops = set(round_.units.values_list("pk", flat=True))
    if not tops & set(unit.ancestor_ids):
        raise Refused(_("The unit is not in the round."), "unit")
    budget = Budget.objects.select_for_update().filter(round=round_, unit=unit).first()
    if budget is None:
        budget = Budget(round=round_, unit=unit, amount=amount)
    else:
        balance = balance_of(budget)
        bound = balance.committed + balance.spent
        if amount < bound:
            words = {"bound": kroner(bound)}
            raise Refused(_("%(bound)s has already been granted, so the amount cannot be less.") % words, "amount")
        budget.amount = amount
    save_row(budget)
    return budget


@transaction.atomic
def publish_budget(budget: Budget, *, by: Person | None, on: date) -> None:
    """Publish a unit's budget.

    The first day is kept, because it shows whether the money was known before a conversation.
    """
    require_hr(by, on)
    Budget.objects.filter(pk=budget.pk, published_on__isnull=True).update(published_on=on)
    budget.refresh_from_db(fields=["published_on"])


@transaction.atomic
def close_round(round_: Round, *, by: Person | None, on: date) -> None:
    """Close a round. Conversations, plans and open agreements stay as they are, and follow-up goes on.

    The report is stored, and managers are asked about the conversations that were not held.
    """
    require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if not row.is_open:
        raise NotPossible
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    round_.closed_on = on
    store_reports(row, on=on)
    ask_about_conversations_not_held(row, on=on)


@transaction.atomic
def staff_unit(
    round_: Round,
    unit: Unit,
    *,
    coordinator: Person | None,
    budget_owner: Person | None,
    amount: int | None,
    by: Person | None,
    on: date,
) -> None:
    """Give a unit and all units below a coordinator, a budget owner and a budget in whole kroner; None: no change.

    All in one transaction. Refused with the wrong field.
    """
    for name, person, role in (
        ("coordinator", coordinator, Role.COORDINATOR),
        ("budget_owner", budget_owner, Role.BUDGET_OWNER),
    ):
        if person is not None:
            try:
                give_role(person=person, role=role, unit=unit, by=by, on=on)
            except Refused as refused:
                raise Refused(refused.message, name) from None
    if amount is not None:
        set_budget(round_, unit, amount, by=by, on=on)
