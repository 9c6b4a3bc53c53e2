"""An agreement as a row of a list, with its five dots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import Phase, Stage
from udbytte.models import Agreement
from udbytte.models.formatting import due
from udbytte.models.labels import PHASE_LABELS, STAGE_LABELS
from udbytte.web.base.addresses import page_address


@dataclass(frozen=True, slots=True)
class Dots:
    """The five dots of an agreement: how many are reached, and the word for it."""

    reached: int
    label: str
    word: str
    ended: bool = False

    @property
    def picture(self) -> SafeString:
        return _picture(self)


@lru_cache
def _picture(drawn: Dots) -> SafeString:
    return render_to_string("components/dots.html", {"dots": drawn})


def dots(agreement: Agreement, on: date) -> Dots:
    return _dots(agreement.phase_on(on), Stage(agreement.stage), get_language() or "")


@lru_cache
def _dots(phase: Phase | None, stage: Stage, language: str) -> Dots:
    """Cached, as all agreements share a few different ones."""
    phases = list(Phase)
    if phase is None:
        word = str(STAGE_LABELS[stage])
        return Dots(0, word, word, ended=True)
    reached, word = phases.index(phase) + 1, str(PHASE_LABELS[phase])
    label = _("%(phase)s, %(number)s of 5") % {"phase": word, "number": reached}
    return Dots(reached, label, word)


@dataclass(frozen=True, slots=True)
class Row:
    """An agreement as one row of a list."""

    agreement: Agreement
    dots: Dots
    due: str
    late: bool
    public: str = ""  # what the reader may read instead of title and name, where the step has come up the line to them

    @property
    def url(self) -> str:
        return page_address("agreement", self.agreement.pk)


def row(agreement: Agreement, on: date, *, reader: int = 0) -> Row:
    """The row; `reader` is the person who reads a list of their own steps."""
    due_text = due(agreement.step_due, on) if agreement.step_due else ""
    late = agreement.step_due is not None and agreement.step_due < on
    public = agreement.public_line if reader and agreement.is_up_the_line_for(reader) else ""
    return Row(agreement, dots(agreement, on), due_text, late, public)
