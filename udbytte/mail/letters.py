"""The letters: what stands in them, in the recipient's language, and nothing they may not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from ..domain.lifecycle import Event, Party
from ..models import Agreement, Notice, Person
from ..models.agreements import STEP_LABELS
from .tokens import make_token

# The answers that can be given by one press, by step; the rest is answered on the agreement's page.
ONE_PRESS: dict[str, tuple[Event, ...]] = {
    "answer": (Event.ACCEPT, Event.DECLINE),
    "decide": (Event.GRANT, Event.REFUSE),
    "settle_money": (Event.FUND, Event.NOMINATE),
    "register": (Event.REGISTER, Event.WAITLIST),
    "go": (Event.GO, Event.NOT_GONE),
    "use": (Event.USE, Event.NOT_USED),
    "start": (Event.START,),
    "check_in": (Event.CHECK_IN,),
    "tell": (Event.TELL,),
    "talk": (Event.TALK,),
    "confirm_drop": (Event.CONFIRM_DROP, Event.KEEP),
}


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a letter: what, about what, and what can be pressed."""

    head: str
    body: str = ""
    late: bool = False
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter ready for the outbox; `calendar` is an iCalendar text, or empty."""

    subject: str
    text: str
    html: str
    calendar: str = ""


def _answers() -> dict[Event, str]:
    return {
        Event.ACCEPT: _("Yes, I will help"),
        Event.DECLINE: _("No, I cannot"),
        Event.GRANT: _("Grant it"),
        Event.REFUSE: _("No, not this one"),
        Event.FUND: _("Yes, the unit pays"),
        Event.NOMINATE: _("Ask the budget owner"),
        Event.REGISTER: _("It is registered"),
        Event.WAITLIST: _("It is on the waitlist"),
        Event.GO: _("Yes, I went"),
        Event.NOT_GONE: _("No, I did not go"),
        Event.USE: _("Yes, I have used it"),
        Event.NOT_USED: _("Not yet"),
        Event.START: _("It has started"),
        Event.CHECK_IN: _("Send the answer"),
        Event.TELL: _("Send the outcome"),
        Event.TALK: _("We have talked about it"),
        Event.CONFIRM_DROP: _("Yes, drop it"),
        Event.KEEP: _("No, keep it"),
    }


def _day(value: date) -> str:
    said = date_format(value, "l j. F" if get_language() == "da" else "l j F")
    return said.lower() if get_language() == "da" else said


def _page(agreement: Agreement) -> str:
    return f"{settings.BASE_URL}/aftaler/{agreement.pk}/"


def _about(agreement: Agreement, person: Person) -> str:
    """What the person may read of an agreement whose step is theirs, in one line."""
    if agreement.stray:
        return _("%(unit)s, stage: %(stage)s") % {"unit": agreement.unit, "stage": agreement.get_stage_display()}
    if agreement.employee_id == person.pk:
        return agreement.title
    step = agreement.state.step
    line = f"{agreement.employee.name}: {agreement.title}"
    if step is not None and step.owner is Party.BUDGET_OWNER and agreement.estimated_price is not None:
        reason = next((one.reason for one in agreement.nominations.all() if one.decided_on is None), "")
        return " ".join(filter(None, (_priced(line, agreement), reason)))
    if step is not None and step.owner is Party.HELPER and agreement.purpose:
        return f"{line}. {agreement.purpose}"
    return line


def _priced(line: str, agreement: Agreement) -> str:
    price = f"{agreement.estimated_price:,}".replace(",", ".")
    return f"{line}, {price} kr."


def _step(agreement: Agreement, person: Person, on: date) -> Item:
    """The person's own next step, with its answers."""
    due = agreement.step_due or on
    late = (on - due).days
    when = _("by %(day)s") % {"day": _day(due)}
    if late > 0:
        when = ngettext("%(day)s, %(days)s day late", "%(day)s, %(days)s days late", late) % {
            "day": _day(due),
            "days": late,
        }
    words = _answers()
    events = () if agreement.stray or (agreement.step == "go" and late < 0) else ONE_PRESS.get(agreement.step, ())
    links = [
        Link(
            words[event],
            f"{settings.BASE_URL}/svar/{make_token(person=person, agreement=agreement, event=event, on=on)}/",
        )
        for event in events
    ]
    links.append(Link(_("Open it"), _page(agreement)))
    return Item(f"{agreement.get_step_display()}, {when}", _about(agreement, person), late > 0, links)


