"""The money: nominations that wait for the budget owner, and what is left of each budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.ground.clock import today

from ..access.agreements import nominations_for
from ..access.money import budgets_seen_by
from ..domain.lifecycle import Event, Party
from ..models import Agreement, Budget, ManagerRole, Person, Round, Unit
from ..queries.authority import authority_for, limits_of
from ..queries.money import Balance, balance_of, balances_of, budget_for, budgets_for, total_of, upward
from ..queries.units import without_those_below
from .actions import press, primary_forms
from .forms import EventForm
from .pages import only, person_of, roles
from .round_money import who_decides
from .words import kroner, row

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


urlpatterns = [path("budget/", money, name="money"), path("budget/<int:pk>/", decide, name="decide")]
