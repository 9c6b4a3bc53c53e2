"""What a notice says in a letter: what happened, in the recipient's language, and nothing they may not read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..access.ballots import make_ballot
from ..domain.lifecycle import Event
from ..models import Agreement, ApplicationState, CheckIn, Notice, Person, Role
from ..models.agreements import STEP_LABELS
from .items import Item, Link, day_in_words
from .meetings import MEETING_NEWS, meeting_news
from .rules import RULES_NEWS, rules_news
from .tokens import make_signing_token, make_token


def page_of(agreement: Agreement) -> str:
    return f"{settings.BASE_URL}/aftaler/{agreement.pk}/"


def news_of(notice: Notice, person: Person) -> Item | None:
    """What a notice says; None for one that the list of steps says already."""
    says, agreement = SAYS.get(notice.kind), notice.agreement
    if says is not None:
        return says(notice, person)
    about = SAYS_OF_AGREEMENT.get(notice.kind)
    return about(notice, agreement, person) if about is not None and agreement is not None else None


def _open(agreement: Agreement) -> list[Link]:
    return [Link(_("Open it"), page_of(agreement))]


def _whose(agreement: Agreement) -> str:
    return f"{agreement.employee.name}: {agreement.title}"


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


def _who_helps(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """The manager asks who could help."""
    head = _("%(by)s asks: who could help you?") % {"by": notice.facts["by"]}
    url = f"{page_of(agreement)}hjaelp/"
    return Item(head, agreement.title, links=[Link(_("Find somebody, or say that nobody is needed"), url)])


def _no_seat(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """The employee's seat is gone."""
    body = f"{agreement.title}: {_happened(notice.facts['event'])}"
    return Item(_("You are not registered any more"), body, links=_open(agreement))


