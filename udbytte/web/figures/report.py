"""The report of a round, for the works council and HR: as a page, on paper and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from xlsxwriter import Workbook

from udbytte.access.figures import report_reach
from udbytte.access.people import Roles
from udbytte.models import Round, Unit
from udbytte.queries.figures.questions import figures_of_place
from udbytte.queries.figures.report import common_unit_of, report_of
from udbytte.runtime.clock import today
from udbytte.services.papers.pdf import render_pdf
from udbytte.web.base.components import XLSX, Table
from udbytte.web.base.request import only, person_of

from .advice import QUESTIONS
from .outcome_text import as_of, headline_sentence
from .report_text import Document, document_of

WIDE, NARROW = 56, 16  # columns of the workbook, in characters


def reads_reports(mine: Roles) -> bool:
    """Who reads the report of a round: HR and the works council."""
    return mine.is_hr or mine.is_works_council


def _places(request: HttpRequest, round_: Round) -> list[Unit | None]:
    """The places whose report the person may read: the whole round, or some units in it."""
    reach, whole = report_reach(person_of(request), today()), common_unit_of(round_)
    if reach.whole or (whole is not None and reach.holds(whole)):
        return [whole]
    top = whole.path if whole is not None else ""
    return [unit for unit in reach.tops if unit.path.startswith(top)]


def _requested(request: HttpRequest, pk: int) -> tuple[Round, Unit | None, list[Unit | None]]:
    """The round, the requested place (or else the first) and all places. Raises Http404 if there are none."""
    round_ = get_object_or_404(Round, pk=pk, published_on__isnull=False)
    places = _places(request, round_)
    if not places:
        raise Http404
    number = request.GET.get("enhed", "")
    chosen = next((unit for unit in places if unit is not None and str(unit.pk) == number), places[0])
    return round_, chosen, places


def _document(request: HttpRequest, pk: int) -> tuple[Round, Document]:
    round_, unit, _places = _requested(request, pk)
    return round_, document_of(round_, report_of(round_, unit, on=today()))


@only(reads_reports)
@require_GET
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a page: words first, figures after."""
    round_, unit, places = _requested(request, pk)
    on = today()
    report = report_of(round_, unit, on=on)
    live = figures_of_place(unit, round_, on=on).figures if report.is_stored else None
    context = {
        "round": round_,
        "unit": unit,
        "places": places,
        "report": report,
        "document": document_of(round_, report),
        "today_sentence": headline_sentence(live) if live is not None else "",
        "today_as_of": as_of(round_, on),
        "units_note": units_note(),
        "counting_note": counting_note(),
    }
    return render(request, "figures/report/report.html", context)


