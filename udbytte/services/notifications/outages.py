"""Outages of the mail server: one row from the first to the last failure. They say nothing about any person."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Least
from django.utils.timezone import localdate

from udbytte.domain.notifications import MailWasAway
from udbytte.domain.notifications.mail_answers import AGAIN_IN_OUTAGE, Trouble
from udbytte.models import Email, MailOutage, Role, RoleAssignment
from udbytte.queries.notifications.mail import ALARM_AFTER, open_outage
from udbytte.services.locks import Lock, wait_for_lock

from .notify import notify

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_PROBES = 20


@transaction.atomic
def note_outage(now: datetime, trouble: Trouble, answer: str) -> None:
    """Note that the server takes no mail from us, and why. An outage that is open goes on."""
    wait_for_lock(Lock.MAIL_OUTAGES)
    outage = open_outage()
    if outage is None:
        outage = MailOutage(since=now)
        logger.error("The mail server takes no mail (%s). What is written waits.", trouble.value)
        soon = now + AGAIN_IN_OUTAGE
        Email.objects.filter(sent_at=None, gave_up_at=None, next_try_at__gt=soon).update(next_try_at=soon)
    outage.trouble, outage.answer, outage.last_tried_at = trouble.value, answer[:500], now
    outage.save()


@transaction.atomic
def end_outage(now: datetime) -> None:
    """The server takes mail again: what waits is due now, as if it had not been tried.

    Administrators are told how long a longer outage lasted.
    """
    wait_for_lock(Lock.MAIL_OUTAGES)
    outage = open_outage()
    if outage is None:
        return
    outage.ended_at = outage.last_tried_at = max(now, outage.since)
    outage.save()
    logger.warning("The mail server takes mail again. What has waited is sent.")
    waiting = Email.objects.filter(Q(next_try_at__gt=now) | Q(tries__gt=0), sent_at=None, gave_up_at=None)
    waiting.update(next_try_at=Least("next_try_at", now), tries=0)
    if outage.ended_at - outage.since < ALARM_AFTER:
        return
    day, facts = localdate(now), MailWasAway(since=outage.since, until=outage.ended_at)
    for role in RoleAssignment.objects.on(day).filter(role=Role.ADMINISTRATOR).select_related("person"):
        notify(role.person, facts, on=day, cause=f"mail-away:{outage.pk}", urgent=True)


def was_tried_just_now(now: datetime) -> bool:
    """Whether the server failed a moment ago, so that asking it again can wait."""
    outage = open_outage()
    return outage is not None and now - outage.last_tried_at < timedelta(seconds=SECONDS_BETWEEN_PROBES)
