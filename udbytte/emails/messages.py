"""The weekly and the extra email, in the recipient's language, with nothing the recipient may not read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import HELPER_ANSWERS, Event, Kind, Party, Stage, allowed, email_answers
from udbytte.domain.line import LINE
from udbytte.domain.notifications import AboutTime, NotificationKind, SeatFacts, SeatTaken
from udbytte.models import Agreement, Notification, Person
from udbytte.models.formatting import day, kroner
from udbytte.models.labels import BUTTONS

from .calendar import invitations, newest
from .items import Item, Link, listed, open_it, page_of, whose
from .news import come_to_hr_item, news_of, stalled_item


@dataclass(frozen=True, slots=True)
class Composed:
    """An email ready for the outbox; `calendar` holds iCalendar objects one after another, or is empty."""

    subject: str
    text: str
    html: str
    calendar: str = ""


def about(agreement: Agreement, person: Person) -> str:
    """What the person may read of an agreement whose step is theirs, in one line."""
    if agreement.is_with_hr:
        return _("%(unit)s, stage: %(stage)s") % {"unit": agreement.unit, "stage": agreement.get_stage_display()}
    if agreement.employee_id == person.pk:
        return agreement.title
    step = agreement.state.step
    line = agreement.public_line if agreement.is_up_the_line_for(person.pk) else whose(agreement)
    if step is not None and step.owner is Party.BUDGET_OWNER and agreement.estimated_price is not None:
        undecided = (nomination for nomination in agreement.nominations.all() if nomination.decided_on is None)
        reason = next((nomination.reason for nomination in undecided), "")
        return listed(f"{line}, {kroner(agreement.estimated_price)}", reason, by=" ")
    if step is not None and step.owner is Party.HELPER:
        return _asked_for(agreement, person)
    return line


def _asked_for(agreement: Agreement, person: Person) -> str:
    """What somebody is asked to help with: purpose, dates, and hours where they are known."""
    line = whose(agreement)
    if agreement.purpose:
        line += f". {agreement.purpose}"
    when = {"from": day(agreement.planned_from), "to": day(agreement.planned_to)}
    line += ". " + _("From %(from)s to %(to)s") % when
    rows = (row for row in agreement.helpers.all() if row.person_id == person.pk and row.ended_on is None)
    hours = next((row.hours for row in rows), None)
    if hours:
        line += ", " + ngettext("about %(hours)s hour in all", "about %(hours)s hours in all", hours) % {"hours": hours}
    return f"{line}."


def _question(agreement: Agreement, person: Person, on: date) -> Item:
    """The question whether to help, for somebody who does not have the next step."""
    links = _links(agreement, person, HELPER_ANSWERS, on)
    return Item(_("Answer whether you can help"), _asked_for(agreement, person), links=links)


def _links(agreement: Agreement, person: Person, events: Sequence[Event], on: date) -> list[Link]:
    asked = ((event, AnswerLink.ask(event, person=person, agreement=agreement, on=on)) for event in events)
    links = [Link(str(BUTTONS[event]), link.url) for event, link in asked]
    return [*links, open_it(page_of(agreement))]


def _step(agreement: Agreement, person: Person, on: date, asks: Collection[int] = ()) -> Item:
    """The person's own next step, with its answers.

    `asks` are the ids of agreements whose money the manager cannot settle alone: they offer no "the unit pays".
    """
    due = agreement.step_due or on
    late = (on - due).days
    when = _("by %(day)s") % {"day": day(due)}
    if late > 0:
        when = ngettext("%(day)s, %(days)s day late", "%(day)s, %(days)s days late", late) % {
            "day": day(due),
            "days": late,
        }
    too_early = agreement.step == "go" and late < 0
    events = () if agreement.is_with_hr or too_early else email_answers(agreement.step)
    level = LINE[agreement.step].level(agreement.line_level)
    if level is not None and not agreement.handed_over:
        events = tuple(event for event in events if event in level.may)
    if agreement.pk in asks:
        events = tuple(event for event in events if event is not Event.FUND)
    links = _links(agreement, person, events, on)
    return Item(f"{agreement.get_step_display()}, {when}", about(agreement, person), late > 0, links)


@lru_cache
def _template(name: str) -> Any:
    """The template, cached: a day has tens of thousands of emails."""
    return get_template(name)


def _compose(name: str, person: Person, subject: str, items: list[Item], calendar: str = "") -> Composed:
    context = {"person": person, "items": items, "subject": subject, "base": settings.BASE_URL}
    text = _template(f"emails/{name}.txt").render(context)
    html = _template(f"emails/{name}.html").render(context)
    return Composed(subject, text, html, calendar)


def _items(
    person: Person, notifications: Sequence[Notification], steps: Sequence[Agreement], on: date, asks: Collection[int]
) -> list[Item]:
    items = [_step(agreement, person, on, asks) for agreement in steps]
    shown = {agreement.pk for agreement in steps}
    grouped = {row.pk for row in notifications if _is_in_group(row)}
    if len(grouped) > 1:  # HR reads groups
        items.append(come_to_hr_item(len(grouped)))
        notifications = [row for row in notifications if row.pk not in grouped]
    times = newest(notifications)
    for notification in notifications:
        facts, agreement = notification.typed_facts, notification.agreement
        if isinstance(facts, AboutTime) and times[facts.meeting.key] is not notification:
            continue  # a newer notification says the time
        if agreement is not None and isinstance(facts, SeatFacts):
            has_seat = agreement.stage == Stage.REGISTERED
            if isinstance(facts, SeatTaken) != has_seat or agreement.pk in shown:
                continue  # the seat has changed since, or the agreement is in the email already
            shown.add(agreement.pk)
        if notification.kind not in ASKS:
            items.append(news_of(notification, person))
        elif agreement is not None and agreement.pk not in shown:
            item = ASKS[notification.kind](agreement, person, on, asks)
            if item is not None:
                shown.add(agreement.pk)
                items.append(item)
    return items


def _is_in_group(notification: Notification) -> bool:
    """Whether a notification is about one step that has come to HR, which is in the sentence about its group."""
    agreement = notification.agreement
    return agreement is not None and agreement.is_with_hr and notification.kind in GROUPED


GROUPED = (NotificationKind.NEXT, NotificationKind.STRAY)


def _own_step(agreement: Agreement, person: Person, on: date, asks: Collection[int]) -> Item | None:
    """The step as long as it is the person's; None when it is done or has gone to somebody else."""
    is_own = agreement.step_owner_id == person.pk and agreement.closed_on is None
    return _step(agreement, person, on, asks) if is_own else None


