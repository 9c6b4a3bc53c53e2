"""The page of a budget owner: what can still be granted, all nominations and bills, and each budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from udbytte.access.money import budgets_seen_by, has_to_decide, overruns_seen_by
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Budget, ManagerRole, Person, Round, Unit
from udbytte.models.formatting import kroner
from udbytte.queries.money.budgets import (
    Balance,
    authority_for,
    balance_of,
    balances_of,
    balances_with_units_below,
    budget_for,
    limits_of,
    total_balance,
)
from udbytte.runtime.clock import today
from udbytte.services.money.overruns import decide_overrun
from udbytte.web.agreements.buttons import press
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.base.request import person_of, roles
from udbytte.web.base.saved import say_saved
from udbytte.web.base.submit import Submission

from .bills import BillRow, bills_of
from .forms import BillForm
from .nominations import NominationRow, decision_form, nomination_to_decide, nominations_of
from .round_budgets import who_decides

PAGE_OF_BUDGETS = 25
MOST_BUDGETS_SUMMED = 500  # on the page
MOST_OWN_UNITS = 10
WIDTH = 400  # of the bar, in units of the picture


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """The money of a unit that the person manages: which budget pays, what can still be granted, and who decides."""

    unit: str
    round: str
    payer: str  # the unit whose budget pays; empty: its own
    left: str
    decides: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A budget (None: several together) as a bar: spent and committed, what is wished for on top, and its end.

    The picture is as wide as the budget, or as all that is wished for if that is more. `below` has the sums with the
    budgets below, if they differ.
    """

    budget: Budget | None
    left: str  # what can still be granted
    words: str  # all other sums, in a sentence
    spent: float
    committed: float
    bound: float  # spent and committed together
    wished: float
    end: float
    below: Bar | None = None


@dataclass(frozen=True, slots=True)
class BudgetPage:
    """What the page shows."""

    decides: bool  # somebody can wait for this person's decision
    nominations: Sequence[NominationRow]
    with_others: Sequence[NominationRow]  # nominations that the person reads and that are with somebody else
    nominations_page: Page[Agreement]
    several: bool  # at least two can be granted with one press
    bills: Sequence[BillRow]
    top: Bar | None  # all the budgets together, or the only one
    budgets: Sequence[Bar]
    own: Sequence[OwnUnit]
    page: Page[Budget]


def money(
    request: HttpRequest, failed: EventForm | None = None, about: int = 0, bill: BillForm | None = None
) -> HttpResponse:
    """What can still be granted, the nominations and bills that wait, then each budget.

    `failed` is a decision form with an error, and `about` the agreement or bill that it is about.
    """
    person, on, mine = person_of(request), today(), roles(request)
    if not (mine.is_budget_owner or mine.is_manager or has_to_decide(person, on)):
        raise Http404
    waiting = nominations_of(person, on, request.GET.get("waiting"), failed=failed, about=about)
    bills = bills_of(person, on, failed=bill, about=about)
    rows = budgets_seen_by(person, on).select_related("unit", "round").order_by("unit__path", "pk")
    shown = Paginator(rows, PAGE_OF_BUDGETS)
    part = shown.get_page(request.GET.get("page"))
    summed = list(part)
    if part.has_other_pages():  # if there are very many, only the workbook has the sums
        summed = list(rows) if shown.count <= MOST_BUDGETS_SUMMED else []
    balances = balances_of(list({budget.pk: budget for budget in [*part, *summed]}.values()), on=on)
    bars = _bars(list(part), summed, balances)
    top = _top(bars, summed, balances)
    context = BudgetPage(
        decides=mine.is_budget_owner or bool(waiting.mine) or bool(bills),
        nominations=waiting.mine,
        with_others=waiting.with_others,
        nominations_page=waiting.page,
        several=sum(row.can_grant for row in (*waiting.mine, *waiting.with_others)) > 1,
        bills=bills,
        top=top,
        budgets=[] if bars == [top] else bars,
        own=_own_units(person, on) if mine.manages_units else [],
        page=part,
    )
    is_wrong = failed is not None or bill is not None
    return render(request, "money/money.html", {"money": context}, status=422 if is_wrong else 200)


def _bars(part: Sequence[Budget], summed: Sequence[Budget], balances: dict[int, Balance]) -> list[Bar]:
    """Each budget; one with budgets below it has their sums too, unless these stand at the top already."""
    sums = balances_with_units_below(summed, balances)
    whole = total_balance(balances[budget.pk] for budget in summed)
    return [
        _bar(budget, balances[budget.pk], sums.get(budget.pk) if sums.get(budget.pk) != whole else None)
        for budget in part
    ]


