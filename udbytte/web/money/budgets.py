"""The page of nominations and budgets, and the same budgets as a workbook for the accounts department."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from xlsxwriter import Workbook

from udbytte.access.agreements import nominations_for
from udbytte.access.money import budgets_seen_by, paid_courses_seen_by
from udbytte.domain.lifecycle import Event, Party, events_for
from udbytte.models import Agreement, Budget, ManagerRole, Person, Round, Unit
from udbytte.models.formatting import kroner
from udbytte.queries.money.budgets import (
    Balance,
    authority_for,
    balance_of,
    balances_of,
    balances_with_units_below,
    budget_for,
    budgets_for,
    limits_of,
    total_balance,
)
from udbytte.queries.people.units import label_of, labels_of_units, without_those_below
from udbytte.runtime.clock import today
from udbytte.web.agreements.buttons import press, primary_forms
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import only, person_of, roles

from .round_budgets import who_decides

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMN_WIDTH = 18  # of the workbook, in characters
ROWS_AT_ONCE = 500  # read from the database
PAGE_OF_NOMINATIONS = 20
PAGE_OF_BUDGETS = 25
MOST_BUDGETS_SUMMED = 500  # on the page
MOST_OWN_UNITS = 10


def _waiting(request: HttpRequest) -> QuerySet[Agreement]:
    """Nominations that wait for this person's decision, without those of the person's own courses."""
    person = person_of(request)
    open_ = nominations_for(person, today()).filter(step="decide", closed_on__isnull=True, proposed_by="")
    related = open_.exclude(employee=person).select_related("employee", "unit", "round", "step_owner", "run__course")
    return related.prefetch_related("nominations__by").order_by("step_due", "pk")


@only(lambda roles: roles.is_budget_owner or roles.is_manager)
def money(request: HttpRequest, failed: EventForm | None = None, about: int = 0) -> HttpResponse:
    """Nominations with price, reason and money left; then each budget. `failed` is a decision form with an error."""
    person, on = person_of(request), today()
    their_roles = roles(request)
    page = Paginator(
        _waiting(request) if their_roles.is_budget_owner else Agreement.objects.none(), PAGE_OF_NOMINATIONS
    )
    waiting = list(page.get_page(request.GET.get("waiting")))
    pays = budgets_for(waiting)
    budgets = budgets_seen_by(person, on).select_related("unit", "round").order_by("unit__path", "pk")
    shown = Paginator(budgets, PAGE_OF_BUDGETS)
    part = shown.get_page(request.GET.get("page"))
    summed = list(part)
    if part.has_other_pages():  # if there are very many, only the workbook has the sums
        summed = list(budgets) if shown.count <= MOST_BUDGETS_SUMMED else []
    all_budgets = {budget.pk: budget for budget in [*part, *summed, *pays.values()]}
    balances = balances_of(list(all_budgets.values()))
    sums = balances_with_units_below(summed, balances)
    tops = without_those_below([budget.unit for budget in summed])
    context = {
        "decides": their_roles.is_budget_owner,
        "waiting": [
            _nomination(request, agreement, pays.get(agreement.pk), balances, failed, about) for agreement in waiting
        ],
        "waiting_count": page.count,
        "budgets": [_bar(budget, balances[budget.pk], sums.get(budget.pk)) for budget in part],
        "own": _own_units(person, on) if their_roles.manages_units else [],
        "total": _bar(None, total_balance(balances[budget.pk] for budget in summed)) if len(tops) > 1 else None,
        "page": part,
    }
    return render(request, "money/money.html", context, status=422 if failed else 200)


def _own_units(person: Person, on: date) -> list[dict[str, str]]:
    """For each unit that the person manages: the budget that pays, what can still be granted, and who decides."""
    units = Unit.objects.filter(manager_roles__in=ManagerRole.objects.on(on).filter(person=person)).distinct()
    rounds = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True)
    rows = []
    for unit in units[:MOST_OWN_UNITS]:
        for round_ in rounds.filter(units__in=unit.ancestor_ids).distinct():
            budget = budget_for(unit, round_)
            if budget is None:
                continue
            rows.append(
                {
                    "unit": unit.name,
                    "round": round_.name,
                    "payer": budget.unit.name if budget.unit_id != unit.pk else "",
                    "left": kroner(balance_of(budget).uncommitted),
                    "decides": who_decides(limits_of(authority_for(unit, round_))),
                }
            )
    return rows


def _nomination(
    request: HttpRequest,
    agreement: Agreement,
    budget: Budget | None,
    balances: dict[int, Balance],
    failed: EventForm | None,
    about: int,
) -> dict[str, object]:
    on = today()
    forms = primary_forms(agreement, events_for(agreement.state, frozenset({Party.BUDGET_OWNER})), on)
    for choice in forms:
        choice.form.auto_id = f"a{agreement.pk}_{choice.form.chosen}_%s"
    nomination = agreement.nominations.all()[0]
    return {
        "row": row(agreement, on),
        "nomination": nomination,
        "price": kroner(nomination.price),
        "left": kroner(balances[budget.pk].uncommitted) if budget else "",
        "budget": budget,
        "forms": [
            {"form": failed, "label": choice.label, "secondary": choice.secondary}
            if failed is not None and about == agreement.pk and choice.form.chosen is failed.chosen
            else choice
            for choice in forms
        ],
    }


@only(lambda roles: roles.is_budget_owner)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse. If that is refused, the page shows why, with the form as it was typed."""
    agreement = get_object_or_404(_waiting(request), pk=pk)
    event = request.POST.get("event")
    form = EventForm(agreement, Event.GRANT if event == Event.GRANT else Event.REFUSE, today(), request.POST)
    form.auto_id = f"a{pk}_{form.chosen}_%s"
    if press(agreement, form, by=person_of(request), on=today()) is None:
        return money(request, failed=form, about=pk)
    name = agreement.employee.name
    words = (
        _("Granted. %(name)s and the manager are told.") if event == Event.GRANT else _("Refused. Both are told why.")
    )
    messages.success(request, words % {"name": name})
    return redirect("money")


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of a budget's bar, in the units of the picture."""

    name: str
    x: float
    width: float


