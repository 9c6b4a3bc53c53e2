"""The money as a workbook for the accounts department: budgets with their sums upward, and what was paid for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from xlsxwriter import Workbook

from udbytte.ground.clock import today

from ..access.money import budgets_seen_by, paid_courses_seen_by
from ..models import Agreement, Budget, Person
from ..queries.money import balances_of, upward
from ..queries.units import label_of, labels_of_units
from .pages import only, person_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 18
CHUNK = 500


@only(lambda mine: mine.is_budget_owner or mine.is_manager)
@never_cache
def sheet(request: HttpRequest) -> HttpResponse:
    """The budgets the person may see; for budget owners also each course that their budgets pay."""
    person, on = person_of(request), today()
    response = HttpResponse(workbook(person, on), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_("budget")}-{on.isoformat()}.xlsx"'
    return response


def workbook(person: Person, on: date) -> bytes:
    """The workbook as bytes. Text is written as text, so that nothing in it is ever taken for a formula."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    labels = labels_of_units(on)
    budgets = list(budgets_seen_by(person, on).select_related("unit", "round").order_by("unit__path", "pk"))
    _write(book, _("Budgets"), _budget_head(), _budget_rows(budgets, labels))
    courses = paid_courses_seen_by(person, on)
    if courses.exists():
        related = courses.select_related("employee", "unit", "round", "course", "run__course", "funded_by")
        ordered = related.prefetch_related("nominations__decided_by", "unused_seats").order_by(
            "unit__path", "employee", "pk"
        )
        _write(book, _("Courses"), _course_head(), (_course_row(one, labels) for one in ordered.iterator(CHUNK)))
    book.close()
    return out.getvalue()


def _write(book: Workbook, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    page = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    page.set_column(0, len(head) - 1, WIDTH)
    for column, title in enumerate(head):
        page.write_string(0, column, title, bold)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                page.write_number(number, column, value)
            elif isinstance(value, date):
                page.write_datetime(number, column, value)
            elif value:
                page.write_string(number, column, str(value))


def _budget_head() -> list[str]:
    own = [_("Amount"), _("Reserved"), _("Committed"), _("Spent"), _("Left"), _("From outside")]
    with_all = [_("%(what)s, with all below") % {"what": what} for what in own]
    return [_("Unit"), _("Round"), *own, *with_all]


def _budget_rows(budgets: list[Budget], labels: dict[int, str]) -> Iterable[list[Any]]:
    balances = balances_of(budgets)
    sums = upward(budgets, balances)
    for budget in budgets:
        numbers = [
            number
            for one in (balances[budget.pk], sums[budget.pk])
            for number in (one.amount, one.reserved, one.committed, one.spent, one.left, one.outside)
        ]
        yield [label_of(budget.unit, labels), budget.round.name, *numbers]


def _course_head() -> list[str]:
    who = [_("Unit"), _("Round"), _("Person"), _("Course"), _("Provider"), _("First day"), _("Last day")]
    return [
        *who,
        _("Stage"),
        _("Price"),
        _("Actual price"),
        _("Paid for a seat that was not used"),
        _("From outside"),
        _("Granted by"),
        _("Granted on"),
    ]


def _course_row(agreement: Agreement, labels: dict[int, str]) -> list[Any]:
    course = agreement.run.course if agreement.run is not None else agreement.course
    decided = [one for one in agreement.nominations.all() if one.granted]
    by = decided[0].decided_by if decided else agreement.funded_by
    seats = agreement.unused_seats.all()
    return [
        label_of(agreement.unit, labels),
        agreement.round.name,
        agreement.employee.name,
        course.title if course is not None else agreement.title,
        course.provider if course is not None else "",
        agreement.starts_on,
        agreement.ends_on,
        agreement.get_stage_display(),
        agreement.price,
        agreement.actual_price,
        sum(seat.cost for seat in seats) or None,
        agreement.granted_outside + sum(seat.granted_outside for seat in seats) or None,
        by.name if by is not None else "",
        decided[0].decided_on if decided else None,
    ]


urlpatterns = [path("budget/regneark/", sheet, name="money-sheet")]
