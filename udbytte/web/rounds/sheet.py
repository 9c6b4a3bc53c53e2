"""A round on one sheet for a unit (dates, kick-off, rules, money, what to bring, ways): as a page, and as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from udbytte.access.rounds import kickoffs_seen_by, units_to_add_for
from udbytte.emails.rules import PARTS
from udbytte.models import KickoffMeeting, PracticeMethod, Round, Unit
from udbytte.models.formatting import day, day_and_time, kroner
from udbytte.queries.money.budgets import authority_for, budget_for, limits_of
from udbytte.queries.rounds.rules import ADDITION, versions_for_unit
from udbytte.runtime.clock import today
from udbytte.services.papers.pdf import render_pdf
from udbytte.web.base.context import as_context
from udbytte.web.base.request import only, person_of
from udbytte.web.money.round_budgets import who_decides

from .dates import dates_of
from .forms import AGENDA

TO_BRING = (
    lazy("What you want to become better at, and what your workplace needs"),
    lazy("What came of what you agreed last time"),
    lazy("An idea of how you could learn it: a course, or something at work"),
    lazy("Your questions about the ground rules and the budget"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of a unit, in the language of the reader."""

    title: str
    over: str
    under: str
    sections: Sequence[Section]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What the template of the page reads."""

    sheet: Sheet
    round: Round
    unit: Unit
    meeting: KickoffMeeting | None


def sheet_of(round_: Round, unit: Unit, meeting: KickoffMeeting | None, on: date) -> Sheet:
    """The sheet of a unit in a round, in the language of the reader."""
    sections = [_dates(round_), _kickoff(meeting, on), *_rules(round_, unit), _money(round_, unit)]
    sections += [Section(_("What to bring"), [str(line) for line in TO_BRING]), _ways()]
    return Sheet(
        title=_("%(round)s on one sheet") % {"round": round_.name},
        over=unit.name,
        under=_("What it is about, what there is to use, and when"),
        sections=[section for section in sections if section.lines],
    )


def _dates(round_: Round) -> Section:
    """The days with their years, as the sheet is hung up."""
    lines = [f"{label}: {day(when, when.replace(year=1))}" for label, when in dates_of(round_)]
    return Section(_("Dates"), lines)


def _kickoff(meeting: KickoffMeeting | None, on: date) -> Section:
    if meeting is None:
        return Section(_("Kick-off meeting"), [*str(AGENDA).splitlines()])
    where = f", {meeting.place}" if meeting.place else ""
    lasts = _("%(minutes)s minutes") % {"minutes": meeting.minutes}
    when = f"{day_and_time(meeting.planned_at, on)}{where} ({lasts})"
    return Section(_("Kick-off meeting"), [when, *(line for line in meeting.agenda.splitlines() if line.strip())])


def _rules(round_: Round, unit: Unit) -> list[Section]:
    parts = [Section(str(title), _lines(getattr(round_, name))) for name, title in PARTS.items()]
    added = [line for version in versions_for_unit(round_, unit) for line in _lines(version.texts[ADDITION])]
    return [*parts, Section(_("Also applies here"), added)]


def _money(round_: Round, unit: Unit) -> Section:
    """How much there is, if it is published, and who may use it."""
    budget = budget_for(unit, round_)
    lines = []
    if budget is not None and budget.published_on is not None:
        lines.append(_("%(unit)s has %(amount)s in the round.") % {
            "unit": budget.unit.name, "amount": kroner(budget.amount),
        })  # fmt: skip
    lines.append(who_decides(limits_of(authority_for(unit, round_))))
    return Section(_("Budget"), lines)


def _ways() -> Section:
    names = [str(method) for method in PracticeMethod.objects.filter(hidden=False)]
    return Section(_("Ways of learning at work"), [", ".join(names)] if names else [])


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _asked(request: HttpRequest, pk: int, unit: int) -> tuple[Round, Unit, KickoffMeeting | None]:
    """The round and a unit of it that the person leads. Raises Http404."""
    round_ = get_object_or_404(Round, pk=pk, published_on__isnull=False)
    found = get_object_or_404(units_to_add_for(round_, person_of(request), today()), pk=unit)
    return round_, found, KickoffMeeting.objects.filter(round=round_, unit=found).first()


@only(lambda roles: roles.is_manager or roles.manages_units or roles.is_hr)
@require_safe
def sheet_page(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """The round on one sheet, for who leads the unit: to read, to print, and to invite with."""
    round_, found, meeting = _asked(request, pk, unit)
    page = SheetPage(sheet_of(round_, found, meeting, today()), round_, found, meeting)
    return render(request, "rounds/sheet.html", as_context(page))


@only(lambda roles: roles.is_manager or roles.manages_units or roles.is_hr)
@require_safe
@never_cache
def sheet_pdf(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """The sheet as a PDF."""
    round_, found, meeting = _asked(request, pk, unit)
    return _pdf(sheet_of(round_, found, meeting, today()))


@require_safe
@never_cache
def invitation_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a kick-off meeting's unit as a PDF, for everybody who is invited."""
    meetings = kickoffs_seen_by(person_of(request), today()).select_related("unit", "round")
    meeting = get_object_or_404(meetings, pk=pk, round__published_on__isnull=False)
    return _pdf(sheet_of(meeting.round, meeting.unit, meeting, today()))


def _pdf(sheet: Sheet) -> HttpResponse:
    facts = asdict(sheet) | {"foot": sheet.over}
    response = HttpResponse(
        render_pdf("sheet", facts, language=(get_language() or "da")[:2]), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{slugify(f"{sheet.title} {sheet.over}")}.pdf"'
    return response


urlpatterns = [
    path("runder/<int:pk>/ark/<int:unit>/", sheet_page, name="round-sheet"),
    path("runder/<int:pk>/ark/<int:unit>/ark.pdf", sheet_pdf, name="round-sheet-paper"),
    path("opstart/<int:pk>/invitation.pdf", invitation_pdf, name="kickoff-paper"),
]