def _told(notice: Notice, person: Person) -> Item | None:
    """What a notice says; None for one that the list of steps says already."""
    agreement, facts = notice.agreement, notice.facts
    if notice.kind == "round":
        home = [Link(_("Read the ground rules and prepare"), f"{settings.BASE_URL}/")]
        return Item(
            _("A new round of conversations has begun"), str(facts.get("name", facts.get("round", ""))), links=home
        )
    if notice.kind == "conversation":
        when = timezone.localtime(datetime.fromisoformat(facts["when"]))
        body = f"{_day(when.date())} {when:%H.%M}" + (f", {facts['place']}" if facts.get("place") else "")
        return Item(_("Your conversation is planned"), body, links=[Link(_("Open it"), f"{settings.BASE_URL}/")])
    if notice.kind == "sign":
        url = f"{settings.BASE_URL}/samtaler/{facts['conversation']}/"
        return Item(_("A plan waits for your signature"), facts.get("by", ""), links=[Link(_("Open it"), url)])
    if notice.kind == "manager":
        body = ": ".join(filter(None, (str(facts["who"]), str(facts["manager"]))))
        return Item(_("Somebody else holds the conversation from now on"), body)
    if notice.kind == "refused_mail":
        return Item(_("An address refuses mail"), str(facts.get("name", "")))
    if notice.kind == "unreached":
        return _unreached(len(facts["people"]))
    if agreement is None:
        return None
    link: list[Link] = [Link(_("Open it"), _page(agreement))]
    if notice.kind == "next":
        if agreement.employment.line_manager_id == person.pk:
            body = f"{agreement.employee.name}: {agreement.title}"
        else:
            body = str(facts["unit"])
            link = list[Link]()
        step = STEP_LABELS.get(str(facts["step"]), "")
        return Item(
            _("Nothing has happened for %(days)s days: %(step)s") % {"days": facts["days"], "step": step},
            body,
            True,
            link,
        )
    if notice.kind == "coming":
        place = f", {agreement.run.place}" if agreement.run is not None and agreement.run.place else ""
        day = _day(agreement.starts_on) if agreement.starts_on else ""
        return Item(_("Your course begins %(day)s") % {"day": day}, agreement.title + place, links=link)
    if notice.kind == "helper":
        body = f"{agreement.employee.name}: {agreement.title}"
        answer = [Link(_("Answer in 20 seconds"), f"{settings.BASE_URL}/hjaelper/")]
        return Item(_("Does it happen? Your view, please"), body, links=answer)
    if notice.kind == "told":
        who = facts.get("by") or "Udbytte"
        return Item(
            _("%(who)s: %(what)s") % {"who": who, "what": _happened(facts.get("event", ""))},
            agreement.title,
            links=link,
        )
    return None


def _happened(event: str) -> str:
    """What happened, in a few words; empty events are said as a change."""
    said = {
        Event.FUND: _("the money is granted"),
        Event.GRANT: _("the money is granted"),
        Event.NOMINATE: _("the budget owner is asked"),
        Event.REFUSE: _("the money is refused: another way is needed"),
        Event.REGISTER: _("you are registered"),
        Event.CONFIRM_SEAT: _("you are registered"),
        Event.WAITLIST: _("it is on the waitlist"),
        Event.LOSE_SEAT: _("the seat is lost: another run is needed"),
        Event.LOSE_RUN: _("the run is lost: another run is needed"),
        Event.NOT_GONE: _("did not go: a new date is needed"),
        Event.ACCEPT: _("said yes to helping"),
        Event.DECLINE: _("said no to helping"),
        Event.CONFIRM_DROP: _("it is dropped"),
        Event.KEEP: _("it goes on"),
        Event.POSTPONE: _("it is postponed"),
        Event.PAUSE: _("it is paused"),
        Event.HAND_OVER: _("the step is given to somebody else"),
        Event.REPLACE: _("it is replaced"),
        Event.LEAVE: _("closed, as the employee left"),
        Event.TALK: _("you have talked about what was learned"),
    }
    return said.get(Event(event), _("something has changed")) if event else _("something has changed")


@lru_cache
def _template(name: str) -> Any:
    """Read once: a day's letters are tens of thousands."""
    return get_template(name)


