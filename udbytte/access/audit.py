"""Who sees what of the audit log.

Everybody sees who has read about them. Administrators see technical events, without content. HR takes out all of it for
a period, also for the data protection officer, who has no role in Udbytte.
"""

from __future__ import annotations

from datetime import date

from django.db.models import F, QuerySet

from udbytte.models import AuditEntry, Person
from udbytte.models.audit import FOR_HR_ALONE, READ_ABOUT_ONE, READINGS


def readings_about(person: Person, since: date) -> QuerySet[AuditEntry]:
    """What others have read about the person, the newest first."""
    rows = AuditEntry.objects.filter(about=person, kind__in=READ_ABOUT_ONE, on__gte=since)
    return rows.exclude(by=F("about")).select_related("by").order_by("-at", "-pk")


def technical_events() -> QuerySet[AuditEntry]:
    """Logging in, roles, imports, settings and erasing, for administrators: what nobody read anything by."""
    return AuditEntry.objects.exclude(kind__in=(*READINGS, *FOR_HR_ALONE))


def whole_log(first: date, last: date) -> QuerySet[AuditEntry]:
    """All entries of a period, both days included, the oldest first: for HR."""
    return AuditEntry.objects.filter(on__range=(first, last)).order_by("at", "pk")