@only(reads_reports)
@require_GET
@never_cache
def report_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a PDF."""
    round_, document = _document(request, pk)
    pdf = render_pdf("report", _paper_facts(document), language=(get_language() or "da")[:2])
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_file_name(round_)}.pdf"'
    return response


def _file_name(round_: Round) -> str:
    word = _("report")
    return slugify(f"{word} {round_.name}")


def _paper_facts(document: Document) -> dict[str, Any]:
    """What the paper template `report` reads: the document and the words around its tables."""
    lines = [*document.lines, *document.conditions]
    return {
        "title": document.title,
        "over": document.subtitle,
        "under": document.date_line,
        "foot": document.subtitle,
        "paragraphs": [asdict(paragraph) for paragraph in document.paragraphs],
        "details": list(document.details),
        "questions_title": _("The seven questions"),
        "questions_head": [_("Question"), _("This round"), document.previous_round or _("Previous round")],
        "questions": [[_numbered(line.number, line.title), line.now_text, line.before_text] for line in lines],
        "flow_title": _("From agreement to outcome"),
        "flow_head": document.flow.columns,
        "flow": _paper_rows(document.flow),
        "stalled_title": _("What has stalled"),
        "stalled_head": document.stalled.columns,
        "stalled": _paper_rows(document.stalled),
        "reasons_title": _("Why agreements were dropped"),
        "reasons_head": document.reasons.columns,
        "reasons": _paper_rows(document.reasons),
        "units_title": _("Unit by unit"),
        "units_said": units_note(),
        "units_head": document.units.columns,
        "units": _paper_rows(document.units),
        "note": counting_note(),
    }


def _paper_rows(table: Table) -> list[list[str]]:
    return [["\N{EN DASH}" if cell is None else str(cell) for cell in cells] for cells in _rows(table)]


def _rows(table: Table) -> list[list[Any]]:
    """Each row with its head; a row without figures with its note instead."""
    return [[row.head, *(row.cells or (row.note,))] for row in table.rows]


def _numbered(number: int, title: str) -> str:
    return f"{number}. {title}" if number else title


def units_note() -> str:
    """What stands above the table of units."""
    return _("In percent. A dash means that nobody is counted yet, or fewer than 5.")


def counting_note() -> str:
    """How the figures are counted, in short."""
    return _(
        "All figures are counted from what people do in Udbytte. Nobody types them in. Counts about fewer than 5 "
        "people are not shown and cannot be worked out from the totals. Units with fewer than 30 people are counted as "
        "they were on Sunday, until the round is closed. The previous round is shown as it was when it "
        "had come equally far."
    )


@only(reads_reports)
@require_GET
@never_cache
def report_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a workbook: the words, and each table on a sheet of its own."""
    round_, document = _document(request, pk)
    response = HttpResponse(workbook(document), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(round_)}.xlsx"'
    return response


def workbook(document: Document) -> bytes:
    """The workbook as bytes. All text is written as text: Excel must not read any of it as a formula."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True})
    words = [[paragraph.head, paragraph.text] for paragraph in document.paragraphs]
    details = [["", detail] for detail in document.details]
    about = [[document.title, document.subtitle], ["", document.date_line], *words, *details]
    _sheet(book, _("In words"), [], [*about, ["", counting_note()]], widths=(NARROW * 2, 110))
    shares = [_("Yes"), _("Of"), _("Percent")]
    before = [_("%(what)s, previous round") % {"what": what} for what in shares]
    _sheet(book, _("The seven questions"), [_("Question"), *shares, *before], _share_rows(document))
    _sheet(book, _("From agreement to outcome"), document.flow.columns, _rows(document.flow))
    _sheet(book, _("What has stalled"), document.stalled.columns, _rows(document.stalled))
    _sheet(book, _("Reasons"), [_("Why agreements were dropped"), _("People")], _rows(document.reasons))
    shares = [_("Ended in learning"), *(str(words.short) for words in QUESTIONS.values())]
    _sheet(book, _("Units"), [_("Unit"), _("People"), *(f"{name} (%)" for name in shares)], _rows(document.units))
    book.close()
    return out.getvalue()


def _share_rows(document: Document) -> list[list[Any]]:
    rows = []
    for line in (*document.lines, *document.conditions):
        numbers = [
            value
            for figure in (line.figure, line.before)
            for value in ((figure.yes, figure.base, figure.percent) if figure and figure.base else (None, None, None))
        ]
        rows.append([_numbered(line.number, line.title), *numbers])
    return rows


def _sheet(
    book: Workbook, name: str, head: Sequence[str], rows: list[list[Any]], *, widths: tuple[int, int] = (WIDE, NARROW)
) -> None:
    page = book.add_worksheet(name)
    bold, wraps = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, widths[0], wraps)
    page.set_column(1, 10, widths[1], wraps)
    for column, title in enumerate(head):
        page.write_string(0, column, title, bold)
    if head:
        page.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=bool(head)):
        for column, value in enumerate(row):
            if isinstance(value, int):
                page.write_number(number, column, value)
            elif value:
                page.write_string(number, column, str(value))


urlpatterns = [
    path("runder/<int:pk>/rapport/", report_page, name="report"),
    path("runder/<int:pk>/rapport/rapport.pdf", report_pdf, name="report-paper"),
    path("runder/<int:pk>/rapport/rapport.xlsx", report_workbook, name="report-sheet"),
]
