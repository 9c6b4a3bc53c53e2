"""Sentences about what came of agreements: the headline, the same wherever it stands, and how agreements ended."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from udbytte.domain.figures.key_questions import HEADLINE, SILENT_ENDS_IN, Figure, Measure, SilentEnd, silent_ends_of
from udbytte.queries.figures.questions import Figures, Sums

NO_BREAK = "\N{NO-BREAK SPACE}"


def headline_sentence(figures: Figures) -> str:
    """The headline with its second half and with what became of the rest; empty without a base."""
    headline = figures.headline
    if not headline.base:
        return ""
    first = _("%(yes)s of %(base)s agreements whose time has come ended in learning: %(percent)s %%")
    first %= {"yes": headline.yes, "base": headline.base, "percent": headline.percent}
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
        "%(talked)s of the %(learned)s that did has been talked about with the manager.",
        "%(talked)s of the %(learned)s that did have been talked about with the manager.",
        talked.yes,
    )
    return words % {"talked": talked.yes, "learned": talked.base}


def trend(figure: Figure) -> str:
    """The change since the previous round in words; empty if there is nothing to compare with."""
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
