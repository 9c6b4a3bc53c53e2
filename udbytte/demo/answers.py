"""Who acts on their steps on a day of the simulation. They call the same services as the pages."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet

from udbytte.domain.lifecycle import Event
from udbytte.domain.notifications import NotificationKind
from udbytte.models import Agreement, CheckIn, Employment, Helper, Notification, Person, WrittenAnswer
from udbytte.models.compiled_query import compiled
from udbytte.models.written_answers import UNANSWERED
from udbytte.services.agreements.routing import announce_routing
from udbytte.services.agreements.take_step import answer_as_helper, replace_agreement, take_step
from udbytte.services.agreements.written_answers import confirm_written_answer, write_down
from udbytte.services.errors import OverAuthority, OverBudget, Refused
from udbytte.services.practice.learning_partners import accept_help_request

from . import texts
from .actions import choose_action
from .behaviour import Life
from .decisions import answer_before_lapse
from .turns import Turn

DAYS_TO_ANSWER = timedelta(days=7)  # a helper who answers late begins after them


def answer_steps(life: Life, *, on: date) -> int:
    """Let everyone who acts today take their step. Returns how many steps were taken."""
    taken = 0
    for agreement in _open():
        if agreement.pk in life.scripted:
            continue
        owner, due, since = agreement.step_owner, agreement.step_due, agreement.step_since
        if owner is None or due is None or since is None or since >= on or agreement.is_paused_on(on):
            continue
        stream = life.stream_about("step", owner.pk, agreement, on)
        if life.acts(stream, owner.pk, due, on):
            taken += _act(Turn(life.behaviour, stream, on, life.dealer), agreement, owner)
    return taken


@compiled
def _open() -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(closed_on__isnull=True).order_by("pk")
    return rows.select_related("step_owner", "employee", "employment__line_manager", "method", "run__course", "unit")


def _act(turn: Turn, agreement: Agreement, owner: Person) -> bool:
    """Let the owner take their step. Returns whether they did; a rule can refuse it."""
    try:
        if agreement.stray:
            return _pass_on(agreement, owner, turn.on)
        action = choose_action(turn, agreement, owner)
        if action is None:
            return False
        event, facts = action
        try:
            _take(turn, agreement, event, owner, facts)
        except (OverBudget, OverAuthority):
            if event is Event.FUND:
                facts = {
                    "reason": turn.reason("nomination", texts.NOMINATIONS, agreement),
                    "price": agreement.estimated_price or 0,
                }
                take_step(agreement, Event.NOMINATE, by=owner, on=turn.on, facts=facts)
            else:
                reason = turn.text("refusal", texts.REFUSALS[0], agreement)
                take_step(agreement, Event.REFUSE, by=owner, on=turn.on, reason=reason)
    except Refused:
        return False
    return True


def _take(turn: Turn, agreement: Agreement, event: Event, by: Person, facts: dict[str, Any]) -> None:
    if event in (Event.ACCEPT, Event.ACCEPT_LATER):
        wants = turn.text("want", turn.stream.choice(texts.WANTS), agreement)
        accept_help_request(agreement, by=by, on=turn.on, wants=wants, until=facts.get("until"))
    elif event is Event.WRITE_DOWN:
        write_down(agreement, facts["answer"], facts["facts"], by=by, on=turn.on)
    elif event is Event.HAND_OVER and agreement.is_with_hr:
        announce_routing([agreement], to=facts["owner"], by=by, on=turn.on)
    elif event is Event.REPLACE:
        replace_agreement(agreement, by=by, on=turn.on)
    else:
        take_step(agreement, event, by=by, on=turn.on, facts=facts)


def _pass_on(agreement: Agreement, owner: Person, on: date) -> bool:
    """Let HR hand over a step without an owner to their own manager."""
    manager = Employment.objects.on(on).filter(person=owner, line_manager__is_active=True).first()
    if manager is None or manager.line_manager is None:
        return False
    take_step(agreement, Event.HAND_OVER, by=owner, on=on, owner=manager.line_manager)
    return True


def answer_before_lapses(life: Life, *, on: date) -> None:
    """Let employees answer who were asked whether to keep an agreement that nobody has acted on."""
    for notification in _asked_whether_to_keep(on):
        agreement = notification.agreement
        if agreement is None or not agreement.is_open or agreement.proposed_by:
            continue
        stream = life.stream_about("lapse", notification.person_id, agreement, on)
        if life.acts(stream, notification.person_id, notification.on, on):
            event, facts = answer_before_lapse(Turn(life.behaviour, stream, on, life.dealer))
            with suppress(Refused):
                take_step(agreement, event, by=notification.person, on=on, facts=facts)


@compiled
def _asked_whether_to_keep(on: date) -> QuerySet[Notification]:
    asked = Notification.objects.filter(kind=NotificationKind.LAPSE_NEAR, on__gt=on - timedelta(days=14), on__lt=on)
    return asked.select_related("agreement__employee", "agreement__unit", "person").order_by("pk")


def confirm_what_was_written(life: Life, *, on: date) -> None:
    """Let employees say yes to what their managers have written down in a talk."""
    for written in _written(on):
        employee = written.agreement.employee
        stream = life.stream_about("written", employee.pk, written.agreement, on)
        if life.acts(stream, employee.pk, written.on, on):
            with suppress(Refused):
                confirm_written_answer(written, by=employee, on=on)


@compiled
def _written(on: date) -> QuerySet[WrittenAnswer]:
    asked = WrittenAnswer.objects.filter(UNANSWERED, on__lt=on).select_related("agreement__employee", "by")
    return asked.order_by("pk")


def answer_as_helpers(life: Life, *, on: date) -> None:
    """Let helpers answer who were asked to help besides others, or asked about a check-in."""
    _answer_requests(life, on)
    _answer_check_ins(life, on)


def _answer_requests(life: Life, on: date) -> None:
    for pk, agreement in _other_requests(on):
        if agreement in life.scripted:
            continue
        row = Helper.objects.select_related(
            "agreement__method", "agreement__unit", "agreement__employee", "person"
        ).get(pk=pk)
        stream = life.stream_about("helper", row.person_id, row.agreement, on)
        if row.answered_on is None and life.acts(stream, row.person_id, row.asked_on + DAYS_TO_ANSWER, on):
            event = Event.DECLINE if stream.happens(life.behaviour.helper_says_no) else Event.ACCEPT
            with suppress(Refused):
                _take(Turn(life.behaviour, stream, on, life.dealer), row.agreement, event, row.person, {})


@compiled
def _other_requests(on: date) -> QuerySet[Helper, tuple[int, int]]:
    open_ = Helper.objects.filter(ended_on__isnull=True, answered_on__isnull=True, agreement__closed_on__isnull=True)
    others = open_.exclude(agreement__step="answer", agreement__step_owner=F("person")).exclude(asked_on=on)
    return others.order_by("pk").values_list("pk", "agreement_id")


def _answer_check_ins(life: Life, on: date) -> None:
    for check_in in _check_ins_of_helpers(on):
        if check_in.agreement_id in life.scripted:
            continue
        stream = life.stream_about("check-in", check_in.by_id, check_in.agreement, on)
        if life.acts(stream, check_in.by_id, check_in.asked_on + DAYS_TO_ANSWER, on):
            happens = stream.happens(0.9)
            learns = happens and stream.happens(0.9)
            answer_as_helper(check_in, by=check_in.by, on=on, happens=happens, learns=learns)


@compiled
def _check_ins_of_helpers(on: date) -> QuerySet[CheckIn]:
    waits = CheckIn.objects.filter(by_helper=True, answered_on__isnull=True, withdrawn_on__isnull=True)
    asked = waits.filter(agreement__closed_on__isnull=True).exclude(asked_on=on)
    return asked.select_related("by", "agreement").order_by("pk")
