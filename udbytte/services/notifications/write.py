"""Writing emails: the weekly one on the person's own day, and at most one extra a day for urgent notifications.

Nobody gets more than `MOST_A_WEEK` in any seven days. What is left out waits for the next email.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import override

from udbytte.domain.lifecycle.reminders import NEWS_FOR, SOON, last_weekday
from udbytte.domain.notifications.emails import MOST_A_WEEK, WEEK
from udbytte.emails.calendar import host
from udbytte.emails.messages import Composed, digest, extra, rests
from udbytte.models import Agreement, Email, FollowUpRun, Notification, Person, Role, RoleAssignment
from udbytte.models.compiled_query import compiled
from udbytte.queries.agreements.stalled import groups_for_hr, sentence_of, stalled_count
from udbytte.queries.money.budgets import uncommitted_for
from udbytte.queries.people.units import organisations_of
from udbytte.services.locks import Lock, wait_for_lock

from .addresses import COUNTED

# An urgent notification gets an extra email for a week; after that it is in the weekly email and on the pages.
URGENT_FOR = timedelta(days=7)
CHUNK = 500
RELATED = ("employee", "unit", "run__course", "course", "method", "step_owner", "employment__line_manager")
PREFETCHED = ("nominations", "helpers__person")


@dataclass(frozen=True, slots=True)
class SkippedPerson:
    """Somebody who has notifications and gets no email. The pages show the notifications."""

    person: str
    why: str


def digest_week_of(person: Person, on: date) -> date:
    """The first day of the person's present email week: their newest email weekday that is not in the future."""
    return last_weekday(on, person.digest_weekday)


def write_emails(*, on: date) -> tuple[int, list[SkippedPerson]]:
    """Write the emails of a day; returns how many, and who was skipped and why. Each email is written once for its key.

    The weekly email carries everything that waits. The others get an extra email if something is urgent.
    """
    weekdays = _owed(on)
    steps = Agreement.objects.filter(closed_on__isnull=True, step_due__lte=on + SOON)
    weekly = Person.objects.filter(is_active=True, digest_weekday__in=weekdays).filter(
        Q(pk__in=steps.values("step_owner"))
        | Q(pk__in=_waiting(on).values("person"))
        | Q(pk__in=_digest_roles(on).values("person"))
    )
    return _write({*weekly.values_list("pk", flat=True), *_urgent(on)}, on, weekdays)


def _owed(on: date) -> set[int]:
    """The weekdays whose weekly email is not written yet: no follow-up was finished from that day until yesterday."""
    runs = FollowUpRun.objects.filter(on__lt=on, finished_at__isnull=False)
    last = runs.order_by("-on").values_list("on", flat=True).first()
    return {day for day in range(1, 6) if last is None or last < last_weekday(on, day)}


def write_urgent_emails(*, on: date, now: datetime | None = None) -> int:
    """Write extra emails for urgent notifications of today; returns how many.

    What can still be undone at the moment `now` waits; without `now` nothing waits.
    """
    return _write(set(_urgent(on, now)), on, set(), now)[0]


def _waiting(on: date, now: datetime | None = None) -> QuerySet[Notification]:
    rows = Notification.objects.filter(email__isnull=True, on__lte=on, on__gt=on - NEWS_FOR)
    return rows if now is None else rows.exclude(press__until__gt=now)


def _urgent(on: date, now: datetime | None = None) -> QuerySet[Notification, int]:
    """The ids of people with an urgent notification."""
    rows = _waiting(on, now).filter(urgent=True, on__gt=on - URGENT_FOR, person__is_active=True)
    return rows.values_list("person_id", flat=True)


def _digest_roles(on: date) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.on(on).filter(role__in=(Role.COORDINATOR, Role.HR))


def _write(
    ids: Iterable[int], on: date, weekdays: set[int], now: datetime | None = None
) -> tuple[int, list[SkippedPerson]]:
    written, skipped, ordered = 0, list[SkippedPerson](), sorted(ids)
    arrange = set(_digest_roles(on).values_list("person_id", flat=True)) if weekdays else set()
    for start in range(0, len(ordered), CHUNK):
        people = list(Person.objects.filter(pk__in=ordered[start : start + CHUNK]).order_by("pk"))
        reached = [person for person in people if not _why_not(person)]
        skipped += [SkippedPerson(person.name, why) for person in people if (why := _why_not(person))]
        written += _write_chunk(reached, on, weekdays, arrange, now)
    return written, skipped


