"""The items of an email that ask for a next step: the reader's own, or the question whether to help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import HELPER_ANSWERS, Event, Party, email_answers
from udbytte.domain.lifecycle.reminders import BEFORE_SIGN_UP
from udbytte.domain.notifications.emails import Asked, Urgency
from udbytte.models import Agreement, Person
from udbytte.models.formatting import day, days, kroner
from udbytte.models.labels import BUTTONS
from udbytte.models.third_person import has_not_done

from .items import Item, Link, Look, about_for, listed, name_in_sentence, names_text, page_of, titled, whose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Pages where many steps of a kind stand together.
HOME, TEAM, BOARD, MONEY, STALLED = "/", "/medarbejdere/", "/kursusopgaver/", "/budget/", "/gaaet-i-staa/"


@dataclass(frozen=True, slots=True)
class StepWords:
    """How an email asks for one step."""

    own: _StrPromise  # of the reader's own agreement
    other: _StrPromise  # of an agreement of %(who)s
    button: _StrPromise | None = None  # of a task; a question has its answers instead
    many: _StrPromise | None = None  # %(count)s of them as one item
    page: str = HOME  # where they stand together
    waits: _StrPromise | None = None  # the subject, where %(who)s waits for the answer; %(what)s: the course or way
    is_said: bool = False  # in a line of its own, as the button does not say what is to be done


WORDS: Mapping[str, StepWords] = {
    "find_run": StepWords(
        lazy("Find a course date"),
        lazy("Find a course date for %(who)s"),
        lazy("Find a course date"),
        lazy("%(count)s courses need a date"),
        BOARD,
    ),
    "settle_money": StepWords(
        lazy("Answer about the money"),
        lazy("Answer about the money for %(who)s"),
        lazy("Answer about the money"),
        lazy("%(count)s courses wait for your answer about the money"),
        TEAM,
        lazy("%(who)s is waiting for an answer about the money for %(what)s"),
    ),
    "decide": StepWords(
        lazy("Answer the nomination"),
        lazy("Answer the nomination of %(who)s"),
        lazy("Answer the nomination"),
        lazy("%(count)s nominations wait for you"),
        MONEY,
        lazy("%(who)s is waiting for an answer to the nomination for %(what)s"),
    ),
    "register": StepWords(
        lazy("Register for the course"),
        lazy("Register %(who)s for the course"),
        lazy("Register"),
        lazy("%(count)s registrations are to be made"),
        BOARD,
    ),
    "confirm_seat": StepWords(
        lazy("Is there a place for you?"),
        lazy("Is there a place for %(who)s?"),
        lazy("Answer about the place"),
        lazy("%(count)s places are to be confirmed"),
        BOARD,
        is_said=True,
    ),
    "go": StepWords(lazy("Did you take part in the course?"), lazy("Did %(who)s take part in the course?")),
    "use": StepWords(lazy("Have you used it?"), lazy("Has %(who)s used it?")),
    "tell": StepWords(
        lazy("What did you learn?"), lazy("What did %(who)s learn?"), lazy("Write what you learned"), is_said=True
    ),
    "talk": StepWords(
        lazy("Talk about the outcome"),
        lazy("Talk with %(who)s about the outcome"),
        lazy("We have talked about it"),
        lazy("%(count)s people on your team have written what they learned"),
        TEAM,
        is_said=True,
    ),
    "find_helper": StepWords(
        lazy("Who can help you?"), lazy("Who can help %(who)s?"), lazy("Find somebody who helps"), is_said=True
    ),
    "answer": StepWords(lazy("Can you help?"), lazy("Can you help %(who)s?")),
    "start": StepWords(lazy("Have you started?"), lazy("Has %(who)s started?")),
    "check_in": StepWords(lazy("Does it happen?"), lazy("Does it happen for %(who)s?")),
    "talk_stuck": StepWords(
        lazy("Talk about what gets in the way"),
        lazy("Talk with %(who)s about what gets in the way"),
        lazy("We have talked about it"),
        lazy("%(count)s people on your team are stuck"),
        TEAM,
        is_said=True,
    ),
    "confirm_drop": StepWords(
        lazy("Is it to be dropped?"),
        lazy("Is it to be dropped for %(who)s?"),
        None,
        lazy("%(count)s agreements wait for your answer whether they are dropped"),
        TEAM,
        lazy("%(who)s proposes to drop %(what)s"),
    ),
    "confirm_replace": StepWords(
        lazy("Will you do something else instead?"),
        lazy("Will you agree on something else instead with %(who)s?"),
        lazy("See the proposal"),
        lazy("%(count)s proposals to do something else wait for your answer"),
        TEAM,
        lazy("%(who)s proposes something else instead of %(what)s"),
        is_said=True,
    ),
    "midway": StepWords(lazy("Does the course go on?"), lazy("Does the course go on for %(who)s?")),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question of fact. `facts` fill in the form; one that needs a session leads to the page."""

    event: Event
    label: _StrPromise
    facts: Mapping[str, str] = field(default_factory=dict)


