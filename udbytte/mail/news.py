"""What a notice says in a letter: what happened, in the recipient's language, and nothing they may not read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..access.ballots import make_ballot
from ..domain.lifecycle import Event
from ..models import Agreement, ApplicationState, CheckIn, Notice, Person
from ..models.agreements import STEP_LABELS
from .items import Item, Link, day_in_words
from .meetings import MEETING_NEWS, meeting_news
from .rules import RULES_NEWS, rules_news
from .tokens import make_signing_token, make_token


def page_of(agreement: Agreement) -> str:
    return f"{settings.BASE_URL}/aftaler/{agreement.pk}/"


def news_of(notice: Notice, person: Person) -> Item | None:
    """What a notice says; None for one that the list of steps says already."""
    agreement, facts = notice.agreement, notice.facts
    if notice.kind == "round":
        return _invited(facts)
    if notice.kind == "follow_up_day":
        return _follow_up_day(facts)
    if notice.kind in MEETING_NEWS:
        return meeting_news(notice, person)
    if notice.kind == "who_helps" and agreement is not None:
        head = _("%(by)s asks: who could help you?") % {"by": facts["by"]}
        url = f"{page_of(agreement)}hjaelp/"
        return Item(head, agreement.title, links=[Link(_("Find somebody, or say that nobody is needed"), url)])
    if notice.kind == "self_check":
        return _self_check(notice, person)
    if notice.kind in RULES_NEWS:
        return rules_news(notice, person)
    if notice.kind == "sign":
        return _to_sign(notice, person)
    if notice.kind == "signed":
        page = f"{settings.BASE_URL}/samtaler/{facts['conversation']}/#sign"
        body = str(facts["whose"]) if facts["whose"] != person.name else ""
        return Item(_("The plan is signed by both"), body, links=[Link(_("See it, or fetch it as a document"), page)])
    if notice.kind == "manager":
        body = ": ".join(filter(None, (str(facts["who"]), str(facts["manager"]))))
        return Item(_("Somebody else holds the conversation from now on"), body)
    if notice.kind == "deputy":
        days = [day_in_words(date.fromisoformat(str(facts[name]))) for name in ("from", "to")]
        words = {"who": facts["who"]}
        return Item(_("You settle the money in the place of %(who)s") % words, " - ".join(days))
    if notice.kind == "refused_mail":
        said = ": ".join(filter(None, (str(facts.get("name", "")), str(facts.get("subject", "")))))
        return Item(_("An address refuses mail"), said)
    if notice.kind == "not_held":
        return _not_held(facts)
    if notice.kind == "unreached":
        return _unreached(len(facts["people"]))
    if notice.kind == "not_needed":
        return Item(_("Your help is not asked for any more"), str(facts["title"]))
    if agreement is None:
        return None
    link: list[Link] = [Link(_("Open it"), page_of(agreement))]
    if notice.kind == "seat":
        return _seat(notice, agreement, link)
    if notice.kind == "no_seat":
        return Item(_("You are not registered any more"), f"{agreement.title}: {_happened(facts['event'])}", links=link)
    if notice.kind == "application":
        return _application(notice, agreement)
    if notice.kind == "free_seat":
        return Item(_("A seat has become free"), f"{agreement.employee.name}: {agreement.title}", links=link)
    if notice.kind == "unbook":
        body = f"{agreement.employee.name}: {agreement.title}. {_happened(facts['event'])}"
        return Item(_("Give the seat back to the provider"), body, links=link)
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
        run, day = agreement.run, day_in_words(agreement.starts_on) if agreement.starts_on else ""
        known = (run.hours, run.place, run.address, run.bring) if run is not None else ()
        body = ", ".join(filter(None, (agreement.title, *known)))
        return Item(_("Your course begins %(day)s") % {"day": day}, body, links=link)
    if notice.kind == "helper":
        body = f"{agreement.employee.name}: {agreement.title}"
        asked = CheckIn(pk=int(notice.cause.partition(":")[2]))
        token = make_token(person=person, agreement=agreement, event=Event.CHECK_IN, on=notice.on, check_in=asked)
        answer = [Link(_("Answer in 20 seconds"), f"{settings.BASE_URL}/svar/{token}/")]
        return Item(_("Does it happen? Your view, please"), body, links=answer)
    if notice.kind == "observation":
        return Item(_("%(who)s has written what they see") % {"who": facts["by"]}, agreement.title, links=link)
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
        Event.AGREE: _("agreed on something new"),
        Event.FUND: _("the money is granted"),
        Event.GRANT: _("the money is granted"),
        Event.NOMINATE: _("the budget owner is asked"),
        Event.REFUSE: _("the money is refused: another way is needed"),
        Event.REGISTER: _("you are registered"),
        Event.CONFIRM_SEAT: _("you are registered"),
        Event.WAITLIST: _("it is on the waitlist"),
        Event.LOSE_SEAT: _("the seat is lost: another run is needed"),
        Event.LOSE_RUN: _("the run is lost: another run is needed"),
        Event.MOVE_RUN: _("the run has other days now"),
        Event.DOUBT_SEAT: _("the run has gone from the provider's list: the seat is to be confirmed"),
        Event.CANCEL_SEAT: _("the seat is given back: another run is needed"),
        Event.NOT_GONE: _("did not go: a new date is needed"),
        Event.ACCEPT: _("said yes to helping"),
        Event.ACCEPT_LATER: _("said yes to helping, from a later day"),
        Event.DECLINE: _("said no to helping"),
        Event.LOSE_HELPER: _("the helper stops: somebody else is needed"),
        Event.STEP_ASIDE: _("one helper stops; others still help"),
        Event.CHECK_IN: _("it happens again, or not: there is a new answer"),
        Event.TALK_STUCK: _("you have talked about what gets in the way"),
        Event.AGREE: _("agreed on something new"),
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


def _seat(notice: Notice, agreement: Agreement, link: list[Link]) -> Item:
    """The employee has a seat, or it has moved: when and where, with the calendar entry beside it."""
    body, run = agreement.title, agreement.run
    if agreement.starts_on is not None and agreement.ends_on is not None:
        days = [day_in_words(agreement.starts_on), day_in_words(agreement.ends_on)]
        body += ". " + " - ".join(days if agreement.starts_on != agreement.ends_on else days[:1])
    if run is not None:
        body += "".join(f", {part}" for part in (run.hours, run.place, run.address) if part)
    moved = notice.facts.get("event") == Event.MOVE_RUN
    return Item(_("Your course has other days now") if moved else _("You are registered"), body, links=link)


def _application(notice: Notice, agreement: Agreement) -> Item:
    """An application for money from outside: what is to be done about it, or what came of it."""
    facts, link = notice.facts, [Link(_("Open it"), f"{page_of(agreement)}#tilskud")]
    body = f"{agreement.employee.name}: {agreement.title}"
    if "unit" in facts:  # for who reads nobody's plan
        body, link = str(facts["unit"]), []
    said = {
        ApplicationState.PLANNED: _("Send the application to %(source)s"),
        ApplicationState.SENT: _("Is there an answer from %(source)s?"),
        ApplicationState.GRANTED: _("%(source)s has granted the money"),
        ApplicationState.REFUSED: _("%(source)s said no: another way is needed"),
        ApplicationState.WITHDRAWN: _("The application to %(source)s is given up"),
    }
    head = said[ApplicationState(facts["state"])] % {"source": facts["source"]}
    return Item(head, body, facts.get("days", 0) > 0, link)


def _invited(facts: Mapping[str, Any]) -> Item:
    """A round has begun: the employee's own manager invites."""
    links = [Link(_("Read the ground rules and prepare"), f"{settings.BASE_URL}/")]
    name = str(facts.get("name", facts.get("round", "")))
    body = _("%(name)s. Yours is a LUS, with your own manager.") % {"name": name} if facts.get("leader") else name
    if not facts.get("by"):
        return Item(_("A new round of conversations has begun"), body, links=links)
    return Item(_("%(by)s invites you to a conversation") % {"by": facts["by"]}, body, links=links)


