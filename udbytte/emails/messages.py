"""The weekly and the extra email, in the recipient's language, with nothing the recipient may not read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from udbytte.domain.lifecycle import Event, Kind, Party, Stage, allowed
from udbytte.domain.lifecycle.reminders import SOON
from udbytte.domain.notifications import (
    AboutTime,
    NotificationKind,
    SeatFacts,
    SeatTaken,
    StepIsYours,
    StepMoved,
    WrittenForYou,
)
from udbytte.domain.notifications.emails import MANY, MOST_ITEMS, MOST_LINKS, Asked, Urgency
from udbytte.models import Agreement, Notification, Person
from udbytte.models.formatting import day

from .calendar import invitations, newest
from .events import SETBACKS, sentence_of
from .items import Item, Link, Look, listed, names_text
from .news import news_of, stalled_item
from .steps import HOME, many_as_one, question_to_helper, step_item, waits_for
from .written import is_answered

FIXED_LINKS = 2  # to what is left out, and to the choice of another weekday
MOST_NEWS = 8  # lines of news in one item
LONGEST_SUBJECT = 250


@dataclass(frozen=True, slots=True)
class Composed:
    """An email ready for the outbox; `calendar` holds iCalendar objects one after another, or is empty."""

    subject: str
    text: str
    html: str
    calendar: str = ""
    asks: tuple[Asked, ...] = ()
    waiting: frozenset[int] = frozenset()  # the ids of notifications that wait for the next email


@lru_cache
def _template(name: str) -> Any:
    """The template, cached: a day has tens of thousands of emails."""
    return get_template(name)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item before it is decided whether it is shown, with the notifications that it says."""

    item: Item
    notifications: tuple[int, ...] = ()

    @property
    def is_on_a_page(self) -> bool:
        """Whether a page shows it too, so that an email may leave it out with a link to the page."""
        return bool(self.item.asks or self.item.group)


def _entries(
    person: Person,
    notifications: Sequence[Notification],
    steps: Sequence[Agreement],
    on: date,
    left: Mapping[int, int],
) -> list[Entry]:
    """Everything that an email could say, the most urgent first. What is done meanwhile is left out."""
    written = {row.agreement_id for row in notifications if _asks_whether_right(row)}
    steps = [agreement for agreement in steps if agreement.pk not in written]  # it is asked once
    near = {row.agreement_id for row in notifications if row.kind is NotificationKind.DEADLINE}
    entries = [
        Entry(step_item(agreement, person, on, left=left.get(agreement.pk), near=agreement.pk in near))
        for agreement in steps
    ]
    shown = {agreement.pk for agreement in steps}
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
        if isinstance(facts, WrittenForYou) and agreement is not None and agreement.pk not in written:
            continue  # it is answered meanwhile
        if isinstance(facts, StepMoved) and agreement is not None:
            if agreement.step != facts.step or agreement.step_owner_id != person.pk or agreement.pk in shown:
                continue  # it is done meanwhile, or in the email already
            shown.add(agreement.pk)
        if notification.kind not in ASKS:
            entries.append(Entry(_urgent(news_of(notification, person), notification), (notification.pk,)))
        elif agreement is not None and agreement.pk not in shown | written:
            item = ASKS[notification.kind](agreement, person, on, left.get(agreement.pk))
            if item is not None:
                shown.add(agreement.pk)
                entries.append(Entry(_with_reason(item, notification), (notification.pk,)))
    return sorted(entries, key=lambda entry: (entry.item.urgency, entry.item.day or date.max))


def _with_reason(item: Item, notification: Notification) -> Item:
    """The item of a step that has come back, with what was lost first."""
    facts = notification.typed_facts
    if not isinstance(facts, StepIsYours) or facts.event not in SETBACKS:
        return item
    return replace(item, body=listed(f"{sentence_of(facts.event, '')}.", item.body, by="\n"))


def _is_in_group(notification: Notification) -> bool:
    """Whether a notification is about one step that has come to HR, which is in the sentence about its group."""
    agreement = notification.agreement
    return agreement is not None and agreement.is_with_hr and notification.kind in GROUPED


