"""An agreement as a row of a list, with its five dots.

Lists of agreements are long, and a template is slow: so a row is put together here, by the tag `agreement_row`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from udbytte.domain.lifecycle import Phase, Stage
from udbytte.models import Agreement
from udbytte.models.formatting import due
from udbytte.models.labels import PHASE_LABELS, STAGE_LABELS
from udbytte.models.third_person import step_words
from udbytte.web.base.addresses import page_address

register = template.Library()
ROW = """
<li>
  <div class="row between">
    <a href="{}"><strong>{}</strong></a>
    <span class="nowrap">{} <span class="quiet small">{}</span></span>
  </div>
  <p class="quiet small">{}</p>
</li>
"""


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


BAR = '<span class="dots bars{}" data-reached="{}" role="img" aria-label="{}" title="{}">{}</span>'
MOST_BARS = 2000  # kept in each process
DOTS = mark_safe('<i class="dot"></i>' * len(Phase))  # noqa: S308


def bars(agreement: Agreement, on: date) -> SafeString:
    """The five dots at the size of a table, named by the agreement's title; red when its step is overdue."""
    is_late = agreement.step_due is not None and agreement.step_due < on
    return _bars(agreement.title, dots(agreement, on), is_late)


@lru_cache(MOST_BARS)
def _bars(title: str, drawn: Dots, is_late: bool) -> SafeString:
    """Cached, as a team goes to the same courses, and the page is opened again and again."""
    label = f"{title}: {drawn.label}"
    css = " ended" if drawn.ended else " is-late" if is_late else ""
    return format_html(BAR, css, drawn.reached, label, label, DOTS)


@dataclass(frozen=True, slots=True)
class Row:
    """An agreement as one row of a list."""

    agreement: Agreement
    dots: Dots
    due: str
    late: bool
    reader: int = 0
    public: str = ""  # what the reader may read instead of title and name, where the step has come up the line to them

    @property
    def url(self) -> str:
        return page_address("agreement", self.agreement.pk)

    @property
    def step(self) -> str:
        """The next step in words, as the reader of the list reads it."""
        return step_words(self.agreement, self.reader, is_late=self.late)


def agreed_message(agreement: Agreement) -> str:
    """What is said to the person who has just agreed: the title, and the plan said back."""
    return " ".join((_("Agreed: %(title)s.") % {"title": agreement.title}, *agreement.own_plan))


def row(agreement: Agreement, on: date, *, reader: int = 0) -> Row:
    """The row; `reader` is the person who reads a list of their own steps."""
    due_text = due(agreement.step_due, on) if agreement.step_due else ""
    late = agreement.step_due is not None and agreement.step_due < on
    public = agreement.public_line if reader and agreement.is_up_the_line_for(reader) else ""
    return Row(agreement, dots(agreement, on), due_text, late, reader, public)


@register.simple_tag(takes_context=True)
def agreement_row(context: template.Context, row: Row) -> SafeString:
    """The row of a list: title and dots, and under them the next step, whose it is, and when it is due."""
    agreement, dots = row.agreement, row.dots
    return format_html(
        ROW, row.url, row.public or agreement.title, dots.picture, dots.word, _next_step(row, context["user"].pk)
    )


@register.simple_tag(takes_context=True)
def agreement_step(context: template.Context, row: Row) -> SafeString | str:
    """The line of a row alone: the next step, whose it is, and when it is due."""
    return _next_step(row, context["user"].pk)


def _next_step(row: Row, reader: int) -> str:
    """The next step in words; of a closed agreement the day on which it was closed."""
    agreement = row.agreement
    if not row.due:
        return date_format(agreement.closed_on, "DATE_FORMAT") if agreement.closed_on else ""
    when = format_html('<span class="late">{}</span>', row.due) if row.late else row.due
    step, own = step_words(agreement, reader, is_late=row.late), agreement.get_step_display()
    if step != own:
        return format_html("{} · {}", step, when)
    owner = agreement.step_owner
    whose = _("you") if agreement.step_owner_id == reader else owner.name if owner is not None else ""
    return format_html("{} · {} · {}", own, whose, when)
