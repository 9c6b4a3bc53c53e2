"""The budget owner's page: nominations that wait, and what is left."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from ..access.agreements import nominations_for
from ..access.people import units_served
from ..models import Budget, Role
from ..queries.money import balance_of
from .clock import today
from .pages import only, person_of
from .words import kroner, row


@only(lambda mine: mine.is_budget_owner)
def money(request: HttpRequest) -> HttpResponse:
    """Nominations waiting, with reason and price; then each budget with what is reserved, committed, spent and left."""
    person, on = person_of(request), today()
    waiting = nominations_for(person, on).filter(step="decide", closed_on__isnull=True)
    waiting = waiting.select_related("employee", "unit", "step_owner").prefetch_related("nominations__by")
    budgets = Budget.objects.filter(unit__in=units_served(person, Role.BUDGET_OWNER, on), round__closed_on__isnull=True)
    context = {
        "waiting": [
            {"row": row(a, on), "nomination": a.nominations.all()[0], "price": kroner(a.nominations.all()[0].price)}
            for a in waiting.order_by("step_due")
        ],
        "budgets": [_bar(budget) for budget in budgets.select_related("unit", "round")[:100]],
    }
    return render(request, "money/money.html", context)


def _bar(budget: Budget) -> dict[str, object]:
    """A budget as a bar of spent, committed and reserved, 400 units wide."""
    balance = balance_of(budget)
    scale = 400 / max(balance.amount, balance.amount - balance.left, 1)
    x, parts = 0.0, []
    for name, amount in (("spent", balance.spent), ("committed", balance.committed), ("reserved", balance.reserved)):
        width = round(amount * scale, 1)
        parts.append({"name": name, "x": round(x, 1), "width": width})
        x += width
    words = {name: kroner(getattr(balance, name)) for name in ("amount", "reserved", "committed", "spent", "left")}
    return {"budget": budget, "parts": parts, "words": words}


urlpatterns = [path("budget/", money, name="money")]
