"""The outbox: each email is sent once, and waits for the mail server as long as that takes.

What the server answers about itself (it is away, it rejects our login or sender, it relays nothing) is one outage and
uses up no try of any email. Only an answer about the address itself, repeated, marks a person.
"""

from __future__ import annotations

import logging
from datetime import datetime
from enum import Enum, auto

from django.conf import settings
from django.db import Error, transaction
from django.db.models import Max, Q, QuerySet

from udbytte.domain.notifications.mail_answers import (
    ADDRESS_AGAIN,
    ADDRESS_AGAIN_IN_OUTAGE,
    CODE_AGAIN,
    REPEATED_AFTER,
    REPEATED_FOR_PROVIDER,
    About,
    Trouble,
    wait_after,
)
from udbytte.models import ACCOUNT_KINDS, OUTSIDE_KINDS, Email
from udbytte.queries.demo import has_demo_login, has_mailbox, is_demo_database
from udbytte.queries.notifications.mail import open_outage
from udbytte.services.conversations import journal

from .addresses import address_of, clear_mark, give_up, mark_address
from .outages import end_outage, note_outage, was_tried_just_now
from .renew import is_stale, renew_emails_of
from .smtp import Connection, NotSent

logger = logging.getLogger(__name__)
BATCH = 500
REFUSED_IN_A_ROW = 3  # so many different emails, and none taken: the server refuses, not an address


def send_due_emails(now: datetime) -> int:
    """Send due emails, at most a batch; returns how many were sent. Several workers can do this at once."""
    return _send(_due(now).exclude(kind__in=ACCOUNT_KINDS), now)


def send_account_emails(now: datetime, *, probe: bool = False) -> int:
    """Send login codes and other emails about accounts, at most a batch; returns how many were sent.

    An expired code is not sent, and its text is cleared. With `probe` the server is asked whether it takes mail also
    where nothing is due: the request for a code to an unknown address does the same as one for a known address.
    """
    expired = Email.objects.filter(kind__in=ACCOUNT_KINDS, sent_at=None, gave_up_at=None, expires_at__lte=now)
    cleared = {} if _mailbox_shows_codes() else {"text": "", "html": ""}
    expired.update(gave_up_at=now, error="expired before it could be sent", **cleared)
    if probe and was_tried_just_now(now):
        return 0
    return _send(_due(now).filter(kind__in=ACCOUNT_KINDS), now, probe=probe)


def _due(now: datetime) -> QuerySet[Email]:
    lasts = Q(expires_at=None) | Q(expires_at__gt=now)
    return Email.objects.filter(lasts, sent_at__isnull=True, gave_up_at__isnull=True, next_try_at__lte=now)


def _mailbox_shows_codes() -> bool:
    """Whether visitors of the demo read their login code in its mailbox."""
    return has_mailbox() and has_demo_login()


def _send(due: QuerySet[Email], now: datetime, *, probe: bool = False) -> int:
    """Send a batch of due emails; returns how many were sent.

    In demo mode an email counts as sent without leaving, but only in the demo's own database; elsewhere it waits. One
    connection is used for the batch. If the server takes no mail, an outage is noted and everything waits.
    """
    in_demo = settings.MODE == "demo"
    if in_demo and not is_demo_database():
        return 0
    outage = open_outage()
    if not (probe or outage is not None or due.exists()):
        return 0
    connection = None if in_demo else Connection()
    try:
        if connection is not None and (probe or outage is not None):
            connection.probe()
        if outage is not None and outage.trouble != Trouble.REFUSES and not _due(now).exists():
            end_outage(now)  # otherwise the first email that is taken ends it
            outage = None
        return _send_batch(due, now, connection, in_outage=outage is not None)
    except NotSent as refusal:
        note_outage(now, refusal.trouble or Trouble.AWAY, refusal.answer)
        return 0
    finally:
        if connection is not None:
            connection.close()


def _send_batch(due: QuerySet[Email], now: datetime, connection: Connection | None, *, in_outage: bool) -> int:
    """Send until nothing is due, the batch is full, or the server takes nothing. The first success ends an outage."""
    sent, refused = 0, set[int]()
    for _ in range(BATCH):
        try:
            result, email = _send_one(due, now, connection)
        except NotSent as refusal:
            note_outage(now, refusal.trouble or Trouble.AWAY, refusal.answer)
            break
        if email is None:
            break
        if result is SendResult.STALE:
            _renew(email, now)
        elif result is SendResult.SENT:
            sent += 1
            refused.clear()
            if in_outage:
                end_outage(now)
                in_outage = False
        elif result is SendResult.REFUSED:
            refused.add(email.pk)
            if max(len(refused), _refused_since_success()) >= REFUSED_IN_A_ROW:
                note_outage(now, Trouble.REFUSES, email.error)
                break
    return sent


