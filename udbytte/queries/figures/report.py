"""The report of a round: live until the round is closed, and afterwards as it was stored then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from udbytte.domain.figures.key_questions import (
    HEADLINE,
    MONEY_KNOWN,
    QUESTIONS,
    RULES_READ,
    Figure,
    Measure,
    comparable_day,
)
from udbytte.domain.lifecycle import Phase
from udbytte.models import Round, RoundReport, Unit
from udbytte.queries.practice.helpers import methods_offered_on

from .questions import Figures, Sums, figures_from, figures_of_place, previous_round, rounds_of_unit
from .stalled_steps import BY_STEP, StalledRow, stalled_steps_of, stalled_total

SHOWN_OF_A_PART = (HEADLINE, RULES_READ, MONEY_KNOWN, *QUESTIONS)


@dataclass(frozen=True, slots=True)
class Report:
    """A round at one place in numbers, all of which may be shown.

    `place` is the unit's name, empty for the whole organisation. `on` is the day of the numbers; `is_stored`: they are
    stored and do not change. `older` names the previous round, and `before` has its figures on the corresponding day.
    `reasons`: the reasons for dropped agreements may be shown, because the place holds the whole round. `stalled` is
    what stood still in all (None: it was not counted when the report was stored), `stalled_steps` the same by step.
    `older_today` has the previous round's figures of the same day as long as the round has no headline.
    """

    place: str
    on: date
    is_stored: bool
    figures: Figures
    older: str
    before: Figures | None
    parts: tuple[tuple[str, Figures], ...]
    methods_used: int
    methods_offered: int
    reasons: bool
    stalled: StalledRow | None
    stalled_steps: tuple[StalledRow, ...]
    older_today: Figures | None = None

    @property
    def open_agreements(self) -> int:
        flow = self.figures.sums.get(Measure.FLOW, {})
        return sum(flow.get(f"at.{phase}", 0) for phase in Phase if phase is not Phase.LEARNED)


def common_unit_of(round_: Round) -> Unit | None:
    """The lowest unit that holds the whole round; None: only the whole organisation does."""
    chains = [unit.ancestor_ids for unit in round_.units.all()]
    shared = [ids[0] for ids in zip(*chains, strict=False) if len(set(ids)) == 1]
    return Unit.objects.filter(pk=shared[-1]).first() if shared else None


def report_of(round_: Round, unit: Unit | None, *, on: date) -> Report:
    """The report of a round at one place: the stored one, or else of the day."""
    stored = RoundReport.objects.filter(round=round_, unit=unit).first()
    return live_report(round_, unit, on=on) if stored is None else _read(stored)


def stored_headline(round_: Round, unit: Unit | None) -> Figure | None:
    """The headline of a round at one place as it was stored when the round was closed; None: nothing is stored."""
    stored = RoundReport.objects.filter(round=round_, unit=unit).first()
    return _read(stored).figures.headline if stored is not None else None


def live_report(round_: Round, unit: Unit | None, *, on: date) -> Report:
    """The report of a round at one place, counted on the day."""
    rounds = rounds_of_unit(unit, on)
    older = previous_round(round_, rounds) if round_ in rounds else None
    answer = figures_of_place(unit, round_, on=on)
    before = None
    if older is not None:
        day = comparable_day(on, round_.conversations_from, older.conversations_from)
        before = figures_of_place(unit, older, on=day).figures
    older_today = None
    if older is not None and not answer.figures.headline.base:
        older_today = figures_of_place(unit, older, on=on).figures
    sums = answer.figures.sums
    practice, flow = sums.get(Measure.PRACTICE, {}), sums.get(Measure.FLOW, {})
    holds_all = _holds(unit, common_unit_of(round_))
    offered = methods_offered_on(on)
    used = {int(name.partition(".")[2]) for name, number in practice.items() if name.startswith("way.") and number}
    return Report(
        place=unit.name if unit is not None else "",
        on=on,
        is_stored=False,
        figures=figures_from(answer.figures.sums, before.sums if before is not None else None),
        older=older.name if older is not None else "",
        before=before,
        parts=tuple((part.unit.name if part.unit is not None else "", part.figures) for part in answer.parts),
        methods_used=len(used & offered),
        methods_offered=len(offered),
        reasons=holds_all,
        stalled=stalled_total(flow),
        stalled_steps=tuple(stalled_steps_of(unit, flow, on=on)) if holds_all and flow.get("base") else (),
        older_today=older_today,
    )


def _holds(unit: Unit | None, place: Unit | None) -> bool:
    return unit is None or (place is not None and place.path.startswith(unit.path))


def report_facts(report: Report) -> dict[str, Any]:
    """A report as it is stored.

    Of a part only what its row shows: its reasons would reveal the reasons of the others.
    """
    return {
        "place": report.place,
        "sums": _plain(report.figures.sums, reasons=report.reasons),
        "stalled": asdict(report.stalled) if report.stalled is not None else None,
        "stalled_steps": [asdict(row) for row in report.stalled_steps],
        "older": report.older,
        "before": _plain(report.before.sums, reasons=False) if report.before is not None else None,
        "parts": [[name, _of_a_part(figures.sums)] for name, figures in report.parts],
        "ways": [report.methods_used, report.methods_offered],
        "reasons": report.reasons,
    }


def _plain(sums: Sums, *, reasons: bool) -> dict[str, dict[str, int]]:
    """Sums as they are stored, without numbers by step: `stalled_steps` has those that may be shown."""
    hidden = BY_STEP if reasons else (*BY_STEP, "reason")
    return {
        measure.value: {name: number for name, number in numbers.items() if name.partition(".")[0] not in hidden}
        for measure, numbers in sums.items()
    }


def _of_a_part(sums: Sums) -> dict[str, dict[str, int]]:
    shown: dict[str, dict[str, int]] = {}
    for question in SHOWN_OF_A_PART:
        numbers, names = sums.get(question.measure, {}), ("people", "base", question.yes)
        shown.setdefault(question.measure.value, {}).update({name: numbers.get(name, 0) for name in names})
    return shown


def _read(stored: RoundReport) -> Report:
    facts: Mapping[str, Any] = stored.facts
    before = _sums(facts["before"]) if facts["before"] is not None else None
    stalled = StalledRow(**facts["stalled"]) if facts.get("stalled") is not None else None
    figures = figures_from(_sums(facts["sums"]), before)
    return Report(
        place=facts["place"],
        on=stored.on,
        is_stored=True,
        figures=figures if stalled is not None else replace(figures, talked=None),
        older=facts["older"],
        before=figures_from(before) if before is not None else None,
        parts=tuple((name, figures_from(_sums(sums))) for name, sums in facts["parts"]),
        methods_used=facts["ways"][0],
        methods_offered=facts["ways"][1],
        reasons=facts["reasons"],
        stalled=stalled,
        stalled_steps=tuple(StalledRow(**row) for row in facts.get("stalled_steps", ())),
    )


def _sums(read: Mapping[str, Mapping[str, int]]) -> Sums:
    return {measure: read.get(measure.value, {}) for measure in Measure}