def _bar(budget: Budget | None, balance: Balance, with_below: Balance | None = None) -> dict[str, object]:
    """A budget (None: several together) as a bar of what is spent, committed and reserved, 400 units wide.

    `with_below`: the balance including the budgets below; it gets a second bar if it differs.
    """
    scale = 400 / max(balance.amount, balance.amount - balance.left, 1)
    x, parts = 0.0, []
    for name, amount in (("spent", balance.spent), ("committed", balance.committed), ("reserved", balance.reserved)):
        width = round(amount * scale, 1)
        parts.append(BarPart(name, round(x, 1), width))
        x += width
    words = {name: kroner(getattr(balance, name)) for name in ("amount", "reserved", "committed", "spent", "left")}
    words["outside"] = kroner(balance.outside) if balance.outside else ""
    more = with_below if with_below != balance else None
    below = _bar(None, more) if more is not None else None
    return {"budget": budget, "parts": parts, "words": words, "below": below}


@only(lambda roles: roles.is_budget_owner or roles.is_manager)
@never_cache
def money_workbook(request: HttpRequest) -> HttpResponse:
    """A workbook of the budgets that the person may see and, for budget owners, the courses that those pay."""
    person, on = person_of(request), today()
    response = HttpResponse(workbook(person, on), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_("budget")}-{on.isoformat()}.xlsx"'
    return response


def workbook(person: Person, on: date) -> bytes:
    """The workbook as bytes. All text is written as text: Excel must not read any of it as a formula."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    labels = labels_of_units(on)
    budgets = list(budgets_seen_by(person, on).select_related("unit", "round").order_by("unit__path", "pk"))
    _write_sheet(book, _("Budgets"), _budget_head(), _budget_rows(budgets, labels))
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
    own = [_("Amount"), _("Reserved"), _("Committed"), _("Spent"), _("Left"), _("From outside")]
    with_all = [_("%(what)s, with all below") % {"what": what} for what in own]
    return [_("Unit"), _("Round"), *own, *with_all]


def _budget_rows(budgets: list[Budget], labels: dict[int, str]) -> Iterable[list[Any]]:
    balances = balances_of(budgets)
    sums = balances_with_units_below(budgets, balances)
    for budget in budgets:
        numbers = [number for balance in (balances[budget.pk], sums[budget.pk]) for number in _numbers(balance)]
        yield [label_of(budget.unit, labels), budget.round.name, *numbers]


def _numbers(balance: Balance) -> tuple[int, ...]:
    return (balance.amount, balance.reserved, balance.committed, balance.spent, balance.left, balance.outside)


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


urlpatterns = [
    path("budget/", money, name="money"),
    path("budget/<int:pk>/", decide, name="decide"),
    path("budget/regneark/", money_workbook, name="money-sheet"),
]
