"""Files of a course agreement (confirmation, proof of attendance), and observations of what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.agreements import arranges_course, may_observe
from udbytte.domain.lifecycle import Event
from udbytte.domain.notifications import ObservationWritten
from udbytte.models import Agreement, Attachment, AttachmentKind, Observation, Person
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused
from udbytte.services.locks import locked_row
from udbytte.services.notifications.notify import notify

from .take_step import take_step

MOST_BYTES = 5_000_000
MOST_FILES = 8
# How a file of each type begins: place, bytes, type and usual ending. Its name can say anything.
BEGINNINGS: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"%PDF-", "application/pdf", "pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (0, b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (8, b"WEBP", "image/webp", "webp"),
    (4, b"ftypheic", "image/heic", "heic"),
    (4, b"ftypmif1", "image/heic", "heic"),
)


def detect_type(content: bytes) -> tuple[str, str]:
    """The type of a file and its usual ending, by how it begins. Raises Refused for all but PDF and pictures."""
    for place, beginning, content_type, ending in BEGINNINGS:
        if content[place : place + len(beginning)] == beginning:
            return content_type, ending
    raise Refused(_("Choose a PDF or a picture (JPG, PNG, WEBP, HEIC)."), "file")


@transaction.atomic
def add_attachment(
    agreement: Agreement, *, kind: AttachmentKind, name: str, content: bytes, by: Person, on: date
) -> Attachment:
    """Add a file to a course agreement.

    Raises NotPermitted for anybody who may not arrange the course (`arranges_course`), Refused when the file is empty,
    too large, one too many or of another type.
    """
    row = locked_row(Agreement.objects.select_related("employment", "unit"), agreement.pk)
    if not arranges_course(row, by, on):
        raise NotPermitted
    if not content:
        raise Refused(_("The file is empty."), "file")
    if len(content) > MOST_BYTES:
        raise Refused(_("The file is larger than 5 MB."), "file")
    content_type, ending = detect_type(content)
    if row.attachments.count() >= MOST_FILES:
        raise Refused(_("There are %(count)s files already. Take one away first.") % {"count": MOST_FILES}, "file")
    stem = PurePath(name.replace("\\", "/")).stem
    plain = "".join(sign for sign in stem if sign.isalnum() or sign in " -_.").strip(" .")[:100] or str(_("file"))
    return Attachment.objects.create(
        agreement=row,
        kind=kind,
        name=f"{plain}.{ending}",
        content_type=content_type,
        size=len(content),
        content=content,
        by=by,
        on=on,
    )


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: Person, on: date) -> None:
    """Remove a file. Raises NotPermitted for anybody but the person who added it."""
    if attachment.by_id != by.pk or not arranges_course(attachment.agreement, by, on):
        raise NotPermitted
    attachment.delete()


@transaction.atomic
def take_step_with_file(
    agreement: Agreement,
    event: Event,
    *,
    file: tuple[str, bytes] | None,
    by: Person,
    on: date,
    facts: Mapping[str, Any],
    turn: int | None = None,
) -> Agreement:
    """Take a step and add the file (name, content) that came with it, both or neither."""
    after = take_step(agreement, event, by=by, on=on, turn=turn, facts=facts)
    if file is not None:
        if event not in FILE_WITH:
            raise NotPossible
        add_attachment(after, kind=FILE_WITH[event], name=file[0], content=file[1], by=by, on=on)
    return after


FILE_WITH = {
    Event.REGISTER: AttachmentKind.CONFIRMATION,
    Event.CONFIRM_SEAT: AttachmentKind.CONFIRMATION,
    Event.GO: AttachmentKind.PROOF,
}


@transaction.atomic
def write_observation(agreement: Agreement, *, text: str, by: Person, on: date) -> Observation:
    """Write, or rewrite, an observation. The employee is notified of a new one; the employee and the manager read it.

    Raises NotPermitted for anybody but the line manager and the helpers, MissingFact without a text.
    """
    row = locked_row(Agreement.objects.select_related("employment", "employee"), agreement.pk)
    if not may_observe(row, by, on):
        raise NotPermitted
    if not text.strip():
        raise MissingFact("text")
    observation, is_new = Observation.objects.update_or_create(
        agreement=row, by=by, defaults={"text": text.strip(), "on": on}
    )
    if is_new and row.employee.is_active:
        facts, cause = ObservationWritten(by=by.name), f"observation:{observation.pk}"
        notify(row.employee, facts, on=on, cause=cause, agreement=row)
    return observation
