"""Rounds: HR makes one, publishes it with its ground rules and its money, and closes it. Nothing is ever lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..access.people import is_hr
from ..models import (
    Asked,
    Budget,
    Conversation,
    ConversationKind,
    Employment,
    ManagerRole,
    Notice,
    Person,
    Question,
    Role,
    Round,
    RulesConfirmation,
    Unit,
    below,
)
from ..queries.money import balance_of
from .errors import NotPermitted, NotPossible, Refused
from .owners import Desk
from .saving import save

CHUNK = 2000
# The questions that a new round begins with; HR changes them as they like. The first is about last time.
FIRST_QUESTIONS: Sequence[tuple[str, str, str]] = (
    (Asked.BOTH, "Hvad er der kommet ud af det, I aftalte sidst?", "What has come of what you agreed last time?"),
    (Asked.BOTH, "Hvad går godt, og hvad vil du gerne mere af?", "What goes well, and what would you like more of?"),
    (
        Asked.EMPLOYEE,
        "Hvad vil du gerne kunne om et år, som du ikke kan nu?",
        "What would you like to be able to do in a year that you cannot do now?",
    ),
    (
        Asked.MANAGER,
        "Hvad får afdelingen brug for, som din medarbejder kan udvikle sig til?",
        "What will the unit need that your employee can develop into?",
    ),
    (Asked.BOTH, "Hvad skal der til, for at det bliver til noget?", "What does it take for it to come to something?"),
)


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question as HR writes it; `pk` of the one it changes, None for a new one."""

    text_da: str
    text_en: str = ""
    asked: str = Asked.BOTH
    pk: int | None = None


def _require_hr(by: Person | None, on: date) -> None:
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
    **rules: str,
) -> Round:
    """Make a draft of a round, with questions to begin from. `rules`: procedure, criteria, possibilities, money.

    Raises NotPermitted unless HR, Refused when a date or a text is wrong.
    """
    _require_hr(by, on)
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
    rows = (
        Question(round=round_, position=number, asked=asked, text_da=danish, text_en=english, about_last=number == 0)
        for number, (asked, danish, english) in enumerate(FIRST_QUESTIONS)
    )
    Question.objects.bulk_create(rows)
    return round_


@transaction.atomic
def save_round(
    round_: Round, *, by: Person | None, on: date, units: Iterable[Unit] | None = None, **fields: Any
) -> Round:
    """Change a round's name, dates, days, ground rules or units until it is closed; signed plans stay as signed."""
    _require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.closed_on is not None:
        raise NotPossible
    for name in fields:
        if name in ("pk", "id", "published_on", "closed_on"):
            raise ValueError(f"{name} has a verb of its own")
        setattr(row, name, fields[name])
    save(row)
    if units is not None:
        row.units.set(units)
        if row.is_open:
            add_joiners(row, on=on)
    return row


@transaction.atomic
def set_questions(round_: Round, questions: Sequence[QuestionText], *, by: Person | None, on: date) -> None:
    """Let the round ask these questions, in this order. One that is answered can be reworded but not taken away."""
    _require_hr(by, on)
    if round_.closed_on is not None:
        raise NotPossible
    kept = [question for question in questions if question.text_da.strip()]
    gone = round_.questions.exclude(pk__in=[question.pk for question in kept if question.pk])
    if gone.filter(answers__isnull=False).exists():
        raise Refused(_("Somebody has answered that question already. Reword it, or let it stand."))
    gone.delete()
    for position, question in enumerate(kept):
        row = round_.questions.filter(pk=question.pk).first() if question.pk else None
        row = row or Question(round=round_)
        row.position, row.asked = position, question.asked
        row.text_da, row.text_en = question.text_da.strip(), question.text_en.strip()
        save(row)