GROUPED = (NotificationKind.NEXT, NotificationKind.STRAY)


def _asks_whether_right(notification: Notification) -> bool:
    """Whether it asks about an answer that was written down, and that has no yes or no yet."""
    facts = notification.typed_facts
    return isinstance(facts, WrittenForYou) and not is_answered(facts)


def _urgent(item: Item, notification: Notification) -> Item:
    """The item of a notification with its urgency and look, by the kind of the notification."""
    urgency, look = ASKING.get(notification.kind, (item.urgency, item.look))
    urgency = Urgency.LATE if item.late else min(urgency, item.urgency)
    if urgency is Urgency.NEWS and notification.urgent:
        urgency = Urgency.URGENT_NEWS
    return replace(item, urgency=urgency, look=look if item.look is Look.PLAIN else item.look)


# Kinds of news that ask something of the reader.
ASKING: Mapping[NotificationKind, tuple[Urgency, Look]] = {
    NotificationKind.SIGN: (Urgency.SOMEBODY_WAITS, Look.TASK),
    NotificationKind.TIMES: (Urgency.SOMEBODY_WAITS, Look.QUESTION),
    NotificationKind.RULES_QUESTION: (Urgency.SOMEBODY_WAITS, Look.TASK),
    NotificationKind.WHO_HELPS: (Urgency.SOMEBODY_WAITS, Look.TASK),
    NotificationKind.TALKED: (Urgency.DUE, Look.QUESTION),
    NotificationKind.GROUP_TALKED: (Urgency.DUE, Look.TASK),
    NotificationKind.ROUND: (Urgency.DUE, Look.TASK),
    NotificationKind.FOLLOW_UP_DAY: (Urgency.DUE, Look.TASK),
    NotificationKind.SELF_CHECK: (Urgency.DUE, Look.TASK),
    NotificationKind.NOT_HELD: (Urgency.DUE, Look.TASK),
    NotificationKind.UNREACHED: (Urgency.DUE, Look.TASK),
    NotificationKind.MANAGER_CIRCLE: (Urgency.DUE, Look.TASK),
    NotificationKind.UNPLANNED: (Urgency.DUE, Look.TASK),
    NotificationKind.DUE: (Urgency.DUE, Look.TASK),
}


def _grouped(entries: Sequence[Entry]) -> list[Entry]:
    """The entries with many of a kind as one."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.item.group:
            groups[entry.item.group].append(entry)
    grouped: list[Entry] = []
    for entry in entries:
        same = groups.get(entry.item.group, [])
        if len(same) < MANY:
            grouped.append(entry)
        elif entry is same[0]:
            pks = tuple(pk for each in same for pk in each.notifications)
            grouped.append(Entry(many_as_one(entry.item.group, [each.item for each in same]), pks))
    return grouped


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an email shows, and what it does not."""

    items: list[Item]
    more: Link | None  # to what is left out here and stands on a page
    waiting: frozenset[int]  # the ids of notifications that wait for the next email
    count: int  # of the entries that are shown or stand on the page


def _chosen(entries: Sequence[Entry]) -> Chosen:
    """At most five items and ten links. Whatever no page shows waits for the next email."""
    room = MOST_LINKS - FIXED_LINKS
    if len(entries) <= MOST_ITEMS and sum(len(entry.item.links) for entry in entries) <= room:
        return Chosen([entry.item for entry in entries], None, frozenset(), len(entries))
    news = [entry for entry in entries if entry.item.urgency is Urgency.NEWS]
    others = [entry for entry in entries if entry.item.urgency is not Urgency.NEWS]
    places, room = MOST_ITEMS - bool(news), room - bool(news)
    items: list[Item] = []
    for entry in others:
        if items and (len(items) == places or len(entry.item.links) > room):
            break
        items.append(entry.item)
        room -= len(entry.item.links)
    rest = others[len(items) :]
    late_news, news = news[MOST_NEWS:], news[:MOST_NEWS]
    if news:
        items.append(_news_as_one([entry.item for entry in news]))
    hidden = [entry for entry in rest if entry.is_on_a_page]
    unsaid = [entry for entry in rest if not entry.is_on_a_page] + late_news
    waiting = frozenset(pk for entry in unsaid for pk in entry.notifications)
    return Chosen(items, _more([entry.item for entry in hidden]), waiting, len(others) + len(news))


