"""`udbytte figures`: show the seven key questions for the organisation or a unit, as the pages do."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from udbytte.domain.figures.key_questions import Figure, Measure, SilentEnd, silent_ends_of
from udbytte.domain.numbers import int_from
from udbytte.models import Round, Unit
from udbytte.queries.figures.questions import Figures, PlaceFigures, figures_of_place, previous_round, rounds_of_unit
from udbytte.runtime.clock import today
from udbytte.web.figures.outcome_text import headline_sentence


class Command(BaseCommand):
    help = "Show the seven key questions about the outcome, never for fewer than five people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", default="", help="a unit's name or number (the whole organisation)")
        parser.add_argument("--round", default="", help="a round's name or number (the newest)")
        parser.add_argument("--on", type=date.fromisoformat, default=None, help="the day, as 2026-03-02 (today)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or today()
        unit = _unit(options["unit"])
        rounds = rounds_of_unit(unit, on)
        chosen = _round(rounds, options["round"])
        answer = figures_of_place(unit, chosen, on=on, before=previous_round(chosen, rounds))
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(answer), ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{unit or 'The whole organisation'}, {chosen}, {on}")
        figures = answer.figures
        with override("en"):
            self.stdout.write(headline_sentence(figures))
        for figure in (figures.headline, figures.rules_read, figures.money_known, *figures.questions):
            self.stdout.write(_line(figure))


def _unit(asked: str) -> Unit | None:
    if not asked:
        return None
    number = int_from(asked)
    units = list(Unit.objects.filter(name__iexact=asked) if number is None else Unit.objects.filter(pk=number))
    if len(units) == 1:
        return units[0]
    if not units:
        raise CommandError(f"There is no unit {asked!r}.")
    numbers = ", ".join(str(unit.pk) for unit in units)
    raise CommandError(f"{len(units)} units are called {asked!r}; give the number instead: {numbers}.")


def _round(rounds: list[Round], asked: str) -> Round:
    matching = [round_ for round_ in rounds if not asked or asked in (str(round_.pk), round_.name)]
    if not matching:
        raise CommandError(f"There is no published round {asked!r} there." if asked else "No round is published there.")
    return matching[0]


def _line(figure: Figure) -> str:
    name = f"{figure.question.number or ' '} {figure.question.name}"
    if figure.percent is None:
        text = "nobody to count yet, or fewer than five"
    else:
        text = f"{figure.percent:3} %  {figure.yes} of {figure.base}"
        text += f"  ({figure.trend:+} on the round before)" if figure.trend is not None else ""
    return f"  {name:<24} {text}"


def _figure(figure: Figure) -> dict[str, object]:
    return {"yes": figure.yes, "base": figure.base, "percent": figure.percent, "trend": figure.trend}


def _second_half(figures: Figures) -> dict[str, object]:
    """How many of the learned were talked about, how the others ended, and the sentence that pages show."""
    sums = figures.sums.get(Measure.DUE, {})
    ends = {name: sums.get(name, 0) for name in ("talked", "dropped", *SilentEnd)}
    return ends | {"sentence": headline_sentence(figures)}


def _figures(figures: Figures) -> dict[str, object]:
    return {
        "people": figures.people,
        "headline": _figure(figures.headline) | _second_half(figures),
        "rules_read": _figure(figures.rules_read),
        "money_known": _figure(figures.money_known),
        "questions": {figure.question.number: _figure(figure) for figure in figures.questions},
        "ends": {
            figure.question.number: silent_ends_of(figure.question.number, figures.sums) for figure in figures.questions
        },
    }


def _as_json(answer: PlaceFigures) -> dict[str, object]:
    place = {"id": answer.unit.pk, "name": answer.unit.name} if answer.unit is not None else None
    parts = [
        {"unit": {"id": part.unit.pk, "name": part.unit.name} if part.unit is not None else None}
        | _figures(part.figures)
        for part in answer.parts
    ]
    head = {"unit": place, "round": {"id": answer.round.pk, "name": answer.round.name}, "on": answer.on.isoformat()}
    return head | _figures(answer.figures) | {"parts": parts}
