"""The rows of *My team*: each employee with the conversation, the agreements' dots, and the one thing to do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from udbytte.access.agreements import events_open_to_manager
from udbytte.domain.lifecycle import Event
from udbytte.domain.meetings import WANTS_TIME, MeetingStatus
from udbytte.models import Agreement, Conversation, Person
from udbytte.models.formatting import due, short_day, short_day_and_time
from udbytte.models.third_person import step_words
from udbytte.queries.meetings.status import ORDER
from udbytte.queries.people.team import Member
from udbytte.services.agreements.questions import can_be_asked
from udbytte.web.agreements.rows import bars
from udbytte.web.base.addresses import page_address

from .team_decisions import (
    expected_event,
    is_decision_of,
    place_to_answer,
    plain_yes,
    question_of,
    short_button,
)

MOST_BARS = 5
# What the row's one thing is, the most urgent first.
LATE, OWN, COMING, NOTHING = range(4)


@dataclass(frozen=True, slots=True)
class Task:
    """The one thing about an employee: what it is about, who does what by when, and the manager's button for it."""

    rank: int
    due_on: date | None
    title: str = ""  # of the agreement; empty: it is the conversation
    url: str = ""
    text: str = ""
    due: str = ""
    is_late: bool = False
    button: str = ""
    address: str = ""  # where the button leads, or what it posts to
    asks: bool = False  # the button asks whoever has the step
    tick: str = ""  # the value that says yes to it together with others


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One employee of the team."""

    name: str
    plan: str
    status: MeetingStatus | None
    talk: str  # the conversation in few words
    talk_url: str
    talk_is_late: bool
    talk_order: tuple[int, str]
    bars: list[SafeString]
    more: int  # agreements whose bars are not shown
    task: Task
    missing: str

    @property
    def by_task(self) -> tuple[int, date, str]:
        return self.task.rank, self.task.due_on or date.max, self.name

    @property
    def by_talk(self) -> tuple[int, str, str]:
        return *self.talk_order, self.name

    @property
    def has_late_task(self) -> bool:
        return self.task.is_late

    @property
    def wants_time(self) -> bool:
        return self.status in WANTS_TIME


@dataclass(frozen=True, slots=True)
class Reader:
    """The manager who reads the rows, the day, and what was looked up for all rows at once."""

    manager: Person
    on: date
    to_nominate: Collection[int]  # agreements whose money the manager cannot settle alone
    asked: Collection[int]  # agreements about whose step its owner was asked today


def member_row(member: Member, reader: Reader, missing: date | None, *, offered: bool) -> MemberRow:
    """The row of one employee; `offered`: there are times to choose from."""
    conversation, on = member.conversation, reader.on
    status = conversation.status_on(on, offered=offered) if conversation is not None else None
    shown = [agreement for agreement in member.agreements if agreement.phase_on(on) is not None]
    # Once the conversation is held, it opens; before, it needs a time.
    page = "meeting" if status in (*WANTS_TIME, MeetingStatus.PASSED) else "conversation"
    return MemberRow(
        name=member.employment.person.name,
        plan=page_address("plan-of", member.employment.pk),
        status=status,
        talk=talk_text(conversation, status, on),
        talk_url=page_address(page, conversation.pk) if conversation is not None else "",
        talk_is_late=status in (MeetingStatus.PASSED, MeetingStatus.NEW_TIME),
        talk_order=_talk_order(conversation, status),
        bars=[bars(agreement, on) for agreement in shown[:MOST_BARS]],
        more=max(0, len(shown) - MOST_BARS),
        task=_task_of(member, reader, status),
        missing=short_day(missing, on) if missing else "",
    )


def talk_text(conversation: Conversation | None, status: MeetingStatus | None, on: date) -> str:
    """How far the conversation is, in few words, with its day."""
    if conversation is None:
        return _("not in a round")
    match status:
        case MeetingStatus.HELD:
            return _("held %(day)s") % {"day": _short(conversation.held_on, on)}
        case MeetingStatus.DECLINED:
            return _("none this year")
        case MeetingStatus.PLANNED if conversation.planned_at is not None:
            return short_day_and_time(conversation.planned_at, on)
        case MeetingStatus.PASSED:
            return _("held %(day)s?") % {"day": _short(conversation.planned_on, on)}
        case MeetingStatus.RESTING:
            return _("away, back %(day)s") % {"day": _short(conversation.rests_until, on)}
        case MeetingStatus.OFFERED:
            return _("is choosing a time")
        case MeetingStatus.NEW_TIME:
            return _("needs a new time")
        case MeetingStatus.LATER:
            return _("from %(day)s") % {"day": _short(conversation.due_on, on)}
        case _:
            return _("has no time")


def _short(value: date | None, on: date) -> str:
    return short_day(value, on) if value is not None else ""


def _talk_order(conversation: Conversation | None, status: MeetingStatus | None) -> tuple[int, str]:
    if conversation is None or status is None:
        return len(ORDER), ""
    at = conversation.planned_at
    return ORDER.index(status), timezone.localtime(at).isoformat() if at is not None else str(conversation.held_on)


def _task_of(member: Member, reader: Reader, status: MeetingStatus | None) -> Task:
    """The one thing: what waits for the manager, else what is late, else the conversation, else what comes next."""
    open_ = [agreement for agreement in member.agreements if agreement.step and agreement.step_due is not None]
    for agreement in open_:  # the one that is due first comes first
        if agreement.step_owner_id == reader.manager.pk:
            return _own_task(agreement, reader)
    conversation = member.conversation
    if conversation is not None and status is MeetingStatus.PASSED:
        return _talk_task(conversation, reader, _("Did you talk?"), _("Answer"), conversation.planned_on)
    late = next((agreement for agreement in open_ if _is_late(agreement, reader.on)), None)
    if late is not None:
        return _late_task(late, reader)
    if conversation is not None and status in (MeetingStatus.UNPLANNED, MeetingStatus.NEW_TIME):
        return _talk_task(conversation, reader, _("The conversation has no time"), _("Find a time"), None)
    coming = next((agreement for agreement in open_ if not agreement.is_paused_on(reader.on)), None)
    return _coming_task(coming, reader) if coming is not None else Task(NOTHING, None)


def _is_late(agreement: Agreement, on: date) -> bool:
    return agreement.step_due is not None and agreement.step_due < on and not agreement.is_paused_on(on)


def _task(agreement: Agreement, reader: Reader, rank: int, text: str, **button: str | bool) -> Task:
    due_on = agreement.step_due or reader.on  # an open agreement has one
    return Task(
        rank,
        due_on,
        agreement.title,
        page_address("agreement", agreement.pk),
        text,
        due(due_on, reader.on),
        due_on < reader.on,
        **button,  # type: ignore[arg-type]
    )


def _own_task(agreement: Agreement, reader: Reader) -> Task:
    manager, on, must_nominate = reader.manager, reader.on, agreement.pk in reader.to_nominate
    event = expected_event(agreement, manager, on, must_nominate=must_nominate)
    rank = LATE if _is_late(agreement, on) else OWN
    if is_decision_of(agreement, manager):
        text = question_of(agreement, must_nominate=must_nominate)
    else:
        text = step_words(agreement, manager.pk, is_late=rank == LATE, short=True)
    if event is None:
        return _task(agreement, reader, rank, text)
    says_yes = plain_yes(agreement, manager, on, reader.to_nominate) is not None
    return _task(
        agreement,
        reader,
        rank,
        text,
        button=short_button(agreement, event),
        address=place_to_answer(agreement, event),
        tick=f"{agreement.pk}-{agreement.turn}" if says_yes else "",
    )


def _late_task(agreement: Agreement, reader: Reader) -> Task:
    """What somebody else has not done. The manager finds another helper, or asks whoever has the step."""
    text = step_words(agreement, reader.manager.pk, is_late=True, short=True)
    if agreement.pk in reader.asked:
        return _task(agreement, reader, LATE, text, button=_("asked today"))
    if agreement.step in ("find_helper", "answer"):
        may = events_open_to_manager(agreement, reader.manager, reader.on)
        if Event.ASK in may or Event.ASK_ANOTHER in may:
            address = page_address("find-helper", agreement.pk)
            return _task(agreement, reader, LATE, text, button=_("Suggest someone"), address=address)
    owner = agreement.step_owner
    if owner is None or not can_be_asked(agreement, reader.on):
        return _task(agreement, reader, LATE, text)
    return _task(
        agreement,
        reader,
        LATE,
        text,
        button=_("Ask %(who)s") % {"who": owner.short_name},
        address=page_address("team-review-press", agreement.pk),
        asks=True,
    )


def _talk_task(conversation: Conversation, reader: Reader, text: str, button: str, day: date | None) -> Task:
    address = page_address("meeting", conversation.pk)
    when = due(day, reader.on) if day is not None else ""
    return Task(
        LATE if day is not None else OWN, day, "", address, text, when, day is not None, button, address
    )  # fmt: skip


def _coming_task(agreement: Agreement, reader: Reader) -> Task:
    text = step_words(agreement, reader.manager.pk, is_late=False, short=True)
    return _task(agreement, reader, COMING, text)


def late_with_others(members: Collection[Member], manager: Person, on: date) -> list[Agreement]:
    """Those about which the manager may want to ask somebody."""
    return [
        agreement
        for member in members
        for agreement in member.agreements
        if agreement.step and agreement.step_owner_id != manager.pk and _is_late(agreement, on)
    ]
