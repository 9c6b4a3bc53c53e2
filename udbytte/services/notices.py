"""What people are told, written in the transaction of what happened; letters carry it later."""

from __future__ import annotations

from datetime import date
from typing import Any

from ..models import Agreement, Notice, Person


def tell(
    person: Person,
    *,
    kind: str,
    on: date,
    cause: str,
    agreement: Agreement | None = None,
    urgent: bool = False,
    facts: dict[str, Any] | None = None,
) -> None:
    """Tell a person one thing, once for its cause; a second time for the same cause does nothing.

    `facts` must be what this person may read. `urgent`: it does not wait for the weekly letter.
    """
    notice = Notice(person=person, kind=kind, on=on, cause=cause, agreement=agreement, urgent=urgent, facts=facts or {})
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