def _own_question(agreement: Agreement, person: Person, on: date, _asks: Collection[int]) -> Item | None:
    """The question whether to help, as long as it has no answer."""
    return _question(agreement, person, on) if _waits_for(agreement, person) else None


def _step_or_question(agreement: Agreement, person: Person, on: date, asks: Collection[int]) -> Item | None:
    """The person's step; else the question whether to help, which stays open when another helper has said yes."""
    return _own_step(agreement, person, on, asks) or _own_question(agreement, person, on, asks)


# The kinds of notification that ask for something. The item is left out when it is done meanwhile.
ASKS: Mapping[NotificationKind, Callable[[Agreement, Person, date, Collection[int]], Item | None]] = {
    NotificationKind.STEP: _step_or_question,
    NotificationKind.STRAY: _own_step,
    NotificationKind.LATE: _own_step,
    NotificationKind.DEADLINE: _own_step,
    NotificationKind.ASKED: _own_question,
}


# The kinds that may ask for help.
MAY_REST = (NotificationKind.ASKED, NotificationKind.STEP)


def _waits_for(agreement: Agreement, person: Person) -> bool:
    """Whether the agreement waits for this person's yes or no."""
    return any(row.is_unanswered for row in agreement.helpers.all() if row.person_id == person.pk)


def rests(notification: Notification) -> bool:
    """Whether a notification asks for help while the drop of the agreement is proposed.

    Nobody can promise help then. The notification waits in case the drop is turned down.
    """
    agreement = notification.agreement
    if agreement is None or not agreement.is_open or notification.kind not in MAY_REST:
        return False
    if agreement.step_owner_id == notification.person_id:
        return False
    waits = agreement.kind == Kind.PRACTICE and _waits_for(agreement, notification.person)
    return waits and not allowed(agreement.state, Event.ACCEPT, frozenset({Party.HELPER}))


def digest(
    person: Person,
    *,
    notifications: Sequence[Notification],
    steps: Sequence[Agreement],
    on: date,
    still: int = 0,
    group: str = "",
    asks: Collection[int] = (),
) -> Composed | None:
    """The weekly email: the person's steps that are late or due within a week, and what happened.

    `still` counts the stalled steps of the units the person is coordinator or HR for. For HR, `group` is the sentence
    about the largest group; it leads, and stands for the single steps that have come to HR. `asks` are the ids of
    agreements whose money the manager cannot settle alone. None when there is nothing to say.
    """
    with override(person.language):
        if group:
            steps = [agreement for agreement in steps if not agreement.is_with_hr]
            notifications = [row for row in notifications if not _is_in_group(row)]
        items = _items(person, notifications, steps, on, asks)
        if still:
            items.insert(0 if group else len(items), stalled_item(still, group))
        if not items:
            return None
        count = len(items)
        subject = ngettext("Your week: %(count)s thing", "Your week: %(count)s things", count) % {"count": count}
        return _compose("digest", person, subject, items, "".join(invitations(notifications, person)))


def extra(
    person: Person,
    *,
    notifications: Sequence[Notification],
    steps: Sequence[Agreement],
    on: date,
    asks: Collection[int] = (),
) -> Composed | None:
    """The extra email of a day, for what cannot wait for the weekly one. None when all of it is done meanwhile."""
    with override(person.language):
        items = _items(person, notifications, steps, on, asks)
        if not items:
            return None
        return _compose("extra", person, _("This cannot wait"), items, "".join(invitations(notifications, person)))
