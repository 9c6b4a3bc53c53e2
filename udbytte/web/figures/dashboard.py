"""The figures of a unit or of the whole organisation: the headline, where to start, and the seven questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.access.figures import Reach, figures_reach, report_reach
from udbytte.access.people import Roles
from udbytte.domain.figures.key_questions import HIGH_FROM, LOW_BELOW, Figure, Level, Measure, weakest_figures
from udbytte.domain.numbers import int_from
from udbytte.models import Person, Round, Unit
from udbytte.models.formatting import percent
from udbytte.models.labels import DROP_LABELS
from udbytte.queries.figures.questions import (
    Figures,
    PartFigures,
    PlaceFigures,
    figures_of_place,
    previous_round,
    rounds_of_unit,
)
from udbytte.queries.figures.report import stored_headline
from udbytte.queries.practice.helpers import methods_offered_on
from udbytte.queries.practice.outcomes import learning_on
from udbytte.runtime.clock import today
from udbytte.web.base.addresses import page_address
from udbytte.web.base.components import Table, TableRow
from udbytte.web.base.context import as_context
from udbytte.web.base.request import chosen_round, person_of, roles

from .advice import (
    CONDITIONS_ADVICE,
    HEADLINE_ADVICE,
    MONEY_KNOWN,
    MONEY_KNOWN_HEAD,
    QUESTIONS,
    RULES_READ,
    RULES_READ_HEAD,
)
from .advice_buttons import Button, button_for
from .flow import Flow, days_to_registration, flow, numbers_by_key
from .outcome_text import (
    as_of,
    counts,
    ends_sentence,
    headline_sentence,
    percent_text,
    points,
    reported_by_others,
    share,
    trend,
)

LEVEL_SIGNS = {Level.LOW: "○", Level.MIDDLE: "◐", Level.HIGH: "●", Level.NONE: ""}
CONDITIONS = 8  # the number in the address that opens what was known before the conversations


@dataclass(frozen=True, slots=True)
class Headline:
    """What came of the agreements: of the round, or of the previous one as long as the round has no such figure."""

    round: Round
    percent: str  # empty: there is no figure yet
    sentence: str
    as_of: str
    verdict: str
    at_close: str  # what it was when the round was closed; empty if that is not stored


@dataclass(frozen=True, slots=True)
class Start:
    """The one thing that would help most, with its button."""

    head: str
    sentence: str
    advice: str
    button: Button | None
    number: int = 0  # its question; 0: none


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said about a question when it is opened."""

    sentence: str
    trend: str
    details: Sequence[str]
    advice: str
    why: str
    button: Button | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as a row of the table; `number` is 0 where it is none of the seven. `answer`: it is open."""

    number: int
    title: str
    figure: Figure
    mark: str
    percent: str
    base: str
    before: str
    points: str
    key: int  # opens it
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as a row of the table of units and questions; `unit` None: the others together."""

    unit: Unit | None
    people: int
    cells: Sequence[tuple[Level, int | str]]


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """What the templates of the figures read. Without a round, or with too few people, the page only says so."""

    unit: Unit | None
    above: Sequence[Unit]
    others: Sequence[Unit]
    rounds: Sequence[Round]
    round: Round | None
    people: int = 0
    reports: Sequence[Round] = ()  # the rounds whose report the person may read, the one with a headline first
    begins_with_report: bool = False
    headline: Headline | None = None
    start: Start | None = None
    questions: Sequence[QuestionRow] = ()
    conditions: Sequence[QuestionRow] = ()
    bounds: str = ""
    flow: Flow | None = None
    columns: Sequence[tuple[int, str]] = ()
    parts: Sequence[UnitRow] = ()
    whole: UnitRow | None = None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads, and on which day."""

    person: Person
    roles: Roles
    on: date
    reads_report: bool  # that of the unit

    @property
    def reads_reports(self) -> bool:
        return self.roles.is_hr or self.roles.is_works_council


def figures(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The figures of a unit, or of the first place whose figures the person may see."""
    person, mine, on = person_of(request), roles(request), today()
    reach = figures_reach(person, on)
    unit = _unit(reach, pk)
    rounds = rounds_of_unit(unit, on)
    reader = _Reader(person, mine, on, (mine.is_hr or mine.is_works_council) and _reads_report(person, unit, on))
    page = FiguresPage(
        unit=unit,
        above=_above(reach, unit),
        others=[top for top in reach.tops if unit is None or top.pk not in unit.ancestor_ids],
        rounds=rounds,
        round=chosen_round(request, rounds),
    )
    if page.round is not None:
        opened = int_from(request.GET.get("q", "")) or 0
        page = _with_figures(page, page.round, reader, opened=opened, is_asked="runde" in request.GET)
    return render(request, "figures/figures.html", as_context(page))