ANSWERS: Mapping[str, Sequence[Answer]] = {
    "go": (
        Answer(Event.GO, lazy("Yes, all of it"), {"went": "yes"}),
        Answer(Event.GO, lazy("Yes, part of it"), {"went": "partly"}),
        Answer(Event.NOT_GONE, lazy("No, not this time")),
    ),
    "midway": (
        Answer(Event.MIDWAY, lazy("Yes, it goes on"), {"goes_on": "yes"}),
        Answer(Event.MIDWAY, lazy("No, it has stopped"), {"goes_on": "no"}),
    ),
    "use": (Answer(Event.USE, lazy("Yes, I have used it")), Answer(Event.NOT_USED, lazy("Not yet"))),
    "start": (Answer(Event.START, lazy("Yes, I have started")), Answer(Event.POSTPONE, lazy("Not yet"))),
    "check_in": (
        Answer(Event.CHECK_IN, lazy("Yes, it happens"), {"happens": "yes"}),
        Answer(Event.CHECK_IN, lazy("No, not yet"), {"happens": "no"}),
    ),
    "confirm_drop": (Answer(Event.CONFIRM_DROP, BUTTONS[Event.CONFIRM_DROP]), Answer(Event.KEEP, BUTTONS[Event.KEEP])),
}


def form_of(agreement: Agreement, event: Event) -> str:
    """The agreement's page with the form of an event open. It needs a session."""
    return f"{page_of(agreement)}?event={event}#next"


def about(agreement: Agreement, person: Person) -> str:
    """What the person may read of an agreement whose step is theirs, in one line."""
    if agreement.is_with_hr:
        return str(agreement.unit)
    if agreement.employee_id == person.pk:
        return agreement.title
    return f"{agreement.employee.name}: {thing(agreement, person)}"


def thing(agreement: Agreement, person: Person) -> str:
    """The title as the person may read it, with the price where it is to be decided."""
    if agreement.employee_id == person.pk:
        return agreement.title
    if agreement.line_level and agreement.employment.line_manager_id != person.pk:
        return agreement.public_title
    price = _price(agreement) if agreement.step in ("settle_money", "decide") else None
    return listed(agreement.title, kroner(price) if price is not None else "")


def _price(agreement: Agreement) -> int | None:
    """What the course is expected to cost, in whole kroner."""
    if agreement.estimated_price is not None or agreement.run is None:
        return agreement.estimated_price
    return agreement.run.cost


def _reason(agreement: Agreement) -> str:
    """Why the manager has nominated the course."""
    undecided = (nomination for nomination in agreement.nominations.all() if nomination.decided_on is None)
    reason = next((nomination.reason for nomination in undecided), "")
    return _("Reason: %(reason)s") % {"reason": reason} if reason else ""


def asked_for(agreement: Agreement, person: Person, on: date) -> list[str]:
    """What somebody is asked to help with, by line: whom and with what, why, and from when to when."""
    when = _("From %(from)s to %(to)s") % {
        "from": day(agreement.planned_from, on), "to": day(agreement.planned_to, on),
    }  # fmt: skip
    rows = (row for row in agreement.helpers.all() if row.person_id == person.pk and row.ended_on is None)
    hours = next((row.hours for row in rows), None)
    if hours:
        when += ", " + ngettext("about %(hours)s hour in all", "about %(hours)s hours in all", hours) % {"hours": hours}
    purpose = _("“%(text)s”") % {"text": agreement.purpose} if agreement.purpose else ""
    return [line for line in (whose(agreement), purpose, when) if line]


