"""Sentences about what came of agreements: the headline, the same wherever it stands, and how agreements ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.figures.key_questions import HEADLINE, SILENT_ENDS_IN, Figure, Measure, SilentEnd, silent_ends_of
from udbytte.models import Round
from udbytte.models.formatting import percent
from udbytte.queries.figures.questions import Figures, Sums

NO_BREAK = "\N{NO-BREAK SPACE}"


def headline_sentence(figures: Figures) -> str:
    """The headline with its second half and with what became of the rest; empty without a base."""
    headline = figures.headline
    if not headline.base:
        return ""
    first = _("%(yes)s of %(base)s agreements that should be finished have ended in learning (%(percent)s)")
    first %= {"yes": headline.yes, "base": headline.base, "percent": percent_text(headline)}
    moved = trend(headline)
    sentences = [f"{first}, {moved}." if moved else f"{first}."]
    if figures.talked is not None and figures.talked.base:
        sentences.append(_talked_sentence(figures.talked))
    dropped = figures.sums.get(HEADLINE.measure, {}).get("dropped", 0)
    ends = _ends(silent_ends_of(HEADLINE.number, figures.sums), dropped)
    if ends:
        sentences.append(_("The others include %(ends)s.") % {"ends": ends})
    return " ".join(sentences)


def _talked_sentence(talked: Figure) -> str:
    words = ngettext(
        "%(talked)s of these %(learned)s has been talked about with the manager.",
        "%(talked)s of these %(learned)s have been talked about with the manager.",
        talked.yes,
    )
    return words % {"talked": talked.yes, "learned": talked.base}


def as_of(round_: Round, on: date) -> str:
    """Which round a figure is about, and the day it is of."""
    return _("%(round)s, as of %(day)s") % {"round": round_.name, "day": date_format(on, "DATE_FORMAT")}


def percent_text(figure: Figure) -> str:
    """The percentage within a sentence, where no line may break before its sign; a dash without a base."""
    return "\N{EN DASH}" if figure.percent is None else percent(figure.percent).replace(" ", NO_BREAK)


def counts(figure: Figure | None) -> str:
    """A share without its percentage: "14 of 22"; empty if nobody or too few are counted."""
    if figure is None or not figure.base:
        return ""
    return _("%(yes)s of %(base)s") % {"yes": figure.yes, "base": figure.base}


def share(figure: Figure | None) -> str:
    """A share with its percentage: "14 of 22 (64 %)"; a dash if nobody or too few are counted."""
    if figure is None or not figure.base:
        return "\N{EN DASH}"
    return f"{counts(figure)} ({percent_text(figure)})"


def points(figure: Figure) -> str:
    """The change since the previous round in percentage points, with its sign; empty if there is nothing to compare."""
    if figure.trend is None:
        return ""
    return f"+{figure.trend}" if figure.trend > 0 else str(figure.trend).replace("-", "\N{MINUS SIGN}")


def trend(figure: Figure) -> str:
    """The change since the previous round in words; empty if there is nothing to compare with."""
    change = figure.trend
    if change is None:
        return ""
    if change == 0:
        return _("the same as in the previous round")
    higher = ngettext(
        "%(points)s percentage point higher than in the previous round",
        "%(points)s percentage points higher than in the previous round",
        abs(change),
    )
    lower = ngettext(
        "%(points)s percentage point lower than in the previous round",
        "%(points)s percentage points lower than in the previous round",
        abs(change),
    )
    return (higher if change > 0 else lower) % {"points": abs(change)}


def _ends(ends: Mapping[SilentEnd, int], dropped: int) -> str:
    """How many ended in which way, as a list in words; empty if there are none."""
    words = {
        SilentEnd.LAPSED: _("%(number)s lapsed (nobody acted)"),
        SilentEnd.NOT_TOLD: _("%(number)s not reported"),
        SilentEnd.LEFT: _("%(number)s ended when the person left"),
    }
    parts = [_("%(number)s dropped") % {"number": dropped}] if dropped else []
    parts += [words[end] % {"number": ends[end]} for end in SilentEnd if end in ends]
    return ", ".join(parts)


def ends_text(ends: Mapping[SilentEnd, int]) -> str:
    """How many agreements ended without a decision, as a list in words; empty if there are none."""
    return _ends(ends, 0)


def ends_sentence(number: int, sums: Sums) -> str:
    """What of a question's agreements ended without a decision, each end with its number; empty if nothing did."""
    ends = ends_text(silent_ends_of(number, sums))
    measure = SILENT_ENDS_IN[number]
    base = sums.get(measure, {}).get("base", 0)
    if not ends or not base:
        return ""
    words = {
        Measure.COURSE: _("Of all %(base)s course agreements: %(ends)s."),
        Measure.PAST: _("Of the %(base)s courses: %(ends)s. They count as not answered."),
        Measure.PRACTICE: _("Of all %(base)s agreements on learning at work: %(ends)s."),
        Measure.ASKED: _("Of the %(base)s check-ins, by how their agreement ended: %(ends)s."),
    }
    return words[measure] % {"base": base, "ends": ends}


def reported_by_others(sums: Sums) -> str:
    """How many answers about attendance are not the employee's own; empty if there are none."""
    number = sums.get(Measure.PAST, {}).get("by_others", 0)
    if not number:
        return ""
    words = ngettext(
        "%(number)s of the answers came from a manager or a course coordinator.",
        "%(number)s of the answers came from managers or course coordinators.",
        number,
    )
    return words % {"number": number}
