"""Bills above what was granted: on the pages of those who decide, and what somebody who writes one is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from udbytte.access.money import overruns_seen_by
from udbytte.models import Agreement, Overrun, Person
from udbytte.models.formatting import day, due, kroner
from udbytte.queries.money.budgets import balances_of
from udbytte.services.agreements.owners import RoleHolders
from udbytte.services.money.overruns import budget_of, may_decide_overrun

from .forms import BillForm

RELATED = (
    *("agreement__employee", "agreement__unit", "agreement__course", "agreement__employment", "agreement__budget"),
    *("by", "owner", "seat__budget", "decided_by"),
)


@dataclass(frozen=True, slots=True)
class BillRow:
    """A bill with the facts for its decision."""

    overrun: Overrun
    price: str
    granted: str
    more: str
    due: str
    late: bool
    after: str  # what can still be granted after it; empty: no budget, or not enough in it
    lacks: str  # what the budget lacks for it; empty: nothing
    why_not: str  # why the person does not decide, and who does; empty: they may
    without_owner: bool  # nobody can decide, and the person reads the unit only
    form: BillForm


def bills_of(person: Person, on: date, *, failed: BillForm | None = None, about: int = 0) -> list[BillRow]:
    """The open bills that the person decides about, the one due first at the top."""
    seen = overruns_seen_by(person, on).select_related(*RELATED).prefetch_related("agreement__nominations")
    overruns, holders = list(seen.order_by("due", "pk")), None
    if overruns:
        holders = RoleHolders.on_day(on)
    payers = {overrun.pk: budget_of(overrun) for overrun in overruns}
    balances = balances_of([*{budget.pk: budget for budget in payers.values() if budget is not None}.values()])
    rows = []
    for overrun in overruns:
        payer = payers[overrun.pk]
        more = overrun.price - overrun.granted_price
        after = balances[payer.pk].uncommitted - more if payer is not None else None
        is_failed = failed is not None and about == overrun.pk
        rows.append(_row(overrun, person, on, after, holders, failed if is_failed else None))
    return rows


def _row(
    overrun: Overrun,
    person: Person,
    on: date,
    after: int | None,
    holders: RoleHolders | None,
    failed: BillForm | None,
) -> BillRow:
    owner = overrun.owner.name if overrun.owner is not None else ""
    may = may_decide_overrun(overrun, person, on, holders)
    return BillRow(
        overrun,
        price=kroner(overrun.price),
        granted=kroner(overrun.granted_price),
        more=kroner(overrun.price - overrun.granted_price),
        due=due(overrun.due, on) if overrun.due is not None else "",
        late=overrun.due is not None and overrun.due < on,
        after=kroner(after) if after is not None and after >= 0 else "",
        lacks=kroner(min(-after, overrun.price - overrun.granted_price)) if after is not None and after < 0 else "",
        why_not="" if may else _("%(name)s can decide.") % {"name": owner},
        without_owner=not may and overrun.owner_id == person.pk,
        form=failed or BillForm(auto_id=f"bill{overrun.pk}_%s"),
    )


@dataclass(frozen=True, slots=True)
class BillText:
    """What the page of an agreement says of one bill."""

    text: str
    decides: bool


def bill_texts(agreement: Agreement, person: Person, on: date) -> list[BillText]:
    """What has become of the bills above what was granted, for whoever may read the price."""
    texts = []
    for overrun in agreement.overruns.select_related("decided_by", "owner").order_by("pk"):
        overrun.agreement = agreement
        if overrun.decided_on is None or overrun.granted is not None:
            texts.append(BillText(_bill_text(overrun, on), may_decide_overrun(overrun, person, on)))
    return texts


def _bill_text(overrun: Overrun, on: date) -> str:
    person = overrun.owner if overrun.decided_on is None else overrun.decided_by
    words = {
        "price": kroner(overrun.price),
        "granted": kroner(overrun.granted_price),
        "name": person.name if person is not None else "",
        "due": due(overrun.due, on) if overrun.due is not None else "",
        "day": day(overrun.decided_on, on) if overrun.decided_on is not None else "",
    }
    if overrun.decided_on is None:
        return _("The bill is %(price)s, and %(granted)s was granted. %(name)s is asked, %(due)s.") % words
    if overrun.granted:
        return _("%(name)s granted the bill of %(price)s on %(day)s.") % words
    return _("%(name)s did not grant the bill of %(price)s: %(granted)s counts.") % words + f" {overrun.answer}"


def bill_is_asked(agreement: Agreement) -> str:
    """What somebody is told who has written a bill above what was granted; empty if nothing is asked."""
    overrun = agreement.overruns.filter(decided_on__isnull=True).select_related("owner").first()
    if overrun is None:
        return ""
    words = {
        "granted": kroner(overrun.granted_price),
        "name": overrun.owner.name if overrun.owner is not None else "",
    }
    return _("Thank you. %(granted)s was granted, so %(name)s is asked whether the bill is to be paid.") % words
