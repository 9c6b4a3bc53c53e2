"""The clock of a late step (`domain.lifecycle.line.Clock`), read from the database: how long it is past its date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Q
from django.utils.timezone import localdate

from udbytte.domain.lifecycle import Party
from udbytte.domain.lifecycle.line import Clock
from udbytte.models import Absence, Agreement, FollowUpRun, MailOutage, MissingPeriod

GAP = timedelta(days=4)  # follow-up may be missed for a long weekend
Days = tuple[date, date]
# Follow-ups of version 0.1.0, which had no line: what was late then begins at its first level.
WITHOUT_LINE = Q(report__has_key="notifications") & ~Q(report__has_key="moves")


@dataclass(frozen=True, slots=True)
class Pauses:
    """What stops the clocks: days without follow-up or without mail, and the days on which employees were away, by
    employment."""

    restarted_on: date | None = None
    absences: Mapping[int, Sequence[Days]] = field(default_factory=dict)
    outages: tuple[Days, ...] = ()

    def stopped_for(self, employment: int | None) -> tuple[Days, ...]:
        """The days on which a clock stops: long outages, and the absences of the employment whose step it is."""
        absences = self.absences.get(employment, ()) if employment is not None else ()
        return tuple(_joined([*self.outages, *absences]))

    @classmethod
    def until(cls, on: date, *, employment: int | None = None) -> Pauses:
        """The first day of the follow-up that has run without a gap until the day, the absences (all, or those of one
        employment), and the long outages of the mail server."""
        absences: dict[int, list[Days]] = {}
        rows = Absence.objects.all() if employment is None else Absence.objects.filter(employment=employment)
        missing = MissingPeriod.objects.filter(employment__isnull=False)
        missing = missing if employment is None else missing.filter(employment=employment)
        columns = ("employment", "starts_on", "ends_on")
        for employed, begins, ends in (*rows.values_list(*columns), *missing.values_list(*columns)):
            if employed is not None:
                absences.setdefault(employed, []).append((begins, ends or on))
        restarted = later = on
        runs = FollowUpRun.objects.filter(on__lt=on, on__gt=on - timedelta(days=400), finished_at__isnull=False)
        for day in runs.exclude(WITHOUT_LINE).order_by("-on").values_list("on", flat=True):
            if later - day > GAP:
                break
            restarted = later = day
        return cls(restarted, absences, _long_outages(on))


def _long_outages(on: date) -> tuple[Days, ...]:
    """The days on which no mail went out, where these were so many that they count for nobody."""
    rows = MailOutage.objects.filter(since__date__lt=on - GAP, since__date__gt=on - timedelta(days=400))
    known = rows.order_by("since").values_list("since", "ended_at")
    days = [(localdate(since), min(localdate(ended_at), on) if ended_at else on) for since, ended_at in known]
    return tuple((first, last) for first, last in days if last - first > GAP)


def _joined(periods: list[Days]) -> list[Days]:
    """The periods without overlap, so that no day is counted twice."""
    joined: list[Days] = []
    for begins, ends in sorted(periods):
        if joined and begins <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], ends)
        else:
            joined.append((begins, ends))
    return joined


def clock_of(agreement: Agreement, pauses: Pauses | None = None) -> Clock:
    """The clock of the agreement's step. Without `pauses`, absences and days without follow-up are left out."""
    pauses = pauses or Pauses()
    step = agreement.state.step
    if step is None or agreement.step_due is None:
        raise ValueError(f"{agreement.pk} has no step")
    is_employees = step.owner is Party.EMPLOYEE
    proposed = bool(agreement.proposed_by)
    return Clock(
        due=agreement.step_due,
        used=0 if proposed else agreement.line_used,
        level=0 if proposed else agreement.line_level,
        begun_at=agreement.line_days,
        told_on=agreement.line_told_on,
        since=agreement.step_since,
        restarted_on=pauses.restarted_on,
        away=pauses.stopped_for(agreement.employment_id if is_employees else None),
    )
