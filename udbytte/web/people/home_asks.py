"""What the first page asks a person for, besides the steps of agreements: each thing once, with its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.rounds import kickoffs_to_report, questions_to_answer
from udbytte.domain.meetings import MeetingStatus
from udbytte.emails.steps import BOARD, MONEY, TEAM, WORDS
from udbytte.models import Agreement, Conversation, ConversationKind, Person, Round
from udbytte.models.formatting import day, day_and_time, due
from udbytte.queries.figures.selfcheck import ballots_of
from udbytte.queries.meetings.status import groups_to_answer, meetings_to_answer
from udbytte.queries.money.budgets import open_overruns_of
from udbytte.queries.money.funding import open_applications_of
from udbytte.queries.people.home import MOST
from udbytte.web.agreements.rows import Row, row
from udbytte.web.base.addresses import page_address

TOGETHER = 3  # from so many steps of a kind on, they are one line that leads to all of them
PAGES = {TEAM: "team-review", BOARD: "course-board", MONEY: "money"}  # where steps of a kind stand together


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that the person is asked for: a request in the imperative or a question, and where it is answered."""

    text: str
    url: str
    button: str = ""
    about: str = ""
    due_on: date | None = None  # None: now
    when: str = ""
    is_late: bool = False
    row: Row | None = None  # the step of an agreement

    def is_now(self, on: date) -> bool:
        return self.due_on is None or self.due_on <= on


def by_day(asks: Iterable[Ask], on: date) -> list[Ask]:
    """The asks by the day on which they are due; what has no day is due today."""
    return sorted(asks, key=lambda ask: ask.due_on or on)


# --- Steps of agreements


def steps_as_asks(steps: Sequence[Agreement], person: Person, on: date) -> list[Ask]:
    """The person's next steps. Several of a kind that stand together on a page of their own are one line."""
    others: dict[str, list[Agreement]] = {}
    for agreement in steps[1:]:  # the first may be the page's card
        is_grouped = WORDS[agreement.step].many is not None and WORDS[agreement.step].page in PAGES
        if is_grouped and agreement.employee_id != person.pk and not agreement.line_level:
            others.setdefault(agreement.step, []).append(agreement)
    together = {step: rows for step, rows in others.items() if len(rows) >= TOGETHER}
    grouped = {agreement.pk for rows in together.values() for agreement in rows}
    asks = [_step(agreement, person, on) for agreement in steps if agreement.pk not in grouped]
    return asks + [_steps_together(step, rows, on) for step, rows in together.items()]


def _step(agreement: Agreement, person: Person, on: date) -> Ask:
    shown = row(agreement, on, reader=person.pk)
    about = shown.public or agreement.title
    if agreement.stray:
        about = str(agreement.unit)
    elif agreement.employee_id != person.pk and not shown.public:
        about = f"{about} · {agreement.employee.name}"
    return Ask(
        shown.step, shown.url, about=about, due_on=agreement.step_due, when=shown.due, is_late=shown.late, row=shown
    )


def _steps_together(step: str, rows: Sequence[Agreement], on: date) -> Ask:
    words = WORDS[step]
    first = min(agreement.step_due or on for agreement in rows)
    text = str(words.many) % {"count": len(rows)}
    return Ask(text, reverse(PAGES[words.page]), due_on=first, when=due(first, on), is_late=first < on)


# --- The person's own conversations


def own_conversations_as_asks(
    conversations: Sequence[Conversation], choosing: Sequence[Conversation], rules: Sequence[Round], on: date
) -> Iterator[Ask]:
    """Read the rules, choose a time, prepare; after the planned day, whether the conversation was held."""
    for round_ in rules:
        text = _("Read the ground rules of %(name)s before your conversation") % {"name": round_.name}
        yield Ask(text, page_address("rules", round_.pk), _("Read the ground rules"))
    for conversation in choosing:
        name = conversation.manager.short_name if conversation.manager is not None else ""
        text = _("Choose a time for your conversation with %(name)s") % {"name": name}
        yield Ask(text, page_address("meeting", conversation.pk), _("Choose a time"), about=conversation.round.name)
    for conversation in conversations:
        ask = _own_conversation(conversation, on)
        if ask is not None:
            yield ask


