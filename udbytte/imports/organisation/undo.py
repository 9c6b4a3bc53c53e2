"""Undoing an import of the organisation: what it changed is as it was before, and what it made has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.people import is_administrator
from udbytte.models import (
    Agreement,
    AuditKind,
    Budget,
    Conversation,
    Employment,
    ImportRun,
    ManagerRole,
    MissingPeriod,
    Person,
    RoleAssignment,
    Unit,
)
from udbytte.services.agreements.line import move_steps_of_people_away
from udbytte.services.bulk import update_rows
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.figures.history import preserve_conversation_history
from udbytte.services.locks import Lock, retry_after_deadlock, wait_for_lock
from udbytte.services.people.audit import note
from udbytte.services.people.changed_emails import follow_changed_emails
from udbytte.services.people.organisation import follow_organisation_changes

from .write import EMPLOYMENT, MANAGER, MISSING, PERSON, UNIT, update_paths

UNDO_KEPT_FOR = timedelta(days=30)


def made_by(undo: Mapping[str, Any], what: str) -> list[int]:
    """The primary keys of what an import has made. They are stored one by one, or as ranges."""
    stored = undo.get(f"made_{what}", [])
    ranges = ((entry, entry) if isinstance(entry, int) else entry for entry in stored)
    return [pk for first, last in ranges for pk in range(first, last + 1)]


def can_be_undone(run: ImportRun, *, now: datetime) -> bool:
    """Whether the import is written, and not older than 30 days."""
    is_young = run.finished_at is not None and now - run.finished_at <= UNDO_KEPT_FOR
    return is_young and run.undo is not None and run.undone_at is None


def what_stands_against(run: ImportRun) -> list[str]:
    """What has been built on the import since, in sentences. Empty: it can be undone."""
    undo = run.undo or {}
    later = ImportRun.objects.filter(kind=run.kind, undone_at__isnull=True, report__written=True, pk__gt=run.pk)
    newest = later.order_by("-pk").values_list("filename", flat=True)[:1]
    sentences = [
        _("A later import has been written: %(file)s. Undo that one first.") % {"file": name} for name in newest
    ]
    made = made_by(undo, "employments")
    agreements = Agreement.objects.filter(employment__in=made).count()
    if agreements:
        words = ngettext(
            "%(number)s agreement belongs to an employment that came with it.",
            "%(number)s agreements belong to employments that came with it.",
            agreements,
        )
        sentences.append(words % {"number": agreements})
    talks = Conversation.objects.filter(employment__in=made, held_on__isnull=False).count()
    if talks:
        words = ngettext(
            "%(number)s conversation has been held with somebody who came with it.",
            "%(number)s conversations have been held with people who came with it.",
            talks,
        )
        sentences.append(words % {"number": talks})
    units, people = made_by(undo, "units"), made_by(undo, "people")
    roles = RoleAssignment.objects.filter(models.Q(unit__in=units) | models.Q(person__in=people)).count()
    if roles:
        words = ngettext(
            "%(number)s role has been given to a person or unit that came with it.",
            "%(number)s roles have been given to people or units that came with it.",
            roles,
        )
        sentences.append(words % {"number": roles})
    budgets = Budget.objects.filter(unit__in=units).count()
    if budgets:
        words = ngettext(
            "%(number)s unit that came with it has a budget.",
            "%(number)s units that came with it have a budget.",
            budgets,
        )
        sentences.append(words % {"number": budgets})
    return sentences


@retry_after_deadlock
@transaction.atomic
def undo_import(run: ImportRun, *, by: Person, on: date, now: datetime) -> None:
    """Undo an import of the organisation. Raises Refused with what stands against it, NotPermitted for others than
    administrators.

    1. What it changed gets the values that it had before. What it made has ended on the day before.
    2. Whoever it ended is back, with their agreements. The owners of all steps are found again.
    3. People whose address changes back are told at the address that they had meanwhile.
    """
    if not is_administrator(by, on):
        raise NotPermitted
    wait_for_lock(Lock.IMPORT)
    row = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not can_be_undone(row, now=now):
        raise Refused(_("This import cannot be undone any more."))
    against = what_stands_against(row)
    if against:
        raise Refused(" ".join(against))
    undo = row.undo or {}
    managers = dict(Employment.objects.values_list("pk", "line_manager"))
    _restore(undo, on)
    row.undone_at, row.undone_by, row.undo = now, by, None
    row.save(update_fields=["undone_at", "undone_by", "undo"])
    note(AuditKind.IMPORT_UNDONE, by=by, on=on, thing=row.pk)
    follow_organisation_changes(on=on, by=by, ended_by=by)
    _restore_former_managers(undo, managers)
    move_steps_of_people_away(on=on)


def former_managers() -> dict[int, tuple[date, int | None]]:
    """Since when each employment has its line manager, and who was it before; not of those who have had one only."""
    rows = Employment.objects.filter(line_manager_since__isnull=False)
    columns = rows.values_list("pk", "line_manager_since", "former_manager")
    return {pk: (since, former) for pk, since, former in columns if since is not None}


def _restore_former_managers(undo: dict[str, Any], managers: Mapping[int, int | None]) -> None:
    """Let nobody take over the people who are back with their manager. `managers`: who it was before the undo."""
    now = Employment.objects.values_list("pk", "line_manager")
    known = {pk: (since, former) for pk, since, former in undo.get("former_managers", [])}
    rows = [(pk, *known.get(pk, (None, None))) for pk, manager in now if manager != managers.get(pk)]
    update_rows(Employment, ("line_manager_since", "former_manager"), rows)


def _restore(undo: dict[str, Any], on: date) -> None:
    emails = {row[0]: row[2] for row in undo.get("before_people", [])}
    now = dict(Person.objects.filter(pk__in=emails).values_list("pk", "email"))
    employments = [row[0] for row in undo.get("before_employments", [])]
    talks = Conversation.objects.filter(employment__in=employments)
    preserve_conversation_history(talks.values_list("pk", flat=True), on=on)
    for model, what, fields in (
        (Unit, "units", UNIT),
        (Person, "people", PERSON),
        (Employment, "employments", EMPLOYMENT),
        (ManagerRole, "managers", MANAGER),
    ):
        _restore_rows(model, undo.get(f"before_{what}", []), made_by(undo, what), fields)
    _end_what_was_made(undo, on)
    MissingPeriod.objects.filter(pk__in=made_by(undo, "missing")).delete()
    update_rows(MissingPeriod, MISSING, [tuple(row) for row in undo.get("before_missing", [])])
    update_paths()
    follow_changed_emails({pk: now.get(pk) for pk, email in emails.items() if now.get(pk) != email}, on=on)


def _restore_rows(
    model: type[models.Model], before: Sequence[Sequence[Any]], made: Sequence[int], fields: tuple[str, ...]
) -> None:
    """Give rows the values that they had. What is unique is emptied first, so that rows can exchange it."""
    unique = [name for name in ("external_id", "email") if name in fields]
    rows = [tuple(row) for row in before]  # days are in ISO form, which PostgreSQL reads
    for name in unique:
        update_rows(model, (name,), [(row[0], None) for row in rows])
        taken = [row[1 + fields.index(name)] for row in rows]
        model._default_manager.filter(pk__in=made, **{f"{name}__in": [value for value in taken if value]}).update(
            **{name: None}
        )
    update_rows(model, fields, rows)


def _end_what_was_made(undo: dict[str, Any], on: date) -> None:
    yesterday = on - timedelta(days=1)
    for model, what in ((Employment, "employments"), (ManagerRole, "managers"), (Unit, "units")):
        rows = model._default_manager.filter(pk__in=made_by(undo, what)).values_list("pk", "starts_on")
        update_rows(model, ("starts_on", "ends_on"), [(pk, min(start, yesterday), yesterday) for pk, start in rows])
