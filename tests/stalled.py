"""Steps that nobody has taken, as the line leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from tests.cast import TODAY, Cast
from udbytte.domain.lifecycle import Event, Kind
from udbytte.domain.lifecycle.line import LINE, Place
from udbytte.models import Agreement, DevelopmentPlan, FollowUpRun, Person
from udbytte.services.agreements.line import follow_the_line
from udbytte.services.agreements.routing import apply_routings
from udbytte.services.agreements.take_step import agree_activity, take_step


def nominated(cast: Cast, plans: Sequence[DevelopmentPlan], *, title: str = "KANARIEFUGL") -> list[Agreement]:
    """A nomination for each plan, which Birgit has to decide."""
    found = [
        take_step(of_plan(cast, plan, title=title), Event.CHOOSE_RUN, by=cast.bente, on=TODAY, run=cast.run)
        for plan in plans
    ]
    return [
        take_step(row, Event.NOMINATE, by=cast.lars, on=TODAY, reason="HEMMELIG GRUND", price=6000) for row in found
    ]


def of_plan(cast: Cast, plan: DevelopmentPlan, *, kind: Kind = Kind.COURSE, title: str = "KANARIEFUGL") -> Agreement:
    return agree_activity(
        plan=plan,
        kind=kind,
        title=title,
        purpose="HEMMELIGT FORMÅL",
        planned_from=TODAY + timedelta(days=90),
        planned_to=TODAY + timedelta(days=120),
        estimated_price=6000 if kind is Kind.COURSE else None,
        by=cast.lars,
        on=TODAY,
    )


def make_late(agreements: Sequence[Agreement], days: int) -> None:
    Agreement.objects.filter(pk__in=[row.pk for row in agreements]).update(step_due=TODAY - timedelta(days=days))


def come_to_hr(cast: Cast, agreements: Sequence[Agreement], days: int = 43) -> list[Agreement]:
    """Let the steps have gone the whole line, until they are with HR."""
    make_late(agreements, days)
    moved = []
    for agreement in agreements:
        agreement.refresh_from_db()
        levels = LINE[agreement.step].levels
        number = next(number for number, level in enumerate(levels, start=1) if Place.HR in level.places)
        moved.append(
            take_step(
                agreement, Event.MOVE_ON, by=None, on=TODAY, facts={"owner": cast.hanne, "level": number, "days": days}
            )
        )
    return moved


def a_day_later(day: date) -> date:
    """The line goes on by one day: what was announced holds, and late steps move. Everybody told has heard of it."""
    day += timedelta(days=1)
    apply_routings(on=day)
    follow_the_line(on=day)
    Agreement.objects.filter(line_level__gt=0, line_told_on=None).update(line_told_on=day)
    FollowUpRun.objects.create(on=day, finished_at=timezone.now())
    return day


def owners(agreements: Sequence[Agreement]) -> list[Person | None]:
    rows = Agreement.objects.filter(pk__in=[row.pk for row in agreements]).select_related("step_owner").order_by("pk")
    return [row.step_owner for row in rows]
