"""Two equal lives of an installation, of which one meets an outage of the mail server. Used by test_mail.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import time_machine
from django.db import connection, transaction
from django.utils import timezone

from tests.cast import TODAY, Cast
from tests.mail_server import MailServer
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Agreement, CourseRun, Employment, Notification, Person, RoleAssignment
from udbytte.services.agreements.take_step import take_step
from udbytte.services.notifications.follow_up import follow_up
from udbytte.services.notifications.outbox import send_due_emails
from udbytte.services.notifications.write import write_urgent_emails

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DAY_0 = TODAY + timedelta(days=77)  # a Monday; a course that nobody has looked for is asked about on this day
DAYS = 10
# The worker looks each minute; these are enough to see each fault begin and end.
MINUTES = (360, 361, 365, 375, 390, 419, 450, 480, 720, 1080, 1380)  # from six in the morning
FEWER_MINUTES = (360, 361, 480, 1080)  # from day 4 on, more than a day after the longest outage
Told = frozenset[tuple[str, str]]


def at(day: int, minute: int = 0) -> datetime:
    return datetime.combine(DAY_0 + timedelta(days=day), time(), COPENHAGEN) + timedelta(minutes=minute)


@dataclass(frozen=True, slots=True)
class Outage:
    """What the mail server does from five in the morning of day 0 on, and for how long."""

    begin: Callable[[MailServer], None]
    lasts: timedelta

    def holds(self, now: datetime) -> bool:
        return at(0, 5 * 60) <= now < at(0, 5 * 60) + self.lasts


@dataclass(frozen=True, slots=True)
class Lived:
    """What must be equal on day 10."""

    agreements: frozenset[tuple[int, str, str, str, date | None]]  # stage, step, owner, due date
    roles: frozenset[tuple[int, int, str, date | None]]
    employments: frozenset[tuple[int, int, date | None]]
    marked: frozenset[str]
    told: Told
    not_told: Told  # written, and in no email that was sent


@dataclass(slots=True)
class Twins:
    """An installation with a past, which can be lived on from day 0 several times."""

    cast: Cast
    server: MailServer
    clock: time_machine.Traveller
    numbers: dict[str, int] = field(default_factory=dict)
    agreements: dict[str, Agreement] = field(default_factory=dict)
    runs: list[CourseRun] = field(default_factory=list)  # course dates that can be chosen

    def prepare(self) -> None:
        """Eleven weeks with agreements in many stages, with follow-up every third day and mail that goes out."""
        cast = self.cast
        self._agree("lapses", on=TODAY - timedelta(days=7))  # announced a week before day 0, and lapses on day 0
        self.runs.append(self._run(DAY_0 + timedelta(days=120), None))
        for days in range(0, 77, 3):
            day = TODAY + timedelta(days=days)
            if days == 42:
                self._agree("moves", on=DAY_0 - timedelta(days=35))
            if days == 57:
                self._agree("late", on=DAY_0 - timedelta(days=21))
            if days == 66:
                asked = self._agree("silent helper", kind=Kind.PRACTICE, on=DAY_0 - timedelta(days=12))
                take_step(asked, Event.ASK, by=cast.mette, on=DAY_0 - timedelta(days=12), helper=cast.jonas)
                self._register(day)
                self._find_with_deadline(day)
            self._work(day, (6 * 60,))
        with connection.cursor() as cursor:
            cursor.execute("select sequencename, last_value from pg_sequences where last_value is not null")
            self.numbers = dict(cursor.fetchall())

    def _agree(self, name: str, *, on: date, kind: Kind = Kind.COURSE) -> Agreement:
        later = on + timedelta(days=150)
        agreement = self.cast.agree(kind, on=on, planned_from=later, planned_to=later + timedelta(days=30))
        self.agreements[name] = agreement
        return agreement

    def _run(self, starts_on: date, deadline: date | None) -> CourseRun:
        return CourseRun.objects.create(
            course=self.cast.run.course, key=f"twin-{starts_on}", starts_on=starts_on, ends_on=starts_on,
            signup_deadline=deadline, price=6000,
        )  # fmt: skip

    def _register(self, on: date) -> None:
        """A seat on a course that begins on day 8."""
        run, agreement = self._run(DAY_0 + timedelta(days=8), None), self._agree("registered", on=on)
        agreement = take_step(agreement, Event.CHOOSE_RUN, by=self.cast.bente, on=on, run=run)
        agreement = take_step(agreement, Event.FUND, by=self.cast.lars, on=on, price=6000)
        take_step(agreement, Event.REGISTER, by=self.cast.bente, on=on)

    def _find_with_deadline(self, on: date) -> None:
        """A course whose sign-up closes on day 4."""
        run = self._run(DAY_0 + timedelta(days=60), DAY_0 + timedelta(days=4))
        take_step(self._agree("deadline", on=on), Event.CHOOSE_RUN, by=self.cast.bente, on=on, run=run)

    def _work(self, day: date, minutes: tuple[int, ...]) -> None:
        """A day of the worker: the follow-up at six, and then the emails."""
        for number, minute in enumerate(minutes):
            self.clock.move_to(datetime.combine(day, time(), COPENHAGEN) + timedelta(minutes=minute))
            if number == 0:
                follow_up(on=day)
            write_urgent_emails(on=day)
            send_due_emails(timezone.now())

    def live(self, outage: Outage | None, presses: Callable[[Twins, int], None]) -> Lived:
        """Live from day 0 to day 10, and forget it again."""
        with transaction.atomic():
            self._number_anew()
            self.server.back()
            for day in range(DAYS + 1):
                self._live_day(day, outage, presses)
            lived = self._lived()
            transaction.set_rollback(True)
        return lived

    def _number_anew(self) -> None:
        """Let new rows get the same ids in every life."""
        with connection.cursor() as cursor:
            for name, last in self.numbers.items():
                cursor.execute("select setval(%s::regclass, %s)", [name, last])

    def _live_day(self, day: int, outage: Outage | None, presses: Callable[[Twins, int], None]) -> None:
        on = DAY_0 + timedelta(days=day)
        for number, minute in enumerate(MINUTES if day < 4 else FEWER_MINUTES):
            now = at(day, minute)
            self.clock.move_to(now)
            if outage is not None and outage.holds(now):
                outage.begin(self.server)
            else:
                self.server.back()
            if number == 0:
                if day == 0:
                    self._ask_karim(on)
                follow_up(on=on)
            if minute == 8 * 60:
                presses(self, day)
            write_urgent_emails(on=on)
            send_due_emails(timezone.now())

    def _ask_karim(self, on: date) -> None:
        asked = self._agree("asked", kind=Kind.PRACTICE, on=on)
        take_step(asked, Event.ASK, by=self.cast.mette, on=on, helper=self.cast.karim)

    def step(self, name: str, event: Event, by: Person, day: int, **facts: object) -> None:
        agreement = Agreement.objects.get(pk=self.agreements[name].pk)
        take_step(agreement, event, by=by, on=DAY_0 + timedelta(days=day), facts=facts)

    def _lived(self) -> Lived:
        rows = Agreement.objects.values_list("pk", "stage", "step", "step_owner__given_name", "step_due")
        roles = RoleAssignment.objects.values_list("pk", "person", "role", "ends_on")
        facts = Notification.objects.exclude(kind="mail_away").values_list("person__given_name", "cause")
        return Lived(
            frozenset(rows),
            frozenset(roles),
            frozenset(Employment.objects.values_list("pk", "person", "ends_on")),
            frozenset(Person.objects.exclude(mail_refused_at=None).values_list("given_name", flat=True)),
            frozenset(facts.filter(email__sent_at__isnull=False)),
            frozenset(facts.filter(email__sent_at=None)),
        )
