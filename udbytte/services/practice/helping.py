"""Helpers in learning at work: they are asked, answer, and stop. An agreement may have several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from udbytte.access.agreements import is_one_of_the_two
from udbytte.domain.lifecycle import CLOSED, Condition, Event, Stage
from udbytte.domain.notifications import EventHappened, HelpNotNeeded, HelpWanted
from udbytte.models import Agreement, Budget, CheckIn, Helper, HelperRole, Person, PracticeMethod
from udbytte.queries.money.budgets import balance_of
from udbytte.services.errors import NotPossible, Refused
from udbytte.services.notifications.notify import notify

Facts = Mapping[str, Any]


def current_helpers(agreement: Agreement) -> list[Helper]:
    """The present helpers and those who are asked. Unanswered requests come first."""
    rows = agreement.helpers.filter(ended_on__isnull=True).select_related("person")
    return list(rows.order_by(F("answered_on").asc(nulls_first=True), "pk"))


def condition_holds(agreement: Agreement, condition: Condition, by: Person | None, on: date, facts: Facts) -> bool:
    """Whether a condition of `lifecycle.FORKS` holds for an event with these facts.

    Before anybody has said yes, every asked person counts as left; afterwards only those who said yes.
    """
    if condition is Condition.DOES_NOT_HAPPEN:
        return facts.get("happens") is False
    if condition is Condition.CAN_GO_ON:
        return _can_go_on(agreement, on)
    leaving = {row.pk for row in _who_leaves(agreement, by, on, facts)}
    left = [row for row in current_helpers(agreement) if row.pk not in leaving]
    if condition is Condition.OTHERS_ARE_ASKED:
        return bool(left)
    asked_only = not Helper.objects.filter(pk__in=leaving, said_yes=True).exists()
    return asked_only or any(row.said_yes for row in left)


def _can_go_on(agreement: Agreement, on: date) -> bool:
    """Whether a closed agreement still has what the stage that it had needs.

    A found course date must still be open; help has ended, so that learning at work goes on only where nobody helps.
    """
    if agreement.stage == Stage.DROPPED:
        return _can_come_back(agreement, on)
    if agreement.lost_from in (Stage.FOUND, Stage.NOMINATED):
        run = agreement.run
        return run is not None and run.is_held and run.starts_on > on and (run.signup_deadline or on) >= on
    if agreement.lost_from in (Stage.STAFFED, Stage.STUCK):
        return not agreement.helpers.exists()
    return agreement.lost_from == Stage.AGREED


def _can_come_back(agreement: Agreement, on: date) -> bool:
    """Whether an agreement that a leave closed can be in the stage that it had.

    The course date must still be open, and the budget must still have the money that was granted. Helpers come back
    with the agreement, so that only a request to somebody who has left since is lost.
    """
    run = agreement.run
    match Stage(agreement.lost_from):
        case Stage.FOUND | Stage.NOMINATED:
            return run is not None and run.is_held and run.starts_on > on and (run.signup_deadline or on) >= on
        case Stage.FUNDED:
            is_open = run is None or (run.is_held and run.starts_on > on and (run.signup_deadline or on) >= on)
            return is_open and _is_still_granted(agreement)
        case Stage.WAITLISTED:
            return (run is None or (run.is_held and run.starts_on > on)) and _is_still_granted(agreement)
        case Stage.REGISTERED:
            return (run is None or run.is_held) and _is_still_granted(agreement)
        case Stage.ASKED:
            return helpers_at_close(agreement).exists()
        case Stage.STAFFED | Stage.STUCK | Stage.UNDER_WAY:
            return helpers_at_close(agreement).exists() or not agreement.helpers.filter(said_yes=True).exists()
        case _:
            return True


def _is_still_granted(agreement: Agreement) -> bool:
    if agreement.budget is None:
        return True
    budget = Budget.objects.select_for_update().get(pk=agreement.budget.pk)
    return balance_of(budget).uncommitted >= (agreement.price or 0) - agreement.granted_outside


def helpers_at_close(agreement: Agreement) -> QuerySet[Helper]:
    """The helpers whose help ended when the agreement was closed, and who still work here."""
    ended = agreement.helpers.filter(ended_on=agreement.closed_on, person__is_active=True)
    return ended.exclude(said_yes=False)


def _who_leaves(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> list[Helper]:
    """The helpers who leave: the one named by employee or manager, or the one who acts; without a name, all."""
    rows = current_helpers(agreement)
    named: Person | None = facts.get("helper")
    two = by is None or is_one_of_the_two(agreement, by, on)
    if named is not None and two:
        return [row for row in rows if row.person_id == named.pk]
    own = [row for row in rows if by is not None and row.person_id == by.pk]
    return own or (rows if two else rows[:1])


def is_asked(agreement: Agreement, person: Person) -> bool:
    """Whether the person is asked to help and has not answered."""
    return agreement.helpers.filter(person=person, ended_on__isnull=True, answered_on__isnull=True).exists()


def ask_helpers(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Ask one or several people to help. Refused if a person is asked already."""
    people: Sequence[Person] = [facts["helper"], *facts.get("others", ())]
    current = {row.person_id for row in current_helpers(agreement)}
    method = agreement.method
    if method is not None and method.is_shared and len(current) + len(people) > method.people_to - 1:
        message = _("At most %(count)s learn together this way, you among them.") % {"count": method.people_to}
        raise Refused(message, "helper")
    asks_first = agreement.stage == Stage.AGREED and all(row.answered_on for row in current_helpers(agreement))
    for person in people:
        if person.pk == agreement.employee_id:
            raise Refused(_("Ask somebody else than the employee."), "helper")
        if not person.is_active:
            raise Refused(_("%(name)s does not work here any more.") % {"name": person.name}, "helper")
        if person.pk in current:
            raise Refused(_("%(name)s is asked already.") % {"name": person.name}, "helper")
        current.add(person.pk)
        role = HelperRole.BUDDY if method is not None and method.is_shared else facts.get("role") or _role(method)
        hours = facts.get("hours") or (method.helper_hours if method is not None else 0) or None
        row = Helper.objects.create(agreement=agreement, person=person, role=role, hours=hours, asked_on=on)
        first = asks_first and person.pk == people[0].pk  # the step's owner is notified of the step
        if by is not None and not first:
            notify(person, HelpWanted(), on=on, cause=f"asked:{row.pk}", agreement=agreement, urgent=True)


