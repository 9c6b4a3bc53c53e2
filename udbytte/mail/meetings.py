"""What letters say about finding a time for a conversation, with answers that need no login."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import ConversationKind, Notice, Person
from .calendar import page_of_meeting
from .items import Item, Link, day_in_words, time_in_words
from .meeting_tokens import Asks, MeetingQuestion, make_meeting_token


def meeting_news(notice: Notice, person: Person) -> Item:
    """What a notice about a conversation's time says."""
    return MEETING_NEWS[notice.kind](notice, person)


def _open(notice: Notice, *, time: bool = False) -> Link:
    facts = notice.facts
    if "conversation" not in facts and "group" not in facts:  # written before they were named
        return Link(_("Open it"), f"{settings.BASE_URL}/")
    return Link(_("Open it"), page_of_meeting(facts) + ("tid/" if time and "conversation" in facts else ""))


def _kind(notice: Notice) -> str:
    """MUS, LUS or GRUS."""
    return str(ConversationKind(notice.facts.get("kind", ConversationKind.INDIVIDUAL)).label)


def _answer(notice: Notice, person: Person, asks: Asks, label: str, chosen: str = "") -> Link:
    question = MeetingQuestion(asks, person.pk, notice.facts["conversation"], notice.facts["turn"], chosen)
    token = make_meeting_token(question, on=notice.on)
    return Link(label, f"{settings.BASE_URL}/svar/samtale/{token}/")


def _planned(notice: Notice, person: Person) -> Item:
    facts = notice.facts
    body = ", ".join(filter(None, (facts.get("other", ""), time_in_words(facts["when"]), facts.get("place", ""))))
    moved = facts.get("moved", False)
    head = _("Your %(kind)s has changed: this is the time") if moved else _("Your %(kind)s is planned")
    return Item(head % {"kind": _kind(notice)}, body, links=[_open(notice)])


def _cancelled(notice: Notice, person: Person) -> Item:
    facts = notice.facts
    body = ", ".join(filter(None, (str(facts["other"]), time_in_words(facts["when"]))))
    head = _("Your %(kind)s is not held at the time you had") % {"kind": _kind(notice)}
    return Item(head, body, links=[_open(notice, time=True)])


def _times(notice: Notice, person: Person) -> Item:
    facts = notice.facts
    words = {"who": facts["by"]}
    if facts["proposed"]:
        when = ", ".join(filter(None, (time_in_words(facts["times"][0][1]), facts["times"][0][2])))
        links = [
            _answer(notice, person, Asks.TIME, _("Yes, that suits me"), str(facts["times"][0][0])),
            _answer(notice, person, Asks.TIME, _("It does not suit me"), "no"),
        ]
        return Item(_("%(who)s proposes a time for your conversation") % words, when, links=links)
    links = [_answer(notice, person, Asks.TIME, time_in_words(at), str(pk)) for pk, at, _place in facts["times"]]
    links.append(_answer(notice, person, Asks.TIME, _("See all times")))
    places = {place for _pk, _at, place in facts["times"]}
    place = places.pop() if len(places) == 1 else ""
    return Item(_("Choose a time for your conversation with %(who)s") % words, place, links=links)


def _talked(notice: Notice, person: Person) -> Item:
    facts = notice.facts
    links = [
        _answer(notice, person, Asks.TALKED, _("Yes, we have talked"), "held"),
        _answer(notice, person, Asks.TALKED, _("No, we need a new time"), "new_time"),
        _open(notice, time=True),
    ]
    body = ", ".join(filter(None, (facts["who"], time_in_words(facts["when"]))))
    return Item(_("Did you talk?"), body, links=links)


def _group_talked(notice: Notice, person: Person) -> Item:
    body = ", ".join((notice.facts["who"], time_in_words(notice.facts["when"])))
    return Item(_("Did you talk in the group, and who was there?"), body, links=[_open(notice)])


def _in_group(notice: Notice, person: Person) -> Item:
    words = {"who": notice.facts["by"], "title": notice.facts["title"]}
    body = _(
        "You keep a plan of your own. You can ask for an individual conversation instead, and need give no reason."
    )
    return Item(_("%(who)s invites you to talk in a group: %(title)s") % words, body, links=[_open(notice, time=True)])


def _out_of_group(notice: Notice, person: Person) -> Item:
    words = {"title": notice.facts["title"]}
    body = _("Your conversation is an individual one, and needs a time.")
    return Item(_("You are not in the group %(title)s any more") % words, body, links=[_open(notice, time=True)])


def _wish_alone(notice: Notice, person: Person) -> Item:
    words = {"who": notice.facts["by"]}
    body = _("It takes the place of the one in the group. Find a time.")
    return Item(_("%(who)s asks for an individual conversation") % words, body, links=[_open(notice, time=True)])


def _declined(notice: Notice, person: Person) -> Item:
    words = {"who": notice.facts["by"] or "Udbytte"}
    return Item(
        _("%(who)s: no conversation this time") % words, notice.facts["reason"], links=[_open(notice, time=True)]
    )


def _not_declined(notice: Notice, person: Person) -> Item:
    words = {"who": notice.facts["by"] or "Udbytte"}
    return Item(_("%(who)s: there is to be a conversation after all") % words, links=[_open(notice, time=True)])


def _turned_down(notice: Notice, person: Person) -> Item:
    words = {"who": notice.facts["by"]}
    return Item(_("The time you proposed does not suit %(who)s") % words, links=[_open(notice, time=True)])


def _due(notice: Notice, person: Person) -> Item:
    words = {"who": notice.facts["who"]}
    body = _("Back from leave.") if notice.facts["back"] else _("New here, and has had time to settle.")
    return Item(_("Find a time for the conversation with %(who)s") % words, body, links=[_open(notice, time=True)])


def _unplanned(notice: Notice, person: Person) -> Item:
    facts = notice.facts
    count, names = facts["count"], list(facts["names"])
    said = ngettext("%(count)s conversation has no time yet", "%(count)s conversations have no time yet", count) % {
        "count": count
    }
    who = ", ".join(names) + (" …" if count > len(names) else "")
    words = {"day": day_in_words(date.fromisoformat(facts["to"]))}
    until = _("The last day was %(day)s.") if facts["late"] else _("The last day is %(day)s.")
    link = Link(_("Find times"), f"{settings.BASE_URL}/hold/samtaler/")
    return Item(said, f"{until % words} {who}", bool(facts["late"]), [link])


MEETING_NEWS: dict[str, Callable[[Notice, Person], Item]] = {
    "conversation": _planned,
    "no_conversation": _cancelled,
    "times": _times,
    "talked": _talked,
    "group_talked": _group_talked,
    "in_group": _in_group,
    "out_of_group": _out_of_group,
    "wish_alone": _wish_alone,
    "declined": _declined,
    "not_declined": _not_declined,
    "turned_down": _turned_down,
    "due": _due,
    "unplanned": _unplanned,
}
