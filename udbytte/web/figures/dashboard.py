"""Kommer der noget ud af det? The seven questions of a unit or the whole organisation, in words first.

Which ways give learning: of the whole organisation, for everybody who may see figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.figures import Reach, figures_reach
from udbytte.domain.figures import Figure, Level, Measure, median
from udbytte.domain.lifecycle import DropReason, Phase
from udbytte.domain.suppression import together
from udbytte.models import Unit
from udbytte.models.agreements import DROP_LABELS, PHASE_LABELS
from udbytte.queries.figures.questions import Answer, Figures, answer_of, round_before, rounds_with
from udbytte.queries.practice.helpers import methods_offered_on
from udbytte.queries.practice.outcomes import what_gives_learning
from udbytte.runtime.clock import today
from udbytte.web.base.request import chosen_round, person_of, roles

from .advice import CONDITIONS_ADVICE, HEADLINE_ADVICE, MONEY_KNOWN, QUESTIONS, RULES_READ
from .advice_buttons import button_for

LEVEL_SIGNS = {Level.LOW: "○", Level.MIDDLE: "◐", Level.HIGH: "●", Level.NONE: ""}
FLOW_WIDTH = 340  # the flow's bars, in the picture's own units


def figures(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The figures of a unit that the person may see; without one, of the first there is."""
    on = today()
    reach = figures_reach(person_of(request), on)
    unit = _unit(reach, pk)
    rounds = rounds_with(unit, on)
    chosen = chosen_round(request, rounds)
    context: dict[str, Any] = {
        "unit": unit,
        "above": _above(reach, unit),
        "others": [top for top in reach.tops if unit is None or top.pk not in unit.ancestor_ids],
        "rounds": rounds,
        "round": chosen,
        "reads_report": chosen is not None and (roles(request).is_hr or roles(request).is_works_council),
    }
    if chosen is not None:
        older = round_before(chosen, rounds)
        answer = answer_of(unit, chosen, on=on, before=older)
        context |= _said(request, answer)
        if older is not None and not answer.figures.headline.base:
            context |= {"older": older, "older_headline": answer_of(unit, older, on=on).figures.headline}
    return render(request, "figures/figures.html", context)


def _unit(reach: Reach, pk: int | None) -> Unit | None:
    """The unit asked for, if it is within reach; None for the whole organisation. Raises Http404."""
    if not reach:
        raise Http404
    if pk is not None:
        unit = get_object_or_404(Unit, pk=pk)
        if not reach.holds(unit):
            raise Http404
        return unit
    if not reach.whole:
        return reach.tops[0]
    roots = list(Unit.objects.filter(parent=None)[:2])
    return roots[0] if len(roots) == 1 else None


def _above(reach: Reach, unit: Unit | None) -> list[Unit]:
    """The units above that are within reach, the highest first."""
    if unit is None:
        return []
    known = {one.pk: one for one in Unit.objects.filter(pk__in=unit.ancestor_ids[:-1])}
    return [known[pk] for pk in unit.ancestor_ids[:-1] if reach.holds(known[pk])]


def _said(request: HttpRequest, answer: Answer) -> dict[str, Any]:
    """An answer as the page says it."""
    shown = answer.figures
    return {
        "headline": shown.headline,
        "headline_trend": trend(shown.headline),
        "headline_advice": HEADLINE_ADVICE[shown.headline.level],
        "people": shown.people,
        "conditions": [
            (figure, words % {"yes": figure.yes, "base": figure.base}, trend(figure))
            for figure, words in ((shown.rules_read, RULES_READ), (shown.money_known, MONEY_KNOWN))
        ],
        "conditions_advice": _conditions_advice(shown),
        "questions": [_question(request, figure, shown) for figure in shown.questions],
        "flow": flow(shown.sums[Measure.FLOW], why=answer.unit is None or answer.unit.parent_id is None),
        "columns": [(number, words.short) for number, words in QUESTIONS.items()],
        "parts": [_row(part.unit, part.figures) for part in answer.parts],
        "whole": _row(answer.unit, shown),
    }


def _conditions_advice(shown: Figures) -> str:
    """What helps with the weaker of the two conditions; empty while neither is known."""
    known = [figure for figure in (shown.rules_read, shown.money_known) if figure.percent is not None]
    weaker = min(known, key=lambda figure: figure.percent or 0, default=None)
    return str(CONDITIONS_ADVICE[weaker.level]) if weaker is not None else ""


def trend(figure: Figure) -> str:
    """How a figure has moved since the round before, in words; empty where there is nothing to compare with."""
    points = figure.trend
    if points is None:
        return ""
    if points == 0:
        return _("the same as in the round before")
    size = ngettext("%(points)s percentage point", "%(points)s percentage points", abs(points)) % {
        "points": abs(points)
    }
    return (_("up %(size)s on the round before") if points > 0 else _("down %(size)s on the round before")) % {
        "size": size
    }