def _compose(name: str, person: Person, subject: str, items: list[Item], calendar: str = "") -> Composed:
    context = {"person": person, "items": items, "subject": subject, "base": settings.BASE_URL}
    text = _template(f"letters/{name}.txt").render(context)
    html = _template(f"letters/{name}.html").render(context)
    return Composed(subject, text, html, calendar)


def _items(person: Person, notices: Sequence[Notice], steps: Sequence[Agreement], on: date) -> list[Item]:
    items = [_step(agreement, person, on) for agreement in steps]
    shown = {agreement.pk for agreement in steps}
    for notice in notices:
        agreement = notice.agreement
        mine = agreement is not None and agreement.step_owner_id == person.pk and agreement.closed_on is None
        if agreement is not None and mine and _registered(notice):
            shown.add(agreement.pk)
            items.append(_seat(agreement))
            continue
        if notice.kind in ("step", "stray", "late", "deadline") and agreement is not None:
            if mine and agreement.pk not in shown:
                shown.add(agreement.pk)
                items.append(_step(agreement, person, on))
            continue
        item = _told(notice, person)
        if item is not None:
            items.append(item)
    return items


def digest(
    person: Person, *, notices: Sequence[Notice], steps: Sequence[Agreement], on: date, still: int = 0
) -> Composed | None:
    """The weekly letter: the person's steps that are late or due within a week, and what happened.

    `still` counts what stands still in the units the person arranges for. None: there is nothing to say.
    """
    with override(person.language):
        items = _items(person, notices, steps, on)
        if still:
            items.append(_stands_still(still))
        if not items:
            return None
        count = len(items)
        subject = ngettext("Your week: %(count)s thing", "Your week: %(count)s things", count) % {"count": count}
        return _compose("digest", person, subject, items, _invitations(notices))


def extra(person: Person, *, notices: Sequence[Notice], steps: Sequence[Agreement], on: date) -> Composed | None:
    """The extra letter of a day, for what cannot wait for the weekly one. None: all of it is done meanwhile."""
    with override(person.language):
        items = _items(person, notices, steps, on)
        if not items:
            return None
        return _compose("extra", person, _("This cannot wait"), items, _invitations(notices))


def _registered(notice: Notice) -> bool:
    """Whether a notice tells the employee of a seat on a course."""
    return notice.kind in ("told", "step") and notice.facts.get("event") in (Event.REGISTER, Event.CONFIRM_SEAT)


def _seat(agreement: Agreement) -> Item:
    """The employee has a seat: when and where, with the calendar entry beside it."""
    body, run = agreement.title, agreement.run
    if agreement.starts_on is not None and agreement.ends_on is not None:
        body += f". {_day(agreement.starts_on)} - {_day(agreement.ends_on)}"
    body += f", {run.place}" if run is not None and run.place else ""
    return Item(_("You are registered"), body, links=[Link(_("Open it"), _page(agreement))])


def _unreached(count: int) -> Item:
    said = ngettext(
        "%(count)s person has something waiting and no e-mail",
        "%(count)s people have something waiting and no e-mail",
        count,
    ) % {"count": count}
    body = _("They get no letters. Their pages show the same, and their steps go on to the next in line.")
    return Item(said, body, links=[Link(_("See who"), f"{settings.BASE_URL}/organisation/#uden-mail")])


def _stands_still(count: int) -> Item:
    said = ngettext("%(count)s step stands still", "%(count)s steps stand still", count) % {"count": count}
    body = _("Nothing has happened for three weeks after the date, or nobody owns it.")
    return Item(said, body, True, [Link(_("Open it"), f"{settings.BASE_URL}/staar-stille/")])


def _invitations(notices: Sequence[Notice]) -> str:
    """Calendar entries for the courses that the notices say are registered; empty when there is none."""
    calendar = Calendar()
    calendar.add("prodid", "-//Udbytte//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    found = False
    for notice in notices:
        agreement = notice.agreement
        if not _registered(notice) or agreement is None or agreement.starts_on is None or agreement.ends_on is None:
            continue
        entry = CalendarEvent()
        entry.add("uid", f"agreement-{agreement.pk}@udbytte")
        entry.add("dtstamp", timezone.now())
        entry.add("dtstart", agreement.starts_on)
        entry.add("dtend", agreement.ends_on + timedelta(days=1))
        entry.add("summary", agreement.title)
        if agreement.run is not None and agreement.run.place:
            entry.add("location", agreement.run.place)
        calendar.add_component(entry)
        found = True
    return calendar.to_ical().decode() if found else ""
