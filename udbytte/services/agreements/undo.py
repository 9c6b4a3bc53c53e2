"""Undoing what was just pressed: the agreement is put back as it was, and nobody hears of it.

It can be undone by whoever pressed it, for a quarter of an hour on the same day, as long as nothing has happened to the
agreement since and no email has told of it. Both entries stay in the log, and neither counts.

What a press changed is not computed backwards, event by event: the agreement and its own rows are kept as they were
before (`models.Press`), and written back. What others may have taken meanwhile is checked: money, seat, course date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import chain
from typing import Any

from django.core import serializers
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from udbytte.domain.lifecycle.undo import UNDO, UNDO_FOR
from udbytte.models import (
    Agreement,
    Attachment,
    Budget,
    CheckIn,
    Email,
    Employment,
    FundingApplication,
    Helper,
    LogEntry,
    Nomination,
    Notification,
    Outcome,
    Overrun,
    Person,
    Press,
    UnusedSeat,
    WrittenAnswer,
)
from udbytte.queries.money.budgets import balance_of
from udbytte.services.errors import NotPermitted, Refused
from udbytte.services.figures.history import preserve_agreement_history
from udbytte.services.locks import Lock, lock_row, lock_rows_in_order, retry_after_deadlock, wait_for_lock
from udbytte.services.notifications.notify import collect_notifications

from .consequences import HAS_SEAT, require_free_seat
from .take_step import lock_learning_partners, write_log_entry

# The rows that belong to one agreement, each table after those it points to.
TABLES: tuple[type[models.Model], ...] = (
    Nomination,
    UnusedSeat,
    Overrun,
    CheckIn,
    Outcome,
    FundingApplication,
    Helper,
    WrittenAnswer,
)


@retry_after_deadlock
@transaction.atomic
def with_undo(
    agreement: Agreement, act: Callable[[], Agreement], *, by: Person, on: date, now: datetime
) -> tuple[Agreement, Press | None]:
    """Do what a person has pressed, and keep how the agreement was. Raises what `act` raises.

    Returns the agreement and what can be undone; None where it cannot be. What is told of it waits until it cannot be
    undone any more.
    """
    before = _lock(agreement.pk)
    rows = _rows_of(before)
    known = set(_notifications_of(before))
    with collect_notifications() as told:
        after = act()
    if after.pk != before.pk or _is_shared(before) or _is_shared(after) or known - set(_notifications_of(before)):
        return after, None
    press = Press.objects.create(
        entry=after.log.get(number=after.turn),
        by=by,
        until=min(now + UNDO_FOR, _midnight_after(now)),
        before=rows,
        after=_mark(_rows_of(after), by),
    )
    for notification in told:
        same = Notification.objects.filter(person=notification.person_id, cause=notification.cause)
        same.filter(email=None).update(press=press)
    return after, press


def _midnight_after(now: datetime) -> datetime:
    """Figures of a day that has passed stay as they are."""
    tomorrow = timezone.localtime(now).date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


def _is_shared(agreement: Agreement) -> bool:
    """Whether several learn together: what happens to one of them changes the agreements of the others."""
    return agreement.group_id is not None


def _notifications_of(agreement: Agreement) -> Iterable[int]:
    return Notification.objects.filter(agreement=agreement).values_list("pk", flat=True)


@retry_after_deadlock
@transaction.atomic
def undo(press: Press, *, by: Person, on: date, now: datetime) -> Agreement:
    """Put the agreement back as it was before the press.

    Raises NotPermitted for anybody but the person who pressed, and Refused when it is too late: the time is over,
    something has happened to the agreement, an email has told of it, or money or seat are somebody else's now.
    """
    wait_for_lock(Lock.EMAILS)  # no email is being written that tells of it
    after = _lock(press.entry.agreement_id)
    fresh = Press.objects.select_related("entry").filter(pk=press.pk).first()
    if fresh is None:
        raise Refused(_too_late())
    if fresh.by_id != by.pk:
        raise NotPermitted
    if why_not := why_not_undone(fresh, after, on=on, now=now):
        raise Refused(why_not)
    preserve_agreement_history([after.pk], on=on)
    row = _put_back(after, fresh.before)
    entries = LogEntry.all_entries.filter(agreement=row, undone=False)
    entries.filter(number__gt=_turn_in(fresh.before), number__lte=fresh.entry.number).update(undone=True)
    write_log_entry(row, UNDO, by=by, on=on, before=after.stage, undone=True)
    Notification.objects.filter(press=fresh).delete()
    Press.objects.filter(pk=fresh.pk).update(before="")
    return row


def why_not_undone(press: Press, agreement: Agreement, *, on: date, now: datetime) -> str:
    """Why the press cannot be undone any more, for whoever pressed it; empty if it can."""
    entry = press.entry
    if entry.undone:
        return _("It is undone already.")
    if now >= press.until or on != entry.on:
        return _too_late()
    if not agreement.is_still_at(entry.number) or _mark(_rows_of(agreement), press.by) != press.after:
        return _changed()
    if _is_told(press):
        return _("An email has told of it meanwhile, so it cannot be undone.")
    return ""


def _too_late() -> str:
    return _("It can be undone for 15 minutes, on the same day. That time is over.")


def _changed() -> str:
    return _("Something has happened to it meanwhile, so it cannot be undone.")


def _is_told(press: Press) -> bool:
    """Whether an email carries what was pressed, or already asks for the next step."""
    entry = press.entry
    asked = [{"agreement": entry.agreement_id, "turn": entry.number}]
    carried = Notification.objects.filter(press=press, email__isnull=False)
    return carried.exists() or Email.objects.filter(on=entry.on, asks__contains=asked).exists()


def newest_press(agreement: Agreement, person: Person, *, on: date, now: datetime) -> Press | None:
    """What the person has pressed on the agreement and can undo now."""
    presses = Press.objects.filter(entry__agreement=agreement, by=person, until__gt=now, entry__undone=False)
    press = presses.select_related("entry", "by").order_by("-entry__number").first()
    return press if press is not None and not why_not_undone(press, agreement, on=on, now=now) else None


def forget_presses(now: datetime) -> int:
    """Delete what cannot be undone any more; returns how many."""
    over = Press.objects.filter(until__lte=now)
    return over.delete()[1].get(Press._meta.label, 0)


# --- The agreement with its own rows


def _lock(pk: int) -> Agreement:
    """The agreement, locked in the same order as `take_step` does it."""
    lock_learning_partners(Agreement.objects.get(pk=pk))
    return lock_row(Agreement.objects.select_related("run"), pk)


def _rows_of(agreement: Agreement) -> str:
    """The agreement and its own rows as JSON, always in the same order; of its files only the ids."""
    fresh = Agreement.objects.filter(pk=agreement.pk)
    own = (model._default_manager.filter(agreement=agreement.pk).order_by("pk") for model in TABLES)
    files = Attachment.objects.filter(agreement=agreement.pk).order_by("pk").only("pk")
    rows = json.loads(serializers.serialize("json", chain(fresh, *own)))
    return json.dumps([*rows, *json.loads(serializers.serialize("json", files, fields=()))])


def _mark(rows: str, by: Person) -> str:
    """A mark of how the rows are, and under whom the employee works, to see whether anything has happened.

    How often the agreement was pressed is left out, and so is what the person has added to their own check-in:
    whether something new was learned.
    """
    values = json.loads(rows)
    agreement = values[0]["fields"]
    agreement.pop("turn")
    people = Employment.objects.filter(pk=agreement["employment"]).values_list("unit", "line_manager")[0]
    for row in values:
        if row["model"] == CheckIn._meta.label_lower and row["fields"]["by"] == by.pk:
            row["fields"].pop("learns")
    return sha256(json.dumps([people, values], sort_keys=True).encode()).hexdigest()


def _turn_in(rows: str) -> int:
    return int(json.loads(rows)[0]["fields"]["turn"])


def _put_back(after: Agreement, rows: str) -> Agreement:
    """Write the rows as they were, and delete those that were not there. Raises Refused where that is not possible."""
    stored = [each.object for each in serializers.deserialize("json", rows)]
    budgets = _budgets_of(after, stored)
    lock_rows_in_order(Budget, budgets)
    left = {pk: balance_of(Budget.objects.get(pk=pk)).uncommitted for pk in budgets}
    try:
        with transaction.atomic():
            _write_rows(after, stored)
            connection.check_constraints()  # what they point to is still there
    except IntegrityError:
        raise Refused(_changed()) from None
    for pk, uncommitted in left.items():
        if min(uncommitted, 0) > balance_of(Budget.objects.get(pk=pk)).uncommitted:
            raise Refused(_("The money has been granted to something else meanwhile, so it cannot be undone."))
    row = Agreement.objects.select_related("run__course", "step_owner").get(pk=after.pk)
    _require_still_there(row, had_seat=after.stage in HAS_SEAT)
    return row


def _require_still_there(row: Agreement, *, had_seat: bool) -> None:
    """Raise Refused if the course date has changed, the seat is taken, or whoever had the step has left."""
    run = row.run
    if run is not None and not row.went:
        changed = not run.is_held or (row.starts_on is not None and row.starts_on != run.starts_on)
        if changed or (row.ends_on is not None and row.ends_on != run.ends_on):
            raise Refused(_changed())
    if row.step_owner is not None and not row.step_owner.is_active:
        raise Refused(_changed())
    if row.stage in HAS_SEAT and not had_seat:
        require_free_seat(row)


def _budgets_of(after: Agreement, stored: Iterable[models.Model]) -> list[int]:
    """The budgets that pay, before or after."""
    rows: list[Any] = [after, *after.unused_seats.all(), *stored]
    return sorted({row.budget_id for row in rows if getattr(row, "budget_id", None) is not None})


def _write_rows(after: Agreement, stored: Iterable[models.Model]) -> None:
    """Delete the rows that were not there and write the others; the agreement last, as its copy reads its outcome."""
    deleted: tuple[type[models.Model], ...] = (Attachment, *reversed(TABLES))
    written: tuple[type[models.Model], ...] = (*TABLES, Agreement)
    of_model: dict[type[models.Model], list[models.Model]] = {model: [] for model in written + deleted}
    for row in stored:
        of_model[type(row)].append(row)
    for model in deleted:
        were = [row.pk for row in of_model[model]]
        model._default_manager.filter(agreement=after.pk).exclude(pk__in=were).delete()
    for model in written:
        for row in of_model[model]:
            if isinstance(row, Agreement):
                row.turn = after.turn + 1
            row.save_base(raw=True)
