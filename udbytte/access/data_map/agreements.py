"""The data map of agreements: their log, money, help and outcomes. The employee reads all of it."""

from __future__ import annotations

from udbytte.domain.privacy import Record

from .kinds import AtLimit, Rows, rows

PERSON = Record.PERSON
DELETE, STAY = AtLimit.DELETE, AtLimit.STAY
EMPLOYEE = "agreement__employee"

AGREEMENTS: dict[str, Rows] = {
    "udbytte.Agreement": rows(
        PERSON,
        "employee",
        by="step_owner funded_by",
        texts="title purpose if_then first_use checked_by turn_to decided_by reference",
        facts="kind planned_from planned_to check_in_weeks estimated_price agreed_on stage step step_due step_since"
        " proposed_by proposal drop_reason lost_from paused_until closed_on starts_on ends_on answer_due_on"
        " coordinated_on registered_on answered_on went price actual_price granted_outside from_catalogue",
        work="stray handed_over line_level line_days line_used line_told_on turn",
    ),
    "udbytte.LogEntry": rows(
        PERSON,
        EMPLOYEE,
        by="by owner",
        texts="facts",
        facts="number at on event party from_stage to_stage step due undone",
    ),
    "udbytte.Attachment": rows(
        PERSON,
        EMPLOYEE,
        by="by",
        at_limit=DELETE,
        texts="name content",
        facts="kind content_type size on",
    ),
    "udbytte.Outcome": rows(
        PERSON,
        EMPLOYEE,
        texts="learned",
        facts="newness in_use hindrances recommends shared told_on talked_on",
    ),
    "udbytte.Observation": rows(PERSON, EMPLOYEE, by="by", at_limit=DELETE, texts="text", facts="on"),
    "udbytte.Helper": rows(
        PERSON,
        f"{EMPLOYEE} person",
        by="suggests",
        at_limit=STAY,
        facts="role hours asked_on answered_on said_yes available_from ended_on",
    ),
    "udbytte.CheckIn": rows(
        PERSON,
        EMPLOYEE,
        by="by",
        texts="line",
        facts="by_helper asked_on answered_on withdrawn_on happens learns",
    ),
    "udbytte.PartnerWish": rows(PERSON, EMPLOYEE, at_limit=DELETE, facts="wants answered_on"),
    "udbytte.WrittenAnswer": rows(
        PERSON,
        EMPLOYEE,
        by="by",
        texts="facts",
        facts="event on confirmed_on declined_on withdrawn_on",
        work="turn",
    ),
    "udbytte.Routing": rows(
        PERSON, "silent to", by="by", at_limit=STAY, facts="step announced_on holds_on applied_on ended_on"
    ),
    "udbytte.Press": rows(PERSON, by="by", at_limit=DELETE, facts="until", work="before after"),
    "udbytte.Nomination": rows(
        PERSON,
        EMPLOYEE,
        by="by decided_by",
        texts="reason answer",
        facts="price on decided_on granted",
    ),
    "udbytte.UnusedSeat": rows(
        PERSON,
        EMPLOYEE,
        by="granted_by",
        at_limit=STAY,
        facts="how on price cost billed_on granted_outside",
    ),
    "udbytte.Overrun": rows(
        PERSON,
        EMPLOYEE,
        by="by owner decided_by",
        texts="answer",
        facts="granted_price price on due decided_on granted",
    ),
    "udbytte.FundingApplication": rows(
        PERSON,
        EMPLOYEE,
        by="owner",
        texts="answer",
        facts="amount state due created_on sent_on decided_on granted_amount",
        work="line_level line_told_on",
    ),
    "udbytte.RunQuestion": rows(PERSON, EMPLOYEE, by="answered_by", at_limit=STAY, facts="answer answered_on"),
    "udbytte.CountedAgreement": rows(
        PERSON,
        "employee",
        at_limit=STAY,
        facts="since until kind agreed_on planned_to stage step step_due stray owned moved_away drop_reason lost_from"
        " closed_on starts_on ends_on answer_due_on coordinated_on registered_on answered_on went has_run"
        " from_catalogue newness",
    ),
}
