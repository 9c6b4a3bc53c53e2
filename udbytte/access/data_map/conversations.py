"""The data map of conversations, preparation and plans.

What was prepared is read by its author, and by the employee once it is shared. Own notes are read by their author only.
"""

from __future__ import annotations

from django.db.models import F, Q

from udbytte.domain.privacy import Record

from .kinds import About, AtLimit, Rows, rows

CONVERSATION, PERSON = Record.CONVERSATION, Record.PERSON
DELETE, STAY = AtLimit.DELETE, AtLimit.STAY
PUBLISHED = Q(round__published_on__isnull=False)
SHARED = Q(shared_on__isnull=False) | Q(shared_with_group_on__isnull=False)
SHARED_ANSWER = Q(preparation__shared_on__isnull=False) | Q(preparation__shared_with_group_on__isnull=False)
EMPLOYEES_TEXT = Q(owner__isnull=True) | Q(owner=F("conversation__employment__person"))

CONVERSATIONS: dict[str, Rows] = {
    "udbytte.Conversation": rows(
        CONVERSATION,
        (About("employment__person", PUBLISHED),),
        by="manager",
        texts="notes declined_reason",
        facts="kind planned_at minutes place missed_on opened_on due_on rests_until declined_on individual_wished_on"
        " held_on texts_erased_on",
        work="planned_turn",
    ),
    "udbytte.GroupConversation": rows(
        CONVERSATION,
        (About("members__employment__person", PUBLISHED),),
        by="manager",
        texts="notes",
        facts="title planned_at minutes place held_on texts_erased_on",
        work="planned_turn",
    ),
    "udbytte.GroupGoal": rows(PERSON, "group__members__employment__person", at_limit=DELETE, texts="text sign"),
    "udbytte.Preparation": rows(
        CONVERSATION,
        ("author", About("conversation__employment__person", SHARED, hides=("notes",))),
        texts="notes",
        facts="shared_on read_on shared_with_group_on",
    ),
    "udbytte.Answer": rows(
        CONVERSATION,
        ("preparation__author", About("preparation__conversation__employment__person", SHARED_ANSWER)),
        texts="text",
    ),
    "udbytte.SetAside": rows(
        CONVERSATION,
        ("owner", About("conversation__employment__person", EMPLOYEES_TEXT)),
        at_limit=DELETE,
        texts="text",
        facts="field at",
    ),
    "udbytte.EarlierText": rows(
        CONVERSATION,
        "owner conversation__employment__person group__members__employment__person",
        by="by",
        at_limit=DELETE,
        texts="text",
        facts="field at",
    ),
    "udbytte.DevelopmentPlan": rows(
        PERSON,
        "conversation__employment__person",
        by="manager_signed_by",
        texts="no_course_reason signed_text",
        facts="employee_signed_on manager_signed_on",
    ),
    "udbytte.PlanNote": rows(
        PERSON, "plan__conversation__employment__person", by="by", at_limit=DELETE, texts="text", facts="on"
    ),
    "udbytte.Goal": rows(PERSON, "plan__conversation__employment__person", texts="text sign"),
    "udbytte.NotHeld": rows(PERSON, "conversation__employment__person", by="by", at_limit=STAY, facts="reason on"),
    "udbytte.CarriedOn": rows(PERSON, "agreement__employee", by="by", at_limit=STAY, facts="how on"),
    "udbytte.Slot": rows(
        PERSON,
        "taken_by__employment__person only_for__employment__person",
        by="manager",
        texts="place",
        facts="starts_at minutes taken_on offered_on withdrawn_on",
    ),
    "udbytte.FollowUpTalk": rows(PERSON, "employment__person", at_limit=STAY, facts="planned_on held_on"),
    "udbytte.AgendaItem": rows(
        PERSON, "talk__employment__person", by="by", at_limit=DELETE, texts="text", facts="added_on done_on"
    ),
    "udbytte.CountedConversation": rows(
        PERSON,
        "person",
        at_limit=STAY,
        facts="since until planned held_on declined_on rests_until no_course",
    ),
}