def _question(request: HttpRequest, figure: Figure, shown: Figures) -> dict[str, Any]:
    words = QUESTIONS[figure.question.number]
    number = figure.question.number
    return {
        "number": figure.question.number,
        "title": words.title,
        "figure": figure,
        "mark": LEVEL_SIGNS[figure.level],
        "said": words.said % {"yes": figure.yes, "base": figure.base},
        "trend": trend(figure),
        "details": _details(figure, shown),
        "advice": words.advice[figure.level],
        "why": words.why_at(figure.level),
        "button": button_for(number, person_of(request), roles(request), today()),
    }


def _details(figure: Figure, shown: Figures) -> list[str]:
    """What else is known about a question, each as a sentence."""
    if not figure.base:
        return []
    said: list[str] = []
    match figure.question.number:
        case 2:
            lasted = median(
                {int(days): number for days, number in numbers_by_key(shown.sums[Measure.BOOKED], "days").items()}
            )
            if lasted is not None:
                said.append(
                    ngettext(
                        "Half of them are registered within %(days)s day of being agreed.",
                        "Half of them are registered within %(days)s days of being agreed.",
                        lasted,
                    )
                    % {"days": lasted}
                )
            chosen = Counter(shown.sums[Measure.CHOSEN])
            if chosen["base"]:
                numbers = {"listed": chosen["listed"], "chosen": chosen["base"]}
                said.append(_("%(listed)s of %(chosen)s courses found were chosen from the catalogue.") % numbers)
        case 3:
            past = Counter(shown.sums[Measure.PAST])
            parts = {name: past[name] for name in ("went", "dated", "neither")}
            said.append(_("%(went)s went, %(dated)s have a new date, %(neither)s neither.") % parts)
        case 5:
            offered = methods_offered_on(today())
            used = {int(method) for method in numbers_by_key(shown.sums[Measure.PRACTICE], "way")} & offered
            if used:
                numbers = {"used": len(used), "offered": len(offered)}
                said.append(_("%(used)s of %(offered)s ways are in use.") % numbers)
        case 7 if shown.sums[Measure.ANSWERS].get("base"):
            answers = Counter(shown.sums[Measure.ANSWERS])
            numbers = {"learns": answers["learns"], "answered": answers["base"]}
            said.append(_("%(learns)s of %(answered)s answers say that it gave something new to learn.") % numbers)
    return said


def numbers_by_key(sums: Mapping[str, int], name: str) -> dict[str, int]:
    """Numbers by something: "days.12" of `days` as {"12": ...}."""
    return {key.partition(".")[2]: number for key, number in sums.items() if key.startswith(f"{name}.") and number}


@dataclass(frozen=True, slots=True)
class Station:
    """A phase in the flow: how many reached it, are in it now, were lost in it; bars in the picture's own units."""

    label: str
    reached: int
    here: int
    lost: int
    y: int
    on_width: float
    here_width: float
    lost_width: float

    @property
    def loss_x(self) -> float:
        return round(self.on_width + self.here_width, 1)


def flow(sums: Mapping[str, int], *, why: bool) -> dict[str, Any] | None:
    """From agreed to learned, with what was lost on the way; None when there is nothing to show.

    `why`: with the reasons, told by people. They are told of the whole only: of a part, the others would follow.
    """
    if not sums.get("base"):
        return None
    sums = Counter(sums)
    phases = list(Phase)
    here = [sums[f"at.{phase}"] for phase in phases]
    lost = [sums[f"lost.{phase}"] for phase in phases]
    stations = []
    for place, phase in enumerate(phases):
        reached = sum(here[place:]) + sum(lost[place:])
        still = here[place] if phase is not Phase.LEARNED else 0
        widths = [round(FLOW_WIDTH * n / sums["base"], 1) for n in (reached - still - lost[place], still, lost[place])]
        stations.append(Station(str(PHASE_LABELS[phase]), reached, still, lost[place], 18 + 62 * place, *widths))
    dropped = {reason: sums[f"reason.{reason}"] for reason in DropReason} if why else {}
    reasons, others = together({reason: number for reason, number in dropped.items() if number})
    return {
        "base": sums["base"],
        "learned": sums["at.learned"],
        "lost": sum(lost),
        "stations": stations,
        "reasons": [(DROP_LABELS[reason], number) for reason, number in sorted(reasons.items(), key=lambda r: -r[1])],
        "other_reasons": others,
        "why": why,
    }


def _row(unit: Unit | None, shown: Figures) -> dict[str, Any]:
    """A unit as a row of the table of units and questions."""
    shares = (shown.headline, *shown.questions)
    cells = [(figure.level, "-" if figure.percent is None else figure.percent) for figure in shares]
    return {"unit": unit, "people": shown.people, "cells": cells}


def practice_outcomes(request: HttpRequest) -> HttpResponse:
    """What came of learning in practice, by way, with and without a helper, and what got in the way."""
    if not figures_reach(person_of(request), today()):
        raise Http404
    found = what_gives_learning(today())
    context = {
        "learning": found,
        "hindrances": [(one.label, people) for one, people in found.hindrances],
        "dropped": [(DROP_LABELS[reason], people) for reason, people in found.dropped],
    }
    return render(request, "figures/practice_outcomes.html", context)


urlpatterns = [
    path("udbytte/", figures, name="figures"),
    path("udbytte/<int:pk>/", figures, name="figures-of"),
    path("udbytte/maader/", practice_outcomes, name="learning"),
]
