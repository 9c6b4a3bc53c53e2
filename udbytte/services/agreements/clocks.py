"""The clock of a late step: how long it has stood past its date (`domain.line.Clock`), read from the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from udbytte.domain.lifecycle import Party
from udbytte.domain.line import Clock
from udbytte.models import Absence, Agreement, FollowUpRun

GAP = timedelta(days=4)  # follow-up may be missed for a long weekend
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Pauses:
    """What stops the clocks: days without follow-up, and the absences of employees, by employment."""

    restarted_on: date | None = None
    absences: Mapping[int, Sequence[Days]] = field(default_factory=dict)

    @classmethod
    def until(cls, on: date, *, employment: int | None = None) -> Pauses:
        """The first day of the follow-up that has run without a gap until the day, and the absences: all, or those of
        one employment."""
        absences: dict[int, list[Days]] = {}
        rows = Absence.objects.all() if employment is None else Absence.objects.filter(employment=employment)
        for employment, begins, ends in rows.values_list("employment", "starts_on", "ends_on"):
            absences.setdefault(employment, []).append((begins, ends or on))
        restarted = later = on
        runs = FollowUpRun.objects.filter(on__lt=on, on__gt=on - timedelta(days=400), finished_at__isnull=False)
        for day in runs.order_by("-on").values_list("on", flat=True):
            if later - day > GAP:
                break
            restarted = later = day
        return cls(restarted, absences)


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
        away=tuple(pauses.absences.get(agreement.employment_id, ())) if is_employees else (),
    )
