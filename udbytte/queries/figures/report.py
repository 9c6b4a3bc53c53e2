"""The report of a round: live until the round is closed, and afterwards as it was kept then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from udbytte.domain.figures import HEADLINE, MONEY_KNOWN, QUESTIONS, RULES_READ, Measure, comparable_day
from udbytte.domain.lifecycle import Phase
from udbytte.models import Round, RoundReport, Unit
from udbytte.queries.practice.helpers import methods_offered_on

from .questions import Figures, Sums, answer_of, figures_from, round_before, rounds_with

SHOWN_OF_A_PART = (HEADLINE, RULES_READ, MONEY_KNOWN, *QUESTIONS)


@dataclass(frozen=True, slots=True)
class Report:
    """A round of one place, told as numbers. All of them may be shown: what is too few is not among them.

    `place` is the unit's name, empty for the whole organisation. `on`: the day the numbers are of; `kept`: they stay as
    they were then. `older` names the round before, `before` is how that stood on its day like this one. `reasons`: why
    agreements were dropped may be told, as the place holds the whole round.
    """

    place: str
    on: date
    kept: bool
    figures: Figures
    older: str
    before: Figures | None
    parts: tuple[tuple[str, Figures], ...]
    methods_used: int
    methods_offered: int
    reasons: bool

    @property
    def open_agreements(self) -> int:
        flow = self.figures.sums.get(Measure.FLOW, {})
        return sum(flow.get(f"at.{phase}", 0) for phase in Phase if phase is not Phase.LEARNED)


def place_of(round_: Round) -> Unit | None:
    """The lowest unit that holds the whole round; None: nothing less than the whole organisation does."""
    chains = [unit.ancestor_ids for unit in round_.units.all()]
    shared = [ids[0] for ids in zip(*chains, strict=False) if len(set(ids)) == 1]
    return Unit.objects.filter(pk=shared[-1]).first() if shared else None


def report_of(round_: Round, unit: Unit | None, *, on: date) -> Report:
    """The report of a round at one place: as it was kept, else as it is on the day."""
    kept = RoundReport.objects.filter(round=round_, unit=unit).first()
    return live_report(round_, unit, on=on) if kept is None else _read(kept)


def live_report(round_: Round, unit: Unit | None, *, on: date) -> Report:
    """The report of a round at one place as it is on the day."""
    rounds = rounds_with(unit, on)
    older = round_before(round_, rounds) if round_ in rounds else None
    answer = answer_of(unit, round_, on=on)
    before = None
    if older is not None:
        day = comparable_day(on, round_.conversations_from, older.conversations_from)
        before = answer_of(unit, older, on=day).figures
    practice = answer.figures.sums.get(Measure.PRACTICE, {})
    offered = methods_offered_on(on)
    used = {int(name.partition(".")[2]) for name, number in practice.items() if name.startswith("way.") and number}
    return Report(
        place=unit.name if unit is not None else "",
        on=on,
        kept=False,
        figures=figures_from(answer.figures.sums, before.sums if before is not None else None),
        older=older.name if older is not None else "",
        before=before,
        parts=tuple((part.unit.name if part.unit is not None else "", part.figures) for part in answer.parts),
        methods_used=len(used & offered),
        methods_offered=len(offered),
        reasons=_holds(unit, place_of(round_)),
    )


def _holds(unit: Unit | None, place: Unit | None) -> bool:
    return unit is None or (place is not None and place.path.startswith(unit.path))


def facts_of(report: Report) -> dict[str, Any]:
    """A report as it is kept. Of a part only what its row shows: reasons of a part give those of the others away."""
    return {
        "place": report.place,
        "sums": _plain(report.figures.sums, reasons=report.reasons),
        "older": report.older,
        "before": _plain(report.before.sums, reasons=False) if report.before is not None else None,
        "parts": [[name, _of_a_part(figures.sums)] for name, figures in report.parts],
        "ways": [report.methods_used, report.methods_offered],
        "reasons": report.reasons,
    }


def _plain(sums: Sums, *, reasons: bool) -> dict[str, dict[str, int]]:
    return {
        measure.value: {name: number for name, number in numbers.items() if reasons or not name.startswith("reason.")}
        for measure, numbers in sums.items()
    }


def _of_a_part(sums: Sums) -> dict[str, dict[str, int]]:
    kept: dict[str, dict[str, int]] = {}
    for question in SHOWN_OF_A_PART:
        numbers, names = sums.get(question.measure, {}), ("people", "base", question.yes)
        kept.setdefault(question.measure.value, {}).update({name: numbers.get(name, 0) for name in names})
    return kept


def _read(kept: RoundReport) -> Report:
    facts: Mapping[str, Any] = kept.facts
    before = _sums(facts["before"]) if facts["before"] is not None else None
    return Report(
        place=facts["place"],
        on=kept.on,
        kept=True,
        figures=figures_from(_sums(facts["sums"]), before),
        older=facts["older"],
        before=figures_from(before) if before is not None else None,
        parts=tuple((name, figures_from(_sums(sums))) for name, sums in facts["parts"]),
        methods_used=facts["ways"][0],
        methods_offered=facts["ways"][1],
        reasons=facts["reasons"],
    )


def _sums(read: Mapping[str, Mapping[str, int]]) -> Sums:
    return {measure: read.get(measure.value, {}) for measure in Measure}
