"""What HR does about stalled steps: ask whoever is silent, or give the steps to somebody else.

HR names somebody who holds the same role in the same line, or the manager of whoever is silent, and never itself. The
silent person and their manager are told. The daily follow-up gives the step away two working days later, if nobody has
taken it meanwhile. A step without an owner is given at once, since nobody was silent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from udbytte.access.people import units_served
from udbytte.domain.lifecycle import Event
from udbytte.domain.notifications import Facts, StepsAskedAbout, StepsStay, StepsWillMove
from udbytte.domain.working_days import working_day_from
from udbytte.models import Agreement, Notification, Person, Role, Routing
from udbytte.models.compiled_query import compiled
from udbytte.queries.agreements.stalled import STEPS_FOR_HR, first_owners
from udbytte.services.errors import NotPermitted, Refused, StaleStep
from udbytte.services.locks import lock_agreements, retry_after_deadlock
from udbytte.services.notifications.notify import notify

from .owners import RoleHolders, manager_above, people_in_line, who_asks_for_money
from .take_step import take_step

ANNOUNCED_BEFORE = 2  # working days
RELATED = ("employment__line_manager", "employee", "unit", "round", "run", "step_owner")


def day_it_holds(on: date) -> date:
    """The day on which a step that is given away today goes to its new owner."""
    day = on
    for _number in range(ANNOUNCED_BEFORE):
        day = working_day_from(day + timedelta(days=1))
    return day


def _for_hr(agreements: Iterable[Agreement], by: Person, on: date) -> list[Agreement]:
    """The agreements, read whole. Raises NotPermitted where `by` is not HR for one of them."""
    ids = [agreement.pk for agreement in agreements]
    rows = Agreement.objects.filter(pk__in=ids, closed_on__isnull=True, proposed_by="").select_related(*RELATED)
    if rows.exclude(unit__in=units_served(by, Role.HR, on)).exists():
        raise NotPermitted
    return list(rows.prefetch_related("nominations").order_by("pk"))


def cause_of_asking(step: str, on: date) -> str:
    return f"hr-asks:{step}:{on}"


@transaction.atomic
def ask_about_steps(agreements: Iterable[Agreement], *, by: Person, on: date) -> list[Person]:
    """Ask whoever has the late steps of HR's groups about them, today; once a day for each kind of step.

    Returns who is asked now. Raises NotPermitted.
    """
    rows = [row for row in _for_hr(agreements, by, on) if not row.stray and row.step in STEPS_FOR_HR]
    owners = first_owners(rows)
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for row in rows:
        owner = owners.get(row.pk)
        if owner is not None and owner != row.employee_id:
            counts[owner, row.step] += 1
    people = Person.objects.filter(is_active=True).in_bulk({owner for owner, _step in counts})
    asked: dict[int, Person] = {}
    for (owner, step), count in counts.items():
        facts = StepsAskedAbout(step=step, count=count, by=by.name)
        if owner in people and notify(people[owner], facts, on=on, cause=cause_of_asking(step, on), urgent=True):
            asked[owner] = people[owner]
    return list(asked.values())


def asked_today(people: Iterable[int], on: date) -> set[tuple[int, str]]:
    """Whom of the people HR has asked today, and about which step."""
    steps = {cause_of_asking(step, on): step for step in STEPS_FOR_HR}
    asked = Notification.objects.filter(person__in=set(people), cause__in=steps)
    return {(person, steps[cause]) for person, cause in asked.values_list("person_id", "cause")}


def takers_of(agreements: Iterable[Agreement], *, by: Person, on: date) -> dict[int, int]:
    """Who can be given steps that have come to HR, and how many of them each can take."""
    rows, holders = _for_hr(agreements, by, on), RoleHolders.on_day(on)
    counts: dict[int, int] = defaultdict(int)
    for row in rows:
        silent = first_owners([row]).get(row.pk)
        for person in people_in_line(row, on=on, holders=holders):
            counts[person] += _can_take(row, person, silent, by)
    return {person: count for person, count in counts.items() if count}


def _can_take(agreement: Agreement, person: int, silent: int | None, by: Person) -> bool:
    if person in (silent, by.pk, agreement.employee_id):
        return False
    return agreement.step != "decide" or person not in who_asks_for_money(agreement)


@retry_after_deadlock
@transaction.atomic
def announce_routing(agreements: Sequence[Agreement], *, to: Person | None, by: Person, on: date) -> list[Routing]:
    """Announce that steps which have come to HR go to somebody; without `to`, each to the silent one's manager.

    The silent one and their manager are told today. Steps that the person cannot take stay with HR. Returns those that
    are announced; where a press before has announced all of it, those. Raises NotPermitted, and Refused where none can
    be given.
    """
    lock_agreements(agreement.pk for agreement in agreements)
    rows, holders = _for_hr(agreements, by, on), RoleHolders.on_day(on)
    before = {
        row.agreement_id: row for row in Routing.objects.filter(agreement__in=rows, applied_on=None, ended_on=None)
    }
    routings: list[Routing] = []
    owners = first_owners(rows)
    for row in rows:
        silent = owners.get(row.pk)
        if not row.is_with_hr or row.stray or row.pk in before or silent is None:
            continue
        taker = to.pk if to is not None else manager_above(silent, on)
        in_line = taker is not None and taker in people_in_line(row, on=on, holders=holders)
        if taker is not None and in_line and _can_take(row, taker, silent, by):
            routings.append(
                Routing(
                    agreement=row, step=row.step, silent_id=silent, to_id=taker, by=by, announced_on=on,
                    holds_on=day_it_holds(on),
                )
            )  # fmt: skip
    if not routings and before and all(to is None or routing.to_id == to.pk for routing in before.values()):
        return list(before.values())
    if not routings:
        raise Refused(_("Choose somebody who has the same task in this part of the organisation."), "to")
    Routing.objects.bulk_create(routings)
    _tell(routings, on=on, day=routings[0].holds_on)
    return routings


@transaction.atomic
def cancel_routing(agreements: Iterable[Agreement], *, by: Person, on: date) -> list[Routing]:
    """Take back what was announced about the steps, before it holds. Those who were told hear of it.

    Returns what is taken back. Raises NotPermitted.
    """
    rows = _for_hr(agreements, by, on)
    announced = Routing.objects.select_for_update(no_key=True).filter(
        agreement__in=rows, applied_on=None, ended_on=None
    )
    routings = list(announced)
    Routing.objects.filter(pk__in=[routing.pk for routing in routings]).update(ended_on=on)
    _tell(routings, on=on, day=None)
    return routings


def _tell(routings: Sequence[Routing], *, on: date, day: date | None) -> None:
    """Tell each silent person and their manager, once for all steps of a kind; without a day, that the steps stay."""
    ids = {pk for routing in routings for pk in (routing.silent_id, routing.to_id)}
    people = Person.objects.in_bulk(ids)
    counts: dict[tuple[int, int, str], list[Routing]] = defaultdict(list)
    for routing in routings:
        counts[routing.silent_id, routing.to_id, routing.step].append(routing)
    for (silent, to, step), same in counts.items():
        cause = f"routing:{min(routing.pk for routing in same)}:{'holds' if day else 'ended'}"
        above = Person.objects.filter(pk=manager_above(silent, on) or 0, is_active=True).first()
        for reader in filter(None, (people[silent], above)):
            whose = "" if reader.pk == silent else people[silent].name
            facts: Facts
            if day is not None:
                facts = StepsWillMove(step=step, count=len(same), silent=whose, to=people[to].name, day=day)
            else:
                facts = StepsStay(step=step, count=len(same), silent=whose, to=people[to].name)
            if reader.is_active:
                notify(reader, facts, on=on, cause=cause, urgent=True)


def apply_routings(*, on: date) -> int:
    """Give the announced steps to their new owners, where nobody has taken them meanwhile; returns how many.

    Where it cannot be done any more, the step stays with HR.
    """
    applied = 0
    for routing in _due(on):
        applied += _apply(routing, on)
    return applied


@compiled
def _due(on: date) -> QuerySet[Routing]:
    due = Routing.objects.filter(holds_on__lte=on, applied_on=None, ended_on=None).order_by("pk")
    return due.select_related("agreement__employment", "to", "by")


@retry_after_deadlock
@transaction.atomic
def _apply(routing: Routing, on: date) -> bool:
    agreement = routing.agreement
    waits = agreement.is_open and agreement.step == routing.step and agreement.is_with_hr
    try:
        if not waits:
            raise Refused("")
        with transaction.atomic():
            take_step(
                agreement, Event.HAND_OVER, by=routing.by, on=on, facts={"owner": routing.to, "routing": routing.pk}
            )
    except StaleStep:
        return False  # somebody acts on it right now; the next follow-up looks again
    except Refused:
        Routing.objects.filter(pk=routing.pk).update(ended_on=on)
        return False
    Routing.objects.filter(pk=routing.pk).update(applied_on=on)
    return True


@retry_after_deadlock
@transaction.atomic
def give_steps_without_owner(agreements: Iterable[Agreement], *, to: Person, by: Person, on: date) -> list[Agreement]:
    """Give steps that have found no owner to somebody, at once; returns those that the person has now.

    Raises NotPermitted, and the last refusal where none can be given.
    """
    given: list[Agreement] = []
    refused: Refused | None = None
    rows = _for_hr(agreements, by, on)
    lock_agreements(row.pk for row in rows)
    for row in rows:
        if not row.stray:
            continue
        try:
            with transaction.atomic():
                given.append(take_step(row, Event.HAND_OVER, by=by, on=on, facts={"owner": to}))
        except Refused as no:
            refused = no
    if not given and refused is not None:
        raise refused
    return given
