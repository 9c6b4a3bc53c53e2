"""The daily follow-up: who must hear of what, and the letters that carry it. Safe to run again for the same day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from ..domain.followup import next_in_line_milestone, owner_milestone
from ..domain.notifications import (
    ApplicationMoved,
    CourseBegins,
    DeadlineNear,
    HelperIsAsked,
    NothingHappened,
    NotificationKind,
    PeopleUnreached,
    StepIsLate,
)
from ..models import Agreement, CheckIn, Employment, FollowUpRun, FundingApplication, Notice, Role, RoleAssignment
from ..models.money import OPEN_STATES
from ..queries.unreached import unreached
from .follow_up_days import follow_up_day_notices
from .funding import settle_applications
from .groups import keep_groups_right
from .kickoffs import rules_question_notices
from .leaves import rest_who_are_away
from .letters import Skipped, write_letters
from .locks import Lock
from .meeting_notices import due_notices, group_notices, talked_notices, unplanned_notices
from .notices import notify_all
from .owners import Desk
from .people import settle_organisation
from .rounds import keep_rounds_complete

CHUNK = 2000
HEADS_UP = timedelta(days=7)
DEADLINE_NEAR = timedelta(days=5)
BOOKING_STEPS = ("settle_money", "decide", "register")


@dataclass(slots=True)
class Report:
    """What one follow-up did: notices by kind, letters written, and who was skipped and why."""

    on: date
    notices: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    joiners: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "notices": dict(sorted(self.notices.items())),
            "letters": self.letters,
            "new_conversations": self.joiners,
            "skipped": [{"person": one.person, "why": one.why} for one in self.skipped],
        }


@contextmanager
def _alone() -> Iterator[None]:
    """One follow-up at a time in the whole installation; a second one waits and then finds nothing left to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [Lock.FOLLOW_UP.value])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [Lock.FOLLOW_UP.value])


def follow_up(*, on: date) -> Report:
    """Do the follow-up of a day; days that were missed are caught up by their newest milestone, not one by one.

    1. Settle the organisation, and give those who joined a round their conversation.
    2. Tell owners and the next in line of what is late, employees of courses that come, owners of deadlines near,
       managers of what is open on a round's follow-up day and of conversations that want a time or whose time has been,
       and administrators of people who have something waiting and no e-mail.
    3. Write the letters: the weekly one to those whose day it is, an extra one for what cannot wait.
    Each notice and letter has a key of its own, so that being killed and run again tells nothing twice.
    """
    report = Report(on)
    with _alone():
        run, _made = FollowUpRun.objects.get_or_create(on=on)
        settle_organisation(on=on)
        keep_groups_right(on=on)
        settle_applications(on=on)
        report.joiners = keep_rounds_complete(on=on)
        rest_who_are_away(on=on)
        of_steps = (_late(on), _coming(on), _deadlines(on), _helpers(on), _applications(on))
        of_talks = (talked_notices(on), group_notices(on), due_notices(on), unplanned_notices(on))
        of_rounds = (follow_up_day_notices(on), rules_question_notices(on))
        for notices in (*of_steps, *of_talks, *of_rounds, _unreached(on)):
            report.notices.update(notice.kind for notice in notify_all(notices))
        report.letters, report.skipped = write_letters(on=on)
        run.finished_at, run.report = timezone.now(), report.as_json()
        run.save()
    return report


def catch_up(*, on: date) -> Report | None:
    """One follow-up for the day, however many were missed before it; None when it is done already."""
    if FollowUpRun.objects.filter(on=on, finished_at__isnull=False).exists():
        return None
    return follow_up(on=on)


@dataclass(slots=True)
class NextInLine:
    """Who hears when nothing happens: the manager, the manager's manager where it is the manager's, else HR."""

    on: date
    above: dict[int, int | None]
    desk: Desk

    @classmethod
    def on_day(cls, on: date) -> NextInLine:
        managers = Employment.objects.on(on).filter(line_manager__is_active=True, person__reports__isnull=False)
        return cls(on, dict(managers.values_list("person_id", "line_manager_id")), Desk.on_day(on))

    def after(self, owner: int | None, manager: int | None, path: str) -> int | None:
        """The next one after the owner, for an agreement of a unit with this path; None: there is nobody else."""
        found = manager if manager != owner else self.above.get(owner or 0)
        if found is None:  # nobody above: HR, who reads unit, step and days
            ancestors = [int(part) for part in path.split("/") if part]
            found = self.desk.nearest(Role.HR, ancestors, without=owner or 0)
        return found if found != owner else None