def _why_not(person: Person) -> str:
    if not person.email:
        return "no email address"
    if not person.wants_mail:
        return "wants no emails"
    return "the address refuses mail" if person.mail_refused_at else ""


@transaction.atomic
def _write_chunk(people: list[Person], on: date, weekdays: set[int], arrange: set[int], now: datetime | None) -> int:
    """Write the emails of some people, with a fixed number of queries.

    The lock lets one chunk be written at a time, so that no notification is in two emails.
    """
    wait_for_lock(Lock.EMAILS)
    had = EmailsBefore.of(people, on)
    ids = [person.pk for person in people]
    rows = _waiting_for(ids, on) if now is None else _with_related(_waiting(on, now).filter(person__in=ids))
    notifications = notifications_to_say(rows)
    steps = due_steps_of([person for person in people if person.digest_weekday in weekdays], on)
    left = uncommitted_for(_about_money(steps, notifications))
    organisations = organisations_of(people, on)
    emails, carried = list[Email](), dict[int, list[int]]()
    for person in people:
        carries = notifications[person.pk]
        composed: Composed | None = None
        facts = EmailFacts(carries, steps[person.pk], left, organisations[person.pk], arranges=person.pk in arrange)
        if person.digest_weekday in weekdays and had.may_get_weekly(person, on):
            kind = "digest"
            composed = compose(person, kind, facts, on)
        elif had.may_get_extra(person, on):
            carries = [row for row in carries if row.urgent and row.on > on - URGENT_FOR]
            kind = "extra"
            composed = compose(person, kind, replace(facts, notifications=carries, steps=[]), on)
        if composed is not None:
            emails.append(_new_email(person, _key(person, kind, on), kind, composed, on))
            carried[person.pk] = [row.pk for row in carries if row.pk not in composed.waiting]
    Email.objects.bulk_create(emails)
    theirs = Email.objects.filter(pk__in=[email.pk for email in emails], person=OuterRef("person"))
    ids = [pk for of_person in carried.values() for pk in of_person]
    Notification.objects.filter(pk__in=ids).update(email=Subquery(theirs.values("pk")[:1]))
    return len(emails)


@dataclass(frozen=True, slots=True)
class EmailFacts:
    """What an email to one person is composed of."""

    notifications: Sequence[Notification]
    steps: Sequence[Agreement]  # those that are late or due soon; an extra email has none
    left: Mapping[int, int]  # what can still be granted for an agreement, by its id
    organisation: str
    arranges: bool  # the person is coordinator or HR


def compose(person: Person, kind: str, facts: EmailFacts, on: date) -> Composed | None:
    """The weekly or the extra email of a day; None when there is nothing to say."""
    if kind == "digest":
        still, group = _stalled(person, on) if facts.arranges else (0, "")
        return digest(
            person,
            notifications=facts.notifications,
            steps=facts.steps,
            on=on,
            still=still,
            group=group,
            left=facts.left,
            organisation=facts.organisation,
        )
    if not facts.notifications:
        return None
    return extra(
        person,
        notifications=facts.notifications,
        steps=[],
        on=on,
        left=facts.left,
        organisation=facts.organisation,
    )


