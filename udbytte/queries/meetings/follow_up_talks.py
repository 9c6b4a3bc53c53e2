"""What a follow-up talk is filled with: its agenda, what is open, what was answered since the last one, what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from udbytte.access.agreements import agreements_seen_by
from udbytte.domain.lifecycle import PHASES, Event, Phase
from udbytte.models import AgendaItem, Agreement, Employment, FollowUpTalk, LogEntry, Person

RECENT = timedelta(days=90)  # how far back without an earlier talk, and how far ahead
MOST_ANSWERS = 20
# The events that answer a question about what happened.
ANSWERS = (
    *(Event.GRANT, Event.REFUSE, Event.REGISTER, Event.GO, Event.NOT_GONE, Event.USE, Event.NOT_USED),
    *(Event.ACCEPT, Event.ACCEPT_LATER, Event.DECLINE, Event.START, Event.CHECK_IN, Event.STILL_STUCK),
    *(Event.FINISH, Event.REPORT_OUTCOME, Event.TALK, Event.TALK_STUCK),
)

NOT_BEGUN = tuple(stage for stage, phase in PHASES.items() if phase in (Phase.AGREED, Phase.IN_PLACE))


@dataclass(frozen=True, slots=True)
class FollowUpTalkContents:
    """`talk` is the coming one (None: neither planned nor with an agenda), `last` the one held last.

    `coming` are the open agreements that begin, or are taken up again, within three months.
    """

    talk: FollowUpTalk | None
    last: FollowUpTalk | None
    items: Sequence[AgendaItem]
    last_items: Sequence[AgendaItem]
    open: Sequence[Agreement]
    answers: Sequence[LogEntry]
    coming: Sequence[Agreement]


def contents_of(employment: Employment, person: Person, on: date) -> FollowUpTalkContents:
    """The contents for one of the two, from the agreements of the employment that the person may read."""
    talks = FollowUpTalk.objects.filter(employment=employment)
    talk = talks.filter(held_on__isnull=True).first()
    last = talks.filter(held_on__isnull=False).order_by("-held_on", "-pk").first()
    agreements = agreements_seen_by(person, on).filter(employment=employment)
    open_ = list(agreements.filter(closed_on__isnull=True).select_related("step_owner").order_by("step_due", "pk"))
    since = last.held_on if last is not None and last.held_on is not None else on - RECENT
    answered = LogEntry.objects.filter(agreement__in=agreements.order_by(), event__in=ANSWERS, on__gte=since)
    return FollowUpTalkContents(
        talk,
        last,
        _items(talk),
        _items(last),
        open_,
        list(answered.select_related("agreement", "by").order_by("-on", "-pk")[:MOST_ANSWERS]),
        sorted((each for each in open_ if begins_on(each, on) is not None), key=lambda each: begins_on(each, on) or on),
    )


def begins_on(agreement: Agreement, on: date) -> date | None:
    """The day within three months on which the agreement begins, or is taken up again after a pause."""
    begins = agreement.starts_on or agreement.planned_from
    days = (agreement.paused_until, begins if agreement.stage in NOT_BEGUN else None)
    ahead = [day for day in days if day is not None and on < day <= on + RECENT]
    return min(ahead, default=None)


def _items(talk: FollowUpTalk | None) -> list[AgendaItem]:
    return list(talk.items.select_related("by", "agreement")) if talk is not None else []