def _follow_up_day(facts: Mapping[str, Any]) -> Item:
    """What is open on the manager's team on a follow-up day of the round."""
    head = _("Follow-up day in %(round)s") % {"round": facts["round"]}
    open_ = ngettext(
        "%(count)s agreement is open on your team", "%(count)s agreements are open on your team", facts["open"]
    ) % {"count": facts["open"]}
    late = _("%(count)s of them past their date") % {"count": facts["late"]} if facts["late"] else ""
    body = ", ".join(filter(None, (open_, late))) + "."
    return Item(head, body, links=[Link(_("See your team"), f"{settings.BASE_URL}/hold/")])


def _self_check(notice: Notice, person: Person) -> Item:
    """A self-check is open. The link's ballot names nobody."""
    url = f"{settings.BASE_URL}/selvtjek/stem/{make_ballot(notice.facts['check'], person.pk)}/"
    body = _("Eight questions, three minutes, anonymous: nobody's answers are kept, only the sums.")
    return Item(_("Does anything come of the conversations? Say what you think"), body, links=[Link(_("Answer"), url)])


def _to_sign(notice: Notice, person: Person) -> Item:
    """A plan that the other one has signed: read and signed from the letter."""
    facts = notice.facts
    links = [Link(_("Open it"), f"{settings.BASE_URL}/samtaler/{facts['conversation']}/#sign")]
    if "mark" in facts:
        token = make_signing_token(person=person, plan_id=facts["plan"], mark=facts["mark"], on=notice.on)
        links.insert(0, Link(_("Read it and sign"), f"{settings.BASE_URL}/underskriv/{token}/"))
    return Item(_("A plan waits for your signature"), facts.get("by", ""), links=links)


def _not_held(facts: dict[str, Any]) -> Item:
    """A round is closed, and conversations in it were not held: on which day was it, or why not?"""
    said = ngettext(
        "%(name)s is closed, and %(count)s conversation was not held",
        "%(name)s is closed, and %(count)s conversations were not held",
        facts["count"],
    )
    body = _("Say on which day it was after all, or why it was not held. It takes a minute.")
    return Item(said % facts, body, links=[Link(_("Answer"), f"{settings.BASE_URL}/hold/fra-sidste-runde/")])


def _unreached(count: int) -> Item:
    said = ngettext(
        "%(count)s person has something waiting and no e-mail",
        "%(count)s people have something waiting and no e-mail",
        count,
    ) % {"count": count}
    body = _("They get no letters. Their pages show the same, and their steps go on to the next in line.")
    return Item(said, body, links=[Link(_("See who"), f"{settings.BASE_URL}/organisation/#uden-mail")])


def stands_still(count: int) -> Item:
    said = ngettext("%(count)s step stands still", "%(count)s steps stand still", count) % {"count": count}
    body = _("Nothing has happened for three weeks after the date, or nobody owns it.")
    return Item(said, body, True, [Link(_("Open it"), f"{settings.BASE_URL}/staar-stille/")])
