"""The notice about personal data: the present version, and who has seen it."""

from __future__ import annotations

from django.db.models import Max
from django.db.models.functions import Coalesce

from udbytte.models import NoticeSeen, Person, PrivacyNotice
from udbytte.queries.privacy.retention import months_by_record


def present_notice() -> PrivacyNotice:
    """The newest version; where none is published, version 0, unsaved, with the limits of today."""
    newest = PrivacyNotice.objects.first()
    return newest if newest is not None else PrivacyNotice(number=0, limits=limits_as_json())


def limits_as_json() -> dict[str, int]:
    return {record.value: months for record, months in months_by_record().items()}


def unseen_notice(person: Person) -> PrivacyNotice | None:
    """The present version, if the person has not gone on from it."""
    newest = PrivacyNotice.objects.order_by().aggregate(number=Coalesce(Max("number"), 0))["number"]
    seen = NoticeSeen.objects.filter(person=person, number=newest).exists()
    return None if seen else present_notice()
