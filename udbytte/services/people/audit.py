"""Noting in the audit log who read what about whom, and who did what with access to Udbytte.

Each event is also one line for whoever runs the server, with ids and no names or addresses:

    audit kind=plan by=17 about=23 page=plan-of thing=102
"""

from __future__ import annotations

import logging
from datetime import date
from enum import Enum
from typing import Any

from django.db import connection
from django.utils import timezone

from udbytte.models import AuditEntry, AuditKind, Person

logger = logging.getLogger("udbytte.audit")


class About(Enum):
    """By what the employee is found about whom something was read: a query of their id from the id of the thing."""

    AGREEMENT = "SELECT employee_id FROM udbytte_agreement WHERE id = %s"
    EMPLOYMENT = "SELECT person_id FROM udbytte_employment WHERE id = %s"
    CONVERSATION = (
        "SELECT e.person_id FROM udbytte_conversation c JOIN udbytte_employment e ON e.id = c.employment_id"
        " WHERE c.id = %s"
    )
    PLAN = (
        "SELECT e.person_id FROM udbytte_developmentplan p JOIN udbytte_conversation c ON c.id = p.conversation_id"
        " JOIN udbytte_employment e ON e.id = c.employment_id WHERE p.id = %s"
    )
    GOAL = (
        "SELECT e.person_id FROM udbytte_goal g JOIN udbytte_developmentplan p ON p.id = g.plan_id"
        " JOIN udbytte_conversation c ON c.id = p.conversation_id"
        " JOIN udbytte_employment e ON e.id = c.employment_id WHERE g.id = %s"
    )
    GROUP = (
        "SELECT e.person_id FROM udbytte_conversation c JOIN udbytte_employment e ON e.id = c.employment_id"
        " WHERE c.group_id = %s"
    )
    APPLICATION = (
        "SELECT a.employee_id FROM udbytte_fundingapplication f JOIN udbytte_agreement a ON a.id = f.agreement_id"
        " WHERE f.id = %s"
    )
    CHECK_IN = (
        "SELECT a.employee_id FROM udbytte_checkin c JOIN udbytte_agreement a ON a.id = c.agreement_id WHERE c.id = %s"
    )
    OVERRUN = (
        "SELECT a.employee_id FROM udbytte_overrun o JOIN udbytte_agreement a ON a.id = o.agreement_id WHERE o.id = %s"
    )


READ = """
INSERT INTO udbytte_auditentry (at, "on", kind, by_id, about_id, page, thing, facts)
SELECT %s, %s, %s, %s, about.id, %s, %s, '{{}}' FROM ({about}) about (id) WHERE about.id <> %s
RETURNING about_id
"""
LIST = """
INSERT INTO udbytte_auditentry (at, "on", kind, by_id, page, facts) VALUES (%s, %s, %s, %s, %s, '{}')
ON CONFLICT DO NOTHING
"""


def note_reading(kind: AuditKind, about: About, thing: int, *, by: Person, page: str, on: date) -> None:
    """Note that somebody read about an employee. Reading about oneself is not noted. One statement.

    `thing` is the id of the row that `about` starts from. In a group there is an entry for each of its members.
    """
    values: list[Any] = [timezone.now(), on, kind, by.pk, page, thing, thing, by.pk]
    with connection.cursor() as cursor:
        cursor.execute(READ.format(about=about.value), values)
        read_about = [employee for (employee,) in cursor.fetchall()]
    for employee in read_about:
        _say(kind, by.pk, employee, page, thing)


def note_list(*, by: Person, page: str, on: date) -> None:
    """Note that somebody opened a list of people, once a day."""
    with connection.cursor() as cursor:
        cursor.execute(LIST, [timezone.now(), on, AuditKind.LIST, by.pk, page])
        is_first = cursor.rowcount == 1
    if is_first:
        _say(AuditKind.LIST, by.pk, None, page, None)


def note(
    kind: AuditKind,
    *,
    by: Person | None,
    on: date,
    about: Person | None = None,
    page: str = "",
    thing: int | None = None,
    **facts: Any,
) -> None:
    """Note what somebody did. `facts` are ids, names of roles and numbers, and never what people wrote."""
    AuditEntry.objects.create(
        at=timezone.now(), on=on, kind=kind, by=by, about=about, page=page, thing=thing, facts=facts
    )
    how = ",".join(facts.get("steps", [])) or facts.get("way", "").replace(" ", "_")
    _say(kind, by.pk if by is not None else None, about.pk if about is not None else None, page, thing, how)


def _say(kind: AuditKind, by: int | None, about: int | None, page: str, thing: int | None, how: str = "") -> None:
    known = (("kind", kind.value), ("by", by), ("about", about), ("page", page), ("thing", thing), ("how", how))
    logger.info("audit %s", " ".join(f"{name}={value}" for name, value in known if value not in (None, "")))
