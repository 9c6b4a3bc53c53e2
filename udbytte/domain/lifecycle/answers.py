"""Which events answer a step, and where: on a page, from an email without login, or written down in a talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .vocabulary import Event


@dataclass(frozen=True, slots=True)
class Answers:
    """The events that answer a step."""

    anywhere: tuple[Event, ...] = ()  # on the agreement's page, and from an email without login; the expected one first
    page_only: tuple[Event, ...] = ()  # they need a session, more than a press and a few fields, or are rare


# By the step's name.
ANSWERS: Mapping[str, Answers] = {
    "find_run": Answers(page_only=(Event.CHOOSE_RUN,)),
    "settle_money": Answers(page_only=(Event.FUND, Event.NOMINATE, Event.REFUSE)),
    "decide": Answers(page_only=(Event.GRANT, Event.REFUSE, Event.ASK_CHEAPER)),
    "register": Answers(page_only=(Event.REGISTER, Event.WAITLIST)),
    "confirm_seat": Answers(page_only=(Event.CONFIRM_SEAT, Event.STILL_WAITING, Event.LOSE_SEAT)),
    "midway": Answers((Event.MIDWAY,)),
    "go": Answers((Event.GO, Event.NOT_GONE)),
    "use": Answers((Event.USE, Event.NOT_USED)),
    "tell": Answers((Event.REPORT_OUTCOME,)),
    "talk": Answers((Event.TALK,)),
    "find_helper": Answers(page_only=(Event.ASK, Event.NEED_NOBODY)),
    "answer": Answers((Event.ACCEPT, Event.ACCEPT_LATER, Event.DECLINE)),
    "start": Answers((Event.START,)),
    "check_in": Answers((Event.CHECK_IN,), page_only=(Event.FINISH,)),
    "talk_stuck": Answers((Event.TALK_STUCK,)),
    "confirm_drop": Answers(page_only=(Event.CONFIRM_DROP, Event.KEEP)),
    "confirm_replace": Answers(page_only=(Event.REPLACE, Event.KEEP)),
}
HELPER_ANSWERS = ANSWERS["answer"].anywhere
# The steps whose answer the manager may write down in a talk; it counts when the employee has said yes.
WRITTEN_ANSWERS: Mapping[str, tuple[Event, ...]] = {
    "go": (Event.GO, Event.NOT_GONE),
    "midway": (Event.MIDWAY,),
    "use": (Event.USE, Event.NOT_USED),
    "tell": (Event.REPORT_OUTCOME,),
    "check_in": (Event.CHECK_IN,),
}
WRITTEN_DOWN = frozenset(WRITTEN_ANSWERS)


def page_answers(step: str) -> tuple[Event, ...]:
    """The events that answer a step on a page, the expected one first; none without a step."""
    return ANSWERS[step].anywhere + ANSWERS[step].page_only if step else ()


def email_answers(step: str) -> tuple[Event, ...]:
    """The events that answer a step from an email without login; none without a step."""
    return ANSWERS[step].anywhere if step else ()
