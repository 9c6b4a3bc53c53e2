"""The audit log: who read what about whom, and who did what with access to Udbytte."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .people import Person
from .triggers import append_only


class AuditKind(models.TextChoices):
    """What happened. The first ones are readings of people's data, the others are technical."""

    CONVERSATION = "conversation", _("opened the conversation")
    PLAN = "plan", _("opened the plan")
    AGREEMENT = "agreement", _("opened an agreement")
    DOCUMENT = "document", _("fetched a document")
    LIST = "list", _("opened a list of people")
    SEARCH = "search", _("searched for people")
    EXPORT = "export", _("fetched an export")
    LOGIN = "login", _("logged in")
    LOGIN_FAILED = "login_failed", _("failed to log in")
    LOGIN_PAST_WORK = "login_past_work", _("logged in past the login at work")
    LOGOUT = "logout", _("logged out")
    TOO_OFTEN = "too_often", _("was refused after too many tries")
    SECOND_STEP_ON = "second_step_on", _("turned the second step on")
    SECOND_STEP_OFF = "second_step_off", _("turned the second step off")
    SECOND_STEP_CODES = "second_step_codes", _("made new emergency codes")
    RESET_ASKED = "reset_asked", _("asked to reset the second step")
    SECOND_STEP_RESET = "second_step_reset", _("reset the second step")
    WORK_ACCOUNT_FORGOTTEN = "account_forgotten", _("forgot the account at work")
    PASSWORD = "password", _("changed the password")
    SESSIONS_ENDED = "sessions_ended", _("ended logins")
    ROLE_GIVEN = "role_given", _("gave a role")
    ROLE_ENDED = "role_ended", _("ended a role")
    MANAGER_CHOSEN = "manager_chosen", _("chose a line manager")
    IMPORT = "import", _("imported a file")
    IMPORT_UNDONE = "import_undone", _("undid an import")
    SETTINGS = "settings", _("changed settings")
    OWN_DATA = "own_data", _("fetched everything about themselves")
    HANDOUT = "handout", _("started a handout to somebody who has left")
    HANDOUT_FETCHED = "handout_fetched", _("fetched a handout")
    HANDOUT_FAILED = "handout_failed", _("gave a wrong code for a handout")
    HOLD = "hold", _("placed a legal hold")
    HOLD_LIFTED = "hold_lifted", _("lifted a legal hold")
    LIMITS = "limits", _("changed retention limits")
    NOTICE = "notice", _("published the notice about personal data")
    RETENTION = "retention", _("erased what was past its limit")


READINGS = (
    AuditKind.CONVERSATION,
    AuditKind.PLAN,
    AuditKind.AGREEMENT,
    AuditKind.DOCUMENT,
    AuditKind.LIST,
    AuditKind.SEARCH,
    AuditKind.EXPORT,
)
# What somebody read about one person, which this person can see.
READ_ABOUT_ONE = (AuditKind.CONVERSATION, AuditKind.PLAN, AuditKind.AGREEMENT, AuditKind.DOCUMENT)

# That somebody's records are held says that there is a case: no administrator sees it.
FOR_HR_ALONE = (AuditKind.HOLD, AuditKind.HOLD_LIFTED)


class AuditEntry(models.Model):
    """One event. It has ids and no content, and stays when a person or the thing is gone.

    `by` is who did it, None for whoever is not logged in and for the command line. `about` is the person concerned.
    `page` is the name of the address, or the command. `thing` is the id of the conversation, plan, agreement or import.
    A list of people is noted once a day for each reader.
    """

    at = models.DateTimeField()
    on = models.DateField()  # the day by Udbytte's clock
    kind = models.CharField(max_length=20, choices=AuditKind.choices)
    by = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    about = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    page = models.CharField(max_length=40, blank=True)
    thing = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=("about", "-at"), name="audit_about", condition=Q(about__isnull=False)),
            models.Index(fields=("on",), name="audit_on"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("by", "page", "on"), name="a_list_is_noted_once_a_day", condition=Q(kind=AuditKind.LIST)
            ),
        )
        triggers = append_only("the audit log is append-only")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
