"""A round's report in words first and figures after: one document, shown as a page, on paper and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.domain.figures import Figure, Level, Measure, median
from udbytte.models import Round
from udbytte.models.formatting import day
from udbytte.queries.figures.questions import Figures
from udbytte.queries.figures.report import Report

from .advice import MONEY_KNOWN, QUESTIONS, RULES_READ
from .dashboard import by_name, flow, trend

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

VERDICT: Mapping[Level, _StrPromise] = {
    Level.LOW: lazy("Most of what should be finished by now has come to nothing."),
    Level.MIDDLE: lazy("A good part of what should be finished by now has come to something; a good part has not."),
    Level.HIGH: lazy("What should be finished by now has mostly come to something."),
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A figure beside what it was in the round before; `before` is empty where there is none."""

    number: int
    title: str
    figure: Figure
    before: Figure | None
    trend: str

    @property
    def now_said(self) -> str:
        return share(self.figure)

    @property
    def of_now(self) -> str:
        return counts(self.figure)

    @property
    def of_before(self) -> str:
        return counts(self.before)

    @property
    def before_said(self) -> str:
        return share(self.before)


@dataclass(frozen=True, slots=True)
class Loss:
    """A phase of the flow: how many agreements reached it, are in it and were dropped in it."""

    label: str
    reached: int
    here: int
    lost: int


@dataclass(frozen=True, slots=True)
class Part:
    """A unit as a row: how many are in the round (None: too few to show), and its shares in percent."""

    name: str
    people: int | None
    percents: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Document:
    """The report, all of it in the language of the reader. `older` names the round before; empty without one."""

    title: str
    over: str
    under: str
    older: str
    paragraphs: Sequence[Paragraph]
    lines: Sequence[Line]
    conditions: Sequence[Line]
    flow: Sequence[Loss]
    reasons: Sequence[tuple[str, int]]
    columns: Sequence[str]
    parts: Sequence[Part]
    details: Sequence[str]


def counts(figure: Figure | None) -> str:
    """A share without its percent: "14 of 22"; empty where nobody is counted, or too few."""
    return _("%(yes)s of %(base)s") % _numbers(figure) if figure is not None and figure.base else ""


def share(figure: Figure | None) -> str:
    """A share as a table says it: "14 of 22 (64 %)"; a dash where nobody is counted, or too few."""
    if figure is None or not figure.base:
        return "-"
    return f"{counts(figure)} ({figure.percent}\N{NO-BREAK SPACE}%)"


def _numbers(figure: Figure) -> dict[str, int | None]:
    return {"yes": figure.yes, "base": figure.base, "percent": figure.percent}


def document_of(round_: Round, report: Report) -> Document:
    """The report as a document."""
    place = report.place or _("the whole organisation")
    said = {"day": day(report.on, report.on.replace(year=1))}
    under = _("As it was on %(day)s, when the round was closed") if report.kept else _("As it is on %(day)s")
    losses = flow(report.figures.sums.get(Measure.FLOW, {}), why=report.reasons)
    reasons = list(losses["reasons"]) if losses else []
    if losses and losses["other_reasons"]:
        reasons.append((_("reasons that few have given"), losses["other_reasons"]))
    return Document(
        title=_("Does anything come of it? %(round)s") % {"round": round_.name},
        over=_("Report to the works council, %(place)s") % {"place": place},
        under=under % said,
        older=report.older,
        paragraphs=_paragraphs(report, losses, reasons),
        lines=_lines(report),
        conditions=_conditions(report),
        flow=[Loss(one.label, one.reached, one.here, one.lost) for one in losses["stations"]] if losses else [],
        reasons=[(str(label), number) for label, number in reasons],
        columns=[_("Learned"), *(str(QUESTIONS[number].short) for number in QUESTIONS)],
        parts=[_part(name or _("The others"), figures) for name, figures in report.parts],
        details=_details(report),
    )


def _part(name: str, figures: Figures) -> Part:
    shares = (figures.headline, *figures.questions)
    return Part(name, figures.people or None, [one.percent for one in shares])


def _lines(report: Report) -> list[Line]:
    now, then = report.figures, report.before
    head = Line(0, _("Agreements whose time has come that ended in learning"), now.headline, None, "")
    lines = [_line(head, now.headline, then.headline if then else None)]
    for place, figure in enumerate(now.questions):
        number = figure.question.number
        row = Line(number, str(QUESTIONS[number].title), figure, None, "")
        lines.append(_line(row, figure, then.questions[place] if then else None))
    return lines


def _line(row: Line, figure: Figure, before: Figure | None) -> Line:
    return Line(row.number, row.title, figure, before, trend(figure))


def _conditions(report: Report) -> list[Line]:
    now, then = report.figures, report.before
    rules = Line(0, _("The ground rules were read before the conversation"), now.rules_read, None, "")
    money = Line(0, _("The money was known before the conversation"), now.money_known, None, "")
    return [
        _line(rules, now.rules_read, then.rules_read if then else None),
        _line(money, now.money_known, then.money_known if then else None),
    ]