def _money(agreement: Agreement, left: int | None, on: date) -> list[str]:
    """The course date, its deadline, and what can still be granted, by line."""
    run = agreement.run
    lines = []
    if run is not None:
        lines.append(_("Course date: %(when)s") % {"when": listed(days(run.starts_on, run.ends_on, on), run.place)})
        if run.signup_deadline is not None:
            lines.append(_("Register no later than %(day)s") % {"day": day(run.signup_deadline, on)})
    if left is not None:
        lines.append(_("%(left)s can still be granted") % {"left": kroner(left)})
    return lines


def signup_text(agreement: Agreement, on: date) -> str:
    """The sign-up deadline that the step can still meet; empty where there is none."""
    deadline = agreement.run.signup_deadline if agreement.run is not None else None
    if agreement.step not in BEFORE_SIGN_UP or deadline is None or deadline < on:
        return ""
    return _("Register no later than %(day)s") % {"day": day(deadline, on)}


def _when(agreement: Agreement, on: date, *, answer: bool) -> str:
    """The date of the step, as it is read on any day: "Svar senest fredag 4. december"."""
    if agreement.step_due is None:
        return ""
    words = {"day": day(agreement.step_due, on)}
    if agreement.step_due < on:
        return _("The deadline was %(day)s") % words
    return _("Please answer by %(day)s") % words if answer else _("Please do it by %(day)s") % words


def question_to_helper(agreement: Agreement, person: Person, on: date, *, made_on: date | None = None) -> Item:
    """The question whether to help, also for somebody who does not have the next step."""
    due = agreement.step_due if agreement.step == "answer" else None
    late = (on - due).days if due is not None else 0
    head = helper_question(agreement)
    links = [
        Link(str(BUTTONS[event]), AnswerLink.ask(event, person=person, agreement=agreement, on=made_on or on).url)
        for event in HELPER_ANSWERS
    ]
    return Item(
        head,
        listed(
            *asked_for(agreement, person, on), _when(agreement, on, answer=True) if due is not None else "", by="\n"
        ),
        late > 0,
        links,
        look=Look.QUESTION,
        subject=titled(head, agreement, late),
        urgency=Urgency.SOMEBODY_WAITS,
        day=agreement.step_due,
        asks=(Asked(agreement=agreement.pk, turn=agreement.turn, step="answer"),),
        waits=_employee(agreement),
        is_answer=True,
    )


def _employee(agreement: Agreement) -> dict[int, str]:
    return {agreement.employee_id: agreement.employee.short_name}


def waits_for(agreement: Agreement, person: Person) -> bool:
    """Whether the agreement waits for this person's yes or no."""
    return any(row.is_unanswered for row in agreement.helpers.all() if row.person_id == person.pk)


def asks_of(agreement: Agreement, person: Person) -> str:
    """The next step as a question or a task for the person whose it is."""
    words = WORDS[agreement.step]
    if agreement.employee_id == person.pk:
        return str(words.own)
    return str(words.other) % {"who": agreement.employee.short_name}


def check_in_question(agreement: Agreement, person: Person) -> str:
    """The question whether it happens, for the employee or for a helper."""
    words = WORDS["check_in"]
    return str(words.own if agreement.employee_id == person.pk else words.other) % {
        "who": agreement.employee.short_name
    }


def helper_question(agreement: Agreement) -> str:
    """The question whether somebody can help."""
    return str(WORDS["answer"].other) % {"who": agreement.employee.short_name}