def _free_seat(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """A seat that somebody on the waitlist could have."""
    return Item(_("A seat has become free"), _whose(agreement), links=_open(agreement))


def _unbook(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """A seat that the provider still counts on."""
    body = f"{_whose(agreement)}. {_happened(notice.facts['event'])}"
    return Item(_("Give the seat back to the provider"), body, links=_open(agreement))


def _next_in_line(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """A step past its date goes to the next in line, who reads whose it is only as its line manager."""
    facts = notice.facts
    is_manager = agreement.employment.line_manager_id == person.pk
    step = STEP_LABELS.get(str(facts["step"]), "")
    return Item(
        _("Nothing has happened for %(days)s days: %(step)s") % {"days": facts["days"], "step": step},
        _whose(agreement) if is_manager else str(facts["unit"]),
        True,
        _open(agreement) if is_manager else [],
    )


def _coming(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """A course begins soon: when, where and what to bring."""
    run, day = agreement.run, day_in_words(agreement.starts_on) if agreement.starts_on else ""
    known = (run.hours, run.place, run.address, run.bring) if run is not None else ()
    body = ", ".join(filter(None, (agreement.title, *known)))
    return Item(_("Your course begins %(day)s") % {"day": day}, body, links=_open(agreement))


def _helpers_view(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """A helper is asked how it goes, and answers from the letter."""
    asked = CheckIn(pk=int(notice.cause.partition(":")[2]))
    token = make_token(person=person, agreement=agreement, event=Event.CHECK_IN, on=notice.on, check_in=asked)
    answer = [Link(_("Answer in 20 seconds"), f"{settings.BASE_URL}/svar/{token}/")]
    return Item(_("Does it happen? Your view, please"), _whose(agreement), links=answer)


def _observation(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """A helper has written what they see."""
    head = _("%(who)s has written what they see") % {"who": notice.facts["by"]}
    return Item(head, agreement.title, links=_open(agreement))


def _told(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """Somebody else has moved the agreement."""
    words = {"who": notice.facts.get("by") or "Udbytte", "what": _happened(notice.facts.get("event", ""))}
    return Item(_("%(who)s: %(what)s") % words, agreement.title, links=_open(agreement))


def _seat(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """The employee has a seat, or it has moved: when and where, with the calendar entry beside it."""
    body, run = agreement.title, agreement.run
    if agreement.starts_on is not None and agreement.ends_on is not None:
        days = [day_in_words(agreement.starts_on), day_in_words(agreement.ends_on)]
        body += ". " + " - ".join(days if agreement.starts_on != agreement.ends_on else days[:1])
    if run is not None:
        body += "".join(f", {part}" for part in (run.hours, run.place, run.address) if part)
    moved = notice.facts.get("event") == Event.MOVE_RUN
    return Item(_("Your course has other days now") if moved else _("You are registered"), body, links=_open(agreement))


def _application(notice: Notice, agreement: Agreement, person: Person) -> Item:
    """An application for money from outside: what is to be done about it, or what came of it."""
    facts, link = notice.facts, [Link(_("Open it"), f"{page_of(agreement)}#tilskud")]
    body = _whose(agreement)
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


def _invited(notice: Notice, person: Person) -> Item:
    """A round has begun: the employee's own manager invites."""
    facts = notice.facts
    links = [Link(_("Read the ground rules and prepare"), f"{settings.BASE_URL}/")]
    name = str(facts.get("name", facts.get("round", "")))
    body = _("%(name)s. Yours is a LUS, with your own manager.") % {"name": name} if facts.get("leader") else name
    if not facts.get("by"):
        return Item(_("A new round of conversations has begun"), body, links=links)
    return Item(_("%(by)s invites you to a conversation") % {"by": facts["by"]}, body, links=links)


def _follow_up_day(notice: Notice, person: Person) -> Item:
    """What is open on the manager's team on a follow-up day of the round."""
    facts = notice.facts
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


def _signed(notice: Notice, person: Person) -> Item:
    """Both have signed a plan."""
    facts = notice.facts
    page = f"{settings.BASE_URL}/samtaler/{facts['conversation']}/#sign"
    body = str(facts["whose"]) if facts["whose"] != person.name else ""
    return Item(_("The plan is signed by both"), body, links=[Link(_("See it, or fetch it as a document"), page)])


def _new_manager(notice: Notice, person: Person) -> Item:
    """A conversation has gone to another manager."""
    body = ": ".join(filter(None, (str(notice.facts["who"]), str(notice.facts["manager"]))))
    return Item(_("Somebody else holds the conversation from now on"), body)


def _deputy(notice: Notice, person: Person) -> Item:
    """A deputy settles the money for some days."""
    days = [day_in_words(date.fromisoformat(str(notice.facts[name]))) for name in ("from", "to")]
    head = _("You settle the money in the place of %(who)s") % {"who": notice.facts["who"]}
    return Item(head, " - ".join(days))


def _no_deputy(notice: Notice, person: Person) -> Item:
    """A deputy was ended before the last day."""
    return Item(_("You no longer settle the money in the place of %(who)s") % {"who": notice.facts["who"]})


def _role(notice: Notice, person: Person) -> Item:
    """A role is given or has ended: the person's own (`whose` is empty), or another's, told to who keeps the roles."""
    facts, given = notice.facts, notice.kind == "role_given"
    words = {"who": facts["whose"], "role": Role(facts["role"]).label}
    if facts["whose"]:
        head = _("%(who)s has a new role: %(role)s") if given else _("%(who)s no longer has this role: %(role)s")
        links = [Link(_("See the roles"), f"{settings.BASE_URL}/organisation/#roller")]
    else:
        head = _("You have a new role: %(role)s") if given else _("You no longer have this role: %(role)s")
        links = [Link(_("Open Udbytte"), f"{settings.BASE_URL}/")]
    where = facts["unit"] or _("The whole organisation")
    by = facts["by"] or _("whoever runs the server")
    done = _("Given by %(by)s.") if given else _("Ended by %(by)s.")
    return Item(head % words, f"{where}. {done % {'by': by}}", links=links)


def _refused_mail(notice: Notice, person: Person) -> Item:
    """A letter came back."""
    said = ": ".join(filter(None, (str(notice.facts.get("name", "")), str(notice.facts.get("subject", "")))))
    return Item(_("An address refuses mail"), said)


def _not_needed(notice: Notice, person: Person) -> Item:
    """A helper is not asked any more; the agreement is none of theirs, so only its title is told."""
    return Item(_("Your help is not asked for any more"), str(notice.facts["title"]))


def _not_held(notice: Notice, person: Person) -> Item:
    """A round is closed, and conversations in it were not held: on which day was it, or why not?"""
    facts = notice.facts
    said = ngettext(
        "%(name)s is closed, and %(count)s conversation was not held",
        "%(name)s is closed, and %(count)s conversations were not held",
        facts["count"],
    )
    body = _("Say on which day it was after all, or why it was not held. It takes a minute.")
    return Item(said % facts, body, links=[Link(_("Answer"), f"{settings.BASE_URL}/hold/fra-sidste-runde/")])


def _unreached(notice: Notice, person: Person) -> Item:
    """People have something waiting, and no address to write to."""
    count = len(notice.facts["people"])
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


SAYS: Mapping[str, Callable[[Notice, Person], Item | None]] = {
    "round": _invited,
    "follow_up_day": _follow_up_day,
    "self_check": _self_check,
    "sign": _to_sign,
    "signed": _signed,
    "manager": _new_manager,
    "deputy": _deputy,
    "no_deputy": _no_deputy,
    "role_given": _role,
    "role_ended": _role,
    "refused_mail": _refused_mail,
    "not_held": _not_held,
    "unreached": _unreached,
    "not_needed": _not_needed,
    **dict.fromkeys(MEETING_NEWS, meeting_news),
    **dict.fromkeys(RULES_NEWS, rules_news),
}
SAYS_OF_AGREEMENT: Mapping[str, Callable[[Notice, Agreement, Person], Item]] = {
    "who_helps": _who_helps,
    "seat": _seat,
    "no_seat": _no_seat,
    "application": _application,
    "free_seat": _free_seat,
    "unbook": _unbook,
    "next": _next_in_line,
    "coming": _coming,
    "helper": _helpers_view,
    "observation": _observation,
    "told": _told,
}