def _role(method: PracticeMethod | None) -> str:
    return method.role if method is not None else HelperRole.COLLEAGUE


def accept_help(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Say yes; with `until`, from that day on."""
    row = _asked(agreement, by, facts)
    row.answered_on, row.said_yes, row.available_from = on, True, facts.get("until")
    row.save()


def _asked(agreement: Agreement, by: Person | None, facts: Facts) -> Helper:
    """The request that is answered: the person's own. The application answers for a named person, or else the first."""
    rows = [row for row in current_helpers(agreement) if row.answered_on is None]
    who: Person | None = by if by is not None else facts.get("helper")
    own = [row for row in rows if who is not None and row.person_id == who.pk]
    if not rows or (who is not None and not own):
        raise NotPossible
    return (own or rows)[0]


def decline_help(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Say no, and suggest somebody else if they like."""
    row = _asked(agreement, by, facts)
    row.answered_on, row.said_yes, row.ended_on, row.suggests = on, False, on, facts.get("suggests")
    row.save()


def stop_helping(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """A helper stops, or a request is withdrawn. If the helper had not answered, this counts as a no."""
    leaving = _who_leaves(agreement, by, on, facts)
    if not leaving:
        raise NotPossible
    if by is not None and len(leaving) < len(current_helpers(agreement)):
        _require_own_leave(agreement, [row for row in leaving if row.person_id != by.pk])
    for row in leaving:
        row.ended_on, row.suggests = on, facts.get("suggests")
        if row.answered_on is None and by is not None and row.person_id == by.pk:
            row.answered_on, row.said_yes = on, False
        row.save()
        _withdraw_check_ins(agreement, row, on)
        _notify_not_needed(agreement, row, by, on)


def _require_own_leave(agreement: Agreement, sent_away: Sequence[Helper]) -> None:
    """Refused if somebody removes another person from a group that learns together: members leave by themselves."""
    own = Agreement.objects.filter(group=agreement.group_id, employee__in=[row.person_id for row in sent_away])
    if agreement.group_id is not None and own.exclude(stage__in=CLOSED).exists():
        raise Refused(_("You learn together. Leave the group yourself, or let the other one do so."), "helper")


def _notify_not_needed(agreement: Agreement, row: Helper, by: Person | None, on: date) -> None:
    """Notify a helper whose help is no longer needed, unless they stopped by themself."""
    if by is not None and row.person_id != by.pk and row.person.is_active:
        notify(row.person, HelpNotNeeded(title=agreement.title), on=on, cause=f"not_needed:{row.pk}")


def end_all_help(agreement: Agreement, on: date) -> None:
    """End the help of all helpers."""
    for row in current_helpers(agreement):
        row.ended_on = on
        row.save(update_fields=["ended_on"])
        _withdraw_check_ins(agreement, row, on)


def bring_helpers_back(agreement: Agreement, on: date) -> None:
    """Let those help again whose help ended when the agreement was closed, and notify them."""
    for row in helpers_at_close(agreement).select_related("person"):
        Helper.objects.filter(pk=row.pk).update(ended_on=None)
        back = EventHappened(event=Event.COME_BACK, by="")
        notify(row.person, back, on=on, cause=f"back:{agreement.pk}:{agreement.turn}", agreement=agreement)


def take_back_help_requests(agreement: Agreement, by: Person | None, on: date) -> None:
    """Withdraw the requests that are not answered, and notify those who were asked."""
    for row in [row for row in current_helpers(agreement) if row.answered_on is None]:
        row.ended_on = on
        row.save(update_fields=["ended_on"])
        _notify_not_needed(agreement, row, by, on)


def _withdraw_check_ins(agreement: Agreement, row: Helper, on: date) -> None:
    asked = agreement.check_ins.filter(by_helper=True, by=row.person_id, answered_on__isnull=True)
    asked.filter(withdrawn_on__isnull=True).update(withdrawn_on=on)


def require_enough_participants(agreement: Agreement) -> None:
    """Refused if fewer people have said yes than the practice method needs.

    Without helpers the employee may go alone.
    """
    method, rows = agreement.method, current_helpers(agreement)
    if method is None or not rows:
        return
    yes = sum(bool(row.said_yes) for row in rows)
    if yes < method.people_from - 1:
        message = _("You are %(count)s so far, and this way needs %(needed)s. Ask one more, or choose another way.")
        raise Refused(message % {"count": yes + 1, "needed": method.people_from})


def ask_helper_check_in(agreement: Agreement, on: date) -> None:
    """Ask one helper for a check-in: the one who was asked longest ago."""
    helping = [row.person_id for row in current_helpers(agreement) if row.said_yes]
    if not helping:
        return
    asked = agreement.check_ins.filter(by_helper=True, by__in=helping).order_by("asked_on", "pk")
    last = dict(asked.values_list("by", "asked_on"))
    turn = min(helping, key=lambda person: (last.get(person, date.min), helping.index(person)))
    todays_check_in = agreement.check_ins.filter(by=turn, asked_on=on)
    if not todays_check_in.update(withdrawn_on=None):
        CheckIn.objects.create(agreement=agreement, by_id=turn, asked_on=on, by_helper=True)
