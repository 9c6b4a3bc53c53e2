"""The money: nominations that wait for the budget owner, and what is left of each budget.

The money as a workbook for the accounts department: budgets with their sums upward, and what was paid for.
"""

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
from udbytte.domain.lifecycle import Event, Party
from udbytte.models import Agreement, Budget, ManagerRole, Person, Round, Unit
from udbytte.models.formatting import kroner
from udbytte.queries.money.budgets import (
    Balance,
    authority_for,
    balance_of,
    balances_of,
    budget_for,
    budgets_for,
    limits_of,
    total_of,
    upward,
)
from udbytte.queries.people.units import label_of, labels_of_units, without_those_below
from udbytte.runtime.clock import today
from udbytte.web.agreements.buttons import press, primary_forms
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.agreements.rows import row
from udbytte.web.base.request import only, person_of, roles

from .round_budgets import who_decides

WAITING = 20
BUDGETS = 25
SUMMED = 500
OWN_UNITS = 10


def _waiting(request: HttpRequest) -> QuerySet[Agreement]:
    """Nominations that wait for this person; nobody decides on their own."""
    person = person_of(request)
    open_ = nominations_for(person, today()).filter(step="decide", closed_on__isnull=True, dropping="")
    related = open_.exclude(employee=person).select_related("employee", "unit", "round", "step_owner", "run__course")
    return related.prefetch_related("nominations__by").order_by("step_due", "pk")


@only(lambda mine: mine.is_budget_owner or mine.is_manager)
def money(request: HttpRequest, failed: EventForm | None = None, about: int = 0) -> HttpResponse:
    """Nominations with price, reason and money left; then each budget with what is reserved, committed and spent."""
    person, on = person_of(request), today()
    mine = roles(request)
    page = Paginator(_waiting(request) if mine.is_budget_owner else Agreement.objects.none(), WAITING)
    waiting = list(page.get_page(request.GET.get("waiting")))
    pays = budgets_for(waiting)
    budgets = budgets_seen_by(person, on).select_related("unit", "round").order_by("unit__path", "pk")
    shown = Paginator(budgets, BUDGETS)
    part = shown.get_page(request.GET.get("page"))
    summed = list(part)
    if part.has_other_pages():  # of very many the workbook has the sums
        summed = list(budgets) if shown.count <= SUMMED else []
    balances = balances_of(list({one.pk: one for one in [*part, *summed, *pays.values()]}.values()))
    sums = upward(summed, balances)
    tops = without_those_below([one.unit for one in summed])
    context = {
        "decides": mine.is_budget_owner,
        "waiting": [_nomination(request, one, pays.get(one.pk), balances, failed, about) for one in waiting],
        "waiting_count": page.count,
        "budgets": [_bar(budget, balances[budget.pk], sums.get(budget.pk)) for budget in part],
        "own": _own_units(person, on) if mine.manages_units else [],
        "total": _bar(None, total_of(balances[budget.pk] for budget in summed)) if len(tops) > 1 else None,
        "page": part,
    }
    return render(request, "money/money.html", context, status=422 if failed else 200)


def _own_units(person: Person, on: date) -> list[dict[str, str]]:
    """For each unit the person manages: which budget pays there, what can still be granted of it, and who decides."""
    units = Unit.objects.filter(manager_roles__in=ManagerRole.objects.on(on).filter(person=person)).distinct()
    rounds = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True)
    found = []
    for unit in units[:OWN_UNITS]:
        for round_ in rounds.filter(units__in=unit.ancestor_ids).distinct():
            budget = budget_for(unit, round_)
            if budget is None:
                continue
            found.append(
                {
                    "unit": unit.name,
                    "round": round_.name,
                    "payer": budget.unit.name if budget.unit_id != unit.pk else "",
                    "left": kroner(balance_of(budget).uncommitted),
                    "decides": who_decides(limits_of(authority_for(unit, round_))),
                }
            )
    return found


def _nomination(
    request: HttpRequest,
    agreement: Agreement,
    budget: Budget | None,
    balances: dict[int, Balance],
    failed: EventForm | None,
    about: int,
) -> dict[str, object]:
    on = today()
    forms = primary_forms(agreement, frozenset({Party.BUDGET_OWNER}), on)
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


@only(lambda mine: mine.is_budget_owner)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant or refuse; what was typed stays when it cannot be done, and the page says why."""
    found = get_object_or_404(_waiting(request), pk=pk)
    event = request.POST.get("event")
    form = EventForm(found, Event.GRANT if event == Event.GRANT else Event.REFUSE, today(), request.POST)
    form.auto_id = f"a{pk}_{form.chosen}_%s"
    if press(found, form, by=person_of(request), on=today()) is None:
        return money(request, failed=form, about=pk)
    name = found.employee.name
    said = (
        _("Granted. %(name)s and the manager are told.") if event == Event.GRANT else _("Refused. Both are told why.")
    )
    messages.success(request, said % {"name": name})
    return redirect("money")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a budget's bar, in the picture's own units."""

    name: str
    x: float
    width: float


def _bar(budget: Budget | None, balance: Balance, with_below: Balance | None = None) -> dict[str, object]:
    """A budget, or several together, as a bar of spent, committed and reserved, 400 units wide.

    `with_below`: its sums with those of the budgets below, which get a bar of their own where there are any.
    """
    scale = 400 / max(balance.amount, balance.amount - balance.left, 1)
    x, parts = 0.0, []
    for name, amount in (("spent", balance.spent), ("committed", balance.committed), ("reserved", balance.reserved)):
        width = round(amount * scale, 1)
        parts.append(Part(name, round(x, 1), width))
        x += width
    words = {name: kroner(getattr(balance, name)) for name in ("amount", "reserved", "committed", "spent", "left")}
    words["outside"] = kroner(balance.outside) if balance.outside else ""
    more = with_below if with_below != balance else None
    below = _bar(None, more) if more is not None else None
    return {"budget": budget, "parts": parts, "words": words, "below": below}


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


urlpatterns = [
    path("budget/", money, name="money"),
    path("budget/<int:pk>/", decide, name="decide"),
    path("budget/regneark/", sheet, name="money-sheet"),
]
