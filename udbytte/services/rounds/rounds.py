"""Rounds: HR makes one, publishes it with its ground rules and its money, and closes it. Nothing is ever lost.

Who sees to a unit of a round, and its amount, set in one go.
"""

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
from udbytte.models.formatting import thousands
from udbytte.queries.money.budgets import balance_of
from udbytte.queries.rounds.check import stops_of
from udbytte.queries.rounds.rounds import employments_of
from udbytte.services.errors import NotPermitted, NotPossible, Refused, save
from udbytte.services.figures import count_uncoordinated
from udbytte.services.notifications.notify import notify_all
from udbytte.services.people import give_role

from .closing import ask_about_conversations, keep_reports
from .planning import plan_like, set_follow_up_days, stop_words
from .questions import first_questions
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
    """Make a draft of a round. `rules`: procedure, criteria, possibilities, money, and kickoff_on (a day).

    It begins with the questions, the lengths of steps and the money of the round it is `like`, else with those that are
    delivered. Raises NotPermitted unless HR, Refused when a date or a text is wrong.
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
    save(round_)
    round_.units.set(units)
    if like is not None:
        plan_like(round_, like)
    if not round_.questions.exists():
        first_questions(round_)
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
    """Change a round's name, dates, days, ground rules or units until it is closed; signed plans stay as signed."""
    require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.closed_on is not None:
        raise NotPossible
    for name in fields:
        if name in ("pk", "id", "published_on", "closed_on"):
            raise ValueError(f"{name} has a verb of its own")
        setattr(row, name, fields[name])
    save(row)
    if row.is_open:
        publish_rules(row, by=by, on=on)
    if follow_ups is not None:
        set_follow_up_days(row, follow_ups, by=by, on=on)
    if units is not None:
        row.units.set(units)
        if row.is_open:
            count_uncoordinated(on=on)
            add_joiners(row, on=on)
    return row


@transaction.atomic
def publish_round(round_: Round, *, by: Person | None, on: date) -> int:
    """Publish a round: everyone in its units gets a conversation and is told once. Returns how many conversations.

    Its amounts are known to the people they are for from that day.
    Refused for what `queries.round_check.stops_of` finds: no units, no ground rules (they come first), no questions, or
    a unit where nobody is HR, as a step that finds no owner lies with HR.
    """
    require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.published_on is not None:
        raise Refused(_("The round is published already."))
    for stop in stops_of(row, on=on):
        raise Refused(stop_words(stop), stop.field)
    row.published_on = on
    row.save(update_fields=["published_on"])
    publish_rules(row, by=by, on=on)
    row.budgets.filter(published_on__isnull=True).update(published_on=on)
    round_.published_on = on
    count_uncoordinated(on=on)
    return add_joiners(row, on=on)


@transaction.atomic
def add_joiners(round_: Round, *, on: date) -> int:
    """Give a conversation to each employment of the round's units on the day that has none, and tell its person.

    Returns how many. Who manages a unit and holds conversations gets one of the kind for leaders (LUS). Who began while
    the round was open is due some months later.
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
        told = {person: holders.get(manager, "") for _employment, person, manager, _began in reversed(part)}
        for person, by in sorted(told.items()):
            facts = RoundBegun(name=round_.name, by=by, leader=person in leaders)
            notifications.append(Notification.of(person, facts, on=on, cause=f"round:{round_.pk}"))
    notify_all(notifications)
    return len(rows)


def _settle_kinds(round_: Round, *, on: date) -> None:
    """Who manages a unit and holds conversations by now has a LUS, who does no more a MUS; what is held stays."""
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


def _leaders(on: date) -> set[int]:
    """The ids of those who manage a unit and hold conversations."""
    roles = ManagerRole.objects.on(on).filter(holds_conversations=True, person__is_active=True)
    return set(roles.values_list("person_id", flat=True))


def keep_rounds_complete(*, on: date) -> int:
    """Every open round gets those who have joined since; returns how many conversations arose."""
    open_ = list(Round.objects.filter(published_on__lte=on, closed_on__isnull=True))
    for round_ in open_:
        _settle_kinds(round_, on=on)
    return sum(add_joiners(round_, on=on) for round_ in open_)


@transaction.atomic
def set_budget(round_: Round, unit: Unit, amount: int, *, by: Person | None, on: date) -> Budget:
    """Give a unit (with all below it that has no budget of its own) its money: whole kroner, ex VAT.

    Refused when the unit lies outside the round, or when more than that is committed or spent already.
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
            words = {"bound": thousands(bound)}
            raise Refused(_("%(bound)s kr. is granted already: the amount cannot be less.") % words, "amount")
        budget.amount = amount
    save(budget)
    return budget


@transaction.atomic
def publish_budget(budget: Budget, *, by: Person | None, on: date) -> None:
    """Let the unit's people know their budget. The first day stands: was it known before the conversations?"""
    require_hr(by, on)
    Budget.objects.filter(pk=budget.pk, published_on__isnull=True).update(published_on=on)
    budget.refresh_from_db(fields=["published_on"])


@transaction.atomic
def close_round(round_: Round, *, by: Person | None, on: date) -> None:
    """Close a round. Conversations, plans and open agreements stay as they are, and go on being followed up.

    The report is kept as it is, and managers are asked about the conversations that were not held.
    """
    require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if not row.is_open:
        raise NotPossible
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    round_.closed_on = on
    keep_reports(row, on=on)
    ask_about_conversations(row, on=on)


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
    """Give a unit, with all below it, a coordinator, a budget owner and an amount (whole kroner); None leaves as it is.

    All or nothing: what is Refused names its field.
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
