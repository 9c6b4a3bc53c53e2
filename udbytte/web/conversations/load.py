"""The load of a plan in words, and the form that lets an agreement begin later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from udbytte.domain.lifecycle import Phase
from udbytte.domain.reach import START
from udbytte.domain.working_days import working_day_from
from udbytte.models import Agreement, DevelopmentPlan, Person
from udbytte.models.formatting import day, days, kroner
from udbytte.models.labels import PHASE_LABELS
from udbytte.queries.conversations.plan_load import BudgetLoad, Queue, load_of, may_start_later
from udbytte.web.agreements.facts import Fact
from udbytte.web.base.fields import DayField, StyledForm

LATER = timedelta(days=90)  # how much later an agreement begins, as proposed


class StartLaterForm(StyledForm):
    """From when an agreement is worked on."""

    agreement = forms.IntegerField(widget=forms.HiddenInput)
    until = DayField(label=lazy("Wait until"), reach=START)


@dataclass(frozen=True, slots=True)
class LoadRow:
    """An open agreement: whether it begins now, and the form to let it begin later, where that is possible."""

    agreement: Agreement
    planned: str
    when: str
    form: StartLaterForm | None


@dataclass(frozen=True, slots=True)
class LoadText:
    """The load in words. `much` asks to choose what begins now; it is empty if there is no need."""

    count: str
    much: str
    rows: Sequence[LoadRow]
    queues: Sequence[str]
    money: Sequence[Fact]
    money_short: bool


def load_text(
    plan: DevelopmentPlan | None, person: Person, on: date, failed: StartLaterForm | None = None
) -> LoadText | None:
    """The load of a plan that is not signed by both. None for one that is, and for one without agreements."""
    if plan is None or plan.signed_text is not None or not plan.agreements.exists():
        return None
    load, name = load_of(plan, person, on), plan.conversation.employment.person.name
    words = {"name": name, "count": len(load.open)}
    count = ngettext(
        "%(name)s has %(count)s open agreement.", "%(name)s has %(count)s open agreements.", len(load.open)
    )
    return LoadText(
        count % words,
        _("Choose which begin now, and which can wait.") if load.is_much else "",
        [_row(agreement, plan, on, failed) for agreement in load.open]
        if load.is_much or load.now < len(load.open) or failed is not None
        else [],
        [_queue(queue) for queue in load.queues],
        _money(load.budget),
        load.budget is not None and load.budget.is_short,
    )


def _row(agreement: Agreement, plan: DevelopmentPlan, on: date, failed: StartLaterForm | None) -> LoadRow:
    phase = agreement.phase_on(on)
    has_begun = phase is not None and phase not in (Phase.AGREED, Phase.IN_PLACE)
    when = str(PHASE_LABELS[phase]) if phase is not None and has_begun else _("begins now")
    if agreement.paused_until is not None and agreement.is_paused_on(on):
        when = _("rests until %(day)s") % {"day": day(agreement.paused_until, on)}
    form = None
    if agreement.plan_id == plan.pk and may_start_later(agreement):
        later = working_day_from((agreement.paused_until or on) + LATER)
        form = StartLaterForm(initial={"agreement": agreement.pk, "until": later}, auto_id=f"later-{agreement.pk}-%s")
        if failed is not None and failed.data.get("agreement") == str(agreement.pk):
            form = failed
    return LoadRow(agreement, days(agreement.planned_from, agreement.planned_to, on), when, form)


def _queue(queue: Queue) -> str:
    text = ngettext(
        "%(name)s has %(count)s course to see to.", "%(name)s has %(count)s courses to see to.", queue.count
    )
    return text % {"name": queue.name, "count": queue.count}


def _money(budget: BudgetLoad | None) -> list[Fact]:
    if budget is None:
        return []
    here = Fact(_("Wished for in this plan"), kroner(budget.wished_here))
    if budget.balance is None:
        return [Fact(_("The budget of %(unit)s") % {"unit": budget.unit}, kroner(budget.amount)), here]
    return [
        Fact(_("Still to grant, %(unit)s") % {"unit": budget.unit}, kroner(budget.balance.uncommitted)),
        Fact(_("Wished for on top, by everybody"), kroner(budget.balance.reserved)),
        here,
    ]