def _with_figures(page: FiguresPage, round_: Round, reader: _Reader, *, opened: int, is_asked: bool) -> FiguresPage:
    """The page with the figures of the round, or of the previous one if the round has none and nobody asked for it."""
    earlier = previous_round(round_, list(page.rounds))
    answer = figures_of_place(page.unit, round_, on=reader.on, before=earlier)
    if earlier is not None and not is_asked and not _has_figures(answer.figures):
        return _with_figures(page, earlier, reader, opened=opened, is_asked=True)
    shown = answer.figures
    headline = _headline(shown, page.unit, round_, earlier, reader)
    reports = list(dict.fromkeys((headline.round, round_))) if reader.reads_reports else []
    return FiguresPage(
        unit=page.unit,
        above=page.above,
        others=page.others,
        rounds=page.rounds,
        round=round_,
        people=shown.people,
        reports=reports,
        begins_with_report=bool(reports) and not reader.roles.is_hr,
        headline=headline,
        start=_start(answer, reader),
        questions=[_question(figure, answer, reader, opened) for figure in shown.questions],
        conditions=_conditions(shown, opened),
        bounds=_bounds(),
        flow=flow(shown.sums[Measure.FLOW], why=answer.unit is None or answer.unit.parent_id is None),
        columns=[(number, str(words.short)) for number, words in QUESTIONS.items()],
        parts=[_row(part.unit, part.figures) for part in answer.parts],
        whole=_row(answer.unit, shown),
    )


def _reads_report(person: Person, unit: Unit | None, on: date) -> bool:
    reach = report_reach(person, on)
    return reach.whole or (unit is not None and reach.holds(unit))


def _has_figures(shown: Figures) -> bool:
    return any(figure.base for figure in (shown.headline, *shown.questions))


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


def _headline(shown: Figures, unit: Unit | None, round_: Round, earlier: Round | None, reader: _Reader) -> Headline:
    """The headline of the round; without one that of the previous round, if it has one."""
    if not shown.headline.base and earlier is not None:
        before = figures_of_place(unit, earlier, on=reader.on).figures
        if before.headline.base:
            return _headline(before, unit, earlier, None, reader)
    at_close = stored_headline(round_, unit) if round_.closed_on and reader.reads_report else None
    return Headline(
        round=round_,
        percent=percent(shown.headline.percent) if shown.headline.percent is not None else "",
        sentence=headline_sentence(shown),
        as_of=as_of(round_, reader.on),
        verdict=str(HEADLINE_ADVICE[shown.headline.level]),
        at_close=share(at_close) if at_close is not None and at_close.base else "",
    )


def _start(answer: PlaceFigures, reader: _Reader) -> Start | None:
    """What would help most: the lowest figure with its remedy. None as long as no figure is known."""
    weak = weakest_figures(answer.figures.questions)
    if not weak:
        if not any(figure.base for figure in answer.figures.questions):
            return None
        return Start(_("Keep it up"), _("All figures are good."), _("Look at the units one by one."), None)
    figure = weak[0]
    number = figure.question.number
    words = QUESTIONS[number]
    return Start(
        head=str(words.start),
        sentence=f"{words.sentence_of(figure)} ({percent_text(figure)}).",
        advice=str(words.advice[figure.level]),
        button=_button(figure, answer, reader),
        number=number,
    )


def _button(figure: Figure, answer: PlaceFigures, reader: _Reader) -> Button | None:
    lowest = _lowest_unit_button(figure.question.number, answer)
    return button_for(figure.question.number, reader.person, reader.roles, reader.on, lowest=lowest)


def _lowest_unit_button(number: int, answer: PlaceFigures) -> Button | None:
    """Where a question's figure is lowest, of the units right below whose figures are shown."""
    weak = [(figures[0], part.unit) for part in answer.parts if part.unit and (figures := _weak(part, number))]
    if not weak:
        return None
    figure, unit = min(weak, key=lambda pair: pair[0].percent or 0)
    words = {"unit": unit.name, "percent": percent_text(figure)}
    url = f"{page_address('figures-of', unit.pk)}?runde={answer.round.pk}&q={number}#q{number}"
    return Button(_("Begin with %(unit)s, where it is %(percent)s") % words, url)