def _paragraphs(
    report: Report, losses: Mapping[str, Any] | None, reasons: Sequence[tuple[object, int]]
) -> list[Paragraph]:
    made = (
        Paragraph(_("How it went"), _went(report)),
        Paragraph(_("What goes well"), _well(report)),
        Paragraph(_("What is lost, and why"), _lost(report, losses, reasons)),
        Paragraph(_("What the conversations had to build on"), _built_on(report)),
        Paragraph(_("What to do first"), _first(report)),
    )
    return [one for one in made if one.text]


def _went(report: Report) -> str:
    figures, said = report.figures, list[str]()
    talks = figures.sums.get(Measure.ROUND, {})
    if not talks.get("base"):
        return _("Fewer than 5 people are in the round here, so no figures are shown.")
    held = {"held": talks.get("held", 0), "base": talks["base"]}
    said.append(_("%(held)s of %(base)s conversations are held.") % held)
    headline = figures.headline
    if headline.base:
        words = _("%(yes)s of %(base)s agreements whose time has come ended in learning: %(percent)s %%")
        moved = trend(headline)
        said.append(words % _numbers(headline) + (f", {moved}." if moved else "."))
        said.append(str(VERDICT[headline.level]))
    else:
        said.append(_("It cannot be said yet what came of it: the time of too few agreements has come."))
    if report.open_agreements:
        words = ngettext(
            "%(count)s agreement is still open. It keeps its next step, its owner and its date, and is taken up in the "
            "next conversation.",
            "%(count)s agreements are still open. Each keeps its next step, its owner and its date, and is taken up in "
            "the next conversation.",
            report.open_agreements,
        )
        said.append(words % {"count": report.open_agreements})
    return " ".join(said)


def _sentence(figure: Figure) -> str:
    said = str(QUESTIONS[figure.question.number].said) % {"yes": figure.yes, "base": figure.base}
    return f"{said} ({figure.percent}\N{NO-BREAK SPACE}%)."


def _well(report: Report) -> str:
    good = [one for one in report.figures.questions if one.level is Level.HIGH]
    if good:
        return " ".join(_sentence(one) for one in good)
    if any(one.base for one in report.figures.questions):
        return _("None of the seven figures is where it should be yet.")
    return ""


def _lost(report: Report, losses: Mapping[str, Any] | None, reasons: Sequence[tuple[object, int]]) -> str:
    if losses is None:
        return ""
    if not losses["lost"]:
        return _("Nothing has been dropped.")
    numbers = {"lost": losses["lost"], "base": losses["base"]}
    said = [_("%(lost)s of %(base)s agreements were dropped, each with its reason.") % numbers]
    most = max(losses["stations"], key=lambda one: one.lost)
    words = _("Most of them, %(number)s, were lost in the phase “%(phase)s”.")
    said.append(words % {"phase": most.label, "number": most.lost})
    if reasons and losses["reasons"]:
        named = ", ".join(f"{label} ({number})" for label, number in reasons[:4])
        said.append(_("The reasons, by how many people gave them: %(reasons)s.") % {"reasons": named})
    elif reasons:
        said.append(_("The reasons differ: none of them was given by at least five people."))
    elif report.reasons:
        said.append(_("Why is told when at least five people have dropped something."))
    else:
        said.append(_("Why is told in the report of the whole round."))
    return " ".join(said)


def _built_on(report: Report) -> str:
    figures = ((report.figures.rules_read, RULES_READ), (report.figures.money_known, MONEY_KNOWN))
    told = [
        f"{str(words) % {'yes': one.yes, 'base': one.base}} ({one.percent}\N{NO-BREAK SPACE}%)."
        for one, words in figures
        if one.base
    ]
    return " ".join(told)


def weakest(report: Report) -> list[Figure]:
    """The questions that need somebody, the one that needs it most first."""
    order = {Level.LOW: 0, Level.MIDDLE: 1}
    weak = [one for one in report.figures.questions if one.level in order]
    return sorted(weak, key=lambda one: (order[one.level], (one.percent or 0) - one.question.high))


def _first(report: Report) -> str:
    weak = weakest(report)
    if not weak:
        good = any(one.base for one in report.figures.questions)
        return (
            _("All seven figures are good. Keep doing what you do, and look at the units one by one.") if good else ""
        )
    first = weak[0]
    said = [_sentence(first), str(QUESTIONS[first.question.number].advice[first.level])]
    if len(weak) > 1:
        next_ = QUESTIONS[weak[1].question.number].title
        said.append(_("The next to look at: %(question)s") % {"question": next_})
    return " ".join(said)


def _details(report: Report) -> list[str]:
    """What else is known, each as a sentence."""
    sums, said = report.figures.sums, list[str]()
    lasted = median({int(days): number for days, number in by_name(sums.get(Measure.BOOKED, {}), "days").items()})
    if lasted is not None:
        words = ngettext(
            "Half of the courses are registered within %(days)s day of being agreed.",
            "Half of the courses are registered within %(days)s days of being agreed.",
            lasted,
        )
        said.append(words % {"days": lasted})
    if report.methods_used:
        methods = {"used": report.methods_used, "offered": report.methods_offered}
        said.append(_("%(used)s of %(offered)s ways of learning in practice are in use.") % methods)
    answers = sums.get(Measure.ANSWERS, {})
    if answers.get("base"):
        told = {"learns": answers.get("learns", 0), "answered": answers["base"]}
        said.append(_("%(learns)s of %(answered)s answers say that it gave something new to learn.") % told)
    return said
