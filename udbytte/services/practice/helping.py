"""Who helps with learning in practice: asked, answering, stopping, one or several at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from udbytte.access.agreements import is_one_of_the_two
from udbytte.domain.lifecycle import CLOSED, Condition, Stage
from udbytte.domain.notifications import HelpNotNeeded, HelpWanted
from udbytte.models import Agreement, CheckIn, Helper, HelperRole, Person, PracticeMethod
from udbytte.services.errors import NotPossible, Refused
from udbytte.services.notifications.notify import notify

Facts = Mapping[str, Any]


def helpers_now(agreement: Agreement) -> list[Helper]:
    """Those who are asked or help now, who has not answered first."""
    rows = agreement.helpers.filter(ended_on__isnull=True).select_related("person")
    return list(rows.order_by(F("answered_on").asc(nulls_first=True), "pk"))


def condition_holds(agreement: Agreement, condition: Condition, by: Person | None, on: date, facts: Facts) -> bool:
    """Whether a condition of `lifecycle.FORKS` holds for an event with these facts."""
    if condition is Condition.DOES_NOT_HAPPEN:
        return facts.get("happens") is False
    leaving = {row.pk for row in _who_leaves(agreement, by, on, facts)}
    left = [row for row in helpers_now(agreement) if row.pk not in leaving]
    if condition is Condition.OTHERS_ARE_ASKED:
        return bool(left)
    asked_only = not Helper.objects.filter(pk__in=leaving, said_yes=True).exists()
    return asked_only or any(row.said_yes for row in left)


def _who_leaves(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> list[Helper]:
    """Whose help ends: the one named by one of the two, or else the helper who acts; nobody named: all of them."""
    rows = helpers_now(agreement)
    named: Person | None = facts.get("helper")
    two = by is None or is_one_of_the_two(agreement, by, on)
    if named is not None and two:
        return [row for row in rows if row.person_id == named.pk]
    own = [row for row in rows if by is not None and row.person_id == by.pk]
    return own or (rows if two else rows[:1])


def _asked(agreement: Agreement, by: Person | None, facts: Facts) -> Helper:
    """The question that is answered: one's own, or the first one when somebody answers in the place of the asked."""
    rows = [row for row in helpers_now(agreement) if row.answered_on is None]
    who: Person | None = by if by is not None else facts.get("helper")
    own = [row for row in rows if who is not None and row.person_id == who.pk]
    owns = who is None or (agreement.step == "answer" and agreement.step_owner_id == who.pk)
    standing_in = rows if owns else []
    if not (own or standing_in):
        raise NotPossible
    return (own or standing_in)[0]


def is_asked(agreement: Agreement, person: Person) -> bool:
    """Whether the person is asked to help and has not answered."""
    return agreement.helpers.filter(person=person, ended_on__isnull=True, answered_on__isnull=True).exists()


