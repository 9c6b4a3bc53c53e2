"""The figures of a unit or of the whole organisation, for the seven questions, and the outcomes of practice methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.access.figures import Reach, figures_reach
from udbytte.domain.figures.key_questions import Figure, Level, Measure, SilentEnd, median
from udbytte.domain.figures.suppression import group_small_parts
from udbytte.domain.lifecycle import DropReason, Phase
from udbytte.models import Unit
from udbytte.models.labels import DROP_LABELS, PHASE_LABELS
from udbytte.queries.figures.questions import Figures, PlaceFigures, figures_of_place, previous_round, rounds_of_unit
from udbytte.queries.practice.helpers import methods_offered_on
from udbytte.queries.practice.outcomes import learning_on
from udbytte.runtime.clock import today
from udbytte.web.base.addresses import page_address
from udbytte.web.base.components import Table, TableRow
from udbytte.web.base.request import chosen_round, person_of, roles

from .advice import CONDITIONS_ADVICE, HEADLINE_ADVICE, MONEY_KNOWN, QUESTIONS, RULES_READ
from .advice_buttons import button_for
from .outcome_text import ends_sentence, headline_sentence, reported_by_others, trend

LEVEL_SIGNS = {Level.LOW: "○", Level.MIDDLE: "◐", Level.HIGH: "●", Level.NONE: ""}
FLOW_WIDTH = 340  # of the bars of the flow, in the units of the picture


def figures(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The figures of a unit, or of the first place whose figures the person may see."""
    on = today()
    reach = figures_reach(person_of(request), on)
    unit = _unit(reach, pk)
    rounds = rounds_of_unit(unit, on)
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
        earlier_round = previous_round(chosen, rounds)
        answer = figures_of_place(unit, chosen, on=on, before=earlier_round)
        context |= _answer_context(request, answer)
        if earlier_round is not None and not answer.figures.headline.base:
            sentence = headline_sentence(figures_of_place(unit, earlier_round, on=on).figures)
            context |= {"previous_round": earlier_round, "previous_headline": sentence}
    return render(request, "figures/figures.html", context)


def _unit(reach: Reach, pk: int | None) -> Unit | None:
    """The requested unit, if it is within reach; None for the whole organisation. Raises Http404."""
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
    """The units above `unit` that are within reach, the highest first."""
    if unit is None:
        return []
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=unit.ancestor_ids[:-1])}
    return [units[pk] for pk in unit.ancestor_ids[:-1] if reach.holds(units[pk])]


def _answer_context(request: HttpRequest, answer: PlaceFigures) -> dict[str, Any]:
    """An answer, with its words, as the page shows it."""
    shown = answer.figures
    return {
        "headline": shown.headline,
        "headline_sentence": headline_sentence(shown),
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
    """The advice for the weaker of the two conditions; empty if neither has a figure."""
    known = [figure for figure in (shown.rules_read, shown.money_known) if figure.percent is not None]
    weaker = min(known, key=lambda figure: figure.percent or 0, default=None)
    return str(CONDITIONS_ADVICE[weaker.level]) if weaker is not None else ""


def _question(request: HttpRequest, figure: Figure, shown: Figures) -> dict[str, Any]:
    number = figure.question.number
    words = QUESTIONS[number]
    return {
        "number": number,
        "title": words.title,
        "figure": figure,
        "mark": LEVEL_SIGNS[figure.level],
        "sentence": words.sentence % {"yes": figure.yes, "base": figure.base},
        "trend": trend(figure),
        "details": _details(figure, shown),
        "advice": words.advice[figure.level],
        "why": words.why_at(figure.level),
        "button": button_for(number, person_of(request), roles(request), today()),
    }


def _details(figure: Figure, shown: Figures) -> list[str]:
    """Further sentences about a question, the last of them about what ended without a decision."""
    if not figure.base:
        return []
    sentences: list[str] = []
    ends = ends_sentence(figure.question.number, shown.sums)
    match figure.question.number:
        case 2:
            half_registered = days_to_registration(shown)
            if half_registered is not None:
                sentences.append(
                    ngettext(
                        "Half of them are registered within %(days)s day of being agreed.",
                        "Half of them are registered within %(days)s days of being agreed.",
                        half_registered,
                    )
                    % {"days": half_registered}
                )
            chosen = Counter(shown.sums[Measure.CHOSEN])
            if chosen["base"]:
                numbers = {"listed": chosen["listed"], "chosen": chosen["base"]}
                sentences.append(_("%(listed)s of %(chosen)s courses found were chosen from the catalogue.") % numbers)
        case 3:
            past = Counter(shown.sums[Measure.PAST])
            parts = {name: past[name] for name in ("went", "dated", "neither")}
            sentences.append(_("%(went)s went, %(dated)s have a new date, %(neither)s neither.") % parts)
            sentences += [text for text in (reported_by_others(shown.sums),) if text]
        case 5:
            offered = methods_offered_on(today())
            used = {int(method) for method in numbers_by_key(shown.sums[Measure.PRACTICE], "way")} & offered
            if used:
                numbers = {"used": len(used), "offered": len(offered)}
                sentences.append(_("%(used)s of %(offered)s ways are in use.") % numbers)
        case 7 if shown.sums[Measure.ANSWERS].get("base"):
            answers = Counter(shown.sums[Measure.ANSWERS])
            numbers = {"learns": answers["learns"], "answered": answers["base"]}
            sentences.append(_("%(learns)s of %(answered)s answers say that it gave something new to learn.") % numbers)
    return [*sentences, ends] if ends else sentences


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
        columns=(_("Phase"), _("Reached it"), _("Are there now"), *losses),
        rows=[TableRow(station.label, (station.reached, station.here, *station.losses)) for station in stations],
        label=_("From agreed to learned"),
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
        stations.append(Station(str(PHASE_LABELS[phase]), reached, still, losses[place], 18 + 62 * place, *widths))
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


def _row(unit: Unit | None, shown: Figures) -> dict[str, Any]:
    """A unit as a row of the table of units and questions."""
    shares = (shown.headline, *shown.questions)
    cells = [(figure.level, "-" if figure.percent is None else figure.percent) for figure in shares]
    return {"unit": unit, "people": shown.people, "cells": cells}


def practice_outcomes(request: HttpRequest) -> HttpResponse:
    """The outcomes of learning at work by practice method, with and without a helper, and what hindered it."""
    if not figures_reach(person_of(request), today()):
        raise Http404
    outcomes = learning_on(today())
    by_method = Table(
        columns=(_("Way to learn"), _("Told"), _("Something new"), _("Much new")),
        rows=[
            TableRow(method, (given.outcomes, given.something, given.much), url=page_address("method", method.pk))
            for method, given in outcomes.by_method
        ],
    )
    context = {
        "learning": outcomes,
        "by_method": by_method,
        "hindrances": [(hindrance.label, people) for hindrance, people in outcomes.hindrances],
        "dropped": [(DROP_LABELS[reason], people) for reason, people in outcomes.dropped],
    }
    return render(request, "figures/practice_outcomes.html", context)


def what_is_measured(request: HttpRequest) -> HttpResponse:
    """What is measured about whom, who sees it, for how long, and what is never shown: for the works council."""
    if not figures_reach(person_of(request), today()):
        raise Http404
    return render(request, "figures/what_is_measured.html")


urlpatterns = [
    path("udbytte/", figures, name="figures"),
    path("udbytte/<int:pk>/", figures, name="figures-of"),
    path("udbytte/maader/", practice_outcomes, name="learning"),
    path("udbytte/til-med/", what_is_measured, name="what-is-measured"),
]
