"""The budgets as a workbook for the accounts department."""

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

from udbytte.access.money import budgets_seen_by, paid_courses_seen_by
from udbytte.models import Agreement, Budget, Person
from udbytte.queries.money.budgets import Balance, balances_of, balances_with_units_below
from udbytte.queries.people.units import label_of, labels_of_units
from udbytte.runtime.clock import today
from udbytte.web.base.components import XLSX
from udbytte.web.base.fresh_login import fresh_login_to
from udbytte.web.base.request import only, person_of

COLUMN_WIDTH = 18  # of the workbook, in characters
ROWS_AT_ONCE = 500  # read from the database


@only(lambda roles: roles.is_budget_owner or roles.is_manager)
@never_cache
@fresh_login_to("GET")
def money_workbook(request: HttpRequest) -> HttpResponse:
    """A workbook of the budgets that the person may see and, for budget owners, the courses that those pay."""
    person, on = person_of(request), today()
    response = HttpResponse(workbook(person, on), content_type=XLSX)
    word = _("budget")
    response["Content-Disposition"] = f'attachment; filename="{word}-{on.isoformat()}.xlsx"'
    return response


def workbook(person: Person, on: date) -> bytes:
    """The workbook as bytes. All text is written as text: Excel must not read any of it as a formula."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    labels = labels_of_units(on)
    budgets = list(budgets_seen_by(person, on).select_related("unit", "round").order_by("unit__path", "pk"))
    _write_sheet(book, _("Budgets"), _budget_head(), _budget_rows(budgets, labels, on))
    courses = paid_courses_seen_by(person, on)
    if courses.exists():
        related = courses.select_related("employee", "unit", "round", "course", "run__course", "funded_by")
        ordered = related.prefetch_related("nominations__decided_by", "unused_seats").order_by(
            "unit__path", "employee", "pk"
        )
        _write_sheet(
            book,
            _("Courses"),
            _course_head(),
            (_course_row(agreement, labels) for agreement in ordered.iterator(ROWS_AT_ONCE)),
        )
    book.close()
    return out.getvalue()


def _write_sheet(book: Workbook, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    page = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    page.set_column(0, len(head) - 1, COLUMN_WIDTH)
    for column, title in enumerate(head):
        page.write_string(0, column, title, bold)
    for number, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells):
            if isinstance(value, int):
                page.write_number(number, column, value)
            elif isinstance(value, date):
                page.write_datetime(number, column, value)
            elif value:
                page.write_string(number, column, str(value))


def _budget_head() -> list[str]:
    own = [_("Amount"), _("Wished for on top"), _("Committed"), _("Spent"), _("Still to grant"), _("From outside")]
    with_all = [_("%(what)s, with all below") % {"what": what} for what in own]
    return [_("Unit"), _("Round"), *own, *with_all]


def _budget_rows(budgets: list[Budget], labels: dict[int, str], on: date) -> Iterable[list[Any]]:
    balances = balances_of(budgets, on=on)
    sums = balances_with_units_below(budgets, balances)
    for budget in budgets:
        numbers = [number for balance in (balances[budget.pk], sums[budget.pk]) for number in _numbers(balance)]
        yield [label_of(budget.unit, labels), budget.round.name, *numbers]


def _numbers(balance: Balance) -> tuple[int, ...]:
    return (balance.amount, balance.reserved, balance.committed, balance.spent, balance.uncommitted, balance.outside)


def _course_head() -> list[str]:
    who = [_("Unit"), _("Round"), _("Person"), _("Course"), _("Provider"), _("First day"), _("Last day")]
    return [
        *who,
        _("Stage"),
        _("Price"),
        _("Actual price"),
        _("Paid for a place that was not used"),
        _("From outside"),
        _("Granted by"),
        _("Granted on"),
    ]


def _course_row(agreement: Agreement, labels: dict[int, str]) -> list[Any]:
    course = agreement.run.course if agreement.run is not None else agreement.course
    granted = [nomination for nomination in agreement.nominations.all() if nomination.granted]
    by = granted[0].decided_by if granted else agreement.funded_by
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
        granted[0].decided_on if granted else None,
    ]


urlpatterns = [path("budget/regneark/", money_workbook, name="money-sheet")]
