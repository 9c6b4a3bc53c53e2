"""Emails that have waited are composed anew before they are sent, so that they ask nothing that is answered already."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from udbytte.models import Email, Notification, Person
from udbytte.services.locks import Lock, wait_for_lock

from .addresses import COUNTED
from .write import compose_anew

STALE_AFTER = timedelta(minutes=15)


def is_stale(email: Email, now: datetime) -> bool:
    """Whether an email has waited, so that what it asks may be answered meanwhile."""
    return email.kind in COUNTED and now - (email.composed_at or email.created_at) > STALE_AFTER


@transaction.atomic
def renew_emails_of(person: Person, now: datetime) -> None:
    """Compose the waiting emails of a person anew, as one: the newest one stays, with what all of them said.

    What is answered meanwhile is left out. If nothing is left to say, or the person gets no emails any more, no email
    stays. What finds no place waits for the person's next email.
    """
    wait_for_lock(Lock.EMAILS)
    rows = Email.objects.filter(person=person, kind__in=COUNTED, sent_at=None, gave_up_at=None)
    emails = list(rows.select_for_update(skip_locked=True).order_by("on", "pk"))
    if not emails:
        return
    weekly = [email for email in emails if email.kind == "digest"]
    email = (weekly or emails)[-1]
    on = max(localdate(now), *(each.on for each in emails))
    carried = Notification.objects.filter(email__in=emails)
    carried_ids = list(carried.values_list("pk", flat=True))
    composed, ids = None, list[int]()
    if person.is_active and person.wants_mail:
        composed, ids = compose_anew(person, email.kind, carried, on)
    Notification.objects.filter(pk__in=carried_ids).update(email=None)
    Email.objects.filter(pk__in=[each.pk for each in emails if each.pk != email.pk]).delete()
    if composed is None:
        email.delete()
        return
    email.subject, email.text, email.html = composed.subject, composed.text, composed.html
    email.calendar, email.asks, email.on = composed.calendar, list(composed.asks), on
    email.created_at, email.composed_at = min(each.created_at for each in emails), now
    email.save()
    Notification.objects.filter(pk__in=ids).update(email=email)