def _late(on: date) -> Iterator[Notice]:
    line = NextInLine.on_day(on)
    rows = Agreement.objects.filter(closed_on__isnull=True, step_due__lte=on).values_list(
        "pk", "step_due", "step_owner_id", "employment__line_manager_id", "unit__name", "step", "unit__path"
    )
    for pk, due, owner, manager, unit, step, path in rows.iterator(CHUNK):
        late = (on - due).days if due is not None else 0
        first = owner_milestone(late)
        if first is not None and owner is not None:
            yield Notice.of(owner, StepIsLate(), agreement=pk, on=on, cause=f"late:{pk}:{due}:{first}")
        then = next_in_line_milestone(late)
        next_in_line = line.after(owner, manager, path) if then is not None else None
        if next_in_line is not None:
            facts = NothingHappened(unit=unit, step=step, days=late)
            yield Notice.of(next_in_line, facts, agreement=pk, on=on, cause=f"next:{pk}:{due}:{then}")


def _coming(on: date) -> Iterator[Notice]:
    rows = Agreement.objects.filter(step="go", starts_on__gt=on, starts_on__lte=on + HEADS_UP)
    for pk, person, starts_on in rows.values_list("pk", "employee_id", "starts_on").iterator(CHUNK):
        yield Notice.of(person, CourseBegins(), agreement=pk, on=on, cause=f"coming:{pk}:{starts_on}")


def _deadlines(on: date) -> Iterator[Notice]:
    near = Agreement.objects.filter(closed_on__isnull=True, step__in=BOOKING_STEPS).filter(
        run__signup_deadline__gte=on, run__signup_deadline__lte=on + DEADLINE_NEAR
    )
    rows = near.annotate(deadline=F("run__signup_deadline")).values_list("pk", "step_owner_id", "deadline")
    for pk, owner, deadline in rows.iterator(CHUNK):
        if owner is not None:
            cause = f"deadline:{pk}:{deadline}:{owner}"
            yield Notice.of(owner, DeadlineNear(), agreement=pk, on=on, cause=cause, urgent=True)


def _helpers(on: date) -> Iterator[Notice]:
    rows = CheckIn.objects.filter(
        by_helper=True, answered_on__isnull=True, withdrawn_on__isnull=True, agreement__closed_on__isnull=True
    )
    for pk, person, agreement in rows.values_list("pk", "by_id", "agreement_id").iterator(CHUNK):
        yield Notice.of(person, HelperIsAsked(check_in=pk), agreement=agreement, on=on, cause=f"helper:{pk}")


def _applications(on: date) -> Iterator[Notice]:
    """Applications for money from outside that are late: told to the owner, then to the next in line."""
    line = NextInLine.on_day(on)
    rows = FundingApplication.objects.filter(state__in=OPEN_STATES, due__lte=on).annotate(
        manager=F("agreement__employment__line_manager"),
        unit=F("agreement__unit__name"),
        path=F("agreement__unit__path"),
    )
    known = rows.values_list(
        "pk", "due", "owner_id", "agreement_id", "manager", "unit", "path", "source__name", "state"
    )
    for pk, due, owner, agreement, manager, unit, path, source, state in known.iterator(CHUNK):
        late = (on - due).days if due is not None else 0
        first, then = owner_milestone(late), next_in_line_milestone(late)
        facts = ApplicationMoved(source=source, state=state, days=late)
        told: list[tuple[int | None, int | None, ApplicationMoved]] = [(owner, first, facts)]
        if then is not None:
            after = line.after(owner, manager, path)
            told.append((after, then, facts if after == manager else replace(facts, unit=unit)))
        for person, milestone, said in told:
            if person is not None and milestone is not None:
                cause = f"application:{pk}:{due}:{milestone}"
                yield Notice.of(person, said, agreement=agreement, on=on, cause=cause)


def _unreached(on: date) -> Iterator[Notice]:
    """Who has no e-mail is one fact: each administrator is told of each person once, of all new ones together."""
    ids = set(unreached(on).values_list("pk", flat=True))
    administrators = RoleAssignment.objects.on(on).filter(role=Role.ADMINISTRATOR, person__is_active=True)
    told: dict[int, set[int]] = {pk: set() for pk in administrators.values_list("person_id", flat=True)}
    for notice in Notice.objects.filter(person__in=told, kind=NotificationKind.UNREACHED):
        if isinstance(notice.typed_facts, PeopleUnreached):
            told[notice.person_id].update(notice.typed_facts.people)
    for person, known in told.items():
        if new := sorted(ids - known):
            yield Notice.of(person, PeopleUnreached(people=tuple(new)), on=on, cause=f"unreached:{on}")
