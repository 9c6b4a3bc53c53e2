"""Letters: one a week on the person's own day, and at most one extra a day for what cannot wait."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ..mail.letters import Composed, digest, extra
from ..models import Agreement, FollowUpRun, Letter, Notice, Person

SOON = timedelta(days=7)
CHUNK = 500
RELATED = ("employee", "unit", "run__course", "step_owner", "employment")


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody who has something to hear and gets no letter; the pages show it."""

    person: str
    why: str


def period_of(person: Person, on: date) -> date:
    """The day on which the person's present week of letters began: the newest of their weekdays that is not ahead."""
    return on - timedelta(days=(on.isoweekday() - person.digest_weekday) % 7)


def _missed(period: date, on: date) -> bool:
    """Whether no follow-up has run since the period began, so that its weekly letter is still owed."""
    return not FollowUpRun.objects.filter(on__gte=period, on__lt=on, finished_at__isnull=False).exists()


def write_letters(*, on: date) -> tuple[int, list[Skipped]]:
    """Write the letters of a day; returns how many, and who was skipped and why. Written once for their key."""
    owed = {day: _missed(on - timedelta(days=(on.isoweekday() - day) % 7), on) for day in range(1, 6)}
    weekdays = [day for day, missed in owed.items() if missed]
    steps = Agreement.objects.filter(closed_on__isnull=True, step_due__lte=on + SOON)
    waiting = Notice.objects.filter(letter__isnull=True, on__lte=on)
    weekly = Person.objects.filter(is_active=True, digest_weekday__in=weekdays).filter(
        Q(pk__in=steps.values("step_owner")) | Q(pk__in=waiting.values("person"))
    )
    urgent = Person.objects.filter(is_active=True, pk__in=waiting.filter(urgent=True).values("person"))
    written, skipped = 0, []
    ids = sorted({*weekly.values_list("pk", flat=True), *urgent.values_list("pk", flat=True)})
    for start in range(0, len(ids), CHUNK):
        people = Person.objects.filter(pk__in=ids[start : start + CHUNK]).order_by("pk")
        for person in people:
            why = _why_not(person)
            if why:
                skipped.append(Skipped(person.name, why))
        reached = [person for person in people if not _why_not(person)]
        written += _write_chunk(reached, on, set(weekdays))
    return written, skipped


def _why_not(person: Person) -> str:
    if not person.email:
        return "no e-mail"
    if not person.wants_mail:
        return "wants no letters"
    return "the address refuses mail" if person.mail_refused_at else ""


@transaction.atomic
def _write_chunk(people: list[Person], on: date, weekdays: set[int]) -> int:
    notices: dict[int, list[Notice]] = defaultdict(list)
    waiting = Notice.objects.filter(person__in=people, letter__isnull=True, on__lte=on).order_by("-urgent", "on", "pk")
    for notice in waiting.select_related("agreement__employee", "agreement__unit", "agreement__run__course"):
        notices[notice.person_id].append(notice)
    steps: dict[int, list[Agreement]] = defaultdict(list)
    mine = Agreement.objects.filter(step_owner__in=people, closed_on__isnull=True, step_due__lte=on + SOON)
    for agreement in mine.select_related(*RELATED).order_by("step_due", "pk"):
        steps[agreement.step_owner_id or 0].append(agreement)
    count = 0
    for person in people:
        weekly = person.digest_weekday in weekdays
        told = notices[person.pk] if weekly else [one for one in notices[person.pk] if one.urgent]
        key = f"digest:{period_of(person, on)}" if weekly else f"extra:{on}"
        if not told and not (weekly and steps[person.pk]):
            continue
        compose = digest if weekly else extra
        composed = compose(person, notices=told, steps=steps[person.pk] if weekly else [], on=on)
        count += _keep(person, key, "digest" if weekly else "extra", composed, told, on)
    return count


def _keep(person: Person, key: str, kind: str, composed: Composed, told: list[Notice], on: date) -> int:
    """Put a letter into the outbox, once for its key."""
    host = settings.BASE_URL.split("//")[-1].split(":")[0] or "localhost"
    letter, made = Letter.objects.get_or_create(
        person=person,
        key=key,
        defaults={
            "kind": kind,
            "on": on,
            "to": person.email or "",
            "subject": composed.subject,
            "text": composed.text,
            "html": composed.html,
            "calendar": composed.calendar,
            "message_id": f"<{key.replace(':', '-')}-{person.pk}@{host}>",
            "next_try_at": timezone.now(),
        },
    )
    if made:
        Notice.objects.filter(pk__in=[one.pk for one in told]).update(letter=letter)
    return int(made)