def _own_conversation(conversation: Conversation, on: date) -> Ask | None:
    status = conversation.status_on(on)
    if status in (MeetingStatus.HELD, MeetingStatus.DECLINED):
        return None
    kind, planned_on = conversation.get_kind_display(), conversation.planned_on
    if status is MeetingStatus.PASSED and planned_on is not None:
        if conversation.kind == ConversationKind.GROUP:
            return None  # the manager says whether the group has met
        text = _("Was your %(kind)s held on %(day)s?") % {"kind": kind, "day": day(planned_on, on)}
        return Ask(text, page_address("meeting", conversation.pk), _("Answer"), about=conversation.round.name)
    url, text = page_address("conversation", conversation.pk), _("Prepare your %(kind)s") % {"kind": kind}
    if conversation.planned_at is None or planned_on is None:
        return Ask(text, url, _("Prepare"), about=conversation.round.name, due_on=date.max)
    about = day_and_time(conversation.planned_at, on)
    return Ask(text, url, _("Prepare"), about=about, due_on=planned_on, when=due(planned_on, on))


# --- What a manager is asked


def manager_asks(person: Person, filled: set[str], on: date) -> Iterator[Ask]:
    """About the ground rules, kick-off meetings and conversations. Only filled lists are read."""
    if "rules_questions" in filled:
        number = questions_to_answer(person, on).count()
        text = ngettext(
            "%(count)s question about the ground rules waits for your answer",
            "%(count)s questions about the ground rules wait for your answer",
            number,
        )
        yield Ask(text % {"count": number}, reverse("team-rules"), _("Answer"))
    if "kickoffs" in filled:
        for kickoff in kickoffs_to_report(person, on):
            text = _("Did you meet in %(unit)s? Say who was there and what was clarified") % {"unit": kickoff.unit}
            held_on = timezone.localdate(kickoff.planned_at)
            yield Ask(text, page_address("kickoff", kickoff.pk), _("Answer"), about=day(held_on, on), due_on=held_on)
    if "meetings" in filled:
        yield from _meetings(person, on)
    if "groups" in filled:
        for group in groups_to_answer(person, on):
            words, url = {"title": group.title}, page_address("group", group.pk)
            if group.planned_at:
                yield Ask(_("Did you talk in the group %(title)s?") % words, url, _("Answer"), due_on=group.planned_on)
            else:
                yield Ask(_("Find a new time for the group %(title)s") % words, url, _("Find a time"))


def _meetings(person: Person, on: date) -> Iterator[Ask]:
    meetings = meetings_to_answer(person, on)
    if len(meetings) >= TOGETHER:
        text = _("%(count)s conversations may have been held or need a new time") % {"count": len(meetings)}
        yield Ask(text, reverse("meetings"), _("See the conversations"))
        return
    for meeting in meetings:
        conversation = meeting.conversation
        words = {"name": conversation.employment.person.name}
        url, about = page_address("meeting", conversation.pk), conversation.round.name
        if meeting.status is MeetingStatus.PASSED:
            text = _("Did you talk with %(name)s?") % words
            planned_on = conversation.planned_on
            when = due(planned_on, on) if planned_on is not None else ""
            yield Ask(text, url, _("Answer"), about, due_on=planned_on, when=when, is_late=bool(when))
        else:
            text = _("Find a new time for the conversation with %(name)s") % words
            yield Ask(text, url, _("Find a time"), about)


# --- Everything else


def other_asks(person: Person, filled: set[str], on: date) -> Iterator[Ask]:
    """As helper, as budget owner, about applications, and the self-check. Only filled lists are read."""
    if "asked" in filled:
        yield Ask(_("Somebody asks whether you can help"), reverse("helping"), _("Answer"))
    if "check_ins" in filled:
        yield Ask(_("Say how it goes for somebody you help"), reverse("helping"), _("Answer"))
    if "bills" in filled:
        number = open_overruns_of(person).count()
        text = ngettext(
            "%(number)s bill above what was granted waits for your decision",
            "%(number)s bills above what was granted wait for your decision",
            number,
        )
        yield Ask(text % {"number": number}, f"{reverse('money')}#regninger", _("Decide"))
    if "applications" in filled:
        for application in open_applications_of(person)[:MOST]:
            words = {"source": application.source.name, "title": application.agreement.title}
            is_planned = application.state == "planned"
            text = (
                _("Send the application to %(source)s for %(title)s")
                if is_planned
                else _("Is there an answer from %(source)s about %(title)s?")
            )
            url = f"{page_address('agreement', application.agreement_id)}#tilskud"
            when = due(application.due, on) if application.due else ""
            late = application.due is not None and application.due < on
            yield Ask(text % words, url, _("Open the application"), due_on=application.due, when=when, is_late=late)
    if "ballots" in filled:
        for _check, token in ballots_of(person, on):
            text = _("Does anything come of the conversations? Answer anonymously how you see it")
            yield Ask(text, reverse("ballot", args=[token]), _("Take the self-check"), due_on=date.max)
