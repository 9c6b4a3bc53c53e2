"""The kinds of notification. Each kind has one class of facts, in the file of its subject beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class NotificationKind(StrEnum):
    # The next step of an agreement, or a question about it
    STEP = "step"
    STRAY = "stray"
    ASKED = "asked"
    LATE = "late"
    DEADLINE = "deadline"
    # What has happened to an agreement
    TOLD = "told"
    SEAT = "seat"
    NO_SEAT = "no_seat"
    FREE_SEAT = "free_seat"
    UNBOOK = "unbook"
    NEXT = "next"
    MOVED_ON = "moved_on"
    LAPSE_NEAR = "lapse_near"
    HR_ASKS = "hr_asks"
    ROUTING = "routing"
    NO_ROUTING = "no_routing"
    WRITTEN = "written"
    COMING = "coming"
    HELPER = "helper"
    WHO_HELPS = "who_helps"
    OBSERVATION = "observation"
    # The money
    APPLICATION = "application"
    PARTNER = "partner"
    RUN_QUESTION = "run_question"
    RUN_NOT_CHANGED = "run_not_changed"
    APPLICATION_ON = "application_on"
    APPLICATION_BACK = "application_back"
    GRANT_RELEASED = "grant_released"
    OVERRUN = "overrun"
    OVERRUN_DECIDED = "overrun_decided"
    # The round, the plan, the organisation
    ROUND = "round"
    FOLLOW_UP_DAY = "follow_up_day"
    SELF_CHECK = "self_check"
    SIGN = "sign"
    SIGNED = "signed"
    MANAGER = "manager"
    DEPUTY = "deputy"
    NO_DEPUTY = "no_deputy"
    ROLE_GIVEN = "role_given"
    ROLE_ENDED = "role_ended"
    REFUSED_MAIL = "refused_mail"
    NOT_NEEDED = "not_needed"
    NOT_HELD = "not_held"
    UNREACHED = "unreached"
    MANAGER_CIRCLE = "manager_circle"
    MAIL_AWAY = "mail_away"
    NO_FOLLOW_UP = "no_follow_up"
    # Conversations and their times
    CONVERSATION = "conversation"
    NO_CONVERSATION = "no_conversation"
    TIMES = "times"
    TALKED = "talked"
    GROUP_TALKED = "group_talked"
    IN_GROUP = "in_group"
    OUT_OF_GROUP = "out_of_group"
    WISH_ALONE = "wish_alone"
    DECLINED = "declined"
    NOT_DECLINED = "not_declined"
    TURNED_DOWN = "turned_down"
    DUE = "due"
    UNPLANNED = "unplanned"
    # The ground rules and the kick-off meeting
    RULES_CHANGED = "rules_changed"
    RULES_QUESTION = "rules_question"
    RULES_QUESTION_ABOVE = "rules_question_above"
    RULES_ANSWER = "rules_answer"
    KICKOFF = "kickoff"
    NO_KICKOFF = "no_kickoff"


FACTS: dict[NotificationKind, type[Facts]] = {}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a notification of one kind says. Its reader must be allowed to read all of it."""

    kind: ClassVar[NotificationKind]

    def __init_subclass__(cls, *, kind: NotificationKind | None = None) -> None:
        super().__init_subclass__()
        if kind is None:
            return
        if kind in FACTS:
            raise TypeError(f"{kind} has its facts in {FACTS[kind].__name__} already")
        cls.kind = kind
        FACTS[kind] = cls