def _with_related(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    """Notifications with what an email says of them, the urgent ones first."""
    related = rows.order_by("-urgent", "on", "pk").select_related("person", *(f"agreement__{name}" for name in RELATED))
    return related.prefetch_related(*(f"agreement__{name}" for name in PREFETCHED))


@compiled
def _waiting_for(people: list[int], on: date) -> QuerySet[Notification]:
    return _with_related(_waiting(on).filter(person__in=people))


def notifications_to_say(rows: Iterable[Notification]) -> defaultdict[int, list[Notification]]:
    """Those of the notifications that can be said now, by person."""
    notifications = defaultdict[int, list[Notification]](list)
    for notification in rows:
        if not rests(notification):
            notifications[notification.person_id].append(notification)
    return notifications


def due_steps_of(people: Iterable[Person], on: date) -> defaultdict[int, list[Agreement]]:
    """The steps of some people that are late or due soon, by person."""
    steps = defaultdict[int, list[Agreement]](list)
    for agreement in _due([person.pk for person in people], on):
        steps[agreement.step_owner_id or 0].append(agreement)
    return steps


@compiled
def _due(people: list[int], on: date) -> QuerySet[Agreement]:
    rows = Agreement.objects.filter(step_owner__in=people, closed_on__isnull=True, step_due__lte=on + SOON)
    return rows.select_related(*RELATED).prefetch_related(*PREFETCHED).order_by("step_due", "pk")


def compose_anew(
    person: Person, kind: str, rows: QuerySet[Notification], on: date
) -> tuple[Composed | None, list[int]]:
    """An email of a day about these notifications as things are now, and the ids of those that it says."""
    notifications = notifications_to_say(_with_related(rows))
    steps = due_steps_of([person], on) if kind == "digest" else defaultdict[int, list[Agreement]](list)
    facts = EmailFacts(
        notifications[person.pk],
        steps[person.pk],
        uncommitted_for(_about_money(steps, notifications)),
        organisations_of([person], on)[person.pk],
        arranges=_digest_roles(on).filter(person=person).exists(),
    )
    composed = compose(person, kind, facts, on)
    waiting = composed.waiting if composed is not None else frozenset[int]()
    return composed, [row.pk for row in facts.notifications if row.pk not in waiting]


def _about_money(
    steps: Mapping[int, Sequence[Agreement]], notifications: Mapping[int, Sequence[Notification]]
) -> list[Agreement]:
    """The agreements of some emails whose money waits for an answer."""
    agreements = [agreement for own in steps.values() for agreement in own]
    agreements += [row.agreement for rows in notifications.values() for row in rows if row.agreement is not None]
    return [agreement for agreement in agreements if agreement.step in ("settle_money", "decide")]


def _key(person: Person, kind: str, on: date) -> str:
    """What an email is written once for: the person's email week, or the day."""
    return f"digest:{digest_week_of(person, on)}" if kind == "digest" else f"extra:{on}"


@dataclass(frozen=True, slots=True)
class EmailsBefore:
    """The emails that some people got in the last seven days. Login codes do not count."""

    keys: frozenset[tuple[int, str]]
    days: Mapping[int, Sequence[date]]

    @classmethod
    def of(cls, people: Sequence[Person], on: date) -> EmailsBefore:
        rows = Email.objects.filter(person__in=people, kind__in=COUNTED, on__gt=on - WEEK, gave_up_at=None)
        keys, days = set[tuple[int, str]](), defaultdict[int, list[date]](list)
        for person, key, day in rows.values_list("person_id", "key", "on"):
            keys.add((person, key))
            days[person].append(day)
        return cls(frozenset(keys), days)

    def may_get_weekly(self, person: Person, on: date) -> bool:
        is_new = (person.pk, _key(person, "digest", on)) not in self.keys
        return is_new and self._in_the_week_until(person, on) < MOST_A_WEEK

    def may_get_extra(self, person: Person, on: date) -> bool:
        """One a day, and the next weekly email keeps its place."""
        is_new = (person.pk, _key(person, "extra", on)) not in self.keys
        next_weekly = digest_week_of(person, on) + WEEK
        has_room = self._in_the_week_until(person, on) < MOST_A_WEEK
        return is_new and has_room and self._in_the_week_until(person, next_weekly) < MOST_A_WEEK - 1

    def _in_the_week_until(self, person: Person, last: date) -> int:
        """How many emails the person got in the seven days that end with this one."""
        return sum(day > last - WEEK for day in self.days.get(person.pk, ()))


def _stalled(person: Person, on: date) -> tuple[int, str]:
    """How many steps are stalled in the units of a coordinator or HR; for HR also the first group, as a sentence."""
    groups = groups_for_hr(person, on)
    if groups:
        with override(person.language):
            return sum(group.count for group in groups), sentence_of(groups[0])
    return stalled_count(person, on), ""


def _new_email(person: Person, key: str, kind: str, composed: Composed, on: date) -> Email:
    """An email for the outbox.

    Its Message-ID is fixed here, so that a second sending is recognised as the same email.
    """
    return Email(
        person=person,
        key=key,
        kind=kind,
        on=on,
        to=person.email or "",
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        calendar=composed.calendar,
        asks=list(composed.asks),
        message_id=f"<{key.replace(':', '-')}-{person.pk}@{host()}>",
        next_try_at=timezone.now(),
    )
