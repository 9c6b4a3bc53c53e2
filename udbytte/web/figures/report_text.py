"""The report of a round as one document: first the sentences, then the tables. Page, PDF and workbook show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.domain.figures.key_questions import Figure, Level, Measure, SilentEnd
from udbytte.domain.lifecycle import Party, Phase
from udbytte.models import Round
from udbytte.models.formatting import day
from udbytte.models.labels import STEP_LABELS
from udbytte.queries.figures.questions import Figures
from udbytte.queries.figures.report import Report
from udbytte.queries.figures.stalled_steps import StalledRow
from udbytte.web.base.components import Table, TableRow

from .advice import MONEY_KNOWN, QUESTIONS, RULES_READ
from .dashboard import Flow, days_to_registration, flow, flow_table
from .outcome_text import ends_sentence, ends_text, headline_sentence, reported_by_others, trend

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
class FigureLine:
    """A figure beside the same figure of the previous round; `number` is 0 where it is none of the seven questions."""

    number: int
    title: str
    figure: Figure
    before: Figure | None
    trend: str

    @property
    def now_text(self) -> str:
        return share(self.figure)

    @property
    def now_counts(self) -> str:
        return counts(self.figure)

    @property
    def before_counts(self) -> str:
        return counts(self.before)

    @property
    def before_text(self) -> str:
        return share(self.before)


@dataclass(frozen=True, slots=True)
class Document:
    """The report, all of it in the language of the reader. `previous_round`: its name, or empty."""

    title: str
    subtitle: str
    date_line: str
    previous_round: str
    paragraphs: Sequence[Paragraph]
    lines: Sequence[FigureLine]
    conditions: Sequence[FigureLine]
    flow: Table
    stalled: Table
    reasons: Table
    units: Table
    details: Sequence[str]


def counts(figure: Figure | None) -> str:
    """A share without its percentage: "14 of 22"; empty if nobody or too few are counted."""
    return _("%(yes)s of %(base)s") % _numbers(figure) if figure is not None and figure.base else ""


def share(figure: Figure | None) -> str:
    """A share with its percentage: "14 of 22 (64 %)"; a dash if nobody or too few are counted."""
    if figure is None or not figure.base:
        return "-"
    return f"{counts(figure)} ({figure.percent}\N{NO-BREAK SPACE}%)"


def _numbers(figure: Figure) -> dict[str, int | None]:
    return {"yes": figure.yes, "base": figure.base, "percent": figure.percent}


def document_of(round_: Round, report: Report) -> Document:
    """The report as a document."""
    place = report.place or _("the whole organisation")
    words = {"day": day(report.on, report.on.replace(year=1))}
    date_line = _("As it was on %(day)s, when the round was closed") if report.is_stored else _("As it is on %(day)s")
    losses = flow(report.figures.sums.get(Measure.FLOW, {}), why=report.reasons)
    reasons = list(losses.reasons) if losses else []
    if losses and losses.other_reasons:
        reasons.append((_("reasons that few have given"), losses.other_reasons))
    return Document(
        title=_("Does anything come of it? %(round)s") % {"round": round_.name},
        subtitle=_("Report to the works council, %(place)s") % {"place": place},
        date_line=date_line % words,
        previous_round=report.older,
        paragraphs=_paragraphs(report, losses, reasons),
        lines=_lines(report),
        conditions=_conditions(report),
        flow=losses.table if losses else flow_table([], []),
        stalled=_stalled(report),
        reasons=Table(
            columns=(_("Reason"), _("People")), rows=[TableRow(label, (number,)) for label, number in reasons]
        ),
        units=_units(report),
        details=_details(report),
    )


def _stalled(report: Report) -> Table:
    """What stood still at each step. The last column: half of the late ones are so many days late, or more."""
    days = _("Days, half of them")
    return Table(
        columns=(_("Step"), _("Lapsed"), _("Deadline missed"), _("Moved on"), _("Late now"), days),
        rows=[
            TableRow(_step_label(row), (row.lapsed, row.missed, row.moved, row.late, row.days))
            for row in report.stalled_steps
        ],
        label=_("What has stalled"),
    )


def _step_label(row: StalledRow) -> str:
    role = {
        Party.EMPLOYEE: _("employees"),
        Party.MANAGER: _("managers"),
        Party.COORDINATOR: _("course coordinators"),
        Party.BUDGET_OWNER: _("budget owners"),
    }
    if not row.step:
        return _("The other steps together, since fewer than 5 people have one of the roles")
    return f"{STEP_LABELS[row.step]} ({role[Party(row.role)]})"


def _units(report: Report) -> Table:
    """Each unit with the number of people in the round and its shares in percent, by the numbers of the questions."""
    return Table(
        columns=(_("Unit"), _("People"), _("Learned"), *map(str, QUESTIONS)),
        rows=[
            TableRow(name or _("The others"), _unit_cells(figures), note=_("too few to show"))
            for name, figures in report.parts
        ],
        label=_("Unit by unit"),
    )


def _unit_cells(figures: Figures) -> tuple[int | None, ...]:
    shares = (figures.headline, *figures.questions)
    return (figures.people, *(share.percent for share in shares)) if figures.people else ()


def _lines(report: Report) -> list[FigureLine]:
    now, before = report.figures, report.before
    headline = _("Agreements whose time has come that ended in learning")
    lines = [_line(0, headline, now.headline, before.headline if before else None)]
    if now.talked is not None and now.talked.base:
        talked = _("Of these, talked about with the manager")
        lines.append(_line(0, talked, now.talked, before.talked if before else None))
    for place, figure in enumerate(now.questions):
        number = figure.question.number
        lines.append(_line(number, str(QUESTIONS[number].title), figure, before.questions[place] if before else None))
    return lines


def _line(number: int, title: str, figure: Figure, before: Figure | None) -> FigureLine:
    return FigureLine(number, title, figure, before, trend(figure))


def _conditions(report: Report) -> list[FigureLine]:
    now, before = report.figures, report.before
    rules_read = _("The ground rules were read before the conversation")
    money_known = _("The money was known before the conversation")
    return [
        _line(0, rules_read, now.rules_read, before.rules_read if before else None),
        _line(0, money_known, now.money_known, before.money_known if before else None),
    ]


def _paragraphs(report: Report, losses: Flow | None, reasons: Sequence[tuple[str, int]]) -> list[Paragraph]:
    paragraphs = (
        Paragraph(_("How it went"), _how_it_went(report)),
        Paragraph(_("What goes well"), _what_goes_well(report)),
        Paragraph(_("What is lost, and why"), _what_is_lost(report, losses, reasons)),
        Paragraph(_("What has stalled"), _what_has_stalled(report, losses)),
        Paragraph(_("What the conversations had to build on"), _built_on(report)),
        Paragraph(_("What to do first"), _what_to_do_first(report)),
    )
    return [paragraph for paragraph in paragraphs if paragraph.text]


def _how_it_went(report: Report) -> str:
    figures, sentences = report.figures, list[str]()
    talks = figures.sums.get(Measure.ROUND, {})
    if not talks.get("base"):
        return _("Fewer than 5 people are in the round here, so no figures are shown.")
    held = {"held": talks.get("held", 0), "base": talks["base"]}
    sentences.append(_("%(held)s of %(base)s conversations are held.") % held)
    headline = figures.headline
    if headline.base:
        sentences += [headline_sentence(figures), str(VERDICT[headline.level])]
    else:
        sentences.append(_("It cannot be said yet what came of it: the time of too few agreements has come."))
    if report.open_agreements:
        words = ngettext(
            "%(count)s agreement is still open. It keeps its next step, its owner and its date, and is taken up in the "
            "next conversation.",
            "%(count)s agreements are still open. Each keeps its next step, its owner and its date, and is taken up in "
            "the next conversation.",
            report.open_agreements,
        )
        sentences.append(words % {"count": report.open_agreements})
    return " ".join(sentences)


def _sentence(figure: Figure) -> str:
    sentence = str(QUESTIONS[figure.question.number].sentence) % {"yes": figure.yes, "base": figure.base}
    return f"{sentence} ({figure.percent}\N{NO-BREAK SPACE}%)."


def _what_goes_well(report: Report) -> str:
    good = [figure for figure in report.figures.questions if figure.level is Level.HIGH]
    if good:
        return " ".join(_sentence(figure) for figure in good)
    if any(figure.base for figure in report.figures.questions):
        return _("None of the seven figures is where it should be yet.")
    return ""


def _what_is_lost(report: Report, losses: Flow | None, reasons: Sequence[tuple[str, int]]) -> str:
    if losses is None:
        return ""
    if not losses.lost:
        return _("Nothing has been dropped.")
    sentences: list[str] = []
    if losses.dropped:
        numbers = {"lost": losses.dropped, "base": losses.base}
        sentences.append(_("%(lost)s of %(base)s agreements were dropped, each with its reason.") % numbers)
    sums = report.figures.sums[Measure.FLOW]
    ends = {end: sum(sums.get(f"{end}.{phase}", 0) for phase in Phase) for end in SilentEnd}
    not_decided = ends_text({end: number for end, number in ends.items() if number})
    if not_decided:
        words = _("Of %(base)s agreements, these ended without a decision: %(ends)s.")
        sentences.append(words % {"base": losses.base, "ends": not_decided})
    most = max(losses.stations, key=lambda station: station.lost)
    words = _("Most of them, %(number)s, were lost in the phase “%(phase)s”.")
    sentences.append(words % {"phase": most.label, "number": most.lost})
    if losses.dropped:
        sentences.append(_why(report, losses, reasons))
    return " ".join(sentences)


def _why(report: Report, losses: Flow, reasons: Sequence[tuple[str, int]]) -> str:
    """Why something was dropped, in one sentence."""
    if losses.reasons:
        named = ", ".join(f"{label} ({number})" for label, number in reasons[:4])
        return _("The reasons, by how many people gave them: %(reasons)s.") % {"reasons": named}
    if reasons:
        return _("The reasons differ: none of them was given by at least five people.")
    if report.reasons:
        return _("Why is told when at least five people have dropped something.")
    return _("Why is told in the report of the whole round.")


def _what_has_stalled(report: Report, losses: Flow | None) -> str:
    """How many agreements lapsed, missed a deadline, moved on or are late; empty in a report from before it counted."""
    stalled = report.stalled
    if losses is None or stalled is None:
        return ""
    if stalled.is_empty:
        return _("No step is past its date, and no agreement has lapsed.")
    sentences = []
    if stalled.lapsed:
        words = _("%(number)s of %(base)s agreements lapsed, since nobody acted for nine weeks.")
        sentences.append(words % {"number": stalled.lapsed, "base": losses.base})
    else:
        sentences.append(_("No agreement has lapsed."))
    if stalled.missed:
        words = ngettext(
            "A sign-up deadline passed %(number)s time before there was a seat.",
            "A sign-up deadline passed %(number)s times before there was a seat.",
            stalled.missed,
        )
        sentences.append(words % {"number": stalled.missed})
    if stalled.moved:
        words = ngettext(
            "A late step moved on to somebody else %(number)s time.",
            "A late step moved on to somebody else %(number)s times.",
            stalled.moved,
        )
        sentences.append(words % {"number": stalled.moved})
    if stalled.late:
        words = ngettext(
            "%(late)s step is past its date, by %(days)s days.",
            "%(late)s steps are past their date, half of them by %(days)s days or more.",
            stalled.late,
        )
        sentences.append(words % {"late": stalled.late, "days": stalled.days})
    if not report.reasons:
        sentences.append(_("At which steps is in the report of the whole round."))
    return " ".join(sentences)


def _built_on(report: Report) -> str:
    figures = ((report.figures.rules_read, RULES_READ), (report.figures.money_known, MONEY_KNOWN))
    sentences = [
        f"{str(words) % {'yes': figure.yes, 'base': figure.base}} ({figure.percent}\N{NO-BREAK SPACE}%)."
        for figure, words in figures
        if figure.base
    ]
    return " ".join(sentences)


def weakest_figures(report: Report) -> list[Figure]:
    """The questions whose figures are low or middle, the lowest level first, then those furthest from high."""
    order = {Level.LOW: 0, Level.MIDDLE: 1}
    weak = [figure for figure in report.figures.questions if figure.level in order]
    return sorted(weak, key=lambda figure: (order[figure.level], (figure.percent or 0) - figure.question.high))


def _what_to_do_first(report: Report) -> str:
    weak = weakest_figures(report)
    if not weak:
        good = any(figure.base for figure in report.figures.questions)
        return (
            _("All seven figures are good. Keep doing what you do, and look at the units one by one.") if good else ""
        )
    first = weak[0]
    sentences = [_sentence(first), str(QUESTIONS[first.question.number].advice[first.level])]
    if len(weak) > 1:
        next_ = QUESTIONS[weak[1].question.number].title
        sentences.append(_("The next to look at: %(question)s") % {"question": next_})
    return " ".join(sentences)


def _details(report: Report) -> list[str]:
    """Further sentences, the last of them about what ended without a decision."""
    sums, sentences = report.figures.sums, list[str]()
    half_registered = days_to_registration(report.figures)
    if half_registered is not None:
        words = ngettext(
            "Half of the courses are registered within %(days)s day of being agreed.",
            "Half of the courses are registered within %(days)s days of being agreed.",
            half_registered,
        )
        sentences.append(words % {"days": half_registered})
    if report.methods_used:
        methods = {"used": report.methods_used, "offered": report.methods_offered}
        sentences.append(_("%(used)s of %(offered)s ways of learning in practice are in use.") % methods)
    answers = sums.get(Measure.ANSWERS, {})
    if answers.get("base"):
        numbers = {"learns": answers.get("learns", 0), "answered": answers["base"]}
        sentences.append(_("%(learns)s of %(answered)s answers say that it gave something new to learn.") % numbers)
    about_ends = [ends_sentence(number, sums) for number in (2, 3, 6, 7)]
    return [*sentences, *(text for text in (reported_by_others(sums), *about_ends) if text)]
