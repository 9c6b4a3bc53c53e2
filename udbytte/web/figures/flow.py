"""The flow from agreed to learned as a picture and a table, and numbers that are read from sums by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from udbytte.domain.figures.key_questions import Measure, SilentEnd, median
from udbytte.domain.figures.suppression import group_small_parts
from udbytte.domain.lifecycle import DropReason, Phase
from udbytte.models.labels import DROP_LABELS, PHASE_LABELS
from udbytte.queries.figures.questions import Figures
from udbytte.web.base.components import Table, TableRow

FLOW_WIDTH = 340  # of the bars of the flow, in the units of the picture


def days_to_registration(shown: Figures) -> int | None:
    """Within how many days of being agreed half of the courses are registered; None if it is not known."""
    by_days = numbers_by_key(shown.sums.get(Measure.BOOKED, {}), "days")
    return median({int(days): number for days, number in by_days.items()})


def numbers_by_key(sums: Mapping[str, int], name: str) -> dict[str, int]:
    """The numbers whose keys begin with `name` and a dot, by the rest of the key: "days.12" becomes "12". No zeros."""
    return {key.partition(".")[2]: number for key, number in sums.items() if key.startswith(f"{name}.") and number}


# The ways in which agreements are lost, by their names in the measure FLOW: the heads of columns.
LOSSES = {
    "lost": lazy("Dropped"),
    SilentEnd.LAPSED.value: lazy("Lapsed"),
    SilentEnd.NOT_TOLD.value: lazy("Not reported"),
    SilentEnd.LEFT.value: lazy("No longer employed"),
}


@dataclass(frozen=True, slots=True)
class Station:
    """A phase of the flow: how many agreements reached it, are in it now and were lost in it. Bars in picture units.

    `losses` has a number for each way in which an agreement of the flow was lost (`Flow.losses`).
    """

    label: str
    reached: int
    here: int
    losses: tuple[int, ...]
    y: int
    on_width: float
    here_width: float
    lost_width: float

    @property
    def lost(self) -> int:
        return sum(self.losses)

    @property
    def loss_x(self) -> float:
        return round(self.on_width + self.here_width, 1)


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow from agreed to learned, with what was lost on the way.

    `losses`: the ways in which something was lost, with the whole number of each; at least "Dropped".
    """

    base: int
    learned: int
    losses: tuple[tuple[str, int], ...]
    stations: tuple[Station, ...]
    reasons: tuple[tuple[str, int], ...]
    other_reasons: int
    why: bool

    @property
    def lost(self) -> int:
        return sum(number for _label, number in self.losses)

    @property
    def dropped(self) -> int:
        return self.losses[0][1]

    @property
    def table(self) -> Table:
        return flow_table(self.stations, [label for label, _number in self.losses])


def flow_table(stations: Sequence[Station], losses: Sequence[str]) -> Table:
    """The flow as a table: how many agreements reached each phase, are in it and were lost in it in each way."""
    return Table(
        columns=(_("Phase"), _("Reached the phase"), _("In the phase now"), *losses),
        rows=[TableRow(station.label, (station.reached, station.here, *station.losses)) for station in stations],
        label=_("From agreement to outcome"),
    )


def flow(sums: Mapping[str, int], *, why: bool) -> Flow | None:
    """The flow from agreed to learned; None if there is nothing to show.

    `why`: with the reasons, counted in people. Only for the whole: from the reasons of one part, those of the other
    parts could be worked out.
    """
    if not sums.get("base"):
        return None
    sums = Counter(sums)
    phases = list(Phase)
    here = [sums[f"at.{phase}"] for phase in phases]
    totals = {name: sum(sums[f"{name}.{phase}"] for phase in phases) for name in LOSSES}
    names = [name for name in LOSSES if totals[name] or name == "lost"]
    losses = [tuple(sums[f"{name}.{phase}"] for name in names) for phase in phases]
    stations = []
    for place, phase in enumerate(phases):
        lost = sum(losses[place])
        reached = sum(here[place:]) + sum(sum(numbers) for numbers in losses[place:])
        still = here[place] if phase is not Phase.LEARNED else 0
        widths = [round(FLOW_WIDTH * n / sums["base"], 1) for n in (reached - still - lost, still, lost)]
        stations.append(Station(str(PHASE_LABELS[phase]), reached, still, losses[place], 18 + 50 * place, *widths))
    dropped = {reason: sums[f"reason.{reason}"] for reason in DropReason} if why else {}
    reasons, others = group_small_parts({reason: number for reason, number in dropped.items() if number})
    return Flow(
        base=sums["base"],
        learned=sums["at.learned"],
        losses=tuple((str(LOSSES[name]), totals[name]) for name in names),
        stations=tuple(stations),
        reasons=tuple(
            (str(DROP_LABELS[reason]), number) for reason, number in sorted(reasons.items(), key=lambda r: -r[1])
        ),
        other_reasons=others,
        why=why,
    )