@transaction.atomic
def publish_round(round_: Round, *, by: Person | None, on: date) -> int:
    """Publish a round: everyone in its units gets a conversation and is told once. Returns how many conversations.

    Refused without units, without ground rules (they come first), without questions, or where no HR is: a step that
    finds no owner lies with HR.
    """
    _require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if row.published_on is not None:
        raise Refused(_("The round is published already."))
    if not row.units.exists():
        raise Refused(_("Choose the units the round is for."), "units")
    if not row.procedure.strip():
        said = _("Write how the conversations are done: the ground rules come before the conversations.")
        raise Refused(said, "procedure")
    if not row.questions.exists():
        raise Refused(_("Write at least one question to prepare by."))
    desk = Desk.on_day(on)
    for unit in row.units.order_by("path"):
        if desk.nearest(Role.HR, unit.ancestor_ids) is None:
            said = _("Nobody is HR for %(unit)s. Give somebody that role first: what nobody owns goes to HR.")
            raise Refused(said % {"unit": unit.name}, "units")
    row.published_on = on
    row.save(update_fields=["published_on"])
    round_.published_on = on
    return add_joiners(row, on=on)


@transaction.atomic
def add_joiners(round_: Round, *, on: date) -> int:
    """Give a conversation to each employment of the round's units on the day that has none, and tell its person.

    Returns how many. Who manages a unit and holds conversations gets one of the kind for leaders (LUS).
    """
    reach = Q(pk__in=[])
    for unit in round_.units.all():
        reach |= below(unit, "unit__")
    joiners = Employment.objects.on(on).filter(reach, person__is_active=True).exclude(conversations__round=round_)
    roles = ManagerRole.objects.on(on).filter(holds_conversations=True)
    leaders = set(roles.values_list("person_id", flat=True))
    rows = list(joiners.order_by("pk").values_list("pk", "person_id", "line_manager_id"))
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        conversations = [
            Conversation(
                round=round_,
                employment_id=employment,
                manager_id=manager,
                kind=ConversationKind.LEADER if person in leaders else ConversationKind.INDIVIDUAL,
            )
            for employment, person, manager in part
        ]
        Conversation.objects.bulk_create(conversations, ignore_conflicts=True)
        facts = {"round": round_.pk, "name": round_.name}
        notices = [
            Notice(person_id=person, kind="round", on=on, cause=f"round:{round_.pk}", facts=facts)
            for person in sorted({person for _employment, person, _manager in part})
        ]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(rows)


def keep_rounds_complete(*, on: date) -> int:
    """Every open round gets those who have joined since; returns how many conversations arose."""
    open_ = Round.objects.filter(published_on__lte=on, closed_on__isnull=True)
    return sum(add_joiners(round_, on=on) for round_ in open_)


@transaction.atomic
def confirm_rules(round_: Round, *, by: Person, on: date) -> RulesConfirmation:
    """The person has read the round's ground rules. A second time changes nothing. NotPermitted outside the round."""
    if not round_.conversations.filter(employment__person=by).exists():
        raise NotPermitted
    if not round_.is_open:
        raise NotPossible
    return RulesConfirmation.objects.get_or_create(round=round_, person=by, defaults={"confirmed_on": on})[0]


@transaction.atomic
def set_budget(round_: Round, unit: Unit, amount: int, *, by: Person | None, on: date) -> Budget:
    """Give a unit (with all below it that has no budget of its own) its money: whole kroner, ex VAT.

    Refused when the unit lies outside the round, or when more than that is committed or spent already.
    """
    _require_hr(by, on)
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
            words = {"bound": f"{bound:,}".replace(",", ".")}
            raise Refused(_("%(bound)s kr. is granted already: the amount cannot be less.") % words, "amount")
        budget.amount = amount
    save(budget)
    return budget


@transaction.atomic
def publish_budget(budget: Budget, *, by: Person | None, on: date) -> None:
    """Let the unit's people know their budget. The first day stands: was it known before the conversations?"""
    _require_hr(by, on)
    Budget.objects.filter(pk=budget.pk, published_on__isnull=True).update(published_on=on)
    budget.refresh_from_db(fields=["published_on"])


@transaction.atomic
def close_round(round_: Round, *, by: Person | None, on: date) -> None:
    """Close a round. Conversations, plans and open agreements stay as they are, and go on being followed up."""
    _require_hr(by, on)
    row = Round.objects.select_for_update().get(pk=round_.pk)
    if not row.is_open:
        raise NotPossible
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    round_.closed_on = on