def _top(bars: Sequence[Bar], summed: Sequence[Budget], balances: dict[int, Balance]) -> Bar | None:
    """The bar at the top: the only budget, or all of them together."""
    if len(bars) == 1 and len(summed) == 1:
        return bars[0]
    return _bar(None, total_balance(balances[budget.pk] for budget in summed)) if summed else None


def _bar(budget: Budget | None, balance: Balance, with_below: Balance | None = None) -> Bar:
    bound = balance.committed + balance.spent
    scale = WIDTH / max(balance.amount, bound + balance.reserved, 1)
    more = with_below if with_below not in (None, balance) else None
    return Bar(
        budget,
        left=kroner(balance.uncommitted),
        words=_sums(balance),
        spent=round(balance.spent * scale, 1),
        committed=round(balance.committed * scale, 1),
        bound=round(bound * scale, 1),
        wished=round(balance.reserved * scale, 1),
        end=round(balance.amount * scale, 1),
        below=_bar(None, more) if more is not None else None,
    )


def _sums(balance: Balance) -> str:
    """All sums in a sentence or two. What is wished for is held against what can still be granted."""
    words = {
        "amount": kroner(balance.amount),
        "spent": kroner(balance.spent),
        "committed": kroner(balance.committed),
        "wished": kroner(balance.reserved),
        "more": kroner(balance.reserved - max(balance.uncommitted, 0)),
        "outside": kroner(balance.outside),
    }
    sentences = [_("Of %(amount)s, %(spent)s is spent and %(committed)s granted.")]
    if balance.reserved > max(balance.uncommitted, 0):
        sentences.append(_("%(wished)s is wished for on top, %(more)s more than there is."))
    elif balance.reserved:
        sentences.append(_("%(wished)s is wished for on top."))
    if balance.outside:
        sentences.append(_("Funds pay another %(outside)s."))
    return " ".join(sentence % words for sentence in sentences)


def _own_units(person: Person, on: date) -> list[OwnUnit]:
    """For each unit that the person manages: the budget that pays, what can still be granted, and who decides."""
    units = Unit.objects.filter(manager_roles__in=ManagerRole.objects.on(on).filter(person=person)).distinct()
    rounds = Round.objects.filter(published_on__isnull=False, closed_on__isnull=True)
    rows = []
    for unit in units[:MOST_OWN_UNITS]:
        for round_ in rounds.filter(units__in=unit.ancestor_ids).distinct():
            budget = budget_for(unit, round_)
            if budget is not None:
                payer = budget.unit.name if budget.unit_id != unit.pk else ""
                left, decides = (
                    kroner(balance_of(budget).uncommitted),
                    who_decides(limits_of(authority_for(unit, round_))),
                )
                rows.append(OwnUnit(unit.name, round_.name, payer, left, decides))
    return rows


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant, refuse, or ask for a cheaper date. If that is not possible, the page shows why, with what was typed."""
    person, on = person_of(request), today()
    agreement = nomination_to_decide(person, pk, on)
    form = decision_form(agreement, request.POST, on)
    pressed = press(agreement, form, by=person, on=on)
    if pressed is None:
        return money(request, failed=form, about=pk)
    sentences = {
        Event.GRANT: _("Granted. %(name)s and the manager are notified."),
        Event.REFUSE: _("Refused. %(name)s and the manager are notified of the reason."),
        Event.ASK_CHEAPER: _("%(name)s, the manager and the coordinator are notified that a cheaper date is needed."),
    }
    say_saved(request, sentences[form.chosen] % {"name": agreement.employee.name}, pressed.undo)
    return redirect("money")


@require_POST
def decide_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a bill above what was granted, or refuse it with a reason."""
    person, on = person_of(request), today()
    overrun = get_object_or_404(overruns_seen_by(person, on), pk=pk)
    form, granted = BillForm(request.POST, auto_id=f"bill{pk}_%s"), request.POST.get("what") == "grant"
    if form.is_valid():
        with Submission(form):
            decide_overrun(overrun, granted=granted, answer=form.cleaned_data["answer"], by=person, on=on)
            sentence = (
                _("Granted. %(name)s is notified.") if granted else _("Refused. %(name)s is notified of the reason.")
            )
            messages.success(request, sentence % {"name": overrun.by.name})
            return redirect("money")
    return money(request, bill=form, about=pk)


urlpatterns = [
    path("budget/", money, name="money"),
    path("budget/<int:pk>/", decide, name="decide"),
    path("budget/regning/<int:pk>/", decide_bill, name="decide-bill"),
]
