"""Who has something waiting and can be sent no letter, because there is no address to send it to."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from ..domain.followup import NEWS_FOR, SOON
from ..models import Agreement, Notice, Person


def unreached(on: date) -> QuerySet[Person]:
    """People without e-mail who own a step that is late or due soon, or whom nothing has told some news."""
    due = Agreement.objects.filter(step_owner=OuterRef("pk"), closed_on__isnull=True, step_due__lte=on + SOON)
    news = Notice.objects.filter(person=OuterRef("pk"), letter__isnull=True, on__lte=on, on__gt=on - NEWS_FOR)
    return Person.objects.filter(Exists(due) | Exists(news), email__isnull=True, is_active=True, wants_mail=True)