def ask(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Ask somebody, or several, to help; each is asked once at a time."""
    people: Sequence[Person] = [facts["helper"], *facts.get("others", ())]
    current = {row.person_id for row in helpers_now(agreement)}
    method = agreement.method
    if method is not None and method.is_shared and len(current) + len(people) > method.people_to - 1:
        said = _("At most %(count)s learn together this way, you among them.") % {"count": method.people_to}
        raise Refused(said, "helper")
    asks_first = agreement.stage == Stage.AGREED and all(row.answered_on for row in helpers_now(agreement))
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
        first = asks_first and person.pk == people[0].pk  # who owns the step is told of the step
        if by is not None and not first:
            notify(person, HelpWanted(), on=on, cause=f"asked:{row.pk}", agreement=agreement, urgent=True)


def _role(method: PracticeMethod | None) -> str:
    return method.role if method is not None else HelperRole.COLLEAGUE


def accept(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """Yes; with `until`, from that day on."""
    row = _asked(agreement, by, facts)
    row.answered_on, row.said_yes, row.available_from = on, True, facts.get("until")
    row.save()


def decline(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """No, perhaps with somebody else in mind."""
    row = _asked(agreement, by, facts)
    row.answered_on, row.said_yes, row.ended_on, row.suggests = on, False, on, facts.get("suggests")
    row.save()


def part(agreement: Agreement, by: Person | None, on: date, facts: Facts) -> None:
    """A helper stops, or is asked no more; one who had not answered has thereby said no."""
    leaving = _who_leaves(agreement, by, on, facts)
    if not leaving:
        raise NotPossible
    if by is not None and len(leaving) < len(helpers_now(agreement)):
        _stay_together(agreement, [row for row in leaving if row.person_id != by.pk])
    for row in leaving:
        row.ended_on, row.suggests = on, facts.get("suggests")
        if row.answered_on is None and by is not None and row.person_id == by.pk:
            row.answered_on, row.said_yes = on, False
        row.save()
        _ask_no_more(agreement, row, on)
        _notify_not_needed(agreement, row, by, on)


def _stay_together(agreement: Agreement, sent_away: Sequence[Helper]) -> None:
    """Of those who learn together nobody is sent away by another, or by another's manager: one leaves oneself."""
    own = Agreement.objects.filter(group=agreement.group_id, employee__in=[row.person_id for row in sent_away])
    if agreement.group_id is not None and own.exclude(stage__in=CLOSED).exists():
        raise Refused(_("You learn together. Leave the group yourself, or let the other one do so."), "helper")


def _notify_not_needed(agreement: Agreement, row: Helper, by: Person | None, on: date) -> None:
    """Whoever is sent away hears it; who goes by themself knows."""
    if by is not None and row.person_id != by.pk and row.person.is_active:
        notify(row.person, HelpNotNeeded(title=agreement.title), on=on, cause=f"not_needed:{row.pk}")


def end_all(agreement: Agreement, on: date) -> None:
    """Nobody helps any more."""
    for row in helpers_now(agreement):
        row.ended_on = on
        row.save(update_fields=["ended_on"])
        _ask_no_more(agreement, row, on)


def take_back(agreement: Agreement, by: Person | None, on: date) -> None:
    """Whoever has not answered is asked no more, and hears it."""
    for row in [row for row in helpers_now(agreement) if row.answered_on is None]:
        row.ended_on = on
        row.save(update_fields=["ended_on"])
        _notify_not_needed(agreement, row, by, on)


def pass_question_on(agreement: Agreement, person: Person, by: Person, on: date) -> None:
    """The question whether to help goes to somebody else: what handing the step over means."""
    if person.pk == agreement.employee_id:
        raise Refused(_("Ask somebody else than the employee."), "owner")
    rows = [row for row in helpers_now(agreement) if row.answered_on is None]
    if rows and all(row.person_id != person.pk for row in helpers_now(agreement)):
        role, hours = rows[0].role, rows[0].hours
        rows[0].ended_on = on
        rows[0].save(update_fields=["ended_on"])
        _notify_not_needed(agreement, rows[0], by, on)
        Helper.objects.create(agreement=agreement, person=person, role=role, hours=hours, asked_on=on)


def _ask_no_more(agreement: Agreement, row: Helper, on: date) -> None:
    asked = agreement.check_ins.filter(by_helper=True, by=row.person_id, answered_on__isnull=True)
    asked.filter(withdrawn_on__isnull=True).update(withdrawn_on=on)


def enough(agreement: Agreement) -> None:
    """Raise Refused when fewer have said yes than this way needs to begin; who goes alone on purpose may."""
    method, rows = agreement.method, helpers_now(agreement)
    if method is None or not rows:
        return
    yes = sum(bool(row.said_yes) for row in rows)
    if yes < method.people_from - 1:
        said = _("You are %(count)s so far, and this way needs %(needed)s. Ask one more, or choose another way.")
        raise Refused(said % {"count": yes + 1, "needed": method.people_from})


def ask_helper_side(agreement: Agreement, on: date) -> None:
    """Ask a helper's side of the check-in: of several, the one who was asked longest ago."""
    helping = [row.person_id for row in helpers_now(agreement) if row.said_yes]
    if not helping:
        return
    asked = agreement.check_ins.filter(by_helper=True, by__in=helping).order_by("asked_on", "pk")
    last = dict(asked.values_list("by", "asked_on"))
    turn = min(helping, key=lambda person: (last.get(person, date.min), helping.index(person)))
    mine = agreement.check_ins.filter(by=turn, asked_on=on)
    if not mine.update(withdrawn_on=None):
        CheckIn.objects.create(agreement=agreement, by_id=turn, asked_on=on, by_helper=True)
