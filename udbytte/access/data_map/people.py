"""The data map of people, their work here, logins, the audit log and what they are told."""

from __future__ import annotations

from django.db.models import Q

from udbytte.domain.privacy import Record
from udbytte.models.audit import READ_ABOUT_ONE

from .kinds import About, AtLimit, Rows, rows

PERSON, LOGIN, MESSAGE = Record.PERSON, Record.LOGIN, Record.MESSAGE
DELETE, STAY = AtLimit.DELETE, AtLimit.STAY

PEOPLE: dict[str, Rows] = {
    "udbytte.Person": rows(
        PERSON,
        "pk",
        identity="external_id email given_name family_name",
        texts="mail_refusal",
        facts="language digest_weekday wants_mail mail_refused_at email_changed_on is_active last_login erased_on",
        work="calendar_feeds sessions_ended",
        secrets="password calendar_feed",
    ),
    "udbytte.Employment": rows(
        PERSON,
        "person",
        by="line_manager chosen_manager former_manager",
        identity="external_id title",
        facts="starts_on ends_on line_manager_since",
    ),
    "udbytte.ManagerRole": rows(
        PERSON, "person", identity="external_id", facts="starts_on ends_on holds_conversations"
    ),
    "udbytte.RoleAssignment": rows(
        PERSON,
        "person",
        by="given_by ended_by",
        at_limit=STAY,
        facts="starts_on ends_on role given_at ended_at",
        work="given_by_command given_by_sign_on ended_by_command ended_by_sign_on",
    ),
    "udbytte.MissingPeriod": rows(
        PERSON,
        "employment__person manager_role__person",
        at_limit=STAY,
        facts="starts_on ends_on lacked_again_on",
    ),
    "udbytte.Absence": rows(PERSON, "employment__person", at_limit=DELETE, facts="starts_on ends_on"),
    "udbytte.Deputy": rows(PERSON, "person deputy", at_limit=STAY, facts="starts_on ends_on"),
    "udbytte.HelpOffer": rows(
        PERSON, "person", at_limit=DELETE, texts="what", facts="at_most until offered_on withdrawn_on"
    ),
    "udbytte.CatalogueVisit": rows(PERSON, "person", at_limit=STAY, facts="first_on"),
    "udbytte.RulesConfirmation": rows(PERSON, "person", at_limit=STAY, facts="confirmed_on"),
    "udbytte.RulesRead": rows(PERSON, "person", at_limit=STAY, facts="on"),
    "udbytte.RulesQuestion": rows(
        PERSON, "employment__person", by="answered_by", texts="text", facts="asked_on answer answered_on"
    ),
    "udbytte.KickoffMeeting_present": rows(PERSON, "person", at_limit=STAY),
    "udbytte.NoticeSeen": rows(PERSON, "person", at_limit=STAY, facts="number on"),
    "udbytte.LegalHold": rows(
        PERSON,
        (About("person", hides=("reason",)),),
        by="placed_by lifted_by",
        texts="reason",
        facts="placed_on lifted_on",
    ),
    "udbytte.Handout": rows(
        PERSON,
        "person",
        by="made_by",
        at_limit=DELETE,
        identity="to",
        facts="made_at expires_at tries fetched_at ended_at",
        secrets="code",
    ),
    "udbytte.AuditEntry": rows(
        Record.AUDIT,
        (About("about", Q(kind__in=READ_ABOUT_ONE)),),
        by="by",
        at_limit=STAY,
        facts="at on kind page thing facts",
    ),
    "udbytte.Email": rows(
        MESSAGE,
        "person",
        at_limit=DELETE,
        identity="to",
        texts="subject text",
        facts="kind on created_at sent_at gave_up_at",
        work="key html calendar asks message_id composed_at next_try_at expires_at tries error refused_since",
    ),
    "udbytte.Notification": rows(
        MESSAGE, "person", at_limit=DELETE, texts="facts", facts="kind on urgent", work="cause"
    ),
    "udbytte.FollowUpRun": rows(MESSAGE, texts="report", facts="on finished_at"),
    "udbytte.ImportRun": rows(
        Record.IMPORT,
        by="by undone_by",
        at_limit=DELETE,
        texts="filename content options report undo",
        facts="kind state created_at started_at finished_at undone_at done total",
        work="doing",
    ),
    "usersessions.UserSession": rows(
        LOGIN,
        "user",
        at_limit=DELETE,
        identity="ip user_agent",
        facts="created_at last_seen_at",
        work="data",
        secrets="session_key",
    ),
    "sessions.Session": rows(LOGIN, at_limit=DELETE, facts="expire_date", secrets="session_key session_data"),
    "account.EmailAddress": rows(PERSON, "user", at_limit=DELETE, identity="email", facts="verified primary"),
    "account.EmailConfirmation": rows(
        PERSON, "email_address__user", at_limit=DELETE, facts="created sent", secrets="key"
    ),
    "udbytte.SecondStepReset": rows(PERSON, "person", by="asked_by done_by", at_limit=STAY, facts="asked_at done_at"),
    "mfa.Authenticator": rows(PERSON, "user", at_limit=DELETE, facts="type created_at last_used_at", secrets="data"),
    "socialaccount.SocialAccount": rows(
        PERSON, "user", at_limit=DELETE, identity="uid extra_data", facts="provider last_login date_joined"
    ),
    "socialaccount.SocialToken": rows(
        PERSON, "account__user", at_limit=DELETE, facts="expires_at", secrets="token token_secret"
    ),
}