def _news_as_one(items: Sequence[Item]) -> Item:
    """What has happened, a line for each."""
    if len(items) == 1:
        return items[0]
    lines = [listed(item.head, *item.lines[:1], by=" · ") for item in items]
    links = [Link(_("Open Udbytte"), f"{settings.BASE_URL}/")]
    return Item(_("News since last time"), "\n".join(lines), links=links, subject=items[0].subject or items[0].head)


def _more(items: Sequence[Item]) -> Link | None:
    """The link to everything that the email leaves out, on the page where it stands together."""
    if not items:
        return None
    pages = {item.page for item in items}
    page = pages.pop() if len(pages) == 1 else HOME
    count = len(items)
    label = ngettext("And %(count)s more thing. See it all", "And %(count)s more things. See it all", count)
    return Link(label % {"count": count}, f"{settings.BASE_URL}{page}")


def _compose(
    person: Person,
    entries: Sequence[Entry],
    notifications: Sequence[Notification],
    on: date,
    *,
    why: str,
    organisation: str,
) -> Composed:
    chosen = _chosen(_grouped(entries))
    first = chosen.items[0]
    subject = _with_others(" ".join((first.subject or first.head).split()), chosen.count - 1)
    context = {
        "person": person,
        "items": chosen.items,
        "more": chosen.more,
        "subject": subject,
        "why": why,
        "organisation": organisation,
        "day": day(on),
        "base": settings.BASE_URL,
    }
    text = _template("emails/email.txt").render(context)
    html = _template("emails/email.html").render(context)
    said = [notification for notification in notifications if notification.pk not in chosen.waiting]
    asks = tuple(asked for item in chosen.items for asked in item.asks)
    return Composed(subject, text, html, "".join(invitations(said, person, organisation)), asks, chosen.waiting)


def _with_others(subject: str, others: int) -> str:
    """A subject with how many other things the email is about. The title of a course may be long."""
    if others < 1:
        return subject[:LONGEST_SUBJECT]
    and_others = ngettext("and %(count)s more thing", "and %(count)s more things", others) % {"count": others}
    return f"{subject[: LONGEST_SUBJECT - len(and_others) - 3]} – {and_others}"


def _own_step(agreement: Agreement, person: Person, on: date, left: int | None) -> Item | None:
    """The step as long as it is the person's; None when it is done, somebody else has it, or it is asked too early."""
    is_own = agreement.step_owner_id == person.pk and agreement.closed_on is None
    is_early = agreement.step in NOT_EARLY and agreement.step_due is not None and agreement.step_due > on + SOON
    return step_item(agreement, person, on, left=left) if is_own and not is_early else None


def _deadline(agreement: Agreement, person: Person, on: date, left: int | None) -> Item | None:
    """The same, where a sign-up deadline is near."""
    is_own = agreement.step_owner_id == person.pk and agreement.closed_on is None
    return step_item(agreement, person, on, left=left, near=True) if is_own else None


def _own_question(agreement: Agreement, person: Person, on: date, _left: int | None) -> Item | None:
    """The question whether to help, as long as it has no answer."""
    return question_to_helper(agreement, person, on) if waits_for(agreement, person) else None


def _step_or_question(agreement: Agreement, person: Person, on: date, left: int | None) -> Item | None:
    """The person's step; else the question whether to help, which stays open when another helper has said yes."""
    return _own_step(agreement, person, on, left) or _own_question(agreement, person, on, left)


# Questions about what has happened are not asked long before their date.
NOT_EARLY = frozenset({"go", "use", "tell", "start", "check_in"})

