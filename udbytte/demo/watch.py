"""What is seen of a simulated workplace at the end of each day: how long steps stand past their date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from udbytte.domain.lifecycle.reminders import NEXT_IN_LINE, STALLED_AFTER
from udbytte.domain.working_days import is_quiet
from udbytte.models import Agreement


@dataclass(slots=True)
class Standing:
    """A step that stands past its date: the date, and the days since it. A day on which it is paused does not count."""

    due: date
    counted_days: int = 0  # without the quiet weeks
    calendar_days: int = 0


@dataclass(slots=True)
class Longest:
    """The most days that a step stood past its date, without the quiet weeks and in the calendar."""

    counted_days: int = 0
    calendar_days: int = 0

    def see(self, standing: Standing) -> None:
        self.counted_days = max(self.counted_days, standing.counted_days)
        self.calendar_days = max(self.calendar_days, standing.calendar_days)


@dataclass(slots=True)
class Watch:
    """Looks at every open step at the end of each day, after the follow-up."""

    owned: Longest = field(default_factory=Longest)
    stray: Longest = field(default_factory=Longest)  # steps that found no owner, which HR has to route
    strays: set[int] = field(default_factory=set)  # agreements with such a step past its date
    reached_line: set[int] = field(default_factory=set)  # agreements whose step stood so long that it goes to the next
    silent_max: int = 0
    standing: dict[int, Standing] = field(default_factory=dict)  # by agreement

    def look(self, *, on: date) -> None:
        """See the steps that are past their date on the day. Each day is seen once."""
        late = Agreement.objects.filter(closed_on__isnull=True, step_due__lt=on)
        before, self.standing = self.standing, {}
        for pk, due, stray, paused_until in late.values_list("pk", "step_due", "stray", "paused_until"):
            if due is None:
                continue  # the query excludes it
            known = before.get(pk)
            standing = known if known is not None and known.due == due else Standing(due)
            self.standing[pk] = standing
            if paused_until is None or paused_until <= on:
                standing.calendar_days += 1
                standing.counted_days += not is_quiet(on)
            self._count(pk, standing, stray=stray)
        self.silent_max = max(self.silent_max, silent_agreements(on=on))

    def _count(self, agreement: int, standing: Standing, *, stray: bool) -> None:
        (self.stray if stray else self.owned).see(standing)
        if stray:
            self.strays.add(agreement)
        elif standing.counted_days >= NEXT_IN_LINE:
            self.reached_line.add(agreement)


def silent_agreements(*, on: date) -> int:
    """How many agreements have been stalled for `STALLED_AFTER` without a notification to anybody in that time."""
    since = on - STALLED_AFTER
    late = Agreement.objects.filter(closed_on__isnull=True, step_due__lt=since)
    notified = Agreement.objects.filter(notifications__on__gt=since).values("pk")
    return late.exclude(pk__in=notified).count()