def _weak(part: PartFigures, number: int) -> list[Figure]:
    return weakest_figures(figure for figure in part.figures.questions if figure.question.number == number)


def _bounds() -> str:
    words = {"low": LOW_BELOW, "high": percent(HIGH_FROM), "middle": HIGH_FROM - 1}
    return _("● good, from %(high)s. ◐ on the way, %(low)s–%(middle)s. ○ needs attention, below %(low)s.") % words


def _question(figure: Figure, answer: PlaceFigures, reader: _Reader, opened: int) -> QuestionRow:
    number = figure.question.number
    words = QUESTIONS[number]
    opens = None
    if number == opened:
        opens = Answer(
            sentence=words.sentence_of(figure) if figure.base else "",
            trend=trend(figure),
            details=_details(figure, answer.figures, reader.on),
            advice=str(words.advice[figure.level]),
            why=words.why_at(figure.level),
            button=_button(figure, answer, reader),
        )
    return _question_row(number, str(words.title), figure, number, opens)


def _question_row(number: int, title: str, figure: Figure, key: int, opens: Answer | None) -> QuestionRow:
    return QuestionRow(
        number=number,
        title=title,
        figure=figure,
        mark=LEVEL_SIGNS[figure.level],
        percent=percent(figure.percent) if figure.percent is not None else "",
        base=counts(figure),
        before=percent(figure.before) if figure.before is not None else "",
        points=points(figure),
        key=key,
        answer=opens,
    )


def _conditions(shown: Figures, opened: int) -> list[QuestionRow]:
    """What was known before the conversations. The weaker one has the advice for both."""
    pairs = ((shown.rules_read, RULES_READ_HEAD, RULES_READ), (shown.money_known, MONEY_KNOWN_HEAD, MONEY_KNOWN))
    rows = []
    for place, (figure, head, sentence) in enumerate(pairs):
        key = CONDITIONS + place
        said = str(sentence) % {"yes": figure.yes, "base": figure.base} if figure.base else ""
        advice = str(CONDITIONS_ADVICE[figure.level])
        opens = Answer(said, trend(figure), (), advice, "", None) if key == opened else None
        rows.append(_question_row(0, str(head), figure, key, opens))
    return rows


def _details(figure: Figure, shown: Figures, on: date) -> list[str]:
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
            offered = methods_offered_on(on)
            used = {int(method) for method in numbers_by_key(shown.sums[Measure.PRACTICE], "way")} & offered
            if used:
                numbers = {"used": len(used), "offered": len(offered)}
                sentences.append(_("%(used)s of %(offered)s ways are in use.") % numbers)
        case 7 if shown.sums[Measure.ANSWERS].get("base"):
            answers = Counter(shown.sums[Measure.ANSWERS])
            numbers = {"learns": answers["learns"], "answered": answers["base"]}
            sentences.append(_("%(learns)s of %(answered)s answers say that it gave something new to learn.") % numbers)
    return [*sentences, ends] if ends else sentences


def _row(unit: Unit | None, shown: Figures) -> UnitRow:
    shares: Iterable[Figure] = (shown.headline, *shown.questions)
    cells = [(figure.level, "\N{EN DASH}" if figure.percent is None else figure.percent) for figure in shares]
    return UnitRow(unit, shown.people, cells)


def practice_outcomes(request: HttpRequest) -> HttpResponse:
    """The outcomes of learning at work by practice method, with and without a helper, and what hindered it."""
    if not figures_reach(person_of(request), today()):
        raise Http404
    outcomes = learning_on(today())
    by_method = Table(
        columns=(_("Way of learning"), _("Reported"), _("Something new"), _("Much new")),
        rows=[
            TableRow(method, (given.outcomes, given.something, given.much), url=page_address("method", method.pk))
            for method, given in outcomes.by_method
        ],
    )
    context = {
        "learning": outcomes,
        "by_method": by_method,
        "with_helper": percent(outcomes.with_helper.percent) if outcomes.with_helper else "",
        "without_helper": percent(outcomes.without_helper.percent) if outcomes.without_helper else "",
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
