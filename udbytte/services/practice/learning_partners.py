"""Learning together: a helper may learn along with an agreement of their own, and each helps the others."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from udbytte.domain.lifecycle import CLOSED, Event, Kind, Stage
from udbytte.domain.notifications import EventHappened
from udbytte.models import Agreement, DevelopmentPlan, Helper, HelperRole, Person, PracticeGroup, valid_on
from udbytte.services.agreements.take_step import agree_activity, take_step
from udbytte.services.errors import MissingFact
from udbytte.services.notifications.notify import notify

NEEDS_HELP = (Stage.AGREED, Stage.ASKED, Stage.STAFFED, Stage.UNDER_WAY, Stage.STUCK)
LATER = frozenset({Stage.UNDER_WAY, Stage.STUCK})  # a new member begins at once in these stages


def newest_open_plan(person: Person, on: date) -> DevelopmentPlan | None:
    """The person's newest plan of an open round, to add an agreement to."""
    rows = DevelopmentPlan.objects.filter(
        conversation__employment__person=person,
        conversation__round__published_on__lte=on,
        conversation__round__closed_on__isnull=True,
    ).filter(valid_on(on, "conversation__employment__"))
    return rows.order_by("-conversation__round__conversations_from", "-pk").first()


@transaction.atomic
def accept_help_request(
    agreement: Agreement,
    *,
    by: Person,
    on: date,
    turn: int | None = None,
    until: date | None = None,
    wants: str = "",
) -> Agreement:
    """Say yes to helping; `until`: yes, but from that day on.

    If the practice method is for learning together and the person has a plan in an open round, they learn along: they
    get an agreement of their own about what they want to learn (`wants`), and each member helps the others. Somebody
    without a plan helps as any other helper. Raises what `take_step` raises, and MissingFact if `wants` is missing.
    """
    if until is None:
        after = take_step(agreement, Event.ACCEPT, by=by, on=on, turn=turn)
    else:
        after = take_step(agreement, Event.ACCEPT_LATER, by=by, on=on, turn=turn, until=until)
    helps = after.helpers.filter(person=by, said_yes=True, ended_on__isnull=True)
    if after.method is None or not after.method.is_shared or not helps.exists():
        return after
    plan = newest_open_plan(by, on)
    if plan is not None and not wants.strip():
        raise MissingFact("wants")
    group = after.group or PracticeGroup.objects.create(method=after.method, formed_on=on)
    after.group = group
    Agreement.objects.filter(pk=after.pk).update(group=group)
    members = Agreement.objects.filter(group=group, stage__in=NEEDS_HELP).exclude(employee=by)
    for member in members.exclude(pk=after.pk):
        _become_helper(member, by, by, on)
    own = Agreement.objects.filter(group=group, employee=by).exclude(stage__in=CLOSED)
    if plan is not None and not own.exists():
        _learn_along(after, members, plan, wants.strip(), by, on)
    after.refresh_from_db()
    return after


def _become_helper(agreement: Agreement, person: Person, by: Person, on: date) -> None:
    """A yes to one member of a group that learns together is a yes to all members. `by` has said the yes."""
    asked = agreement.helpers.filter(person=person, ended_on__isnull=True).first()
    if asked is not None and asked.answered_on is not None:
        return
    if agreement.proposed_by:  # no step is taken while a drop is proposed
        known = {"agreement": agreement, "person": person, "ended_on": None}
        answer = {"role": HelperRole.BUDDY, "answered_on": on, "said_yes": True}
        Helper.objects.update_or_create(**known, defaults=answer, create_defaults=answer | {"asked_on": on})
        return
    if asked is None:
        event = Event.ASK if agreement.stage == Stage.AGREED else Event.ASK_ANOTHER
        facts = {"helper": person, "role": HelperRole.BUDDY}
        agreement = take_step(agreement, event, by=None, on=on, caused_by=by, facts=facts)
    take_step(agreement, Event.ACCEPT, by=None, on=on, caused_by=by, helper=person)


def _learn_along(
    first: Agreement, members: QuerySet[Agreement], plan: DevelopmentPlan, wants: str, by: Person, on: date
) -> None:
    """Give the person an agreement about what they want to learn, with the same practice method and time.

    If they have themself asked a member for help with the same method, that agreement is used.
    """
    asks = Agreement.objects.filter(employee=by, method=first.method, group=None, stage__in=NEEDS_HELP, proposed_by="")
    turned = asks.filter(helpers__ended_on__isnull=True, helpers__person__in=members.values("employee"))
    own = turned.first()
    if own is None:
        own = agree_activity(
            plan=plan,
            kind=Kind.PRACTICE,
            title=wants,
            planned_from=first.planned_from,
            planned_to=first.planned_to,
            check_in_weeks=first.check_in_weeks,
            method=first.method,
            by=by,
            on=on,
        )
        _sign_again(plan)
    Agreement.objects.filter(pk=own.pk).update(group=first.group)
    for member in members.select_related("employee"):
        _become_helper(Agreement.objects.get(pk=own.pk), member.employee, by, on)
    own.refresh_from_db()
    if first.stage in LATER and own.stage == Stage.STAFFED:
        take_step(Agreement.objects.get(pk=own.pk), Event.START, by=None, on=on, caused_by=by)
    manager = own.employment.line_manager
    if manager is not None and manager.is_active and manager.pk != by.pk:
        happened = EventHappened(event=Event.AGREE, by=by.name)
        notify(manager, happened, on=on, cause=f"told:{own.pk}:{own.turn}", agreement=own)


def _sign_again(plan: DevelopmentPlan) -> None:
    """Remove the signature of a plan that only one of the two has signed, because the plan has changed."""
    rows = DevelopmentPlan.objects.filter(pk=plan.pk, signed_text__isnull=True)
    rows.update(employee_signed_on=None, manager_signed_on=None, manager_signed_by=None)


def joins_as_learner(agreement: Agreement, person: Person, on: date) -> bool:
    """Whether the person learns along if they say yes, so that they are asked what they want to learn."""
    method = agreement.method
    return method is not None and method.is_shared and newest_open_plan(person, on) is not None