def step_item(
    agreement: Agreement,
    person: Person,
    on: date,
    *,
    left: int | None = None,
    made_on: date | None = None,
    near: bool = False,
) -> Item:
    """The person's own next step, with its answers.

    `left` is what the budget can still grant, in whole kroner, where that is known; `made_on` the day that the signed
    links count from, else `on`. `near`: a sign-up deadline is near.
    """
    late = (on - agreement.step_due).days if agreement.step_due is not None else 0
    if agreement.is_with_hr:
        return _without_owner(agreement, late)
    if agreement.step == "answer":
        if waits_for(agreement, person):
            return question_to_helper(agreement, person, on, made_on=made_on)
        return silent_helpers(agreement, on)
    words, is_own = WORDS[agreement.step], agreement.employee_id == person.pk
    step, head = agreement.state.step, asks_of(agreement, person)
    if agreement.step == "go" and late < 0:
        return _before_the_course(agreement, person, on)
    links, look = _links(agreement, person, words, made_on or on)
    # A question has its answers as buttons. Of a task the button says what to do, and the head what it is about.
    is_task = look is Look.TASK and links[0].label == str(words.button)
    lines = [] if is_task else [about(agreement, person)]
    if is_task and words.is_said:
        lines.append(head if head.endswith("?") else f"{head}.")
    if agreement.step == "decide":
        lines.append(_reason(agreement))
    if agreement.step in BEFORE_SIGN_UP:
        lines += _money(agreement, left, on)
    if agreement.reminds_of_plan and is_own:
        lines += agreement.own_plan
    is_answer = look is Look.QUESTION or words.waits is not None
    lines.append(_when(agreement, on, answer=is_answer))
    asks = Asked(agreement=agreement.pk, turn=agreement.turn, step=agreement.step)
    somebody_waits = words.waits is not None or near or (step is not None and step.waits)
    return Item(
        about(agreement, person) if is_task else head,
        listed(*lines, by="\n"),
        late > 0,
        links,
        look,
        _subject(agreement, person, head, late),
        Urgency.SOMEBODY_WAITS if somebody_waits else Urgency.LATE if late > 0 else Urgency.DUE,
        agreement.step_due,
        f"step:{agreement.step}" if words.many is not None and not is_own else "",
        (asks,),
        {} if is_own else _employee(agreement),
        is_answer,
        HOME if is_own else words.page,
    )


def _subject(agreement: Agreement, person: Person, head: str, late: int) -> str:
    """The subject of an email that begins with a step: "Mette, does it happen? Mentor (3 days overdue)"."""
    waits = WORDS[agreement.step].waits
    if agreement.employee_id == person.pk:
        return titled(f"{person.short_name}, {head[0].lower()}{head[1:]}", agreement, late)
    if waits is not None:
        return str(waits) % {"what": name_in_sentence(agreement), "who": agreement.employee.short_name}
    return titled(head, agreement, late)


def _links(agreement: Agreement, person: Person, words: StepWords, made_on: date) -> tuple[list[Link], Look]:
    """The answers of a question, or the one button of a task.

    Who has somebody else's step answers on the page: an employee's own facts are nobody else's to tell from an email.
    """
    step = agreement.state.step
    of_other = step is not None and step.owner is Party.EMPLOYEE and agreement.employee_id != person.pk
    if of_other:
        return [Link(_("See the agreement"), f"{page_of(agreement)}#next")], Look.TASK
    answers = ANSWERS.get(agreement.step)
    without_login = email_answers(agreement.step)
    if answers is None:
        url = f"{page_of(agreement)}#next"
        if without_login:
            url = AnswerLink.ask(without_login[0], person=person, agreement=agreement, on=made_on).url
        return [Link(str(words.button), url)], Look.TASK
    links = []
    for answer in answers:
        url = form_of(agreement, answer.event)
        if answer.event in without_login:
            link = AnswerLink.ask(answer.event, person=person, agreement=agreement, on=made_on, facts=answer.facts)
            url = link.url
        links.append(Link(str(answer.label), url))
    return links, Look.QUESTION


def _without_owner(agreement: Agreement, late: int) -> Item:
    """A step that found no owner, for HR: unit and kind, no name and no title."""
    head = _("A task in %(unit)s has nobody responsible") % {"unit": agreement.unit}
    if not agreement.stray:
        head = _("A task in %(unit)s has stalled") % {"unit": agreement.unit}
    return Item(
        head,
        _("Find somebody who can do it."),
        late > 0,
        [Link(_("Find somebody"), f"{settings.BASE_URL}{STALLED}")],
        Look.TASK,
        urgency=Urgency.SOMEBODY_WAITS,
        day=agreement.step_due,
        group="stray" if agreement.stray else "moved:hr",
        asks=(Asked(agreement=agreement.pk, turn=agreement.turn, step="stray"),),
        page=STALLED,
    )


