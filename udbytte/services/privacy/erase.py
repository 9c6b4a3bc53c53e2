"""Taking people's names and words out of rows that stay for the figures, by the data map."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Max, Model, Q, QuerySet

from udbytte.access.data_map import DATA_MAP, AtLimit, FieldKind
from udbytte.domain.privacy import Record
from udbytte.models import (
    Answer,
    Conversation,
    EarlierText,
    GroupConversation,
    GroupGoal,
    Notification,
    Outcome,
    Person,
    Preparation,
    SetAside,
)
from udbytte.runtime.content_cipher import map_texts

GONE = "–"  # in place of a text: that there was one is counted, as of the reason why no course is needed
NO_PLAN = {"goals": [], "agreements": [], "no_course_reason": ""}  # in place of the text that both have signed
NAMED_AFTER_LEAVING = 366  # days in which others may still be told something that names somebody who has left
ERASED_KINDS = (FieldKind.IDENTITY, FieldKind.TEXT)
# What belongs to several people goes with the last of them.
OF_A_GROUP = frozenset({"udbytte.GroupConversation", "udbytte.GroupGoal"})


@contextmanager
def retention_door() -> Iterator[None]:
    """Inside, append-only rows can be deleted, and people's words be taken out of the log of agreements."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL udbytte.retention = 'on'")
        yield
        cursor.execute("SET LOCAL udbytte.retention = 'off'")


def blank(rows: QuerySet[Any]) -> None:
    """Take identity and texts out of the rows. They are read and written as models, so that coded fields stay so."""
    model = rows.model
    names = [name for name, kind in DATA_MAP[model._meta.label].fields.items() if kind in ERASED_KINDS]
    changed = []
    for row in rows:
        for name in names:
            setattr(row, name, _erased(model, name, getattr(row, name)))
        changed.append(row)
    if names and changed:
        model._base_manager.bulk_update(changed, names, batch_size=500)


def _erased(model: type[Model], name: str, value: Any) -> Any:
    if value in (None, ""):
        return value
    if name == "signed_text":
        return NO_PLAN
    if isinstance(value, dict | list):
        return map_texts(value, lambda _text: GONE)  # figures read numbers, and whether something is there
    if DATA_MAP[model._meta.label].fields[name] is FieldKind.TEXT:
        return GONE
    field = next(field for field in model._meta.concrete_fields if field.name == name)
    return None if field.null else ""


@transaction.atomic
def erase_conversation_texts(conversation: Conversation, *, on: date) -> None:
    """Notes, preparation, what was set aside and earlier texts of a conversation. Its dates and its plan stay."""
    with retention_door():
        blank(Conversation.objects.filter(pk=conversation.pk))
        blank(Preparation.objects.filter(conversation=conversation))
        blank(Answer.objects.filter(preparation__conversation=conversation))
        SetAside.objects.filter(conversation=conversation).delete()
        EarlierText.objects.filter(conversation=conversation).delete()
        Conversation.objects.filter(pk=conversation.pk).update(texts_erased_on=on)


@transaction.atomic
def erase_group_texts(group: GroupConversation, *, on: date) -> None:
    """The notes of a group, and what they were before."""
    with retention_door():
        blank(GroupConversation.objects.filter(pk=group.pk))
        EarlierText.objects.filter(group=group).delete()
        GroupConversation.objects.filter(pk=group.pk).update(texts_erased_on=on)


@transaction.atomic
def erase_person(person: Person, *, on: date) -> None:
    """Who somebody was and what was written by or about them.

    Days, stages, amounts and choices stay without a name, because the figures of closed rounds count them. What they
    did for others stays in the rows of those others, without their name. The audit log has a limit of its own.
    """
    row = Person.objects.select_for_update().get(pk=person.pk)
    with retention_door():
        Notification.objects.filter(agreement__employee=row).delete()
        _take_name_out_of_notifications(row)
        for label, mapped in DATA_MAP.items():
            if not mapped.about or mapped.at_limit is AtLimit.STAY or mapped.record is Record.AUDIT or label == PERSON:
                continue
            rows = _rows_about(label, row)
            if mapped.at_limit is AtLimit.DELETE:
                rows.delete()
            else:
                blank(rows)
        Outcome.objects.filter(agreement__employee=row).update(shared=False)
        Conversation.objects.filter(employment__person=row, texts_erased_on__isnull=True).update(texts_erased_on=on)
        blank(Person.objects.filter(pk=row.pk))
        row.refresh_from_db()
        row.set_unusable_password()
        row.calendar_feed, row.wants_mail, row.mail_refused_at, row.erased_on = None, False, None, on
        row.sessions_ended += 1
        row.save()


def _take_name_out_of_notifications(person: Person) -> None:
    """Others were told things that name the person. Their notifications stay, without the name.

    Somebody else of the same name goes from them too, which is better than a name that stays. The texts are encrypted,
    so all notifications are read until a year after the person left. Usually retention has deleted them before.
    """
    name = person.name
    told = Notification.objects.only("facts").order_by("pk")
    left_on = person.employments.aggregate(last=Max("ends_on"))["last"]
    if left_on is not None:
        told = told.filter(on__lte=left_on + timedelta(days=NAMED_AFTER_LEAVING))
    changed = []
    for notification in told.iterator(2000):
        facts = map_texts(notification.facts, lambda text: text.replace(name, GONE))
        if facts != notification.facts:
            notification.facts = facts
            changed.append(notification)
    Notification.objects.bulk_update(changed, ["facts"], batch_size=500)


PERSON = Person._meta.label


def _rows_about(label: str, person: Person) -> QuerySet[Any]:
    """All rows about the person, also those they might not read; of a group's, those whose other members are erased."""
    model, about = apps.get_model(label), Q()
    for each in DATA_MAP[label].about:
        about |= Q(**{each.path: person.pk})
    rows: QuerySet[Any] = model._base_manager.filter(pk__in=model._base_manager.filter(about).order_by().values("pk"))
    if label in OF_A_GROUP:
        path = "group" if model is GroupGoal else "pk"
        rows = rows.exclude(**{f"{path}__in": _shared_groups(person)})
    elif model is EarlierText:
        rows = rows.exclude(group__in=_shared_groups(person))
    return rows


def _shared_groups(person: Person) -> QuerySet[Conversation, int | None]:
    """The groups in which somebody else is not erased."""
    others = Conversation.objects.filter(group__isnull=False, employment__person__erased_on__isnull=True)
    return others.exclude(employment__person=person).order_by().values_list("group", flat=True)
