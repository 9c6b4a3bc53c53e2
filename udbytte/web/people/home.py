"""The first page: a person's next step, what comes after it, and what others are to do for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.agreements import events_open_to
from udbytte.access.figures import report_reach
from udbytte.access.links import AnswerLink
from udbytte.domain.lifecycle import Event, email_answers
from udbytte.emails.steps import ANSWERS, WORDS, Answer
from udbytte.models import Agreement, Person
from udbytte.models.formatting import day_and_time, days, kroner, short_day
from udbytte.models.labels import BUTTONS
from udbytte.models.third_person import EMPLOYEES_OWN, step_words
from udbytte.queries.agreements.stalled import groups_for_hr, sentence_of
from udbytte.queries.demo import has_demo_login
from udbytte.queries.figures.questions import rounds_of_unit
from udbytte.queries.meetings.status import conversations_with_offered_times
from udbytte.queries.money.budgets import uncommitted_for
from udbytte.queries.notifications.mail import mail_state
from udbytte.queries.people.home import (
    MOST,
    Waiting,
    filled_lists,
    helped_by,
    next_steps_beside_groups_of,
    next_steps_of,
    present_conversations_of,
    waiting_for,
    waits_for_others,
)
from udbytte.queries.people.new_manager import TakeOver, take_over_of, unfinished_by
from udbytte.queries.rounds.closing import rounds_to_close
from udbytte.queries.rounds.rules import rounds_with_unread_rules
from udbytte.runtime.clock import today
from udbytte.web.agreements.buttons import Choice, primary_forms
from udbytte.web.agreements.course_details import CourseOf, course_of
from udbytte.web.agreements.facts import proposed_instead
from udbytte.web.agreements.practice_details import QUESTIONS
from udbytte.web.agreements.rows import Row, row
from udbytte.web.agreements.written_card import WrittenCard, cards_to_confirm
from udbytte.web.base.addresses import page_address
from udbytte.web.base.context import as_context
from udbytte.web.base.request import person_of, roles
from udbytte.web.money.nominations import DecisionFacts, decision_facts

from .home_asks import Ask, by_day, manager_asks, other_asks, own_conversations_as_asks, steps_as_asks

SHOWN = 10  # so much of what comes later is shown, until all is asked for
MOST_FIELDS = 4  # a longer form is answered on the agreement's page

WAITING = {
    "team": lazy("%(count)s of %(base)s agreements of your team are a week overdue or more"),
    "course-board": lazy("%(count)s of %(base)s of your course tasks are overdue, and lie with somebody else"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """The page's card: what is due first, the facts needed to decide, and its answer."""

    ask: Ask
    goal: str = ""
    facts: Sequence[str] = ()
    quote: str = ""  # what the two wrote down, or what was learned
    questions: Sequence[object] = ()
    course: CourseOf | None = None
    decision: DecisionFacts | None = None
    forms: Sequence[Choice] = ()
    links: Sequence[tuple[str, str]] = ()  # where it is answered, if not here (label, address)

    @property
    def agreement(self) -> Agreement | None:
        return self.ask.row.agreement if self.ask.row is not None else None


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the page shows. The names are those that its template reads."""

    counts: str
    written: list[WrittenCard]
    card: Card | None
    rest: list[Ask]
    hidden: int
    others: list[Ask]
    waiting: list[tuple[Waiting, str]]
    helped: list[Ask]
    helps: bool
    take_over: TakeOver | None
    unfinished: list[Row]
    unsent: str
    has_plan: bool


def _front_door(request: HttpRequest) -> HttpResponse:
    """Where a stranger is led: to the cast in the demo, to the login elsewhere."""
    return redirect("demo") if has_demo_login() else redirect_to_login(request.get_full_path())


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """One card with what is due first; under it the rest by day, what others are to do, and whom the person helps."""
    if not request.user.is_authenticated:
        return _front_door(request)
    person, mine, on = person_of(request), roles(request), today()
    steps = list(next_steps_beside_groups_of(person) if mine.is_hr else next_steps_of(person))
    moved = [agreement for agreement in steps if agreement.is_up_the_line_for(person.pk)]
    prefetch_related_objects(moved, "course", "method", "employment__line_manager")
    conversations = present_conversations_of(person)
    filled = filled_lists(person, mine, on)
    written = cards_to_confirm(person, MOST) if "written" in filled else []
    asked_about = {card.agreement.pk for card in written}
    steps = [agreement for agreement in steps if agreement.pk not in asked_about]
    asks = by_day(
        [
            *steps_as_asks(steps, person, on),
            *own_conversations_as_asks(
                conversations,
                conversations_with_offered_times(conversations, on),
                rounds_with_unread_rules(person, conversations),
                on,
            ),
            *manager_asks(person, filled, on),
            *other_asks(person, filled, on),
        ],
        on,
    )
    asks = [*_hr_asks(person, on), *asks] if mine.is_hr else asks
    asks = [*_council_asks(person, on), *asks] if mine.is_works_council else asks
    first = asks[0] if asks and not written else None  # one loud card
    rest = asks[1:] if first is not None else asks
    shown = rest if "alle" in request.GET else rest[:SHOWN]
    others = waits_for_others(person)
    page = HomePage(
        counts=_counts(sum(ask.is_now(on) for ask in asks) + len(written), sum(not ask.is_now(on) for ask in asks)),
        written=written,
        card=_card(first, person, on) if first is not None else None,
        rest=shown,
        hidden=len(rest) - len(shown),
        others=[_with_others(agreement, person, on) for agreement in others],
        waiting=[
            (place, str(WAITING[place.where]) % {"count": place.count, "base": place.base})
            for place in waiting_for(person, mine, on)
        ],
        helped=[_helped(agreement, on) for agreement in helped_by(person)] if mine.is_helper else [],
        helps=mine.is_helper,
        take_over=take_over_of(person, on) if "taken_over" in filled else None,
        unfinished=_unfinished(person, on) if "unfinished" in filled else [],
        unsent=_unsent(on) if mine.is_administrator else "",
        has_plan=bool(conversations),
    )
    return render(request, "people/home/home.html", as_context(page))


def _counts(now: int, later: int) -> str:
    """How much there is to do: "1 ting nu, 3 senere"."""
    if not now:
        return ngettext("%(later)s thing later", "%(later)s things later", later) % {"later": later} if later else ""
    if not later:
        return ngettext("%(now)s thing now", "%(now)s things now", now) % {"now": now}
    words = {"now": now, "later": later}
    return ngettext("%(now)s thing now, %(later)s later", "%(now)s things now, %(later)s later", now) % words


# --- The card


def _card(ask: Ask, person: Person, on: date) -> Card:
    """The card of what is asked first. Of an agreement it has the facts and the forms."""
    if ask.row is None:
        return Card(ask)
    agreement = ask.row.agreement
    is_own = agreement.employee_id == person.pk
    reads_whole = is_own or (agreement.employment.line_manager_id == person.pk and not ask.row.public)
    learned = ""
    if agreement.step == "talk" and reads_whole:
        outcome = getattr(agreement, "outcome", None)
        learned = outcome.learned if outcome is not None else ""
    own_plan = agreement.own_plan if reads_whole and agreement.reminds_of_plan else []
    events = events_open_to(agreement, person, on)
    forms = primary_forms(agreement, events, on, by=person)
    links = _links(agreement, ask.url, events, forms, person, on)
    return Card(
        ask,
        goal=agreement.goal.text if is_own and agreement.goal is not None else "",
        facts=[] if ask.row.public else _facts(agreement, on),
        quote=learned or " ".join(own_plan),
        questions=QUESTIONS.get(agreement.step, ()) if reads_whole else (),
        course=course_of(agreement, on) if agreement.step == "go" else None,
        decision=decision_facts(agreement) if agreement.step == "decide" and not agreement.stray else None,
        forms=() if links else forms,
        links=links,
    )


def _links(
    agreement: Agreement, url: str, events: frozenset[Event], forms: Sequence[Choice], person: Person, on: date
) -> list[tuple[str, str]]:
    """Where the card is answered instead of by a form on it.

    A question of fact has its answers, as in an email: each leads to a page that asks the rest. What only the employee
    can answer, and a form that would fill the page, are answered on the agreement's page.
    """
    is_own = agreement.employee_id == person.pk
    if is_own and person.email_changed_on != on:  # a link of the day on which an address changed does not work
        known = {choice.form.chosen for choice in forms}
        answers = [
            answer for answer in ANSWERS.get(agreement.step, ()) if answer.event in email_answers(agreement.step)
        ]
        if answers and all(answer.event in known for answer in answers):
            return [
                (str(answer.label), _answer_address(agreement, answer, person, on))
                for answer in ANSWERS[agreement.step]
            ]
    if agreement.step in EMPLOYEES_OWN and not is_own:
        if Event.WRITE_DOWN in events:
            return [(str(BUTTONS[Event.WRITE_DOWN]), f"{url}?event={Event.WRITE_DOWN}#write-down")]
        return [(_("Answer for %(name)s") % {"name": agreement.employee.short_name}, f"{url}#next")]
    if not forms or len(forms[0].form.visible_fields()) > MOST_FIELDS:
        return [(str(WORDS[agreement.step].button or _("Answer")), f"{url}#next")]
    return []


def _answer_address(agreement: Agreement, answer: Answer, person: Person, on: date) -> str:
    if answer.event not in email_answers(agreement.step):
        return f"{page_address('agreement', agreement.pk)}?event={answer.event}#next"
    return AnswerLink.ask(answer.event, person=person, agreement=agreement, on=on, facts=answer.facts).path


def _facts(agreement: Agreement, on: date) -> list[str]:
    """What is needed to decide: the price and the budget, what is proposed, or what a helper is asked for."""
    match agreement.step:
        case "settle_money" if agreement.estimated_price is not None:
            left = uncommitted_for([agreement]).get(agreement.pk)
            price = kroner(agreement.estimated_price)
            if left is None:
                return [price]
            return [_("%(price)s. %(left)s can still be granted.") % {"price": price, "left": kroner(left)}]
        case "confirm_drop":
            return [_("Reason: %(reason)s") % {"reason": agreement.get_drop_reason_display()}]
        case "confirm_replace":
            return [_("Proposed instead: %(proposed)s") % {"proposed": proposed_instead(agreement, on)}]
        case "answer":
            when = days(agreement.planned_from, agreement.planned_to, on)
            return [text for text in (agreement.purpose, when) if text]
    return []


# --- What HR and the works council begin with


def _hr_asks(person: Person, on: date) -> list[Ask]:
    """Rounds to close, and what has stalled; both are HR's own to act on."""
    asks = []
    for round_ in rounds_to_close(on):
        words = {"name": round_.name, "day": short_day(round_.closes_on, on) if round_.closes_on else ""}
        text = _("Close %(name)s, which was to close on %(day)s") % words
        asks.append(Ask(text, page_address("close-round", round_.pk), _("See what is open, and close it")))
    groups = groups_for_hr(person, on)
    if groups:
        count = sum(group.count for group in groups)
        about = ngettext("%(count)s task has stalled", "%(count)s tasks have stalled", count) % {"count": count}
        asks.insert(0, Ask(sentence_of(groups[0]), reverse("stalled"), _("See what you can do"), about=about))
    return asks


