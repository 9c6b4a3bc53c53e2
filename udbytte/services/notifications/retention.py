"""How long the content of emails is stored: as long as their links may work, and not longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from udbytte.models import Email
from udbytte.queries.privacy.retention import held_people

from .addresses import COUNTED

KEPT_FOR = timedelta(days=60)
CHUNK = 5000


def forget_old_emails(now: datetime) -> int:
    """Remove the content of emails with links 60 days after they were sent or given up; returns how many that were.

    That they were sent, to whom and when stays. Emails that wait keep all of it, and so do those to people whose
    records are held.
    """
    before, forgotten = now - KEPT_FOR, 0
    over = Q(sent_at__lt=before) | Q(gave_up_at__lt=before)
    old = Email.objects.filter(over, kind__in=COUNTED).exclude(text="")
    old = old.exclude(person__in=held_people().values("pk"))
    while pks := list(old.values_list("pk", flat=True)[:CHUNK]):
        content = {"subject": "", "text": "", "html": "", "calendar": "", "asks": [], "error": ""}
        forgotten += Email.objects.filter(pk__in=pks).update(**content)
    return forgotten
