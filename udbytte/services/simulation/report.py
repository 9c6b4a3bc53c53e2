"""What came of a simulation, as numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass

from ...domain.lifecycle import PHASES, Stage
from ...models import ACCOUNT_KINDS, Agreement, Employment, Letter


@dataclass(frozen=True, slots=True)
class Report:
    """The keys of `udbytte simulate --json`. `letters_per_person_week_max` counts ISO weeks."""

    employees: int
    days: int
    seed: int
    until: str
    agreements: int
    by_phase: dict[str, int]
    learned: int
    dropped_by_reason: dict[str, int]
    letters: int
    letters_per_person_week_max: int
    silent_max: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def report_of(*, days: int, seed: int, until: str, silent_max: int) -> Report:
    """Count what is in the database. Dropped and replaced agreements have no phase."""
    stages = Counter(Agreement.objects.values_list("stage", flat=True))
    phases: Counter[str] = Counter()
    for stage, count in sorted(stages.items()):
        phase = PHASES.get(Stage(stage))
        if phase is not None:
            phases[phase.value] += count
    reasons = (
        Agreement.objects.filter(stage=Stage.DROPPED).order_by("drop_reason").values_list("drop_reason", flat=True)
    )
    letters = Letter.objects.exclude(kind__in=ACCOUNT_KINDS).values_list("person_id", "on").order_by("pk")
    weeks = Counter((person, day.isocalendar()[:2]) for person, day in letters)
    return Report(
        employees=Employment.objects.values("person").distinct().count(),
        days=days,
        seed=seed,
        until=until,
        agreements=sum(stages.values()),
        by_phase=dict(phases),
        learned=stages[Stage.LEARNED],
        dropped_by_reason=dict(Counter(reasons)),
        letters=sum(weeks.values()),
        letters_per_person_week_max=max(weeks.values(), default=0),
        silent_max=silent_max,
    )