def _council_asks(person: Person, on: date) -> list[Ask]:
    """The report of the newest round that the person may read."""
    reach = report_reach(person, on)
    rounds = rounds_of_unit(None if reach.whole else reach.tops[0], on) if reach else []
    if not rounds:
        return []
    text = _("The report of %(name)s") % {"name": rounds[0].name}
    about = _("Works council")
    return [Ask(text, page_address("report", rounds[0].pk), _("Read the report"), about=about)]


# --- What is not the person's to do


def _with_others(agreement: Agreement, person: Person, on: date) -> Ask:
    shown = row(agreement, on)
    has_no_owner = agreement.is_with_hr or agreement.step_owner is None
    step = step_words(agreement, person.pk, is_late=shown.late)
    text = _("HR finds somebody to take it on") if has_no_owner else step
    return Ask(text, shown.url, about=agreement.title, when=shown.due, is_late=shown.late)


def _helped(agreement: Agreement, on: date) -> Ask:
    about = f"{agreement.title} · {days(agreement.planned_from, agreement.planned_to, on)}"
    return Ask(agreement.employee.name, page_address("agreement", agreement.pk), about=about)


def _unfinished(person: Person, on: date) -> list[Row]:
    """What a former manager still has to do for people who have another one now."""
    return [
        row(agreement, on, reader=person.pk)
        for agreement in unfinished_by(person, on).select_related("employee")[:MOST]
    ]


def _unsent(on: date) -> str:
    """Since when emails are not sent, as a sentence; empty while they are."""
    state = mail_state(timezone.now())
    if not state.is_trouble:
        return ""
    if state.outage is not None:
        return _("No emails have been sent since %(since)s. See why") % {"since": day_and_time(state.outage.since, on)}
    since = day_and_time(state.oldest or timezone.now(), on)
    return _("Some emails have waited since %(since)s. See why") % {"since": since}


urlpatterns = [path("", home, name="home")]
