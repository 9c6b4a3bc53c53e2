"""The texts of emails about finding a time for a conversation, with answers that need no login."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.links import MeetingLink, MeetingQuestion
from udbytte.domain.notifications import (
    AboutMeeting,
    ConversationCancelled,
    ConversationDeclined,
    ConversationDue,
    ConversationPlanned,
    ConversationsWithoutTime,
    ConversationTime,
    DeclineTakenBack,
    DidTheGroupTalk,
    DidYouTalk,
    IndividualWished,
    Meeting,
    NotificationKind,
    PutInGroup,
    TakenOutOfGroup,
    TimesOffered,
    TimeTurnedDown,
)
from udbytte.models import ConversationKind, Notification, Person
from udbytte.models.formatting import day, day_and_time

from .calendar import page_of_meeting
from .items import Item, Link, Look, Words, listed, says

TIMES_SHOWN = 3  # in an email; the page has all of them


def _page(facts: AboutMeeting) -> Link:
    return Link(_("See the conversation"), page_of_meeting(facts.meeting))


def _find_time(facts: AboutMeeting) -> Link:
    """The page where a time is found; for a group it is the page of the group."""
    folder = "tid/" if facts.meeting.what is Meeting.CONVERSATION else ""
    return Link(_("Find a time"), page_of_meeting(facts.meeting) + folder)


def _mus(facts: ConversationTime) -> dict[str, str]:
    """What a time is of, as placeholders: MUS, LUS or GRUS, and with whom."""
    return {"kind": str(ConversationKind(facts.conversation_kind).label), "who": facts.other}


def _answer(
    facts: TimesOffered | DidYouTalk,
    notification: Notification,
    person: Person,
    question: MeetingQuestion,
    label: str,
    chosen: str = "",
) -> Link:
    link = MeetingLink(question, person.pk, facts.conversation, facts.turn, notification.on, chosen)
    return Link(label, link.url)


def _planned(facts: ConversationPlanned, notification: Notification, person: Person) -> Item:
    head = _("Your %(kind)s with %(who)s has changed") if facts.moved else _("Your %(kind)s with %(who)s is planned")
    head %= _mus(facts)
    when = day_and_time(facts.when, notification.on)
    return Item(head, listed(capfirst(when), facts.place, by="\n"), links=[_page(facts)], subject=f"{head}: {when}")


def _cancelled(facts: ConversationCancelled, notification: Notification, person: Person) -> Item:
    head = _("Your %(kind)s with %(who)s is not held as planned") % _mus(facts)
    return Item(head, _was_planned(facts, notification), links=[_find_time(facts)])


def _was_planned(facts: ConversationCancelled | DidYouTalk | DidTheGroupTalk, notification: Notification) -> str:
    return _("The conversation was planned for %(when)s.") % {"when": day_and_time(facts.when, notification.on)}


def _times(facts: TimesOffered, notification: Notification, person: Person) -> Item:
    words = {"who": facts.by}
    if facts.proposed:
        (time,) = facts.times
        links = [
            _answer(facts, notification, person, MeetingQuestion.TIME, _("Yes, that suits me"), str(time.slot)),
            _answer(facts, notification, person, MeetingQuestion.TIME, _("It does not suit me"), "no"),
        ]
        head = _("%(who)s proposes a time for your conversation") % words
        return Item(
            head,
            listed(capfirst(day_and_time(time.at, notification.on)), time.place, by="\n"),
            links=links,
            look=Look.QUESTION,
        )
    links = [
        _answer(
            facts,
            notification,
            person,
            MeetingQuestion.TIME,
            capfirst(day_and_time(time.at, notification.on)),
            str(time.slot),
        )
        for time in facts.times[:TIMES_SHOWN]
    ]
    links.append(_answer(facts, notification, person, MeetingQuestion.TIME, _("See all times")))
    places = {time.place for time in facts.times}
    place = places.pop() if len(places) == 1 else ""
    head = _("Choose a time for your conversation with %(who)s") % words
    return Item(head, place, links=links, look=Look.QUESTION)


def _talked(facts: DidYouTalk, notification: Notification, person: Person) -> Item:
    links = [
        _answer(facts, notification, person, MeetingQuestion.TALKED, _("Yes, we have talked"), "held"),
        _answer(facts, notification, person, MeetingQuestion.TALKED, _("No, we need a new time"), "new_time"),
    ]
    head = _("Did you talk with %(who)s?") % {"who": facts.who}
    return Item(head, _was_planned(facts, notification), links=links, look=Look.QUESTION)


def _group_talked(facts: DidTheGroupTalk, notification: Notification, person: Person) -> Item:
    head = _("Did you talk in the group, and who was there?")
    return Item(head, listed(facts.who, _was_planned(facts, notification), by="\n"), links=[_page(facts)])


def _in_group(facts: PutInGroup, notification: Notification, person: Person) -> Item:
    head = _("%(who)s invites you to talk in the group %(title)s") % {"who": facts.by, "title": facts.title}
    body = _(
        "You still have a plan of your own. You can ask for an individual conversation instead, without giving a"
        " reason."
    )
    return Item(head, body, links=[_page(facts)])


def _out_of_group(facts: TakenOutOfGroup, notification: Notification, person: Person) -> Item:
    head = _("You are no longer in the group %(title)s") % {"title": facts.title}
    body = _("Your conversation is an individual one now, and needs a time.")
    return Item(head, body, links=[_find_time(facts)])


def _wish_alone(facts: IndividualWished, notification: Notification, person: Person) -> Item:
    head = _("%(who)s asks for an individual conversation") % {"who": facts.by}
    body = _("It takes the place of the one in the group.")
    return Item(head, body, links=[_find_time(facts)])


def _told(by: str) -> str:
    return _("From %(who)s") % {"who": by} if by else ""


def _declined(facts: ConversationDeclined, notification: Notification, person: Person) -> Item:
    head = _("There is no conversation this time")
    body = listed(_told(facts.by), facts.reason, by="\n")
    return Item(head, body, links=[_page(facts)])


def _not_declined(facts: DeclineTakenBack, notification: Notification, person: Person) -> Item:
    head = _("There is to be a conversation after all")
    return Item(head, _told(facts.by), links=[_find_time(facts)])


def _turned_down(facts: TimeTurnedDown, notification: Notification, person: Person) -> Item:
    head = _("%(who)s cannot make the time that you proposed") % {"who": facts.by}
    return Item(head, links=[_find_time(facts)])


def _due(facts: ConversationDue, notification: Notification, person: Person) -> Item:
    head = _("Find a time for the conversation with %(who)s") % {"who": facts.who}
    back, new = _("%(who)s is back after a long absence."), _("%(who)s is new here, and has had time to settle in.")
    return Item(head, (back if facts.back else new) % {"who": facts.who}, links=[_find_time(facts)])


def _unplanned(facts: ConversationsWithoutTime, notification: Notification, person: Person) -> Item:
    count = facts.count
    head = ngettext("%(count)s conversation has no time yet", "%(count)s conversations have no time yet", count)
    until = _("The last day was %(day)s.") if facts.late else _("The last day is %(day)s.")
    who = ", ".join(facts.names) + (" …" if count > len(facts.names) else "")
    body = listed(until % {"day": day(facts.to, notification.on)}, who, by="\n")
    link = Link(_("Find times"), f"{settings.BASE_URL}/medarbejdere/samtaler/")
    return Item(head % {"count": count}, body, facts.late, [link])


MEETING_NEWS: Mapping[NotificationKind, Words] = dict(
    (
        says(ConversationPlanned, _planned),
        says(ConversationCancelled, _cancelled),
        says(TimesOffered, _times),
        says(DidYouTalk, _talked),
        says(DidTheGroupTalk, _group_talked),
        says(PutInGroup, _in_group),
        says(TakenOutOfGroup, _out_of_group),
        says(IndividualWished, _wish_alone),
        says(ConversationDeclined, _declined),
        says(DeclineTakenBack, _not_declined),
        says(TimeTurnedDown, _turned_down),
        says(ConversationDue, _due),
        says(ConversationsWithoutTime, _unplanned),
    )
)
