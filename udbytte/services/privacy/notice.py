"""Publishing versions of the notice about personal data, and that somebody has seen one."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from udbytte.models import AuditKind, NoticeSeen, Person, PrivacyNotice
from udbytte.models.privacy import LONGEST_CONTACT, LONGEST_NOTICE_ADDITION
from udbytte.queries.privacy.notice import limits_as_json, present_notice
from udbytte.services.errors import require_text_fits
from udbytte.services.people.audit import note


@transaction.atomic
def publish_notice(
    *,
    contact: str | None = None,
    addition: str | None = None,
    before: PrivacyNotice | None = None,
    by: Person,
    on: date,
) -> PrivacyNotice | None:
    """Publish a version with these texts (None: as before) and today's limits; None where nothing is different.

    `before` is the version that held until now, if its limits are no longer those of today. Everybody sees the new one
    once before their next preparation.
    """
    before = before or present_notice()
    texts = {
        "contact": require_text_fits((before.contact if contact is None else contact).strip(), LONGEST_CONTACT),
        "addition": require_text_fits(
            (before.addition if addition is None else addition).strip(), LONGEST_NOTICE_ADDITION
        ),
        "limits": limits_as_json(),
    }
    if all(getattr(before, name) == value for name, value in texts.items()):
        return None
    published = PrivacyNotice.objects.create(number=before.number + 1, published_on=on, by=by, **texts)
    note(AuditKind.NOTICE, by=by, on=on, thing=published.pk)
    return published


def note_notice_seen(person: Person, number: int, *, on: date) -> None:
    """The person has gone on from that version; the first day counts."""
    NoticeSeen.objects.get_or_create(person=person, number=number, defaults={"on": on})