# The kinds of notification that ask for something. The item is left out when it is done meanwhile.
ASKS: Mapping[NotificationKind, Callable[[Agreement, Person, date, int | None], Item | None]] = {
    NotificationKind.STEP: _step_or_question,
    NotificationKind.STRAY: _own_step,
    NotificationKind.LATE: _own_step,
    NotificationKind.DEADLINE: _deadline,
    NotificationKind.ASKED: _own_question,
}


# The kinds that may ask for help.
MAY_REST = (NotificationKind.ASKED, NotificationKind.STEP)


def rests(notification: Notification) -> bool:
    """Whether a notification asks for help while the drop of the agreement is proposed.

    Nobody can promise help then. The notification waits in case the drop is turned down.
    """
    agreement = notification.agreement
    if agreement is None or not agreement.is_open or notification.kind not in MAY_REST:
        return False
    if agreement.step_owner_id == notification.person_id:
        return False
    waits = agreement.kind == Kind.PRACTICE and waits_for(agreement, notification.person)
    return waits and not allowed(agreement.state, Event.ACCEPT, frozenset({Party.HELPER}))


def digest(
    person: Person,
    *,
    notifications: Sequence[Notification],
    steps: Sequence[Agreement],
    on: date,
    still: int = 0,
    group: str = "",
    left: Mapping[int, int] = MappingProxyType({}),
    organisation: str = "",
) -> Composed | None:
    """The weekly email: the person's steps that are late or due within a week, and what happened.

    `still` counts the stalled steps of the units the person is coordinator or HR for. For HR, `group` is the sentence
    about the largest group; it leads, and stands for the single steps that have come to HR. `left` is what can still be
    granted for an agreement, by its id. None when there is nothing to say.
    """
    with override(person.language):
        if group:
            steps = [agreement for agreement in steps if not agreement.is_with_hr]
            notifications = [row for row in notifications if not _is_in_group(row)]
        entries = _entries(person, notifications, steps, on, left)
        if still:
            # A task of the reader leads all the same: it says what it is about, and who waits.
            has_own = not group and bool(entries) and entries[0].item.urgency <= Urgency.LATE
            entries.insert(int(has_own), Entry(stalled_item(still, group)))
        if not entries:
            return None
        why = _why_weekly([entry.item for entry in entries], person)
        return _compose(person, entries, notifications, on, why=why, organisation=organisation)


def _why_weekly(items: Sequence[Item], person: Person) -> str:
    waiting = [item for item in items if item.waits]
    names = _who_waits(waiting, person)
    if names:
        words = {"names": names_text(names)}
        if all(item.is_answer for item in waiting):
            return _("%(names)s can move on when you answer. It takes a few minutes.") % words
        return ngettext("%(names)s is waiting for you.", "%(names)s are waiting for you.", len(names)) % words
    if any(item.urgency is not Urgency.NEWS for item in items):
        return _("This is what waits for you.")
    return _("This is what has happened since last time.")


def _who_waits(items: Sequence[Item], person: Person) -> list[str]:
    """The short names of those who wait for the reader."""
    waits = {pk: name for item in items for pk, name in item.waits.items()}
    return [name for pk, name in waits.items() if pk != person.pk]


def extra(
    person: Person,
    *,
    notifications: Sequence[Notification],
    steps: Sequence[Agreement],
    on: date,
    left: Mapping[int, int] = MappingProxyType({}),
    organisation: str = "",
) -> Composed | None:
    """The extra email of a day, for what cannot wait for the weekly one. None when all of it is done meanwhile."""
    with override(person.language):
        entries = _entries(person, notifications, steps, on, left)
        if not entries:
            return None
        if entries[0].item.urgency is Urgency.SOMEBODY_WAITS:
            why = _why_now(entries[0].item, person)
        else:
            why = _("You get this email now because it cannot wait for your weekly email.")
        return _compose(person, entries, notifications, on, why=why, organisation=organisation)


def _why_now(item: Item, person: Person) -> str:
    names = _who_waits([item], person)
    if names and item.is_answer:
        return _("You get this email now because %(names)s is waiting for your answer.") % {"names": names_text(names)}
    return _("You get this email now because somebody is waiting for you, or because a deadline is near.")
