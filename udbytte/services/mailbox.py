"""In the demo nothing is sent: what the login writes, such as a code, lies with the other letters to be read.

In a database that the demo did not make it is neither sent nor kept, as a code that is kept can be read.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from ..models import Letter, Person
from ..queries.demo import is_demo_database

log = logging.getLogger(__name__)


class EmailBackend(BaseEmailBackend):
    """Keeps each mail to somebody we know as a letter that is sent already."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        if not is_demo_database():
            log.warning("An e-mail was not sent: demo mode sends nothing, and the demo did not make this database.")
            return 0
        return sum(_keep(message) for message in email_messages)


@transaction.atomic
def _keep(message: EmailMessage) -> int:
    now = timezone.now()
    person = Person.objects.filter(email__iexact=message.to[0]).first() if message.to else None
    if person is None:
        return 0
    parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = next((str(part[0]) for part in parts if part[1] == "text/html"), "")
    Letter.objects.create(
        person=person,
        key=f"login:{now.isoformat()}",
        kind="login",
        on=timezone.localdate(now),
        to=message.to[0],
        subject=str(message.subject),
        text=str(message.body),
        html=html,
        message_id="",
        next_try_at=now,
        sent_at=now,
        tries=1,
    )
    return 1
