"""The report of a round as one document: first the sentences, then the tables. Page, PDF and workbook show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.figures.key_questions import Figure, Level, Measure, SilentEnd, weakest_figures
from udbytte.domain.lifecycle import Party, Phase
from udbytte.models import Round
from udbytte.models.formatting import day
from udbytte.models.labels import STEP_LABELS, works_council
from udbytte.queries.figures.questions import Figures
from udbytte.queries.figures.report import Report
from udbytte.queries.figures.stalled_steps import StalledRow
from udbytte.web.base.components import Table, TableRow

from .advice import HEADLINE_ADVICE, MONEY_KNOWN, MONEY_KNOWN_HEAD, QUESTIONS, RULES_READ, RULES_READ_HEAD
from .flow import Flow, days_to_registration, flow, flow_table
from .outcome_text import (
    counts,
    ends_sentence,
    ends_text,
    headline_sentence,
    percent_text,
    reported_by_others,
    share,
    trend,
)


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
        subtitle=_("Report to %(council)s, %(place)s") % {"council": works_council(), "place": place},
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
    days = _("Days overdue, half of them")
    return Table(
        columns=(_("Task"), _("Lapsed"), _("Deadline missed"), _("Moved on"), _("Overdue now"), days),
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
        return _("The other tasks together, because fewer than 5 people have one of the roles")
    return f"{STEP_LABELS[row.step]} ({role[Party(row.role)]})"


def _units(report: Report) -> Table:
    """Each unit with the number of people in the round and its shares in percent."""
    return Table(
        columns=(_("Unit"), _("People"), _("Ended in learning"), *(str(words.short) for words in QUESTIONS.values())),
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
    headline = _("Agreements that should be finished, and ended in learning")
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
    return [
        _line(0, str(RULES_READ_HEAD), now.rules_read, before.rules_read if before else None),
        _line(0, str(MONEY_KNOWN_HEAD), now.money_known, before.money_known if before else None),
    ]


def _paragraphs(report: Report, losses: Flow | None, reasons: Sequence[tuple[str, int]]) -> list[Paragraph]:
    paragraphs = (
        Paragraph(_("How it went"), _how_it_went(report)),
        Paragraph(_("What goes well"), _what_goes_well(report)),
        Paragraph(_("What was lost, and why"), _what_is_lost(report, losses, reasons)),
        Paragraph(_("What has stalled"), _what_has_stalled(report, losses)),
        Paragraph(_("Were the ground rules and the budget known beforehand?"), _built_on(report)),
        Paragraph(_("What to do first"), _what_to_do_first(report)),
    )
    return [paragraph for paragraph in paragraphs if paragraph.text]


def _how_it_went(report: Report) -> str:
    figures, sentences = report.figures, list[str]()
    talks = figures.sums.get(Measure.ROUND, {})
    if not talks.get("base"):
        return _("Fewer than 5 people are in the round here, so no figures are shown.")
    held = {"held": figures.sums.get(Measure.HELD, {}).get("base", 0), "base": talks["base"]}
    words = _("%(held)s of %(base)s conversations are counted as held. A unit counts when at least 5 have been held.")
    sentences.append(words % held)
    headline = figures.headline
    if headline.base:
        sentences += [headline_sentence(figures), str(HEADLINE_ADVICE[headline.level])]
    else:
        sentences.append(_("It is too early to say what came of it: too few agreements should be finished by now."))
    if report.older_today is not None and report.older_today.headline.base:
        previous = {"round": report.older, "sentence": headline_sentence(report.older_today)}
        sentences.append(_("The previous round (%(round)s): %(sentence)s") % previous)
    if report.open_agreements:
        words = ngettext(
            "%(count)s agreement is still open. It keeps its next step and its date, and you take it up in the next "
            "conversation.",
            "%(count)s agreements are still open. They keep their next step and their date, and you take them up in "
            "the next conversation.",
            report.open_agreements,
        )
        sentences.append(words % {"count": report.open_agreements})
    return " ".join(sentences)


def _sentence(figure: Figure) -> str:
    return f"{QUESTIONS[figure.question.number].sentence_of(figure)} ({percent_text(figure)})."


def _what_goes_well(report: Report) -> str:
    good = [figure for figure in report.figures.questions if figure.level is Level.HIGH]
    if good:
        return " ".join(_sentence(figure) for figure in good)
    if any(figure.base for figure in report.figures.questions):
        return _("None of the seven figures is good yet.")
    return ""


def _what_is_lost(report: Report, losses: Flow | None, reasons: Sequence[tuple[str, int]]) -> str:
    if losses is None:
        return ""
    if not losses.lost:
        return _("No agreements have been dropped.")
    sentences: list[str] = []
    if losses.dropped:
        numbers = {"lost": losses.dropped, "base": losses.base}
        sentences.append(_("%(lost)s of %(base)s agreements were dropped, each with a reason.") % numbers)
    sums = report.figures.sums[Measure.FLOW]
    ends = {end: sum(sums.get(f"{end}.{phase}", 0) for phase in Phase) for end in SilentEnd}
    not_decided = ends_text({end: number for end, number in ends.items() if number})
    if not_decided:
        words = _("Of %(base)s agreements, these ended without a decision: %(ends)s.")
        sentences.append(words % {"base": losses.base, "ends": not_decided})
    most = max(losses.stations, key=lambda station: station.lost)
    words = _("Most (%(number)s) were lost in the phase ”%(phase)s”.")
    sentences.append(words % {"phase": most.label, "number": most.lost})
    if losses.dropped:
        sentences.append(_why(report, losses, reasons))
    return " ".join(sentences)


def _why(report: Report, losses: Flow, reasons: Sequence[tuple[str, int]]) -> str:
    """Why something was dropped, in one sentence."""
    if losses.reasons:
        named = ", ".join(f"{label} ({number})" for label, number in reasons[:4])
        return _("The reasons, with the number of people: %(reasons)s.") % {"reasons": named}
    if reasons:
        return _("The reasons differ. None of them was given by at least five people.")
    if report.reasons:
        return _("The reasons are shown when at least five people have dropped something.")
    return _("The reasons are in the report of the whole round.")


def _what_has_stalled(report: Report, losses: Flow | None) -> str:
    """How many agreements lapsed, missed a deadline, moved on or are late; empty in a report from before it counted."""
    stalled = report.stalled
    if losses is None or stalled is None:
        return ""
    if stalled.is_empty:
        return _("No tasks are overdue, and no agreements have lapsed.")
    sentences = []
    if stalled.lapsed:
        words = _("%(number)s of %(base)s agreements lapsed because nobody acted for nine weeks.")
        sentences.append(words % {"number": stalled.lapsed, "base": losses.base})
    else:
        sentences.append(_("No agreements have lapsed."))
    if stalled.missed:
        words = ngettext(
            "%(number)s registration deadline passed before there was a place.",
            "%(number)s registration deadlines passed before there was a place.",
            stalled.missed,
        )
        sentences.append(words % {"number": stalled.missed})
    if stalled.moved:
        words = ngettext(
            "An overdue task has moved on to somebody else %(number)s time.",
            "Overdue tasks have moved on to somebody else %(number)s times.",
            stalled.moved,
        )
        sentences.append(words % {"number": stalled.moved})
    if stalled.late:
        words = ngettext(
            "%(late)s task is overdue, by %(days)s days.",
            "%(late)s tasks are overdue, half of them by %(days)s days or more.",
            stalled.late,
        )
        sentences.append(words % {"late": stalled.late, "days": stalled.days})
    if not report.reasons:
        sentences.append(_("Which tasks they were is in the report of the whole round."))
    return " ".join(sentences)


def _built_on(report: Report) -> str:
    figures = ((report.figures.rules_read, RULES_READ), (report.figures.money_known, MONEY_KNOWN))
    sentences = [
        f"{str(words) % {'yes': figure.yes, 'base': figure.base}} ({percent_text(figure)})."
        for figure, words in figures
        if figure.base
    ]
    return " ".join(sentences)


def _what_to_do_first(report: Report) -> str:
    weak = weakest_figures(report.figures.questions)
    if not weak:
        good = any(figure.base for figure in report.figures.questions)
        return _("All figures are good.") + " " + _("Look at the units one by one.") if good else ""
    first = weak[0]
    sentences = [_sentence(first), str(QUESTIONS[first.question.number].advice[first.level])]
    if len(weak) > 1:
        next_ = QUESTIONS[weak[1].question.number].title
        sentences.append(_("Then look at this: %(question)s") % {"question": next_})
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
        sentences.append(_("%(used)s of %(offered)s ways of learning at work are in use.") % methods)
    answers = sums.get(Measure.ANSWERS, {})
    if answers.get("base"):
        numbers = {"learns": answers.get("learns", 0), "answered": answers["base"]}
        sentences.append(_("%(learns)s of %(answered)s answers say that it gave something new to learn.") % numbers)
    about_ends = [ends_sentence(number, sums) for number in (2, 3, 6, 7)]
    return [*sentences, *(text for text in (reported_by_others(sums), *about_ends) if text)]