def who_is_silent(agreement: Agreement) -> str:
    """Who has not answered whether they help."""
    silent = [row.person.short_name for row in agreement.helpers.all() if row.is_unanswered]
    return has_not_done("answer", names_text(silent)) if silent else _("Nobody has answered yes or no to helping yet")


def silent_helpers(agreement: Agreement, on: date) -> Item:
    """The helpers have not answered, for somebody else who has the step now."""
    late = (on - agreement.step_due).days if agreement.step_due is not None else 0
    head = who_is_silent(agreement)
    return Item(
        head,
        listed(whose(agreement), _when(agreement, on, answer=False), by="\n"),
        late > 0,
        [Link(_("See the agreement"), f"{page_of(agreement)}#next")],
        Look.TASK,
        titled(head, agreement),
        Urgency.LATE if late > 0 else Urgency.DUE,
        agreement.step_due,
        asks=(Asked(agreement=agreement.pk, turn=agreement.turn, step="answer"),),
        waits=_employee(agreement),
    )


def helper_check_in_item(agreement: Agreement, person: Person, check_in: int, *, made_on: date) -> Item:
    """The question to a helper whether it happens; whether something new is learned is asked after a yes."""
    head = check_in_question(agreement, person)
    links = []
    for answer in ANSWERS["check_in"]:
        link = AnswerLink.ask(
            answer.event, person=person, agreement=agreement, on=made_on, facts=answer.facts, check_in=check_in
        )
        links.append(Link(str(answer.label), link.url))
    return Item(
        head,
        listed(whose(agreement), _("Your view helps to see what works."), by="\n"),
        links=links,
        look=Look.QUESTION,
        subject=titled(head, agreement),
        urgency=Urgency.DUE,
        asks=(Asked(agreement=agreement.pk, turn=agreement.turn, step="helper_check_in", check_in=check_in),),
        waits=_employee(agreement),
    )


def _before_the_course(agreement: Agreement, person: Person, on: date) -> Item:
    """A course that begins within days, or goes on: where and when. Nothing is asked yet."""
    run = agreement.run
    when = days(agreement.starts_on, agreement.ends_on, on) if agreement.starts_on and agreement.ends_on else ""
    is_own = agreement.employee_id == person.pk
    if agreement.starts_on is not None and agreement.starts_on > on:
        begins = _("Your course begins %(day)s") if is_own else _("The course begins %(day)s")
        head = begins % {"day": day(agreement.starts_on, on)}
    else:
        head = _("Your course has begun") if is_own else _("The course has begun")
    body = listed(about_for(agreement, person), listed(when, run.place if run is not None else ""), by="\n")
    return Item(
        head,
        body,
        links=[Link(_("See the course"), page_of(agreement))],
        subject=titled(head, agreement),
        urgency=Urgency.DUE,
        day=agreement.step_due,
    )


def many_as_one(group: str, items: Sequence[Item]) -> Item:
    """Many items of a group as one, with one link to the page where they stand together. The first is most urgent."""
    first, count = items[0], {"count": len(items)}
    many = WORDS[group.removeprefix("step:")].many if group.startswith("step:") else MANY_OTHERS[group]
    late = sum(item.late for item in items)
    body = ngettext("%(count)s of them is overdue", "%(count)s of them are overdue", late) % {"count": late}
    return Item(
        str(many) % count,
        f"{body}." if late else "",
        bool(late),
        [Link(_("See them together"), f"{settings.BASE_URL}{first.page}")],
        Look.TASK,
        urgency=first.urgency,
        day=first.day,
        asks=tuple(asked for item in items for asked in item.asks),
        waits={pk: name for item in items for pk, name in item.waits.items()},
        is_answer=all(item.is_answer for item in items),
        page=first.page,
    )


# Groups that are no step of the reader.
MANY_OTHERS: Mapping[str, _StrPromise] = {
    "stray": lazy("%(count)s tasks have nobody responsible"),
    "moved": lazy("%(count)s tasks have come to you, as nothing had happened"),
    "moved:team": lazy("%(count)s tasks of your team have come to you, as nothing had happened"),
    "moved:hr": lazy("%(count)s tasks have stalled, and wait for you to choose who takes them on"),
}
