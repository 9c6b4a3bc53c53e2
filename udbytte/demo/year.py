"""Simulates a workplace day by day through the same services as the pages, and reports the result in numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone, translation

from udbytte.domain.working_days import is_working_day
from udbytte.models import DemoMark, Email, ManagerRole, NoticeSeen, Person, below
from udbytte.services.notifications.follow_up import follow_up

from .answers import answer_as_helpers, answer_before_lapses, answer_steps, confirm_what_was_written
from .behaviour import Behaviour, Life, Temper
from .cast import Cast, Script
from .changes import change_people
from .conversations import announce_round, close_rounds, hold_conversations, offer_help_to_others, read_rules
from .courses import change_course_dates, make_courses
from .organisation import Workplace, make_organisation, new_people
from .report import SimulationReport, report_of
from .script import write_script
from .streams import Streams
from .watch import Watch

Progress = Callable[[int, int], None]
DEMO_DAYS = 450
DEMO_EMPLOYEES = 60


@dataclass(frozen=True, slots=True)
class RoundSchedule:
    """When rounds are announced: after `first` days, then every `every` days. Conversations last `window` days."""

    first: int = 2
    every: int = 365
    window: int = 90

    def announces(self, day: int) -> bool:
        return day >= self.first and (day - self.first) % self.every == 0


DEMO_SCHEDULE = RoundSchedule(every=312, window=150)


def database_is_empty() -> bool:
    """Whether the database has no people. A simulation is never mixed with real people."""
    return not Person.objects.exists()


def simulate(
    *,
    employees: int,
    days: int,
    seed: int,
    until: date,
    behaviour: Behaviour | None = None,
    progress: Progress | None = None,
    demo: bool = False,
    silent_area: bool = False,
) -> SimulationReport:
    """Make a workplace of `employees` people and simulate `days` days of it, the last on `until`.

    The same seed, size and last day give the same result. The database must be empty. `demo` adds the cast and the
    mark of a demo, in the transaction that makes the first people. Raises ValueError when a demo finds people.
    `silent_area`: no manager of the first area ever answers. Texts are in Danish, whatever the language of the shell.
    """
    life = Life(Streams(seed), behaviour or Behaviour())
    first = until - timedelta(days=days - 1)
    schedule = DEMO_SCHEDULE if demo else RoundSchedule()
    watch = Watch()
    with translation.override("da"):
        with transaction.atomic():
            if demo:
                _mark_as_demo(on=until)
            place = make_organisation(employees=employees, on=first, rng=life.streams.of("organisation"))
            make_courses(first=first, last=until, rng=life.streams.of("courses"))
            cast = Cast(place, life, on=first) if demo else None
        script: Script = write_script(cast, life, last=until) if cast is not None else {}
        staying = cast.staying if cast is not None else set()
        people = new_people(life.streams.of("joiners"), first=employees + 1)
        for number in range(days):
            day = first + timedelta(days=number)
            with transaction.atomic():
                if schedule.announces(number):
                    round_ = announce_round(place, on=day, window=schedule.window, year=(day + timedelta(days=90)).year)
                    close_rounds(before=round_, on=day)
                    offer_help_to_others(life, on=day)
                if is_working_day(day):
                    change_people(life, place, people, staying, on=day)
                if silent_area:
                    _silence(place, life, on=day)
                for act in script.get(day, ()):
                    act(day)
                if is_working_day(day):
                    _simulate_day(life, day, resting=staying if demo and number > days - 8 else set())
            if not demo or _demo_follows_up(day, left=days - number):
                follow_up(on=day)
                _send_emails(day)
            watch.look(on=day)
            if progress is not None:
                progress(number + 1, days)
        _go_on_from_notice(on=until)
    return report_of(watch, days=days, seed=seed, until=until)


def _silence(place: Workplace, life: Life, *, on: date) -> None:
    """Let whoever manages in the first area on the day never answer."""
    managing = ManagerRole.objects.on(on).filter(below(place.areas[0], "unit__"))
    life.tempers.update(dict.fromkeys(managing.values_list("person_id", flat=True), Temper.NEVER))


def _mark_as_demo(*, on: date) -> None:
    """Mark the database as a demo. Everybody can read its emails, so it may contain no real people."""
    if not database_is_empty():
        raise ValueError("there are people in this database already; a demo needs an empty one")
    DemoMark.objects.create(made_on=on)


def _go_on_from_notice(*, on: date) -> None:
    """Everybody has gone on from the notice about personal data before they prepared."""
    NoticeSeen.objects.bulk_create(NoticeSeen(person=person, number=0, on=on) for person in Person.objects.all())


def _demo_follows_up(day: date, *, left: int) -> bool:
    """Whether follow-up runs on the day: twice a week long ago, to save time, and every day towards the end."""
    return left <= 45 or day.isoweekday() in (1, 4)


def _simulate_day(life: Life, day: date, resting: set[int]) -> None:
    """Simulate one working day. People in `resting` do nothing, so that visitors find their steps open."""
    life.resting = resting
    read_rules(life, on=day)
    hold_conversations(life, on=day)
    change_course_dates(life, on=day)
    answer_steps(life, on=day)
    answer_as_helpers(life, on=day)
    answer_before_lapses(life, on=day)
    confirm_what_was_written(life, on=day)


def _send_emails(day: date) -> None:
    """Mark the emails of a day as sent at seven on that day."""
    at = timezone.make_aware(datetime.combine(day, time(7)))
    Email.objects.filter(sent_at__isnull=True, gave_up_at__isnull=True, on__lte=day).update(sent_at=at)
