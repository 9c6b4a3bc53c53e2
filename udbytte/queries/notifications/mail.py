"""Whether emails go out: the outage of the mail server, what waits, whose address is marked, and whom none reaches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from udbytte.domain.lifecycle.reminders import NEWS_FOR, SOON
from udbytte.models import Agreement, Email, MailOutage, Notification, Person

ALARM_AFTER = timedelta(minutes=45)  # administrators and `doctor` know of an outage within an hour
MANY = 3  # people whose emails wait


def open_outage() -> MailOutage | None:
    """The outage that lasts now."""
    return MailOutage.objects.filter(ended_at=None).first()


def waiting_emails() -> QuerySet[Email]:
    """The emails that are still to be sent, the oldest first."""
    return Email.objects.filter(sent_at=None, gave_up_at=None).order_by("created_at", "pk")


def unsent_emails_of_outage() -> QuerySet[Email]:
    """The emails that wait while an outage lasts; none without an outage. Whoever they go to has not been told."""
    return Email.objects.filter(Exists(MailOutage.objects.filter(ended_at=None)), sent_at=None, gave_up_at=None)


def marked_people() -> QuerySet[Person]:
    """The people whose address refuses mail, so that no email is written to them."""
    return Person.objects.filter(mail_refused_at__isnull=False, is_active=True)


def unreached_people(on: date) -> QuerySet[Person]:
    """People without an email address who own a step that is late or due soon, or have an unsent notification."""
    due = Agreement.objects.filter(step_owner=OuterRef("pk"), closed_on__isnull=True, step_due__lte=on + SOON)
    news = Notification.objects.filter(person=OuterRef("pk"), email__isnull=True, on__lte=on, on__gt=on - NEWS_FOR)
    return Person.objects.filter(Exists(due) | Exists(news), email__isnull=True, is_active=True, wants_mail=True)


@dataclass(frozen=True, slots=True)
class MailState:
    """How sending goes: the outage that lasts, how many emails wait, and since when the oldest does."""

    outage: MailOutage | None
    waiting: int
    oldest: datetime | None
    is_trouble: bool  # for at least `ALARM_AFTER`, and not because of one address
    is_untried: bool  # no worker has tried an email that is due for that long

    def age(self, now: datetime) -> timedelta:
        """The age of the oldest unsent email."""
        return max(now - self.oldest, timedelta()) if self.oldest is not None else timedelta()


def mail_state(now: datetime) -> MailState:
    """Whether emails go out. Two queries, or up to four where some wait for long.

    One email that is not taken while others are is a matter of its address, and no trouble of the server.
    """
    outage, before = open_outage(), now - ALARM_AFTER
    too_long = Q(created_at__lte=before, refused_since=None)
    seen = waiting_emails().aggregate(
        count=Count("pk"),
        oldest=Min("created_at"),
        untried=Count("pk", filter=Q(next_try_at__lte=before)),
        stuck_since=Min("created_at", filter=too_long),
        stuck_people=Count("person", filter=too_long, distinct=True),
    )
    is_trouble = bool(seen["untried"]) or (outage is not None and outage.since <= before)
    if not is_trouble and seen["stuck_since"] is not None:
        is_trouble = _takes_too_few(seen["stuck_since"], seen["stuck_people"], now)
    return MailState(outage, seen["count"], seen["oldest"], is_trouble, bool(seen["untried"]))


def _takes_too_few(stuck_since: datetime, people: int, now: datetime) -> bool:
    """Whether nothing was sent since emails began to wait, or the server takes fewer than it leaves waiting."""
    if not Email.objects.filter(sent_at__gte=stuck_since).exists():
        return True
    return people >= MANY and people > Email.objects.filter(sent_at__gte=now - timedelta(days=1)).count()
