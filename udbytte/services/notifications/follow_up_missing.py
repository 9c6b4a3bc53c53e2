"""Telling the administrators that the daily follow-up does not run."""

from __future__ import annotations

import logging
from datetime import date

from django.db import transaction

from udbytte.domain.notifications import FollowUpMissing
from udbytte.models import FollowUpRun, Role, RoleAssignment

from .notify import notify

logger = logging.getLogger(__name__)


@transaction.atomic
def notify_of_missing_follow_up(*, on: date) -> int:
    """Notify each administrator if the day has no follow-up; returns how many were notified.

    Once for each gap, however many days it lasts: not again before a follow-up has run.
    """
    done = FollowUpRun.objects.filter(finished_at__isnull=False, on__lte=on)
    last = done.order_by("-on").values_list("on", flat=True).first()
    if last == on:
        return 0
    facts, notified = FollowUpMissing(last=last), 0
    for role in RoleAssignment.objects.on(on).filter(role=Role.ADMINISTRATOR).select_related("person"):
        notified += notify(role.person, facts, on=on, cause=f"no-follow-up:{last}", urgent=True)
    if notified:
        logger.error("The daily follow-up has not run today. The administrators are told.")
    return notified
