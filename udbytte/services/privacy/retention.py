"""The daily run that erases what is past its limit, and the limits that HR chooses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from udbytte.domain.privacy import LIMITS, Record, months_before
from udbytte.models import AuditKind, FollowUpRun, Person, RetentionLimit
from udbytte.queries.privacy.notice import present_notice
from udbytte.queries.privacy.retention import (
    PARTS,
    held_people,
    logins_past,
    months_by_record,
    people_past,
    sessions_past,
)
from udbytte.services.errors import Refused
from udbytte.services.people.audit import note

from .erase import erase_conversation_texts, erase_group_texts, erase_person, retention_door
from .notice import publish_notice

logger = logging.getLogger("udbytte.retention")
CHUNK = 1000


def run_retention(*, on: date, now: datetime) -> dict[str, int]:
    """Erase what is past its limit on the day; returns how many rows of each part. A second run finds nothing.

    Each person and conversation is erased in a transaction of its own, so that a run that is stopped goes on next time.
    The numbers are logged, and nothing of the content.
    """
    months, erased = months_by_record(), dict[str, int]()
    for part in PARTS:
        due = part.due(months_before(on, months[part.record]))
        one_by_one = ONE_BY_ONE.get(part.name)
        erased[part.name] = _each(due, one_by_one, on) if one_by_one is not None else _in_chunks(part.name, due)
    erased["logins"] = logins_past(now).delete()[0] + sessions_past(now).delete()[0]
    counts: dict[str, Any] = {name: count for name, count in erased.items() if count}
    if set(counts) - {"logins"}:
        note(AuditKind.RETENTION, by=None, on=on, page="retention", **counts)
    logger.info("retention %s", " ".join(f"{name}={count}" for name, count in erased.items()))
    return erased


ONE_BY_ONE: Mapping[str, Callable[..., None]] = {
    "conversations": erase_conversation_texts,
    "groups": erase_group_texts,
    "people": erase_person,
}


def _each(due: QuerySet[Any], erase: Callable[..., None], on: date) -> int:
    pks = list(due.values_list("pk", flat=True))
    for pk in pks:
        row = due.model._base_manager.filter(pk=pk).first()
        if row is not None:
            erase(row, on=on)
    return len(pks)


def _in_chunks(name: str, due: QuerySet[Any]) -> int:
    """Delete the rows; of a follow-up only its report, since that day counts as done."""
    count = 0
    while pks := list(due.values_list("pk", flat=True)[:CHUNK]):
        rows = due.model._base_manager.filter(pk__in=pks)
        with retention_door():
            count += rows.update(report={}) if due.model is FollowUpRun else _delete(rows)
    return count


def _delete(rows: QuerySet[Any]) -> int:
    """How many rows of this model were deleted, without those that went along."""
    _all, by_model = rows.delete()
    return by_model.get(rows.model._meta.label, 0)


@transaction.atomic
def erase_on_request(person: Person, *, on: date) -> None:
    """Erase somebody who has left before their limit, because they ask. Refused while they work here or are held."""
    left = people_past(on).filter(pk=person.pk)
    if not left.exists():
        raise Refused(_("Only somebody who has left, and is not erased yet, can be erased."))
    if held_people().filter(pk=person.pk).exists():
        raise Refused(_("There is a legal hold on what is about this person."))
    erase_person(person, on=on)
    note(AuditKind.RETENTION, by=None, about=person, on=on, page="retention", people=1)


@transaction.atomic
def set_limits(months: Mapping[Record, int], *, by: Person, on: date) -> bool:
    """Choose how many months kinds of records are stored; whether anything changed. Refused out of bounds.

    What people were told of the limits is published anew.
    """
    before = months_by_record()
    told = present_notice()
    changed = {record: number for record, number in months.items() if before[record] != number}
    for record, number in changed.items():
        limit = LIMITS[record]
        if not limit.least <= number <= limit.most:
            words = {"least": limit.least, "most": limit.most}
            raise Refused(_("Between %(least)s and %(most)s months.") % words, record.value)
        RetentionLimit.objects.update_or_create(
            record=record.value, defaults={"months": number, "set_by": by, "set_on": on}
        )
    if changed:
        publish_notice(before=told, by=by, on=on)
        facts: dict[str, Any] = {record.value: number for record, number in changed.items()}
        note(AuditKind.LIMITS, by=by, on=on, **facts)
    return bool(changed)
