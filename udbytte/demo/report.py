"""The report of a simulation, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date

from udbytte.domain.lifecycle import PHASES, Stage
from udbytte.models import ACCOUNT_KINDS, Agreement, Email, Employment

from . import measures
from .watch import Watch

DECIMALS = 3  # of a share


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """The keys of `udbytte simulate --json`. docs/develop/proof.md defines them."""

    employees: int
    days: int
    seed: int
    until: str
    agreements: int
    by_phase: dict[str, int]
    learned: int
    dropped_by_reason: dict[str, int]
    emails: int
    emails_per_person_week_max: int
    silent_max: int
    line_days_max: int
    overdue_max_days: int
    stray: dict[str, int]
    open: int
    open_over_45_share: float
    resting_share: float
    due: int
    learned_of_due: float
    not_told: int
    reached_line: int
    lapsed_by_step: dict[str, int]
    lapsed_of_line_share: float
    reopened: int
    came_to_hr: int
    decided_by: dict[str, int]
    first_due_to_next_stage_days: dict[str, float | None]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def report_of(watch: Watch, *, days: int, seed: int, until: date) -> SimulationReport:
    """Count what is in the database, with what was seen day by day. Dropped and replaced agreements are in no phase."""
    stages = Counter(Agreement.objects.order_by("stage").values_list("stage", flat=True))
    dropped = Agreement.objects.filter(stage=Stage.DROPPED).order_by("drop_reason")
    emails = Email.objects.exclude(kind__in=ACCOUNT_KINDS).values_list("person_id", "on")
    weeks = Counter((person, day.isocalendar()[:2]) for person, day in emails)
    all_logs = measures.logs()
    due, learned = measures.due_and_learned(on=until)
    still_open = measures.open_at_the_end(on=until)
    lapsed = measures.agreements_that_lapsed(all_logs)
    return SimulationReport(
        employees=Employment.objects.values("person").distinct().count(),
        days=days,
        seed=seed,
        until=until.isoformat(),
        agreements=sum(stages.values()),
        by_phase=_by_phase(stages),
        learned=stages[Stage.LEARNED],
        dropped_by_reason=dict(Counter(dropped.values_list("drop_reason", flat=True))),
        emails=sum(weeks.values()),
        emails_per_person_week_max=max(weeks.values(), default=0),
        silent_max=watch.silent_max,
        line_days_max=watch.owned.counted_days,
        overdue_max_days=watch.owned.calendar_days,
        stray={
            "agreements": len(watch.strays),
            "line_days_max": watch.stray.counted_days,
            "overdue_max_days": watch.stray.calendar_days,
        },
        open=still_open.count,
        open_over_45_share=_share(still_open.long_overdue, still_open.count),
        resting_share=_share(still_open.resting, still_open.count),
        due=due,
        learned_of_due=_share(learned, due),
        not_told=measures.count_final(measures.NOT_TOLD),
        reached_line=len(watch.reached_line | lapsed),
        lapsed_by_step=measures.lapses_by_step(all_logs),
        lapsed_of_line_share=_share(len(lapsed), len(watch.reached_line | lapsed)),
        reopened=measures.count_reopenings(all_logs),
        came_to_hr=measures.count_at_hr(),
        decided_by=measures.deciders(all_logs),
        first_due_to_next_stage_days=measures.median_and_95th(measures.late_waits(all_logs, until=until)),
    )


def _by_phase(stages: Counter[str]) -> dict[str, int]:
    phases: Counter[str] = Counter()
    for stage, count in sorted(stages.items()):
        phase = PHASES.get(Stage(stage))
        if phase is not None:
            phases[phase.value] += count
    return dict(phases)


def _share(part: int, whole: int) -> float:
    return round(part / whole, DECIMALS) if whole else 0.0