def _refused_since_success() -> int:
    """How many emails that were written since the last success have been refused, each at its own time."""
    refused = Email.objects.filter(sent_at=None, gave_up_at=None, tries__gt=0)
    last = Email.objects.aggregate(last=Max("sent_at"))["last"]
    return (refused if last is None else refused.filter(created_at__gt=last)).count()


def _renew(email: Email, now: datetime) -> None:
    """Compose what waits for the person anew. If that fails, the email is sent as it was written: it must go on."""
    try:
        renew_emails_of(email.person, now)
    except Error:
        raise
    except Exception as error:
        logger.error("An email is sent as it was written, as it could not be renewed: %s", type(error).__name__)
        Email.objects.filter(pk=email.pk).update(composed_at=now)


class SendResult(Enum):
    """The result of trying to send one email."""

    SENT = auto()
    STALE = auto()  # it has waited, and is composed anew before it is sent
    REFUSED = auto()  # it was not taken, and another one may not be either
    NOT_SENT = auto()  # for a reason of its own


@transaction.atomic
def _send_one(due: QuerySet[Email], now: datetime, connection: Connection | None) -> tuple[SendResult, Email | None]:
    """Claim one email by locking its row, send it and mark it in the same transaction. No email: nothing is due.

    Raises NotSent where the server takes no mail; then the email is as it was.
    """
    rows = due.select_related("person").select_for_update(of=("self",), skip_locked=True)
    email = rows.order_by("next_try_at", "pk").first()
    if email is None:
        return SendResult.NOT_SENT, None
    if is_stale(email, now):
        return SendResult.STALE, email
    result = _try(email, now, connection)
    is_over = email.sent_at is not None or email.gave_up_at is not None
    if is_over and email.kind in ACCOUNT_KINDS and not _mailbox_shows_codes():
        email.text = email.html = ""
    email.save()
    return result, email


def _try(email: Email, now: datetime, connection: Connection | None) -> SendResult:
    to = address_of(email)
    if not to:
        give_up(email, now, "no address")
        return SendResult.NOT_SENT
    if email.kind == journal.KIND and not journal.is_current(email):
        give_up(email, now, "the plan was changed before it was sent")
        return SendResult.NOT_SENT
    if to != email.to:
        email.to, email.refused_since, email.tries = to, None, 0
    try:
        if connection is not None:
            connection.send(email)
    except NotSent as refusal:
        if refusal.about is About.SERVER:
            raise
        return _not_taken(email, now, refusal)
    email.sent_at, email.error, email.refused_since = now, "", None
    email.tries += 1
    if to == email.person.email and email.kind not in OUTSIDE_KINDS:
        clear_mark(email.person)
    return SendResult.SENT


def _not_taken(email: Email, now: datetime, refusal: NotSent) -> SendResult:
    """Try this email again later; or, if the address itself refuses it again and others are taken, give it up."""
    email.error = refusal.answer[:500]
    email.tries += 1
    if email.expires_at is not None:
        email.next_try_at = now + CODE_AGAIN
        if refusal.about is About.ADDRESS:
            return SendResult.NOT_SENT
    elif refusal.about is About.ADDRESS:
        return _address_refused(email, now)
    else:
        email.next_try_at = now + wait_after(email.tries, in_outage=open_outage() is not None)
    return SendResult.NOT_SENT if refusal.about is About.CONTENT else SendResult.REFUSED


def _address_refused(email: Email, now: datetime) -> SendResult:
    if email.refused_since is None:
        email.refused_since, email.next_try_at = now, now + ADDRESS_AGAIN_IN_OUTAGE
        return SendResult.REFUSED
    email.next_try_at = now + (ADDRESS_AGAIN_IN_OUTAGE if open_outage() is not None else ADDRESS_AGAIN)
    repeated_after = REPEATED_FOR_PROVIDER if email.kind in OUTSIDE_KINDS else REPEATED_AFTER
    takes_others = Email.objects.filter(sent_at__gt=email.refused_since).exists()
    if now - email.refused_since >= repeated_after and takes_others:
        mark_address(email, now)
    return SendResult.NOT_SENT
