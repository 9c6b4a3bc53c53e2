"""The nominations on the page of a budget owner: what each needs to be decided, and deciding one or several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from udbytte.access.agreements import nominations_for
from udbytte.access.people import units_served
from udbytte.domain.lifecycle import Event
from udbytte.domain.numbers import int_from
from udbytte.models import Agreement, Budget, Deputy, LogEntry, Person, Press, Role
from udbytte.models.formatting import day, deadline, due, kroner
from udbytte.queries.money.budgets import budgets_for, uncommitted_for
from udbytte.queries.money.funding import SourceFit, sources_fitting
from udbytte.runtime.clock import today
from udbytte.services.agreements.owners import who_asks_for_money
from udbytte.services.agreements.take_step import take_step
from udbytte.services.agreements.undo import with_undo
from udbytte.services.errors import Refused
from udbytte.web.agreements.event_forms import EventForm
from udbytte.web.base.request import person_of
from udbytte.web.base.saved import say_saved

from .forms import RefuseNominationForm

PAGE = 20
RELATED = ("employee", "unit", "round", "step_owner", "course", "run__course", "employment__line_manager")
DECISIONS = (Event.GRANT, Event.REFUSE, Event.ASK_CHEAPER)


@dataclass(frozen=True, slots=True)
class NominationRow:
    """A nomination with the facts for its decision. `first` are the things to know before all others."""

    agreement: Agreement
    turn: int
    price: str
    price_note: str  # where it is not the price of the catalogue
    after: str  # what can still be granted after it
    deadline: str
    due: str
    manager: str
    reason: str
    fund: str  # what a fund may pay
    came_from: str
    first: Sequence[str]
    why_not: str = ""  # why the person may not decide, and who can; empty: they may
    exceeds: bool = False
    grant: EventForm | None = None
    cheaper: EventForm | None = None
    refuse: EventForm | None = None

    @property
    def can_grant(self) -> bool:
        return self.grant is not None and not self.exceeds


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What somebody needs to decide about one nomination, where it stands alone."""

    price: str
    left: str  # what can still be granted; empty: no budget
    exceeds: bool
    manager: str
    reason: str


@dataclass(frozen=True, slots=True)
class Nominations:
    """A page of nominations: those that wait for the person, and those that are with somebody else."""

    mine: Sequence[NominationRow]
    with_others: Sequence[NominationRow]
    page: Page[Agreement]


@dataclass(slots=True)
class _Read:
    """What is read once for all rows."""

    person: Person
    on: date
    units: set[int]  # whose budget the person owns
    left: Mapping[int, int]
    payers: Mapping[int, Budget]
    fits: Mapping[int, list[SourceFit]]
    had_before: dict[int, str] = field(default_factory=dict)  # who had the step before the person
    price_reasons: dict[int, str] = field(default_factory=dict)
    stands_in_for: Sequence[str] = ()


def _open_nominations(person: Person, on: date) -> QuerySet[Agreement]:
    """Nominations that the person decides about, or reads as budget owner: the one due first at the top."""
    open_ = nominations_for(person, on).filter(step="decide", closed_on__isnull=True, proposed_by="")
    return open_.select_related(*RELATED).prefetch_related("nominations__by").order_by("step_due", "pk")


def nominations_of(
    person: Person, on: date, page: str | None, *, failed: EventForm | None = None, about: int = 0
) -> Nominations:
    """One page of the nominations, each with its decision. `failed` is a decision form with an error."""
    part = Paginator(_open_nominations(person, on), PAGE).get_page(page)
    agreements = list(part)
    known = _read(person, on, agreements)
    rows = [_row(agreement, known, failed if about == agreement.pk else None) for agreement in agreements]
    mine = [row for row in rows if row.agreement.step_owner_id == person.pk and not row.why_not]
    return Nominations(mine, [row for row in rows if row not in mine], part)


def _read(person: Person, on: date, agreements: Sequence[Agreement]) -> _Read:
    units = {agreement.unit_id for agreement in agreements}
    served = units_served(person, Role.BUDGET_OWNER, on).filter(pk__in=units).values_list("pk", flat=True)
    known = _Read(
        person,
        on,
        units=set(served),
        left=uncommitted_for(agreements),
        payers=budgets_for(agreements),
        fits=sources_fitting(agreements, on),
    )
    log = LogEntry.objects.filter(agreement__in=agreements, to_stage="nominated").select_related("owner")
    for entry in log.order_by("agreement", "number"):
        if entry.event == Event.NOMINATE:
            known.had_before.pop(entry.agreement_id, None)
            known.price_reasons[entry.agreement_id] = str(entry.facts.get("price_reason") or "")
        if entry.owner is not None and entry.owner_id != person.pk:
            known.had_before[entry.agreement_id] = entry.owner.name
    stands_in = Deputy.objects.on(on).filter(deputy=person).select_related("person").order_by("pk")
    known.stands_in_for = [deputy.person.name for deputy in stands_in]
    return known


def _row(agreement: Agreement, known: _Read, failed: EventForm | None) -> NominationRow:
    nomination = next(row for row in agreement.nominations.all() if row.decided_on is None)
    price = nomination.price or 0
    cost = max(price - agreement.granted_outside, 0)
    left = known.left.get(agreement.pk)
    exceeds = left is not None and cost > left
    why_not = _why_not(agreement, known)
    run_price = agreement.run.cost if agreement.run is not None else None
    return NominationRow(
        agreement,
        agreement.turn,
        price=kroner(price),
        price_note=_price_note(price, run_price, known.price_reasons.get(agreement.pk, "")),
        after=kroner(left - cost) if left is not None and not exceeds else "",
        deadline=_deadline(agreement, known.on),
        due=due(agreement.step_due, known.on) if agreement.step_due is not None else "",
        manager=nomination.by.name,
        reason=nomination.reason,
        fund=_fund(known.fits.get(agreement.pk, [])),
        came_from=_came_from(agreement, known),
        first=_first(agreement, known, cost, left),
        why_not=why_not,
        exceeds=exceeds,
        **({} if why_not else _forms(agreement, known.on, failed)),
    )


def _forms(agreement: Agreement, on: date, failed: EventForm | None) -> dict[str, EventForm]:
    """The three decisions, each with ids of its own; the form that failed keeps what was typed."""
    choices = {
        "grant": EventForm(agreement, Event.GRANT, on),
        "cheaper": EventForm(agreement, Event.ASK_CHEAPER, on),
        "refuse": RefuseNominationForm(agreement, on),
    }
    for name, form in choices.items():
        form.auto_id = f"a{agreement.pk}_{form.chosen}_%s"
        if failed is not None and form.chosen is failed.chosen:
            choices[name] = failed
    return choices


def _why_not(agreement: Agreement, known: _Read) -> str:
    """Why the person may not decide, and who can; empty if they may."""
    person, owner = known.person, agreement.step_owner
    other = (
        owner.name if owner is not None and owner.pk != person.pk and not agreement.is_with_hr else _("Somebody else")
    )
    words = {"name": other}
    if agreement.employee_id == person.pk:
        return _("It is your own course. %(name)s can decide.") % words
    if agreement.employment.line_manager_id == person.pk:
        return _("It is for one of your own employees. %(name)s can decide.") % words
    if person.pk in who_asks_for_money(agreement):
        return _("You have nominated it yourself. %(name)s can decide.") % words
    holds = agreement.step_owner_id == person.pk and not agreement.is_with_hr
    return "" if holds or agreement.unit_id in known.units else _("%(name)s can decide.") % words


def _first(agreement: Agreement, known: _Read, cost: int, left: int | None) -> list[str]:
    """What is to be known first: that it exceeds the budget, that it is late, that sign-up closes."""
    on, first = known.on, []
    if left is not None and cost > left:
        words = {"more": kroner(cost - max(left, 0)), "left": kroner(left)}
        first.append(_("It costs %(more)s more than can still be granted (%(left)s).") % words)
    if left is None:
        first.append(_("No budget is set for the unit."))
    closing = agreement.run.signup_deadline if agreement.run is not None else None
    closes = closing is not None and 0 <= (closing - on).days <= 10
    if agreement.step_due is not None and agreement.step_due < on:
        late = (on - agreement.step_due).days
        first.append(ngettext("%(days)s day overdue.", "%(days)s days overdue.", late) % {"days": late})
    if closes and closing is not None:
        first.append(_("Sign-up closes %(day)s.") % {"day": deadline(closing, on)})
    return first


def decision_facts(agreement: Agreement) -> DecisionFacts | None:
    """The facts for the decision about the agreement's open nomination; None without one."""
    nomination = agreement.nominations.filter(decided_on__isnull=True).select_related("by").first()
    if nomination is None:
        return None
    price, left = nomination.price or 0, uncommitted_for([agreement]).get(agreement.pk)
    cost = max(price - agreement.granted_outside, 0)
    exceeds = left is not None and cost > left
    shown = kroner(left) if left is not None else ""
    return DecisionFacts(kroner(price), shown, exceeds, nomination.by.name, nomination.reason)


def _deadline(agreement: Agreement, on: date) -> str:
    deadline = agreement.run.signup_deadline if agreement.run is not None else None
    return day(deadline, on) if deadline is not None else ""


def _price_note(price: int, run_price: int | None, reason: str) -> str:
    if run_price is None or run_price == price:
        return ""
    words = {"price": kroner(run_price), "reason": reason}
    return (_("The catalogue says %(price)s: %(reason)s") if reason else _("The catalogue says %(price)s.")) % words


def _fund(fits: Iterable[SourceFit]) -> str:
    """The fund that may pay most of the price."""
    best = max((fit for fit in fits if not fit.source.pays_wages), key=lambda fit: fit.amount, default=None)
    if best is None:
        return ""
    return _("%(fund)s may pay up to %(amount)s") % {"fund": best.source.name, "amount": kroner(best.amount)}


def _came_from(agreement: Agreement, known: _Read) -> str:
    """Whose it was, if it has come to the person along the line or as a deputy; else with whom it is."""
    owner = agreement.step_owner
    if owner is None or agreement.is_with_hr:
        return ""
    if owner.pk != known.person.pk:
        return _("It is with %(name)s") % {"name": owner.name}
    before = known.had_before.get(agreement.pk)
    if before:
        return _("It came from %(name)s") % {"name": before}
    if agreement.unit_id not in known.units and known.stands_in_for:
        return _("You approve for %(name)s") % {"name": ", ".join(known.stands_in_for)}
    return ""


def nomination_to_decide(person: Person, pk: int, on: date) -> Agreement:
    """The nomination, if the person may decide about it. Raises Http404 otherwise."""
    agreement = get_object_or_404(_open_nominations(person, on), pk=pk)
    if _why_not(agreement, _read(person, on, [agreement])):
        raise Http404
    return agreement


def decision_form(agreement: Agreement, data: QueryDict, on: date) -> EventForm:
    """The decision that was sent; anything else counts as a no, which needs a reason."""
    event = next((event for event in DECISIONS if event == data.get("event")), Event.REFUSE)
    if event is Event.REFUSE:
        form: EventForm = RefuseNominationForm(agreement, on, data)
    else:
        form = EventForm(agreement, event, on, data)
    form.auto_id = f"a{agreement.pk}_{event}_%s"
    return form


@require_POST
def grant_several(request: HttpRequest) -> HttpResponse:
    """Grant the chosen nominations, each by itself in the order of the page, and say of each what became of it."""
    person, on = person_of(request), today()
    turns = dict(_chosen(request.POST.getlist("chosen")))
    agreements = list(_open_nominations(person, on).filter(pk__in=turns))
    known = _read(person, on, agreements)
    for agreement in agreements:
        words = {"name": agreement.employee.name, "course": agreement.public_title}
        why_not, pressed = _why_not(agreement, known), None
        try:
            if not why_not:
                pressed = _grant(agreement, person, on, turns[agreement.pk])
        except Refused as refused:
            why_not = refused.message
        if why_not:
            messages.error(request, _("%(name)s, %(course)s: not granted.") % words + f" {why_not}")
        else:
            say_saved(request, _("%(name)s, %(course)s: granted.") % words, pressed)
    gone = len(turns) - len(agreements)
    if gone:
        text = ngettext("%(count)s was decided meanwhile.", "%(count)s were decided meanwhile.", gone)
        messages.error(request, text % {"count": gone})
    if not turns:
        messages.error(request, _("Choose the nominations that you grant."))
    return redirect("money")


def _grant(agreement: Agreement, person: Person, on: date, turn: int) -> Press | None:
    """Grant one nomination; returns what can be undone."""

    def act() -> Agreement:
        return take_step(agreement, Event.GRANT, by=person, on=on, turn=turn)

    return with_undo(agreement, act, by=person, on=on, now=timezone.now())[1]


def _chosen(values: Iterable[str]) -> Iterable[tuple[int, int]]:
    """The chosen agreements with the turn that the person saw; each value is `id:turn`."""
    for value in values:
        pk, _colon, turn = value.partition(":")
        pair = int_from(pk), int_from(turn)
        if pair[0] is not None and pair[1] is not None:
            yield pair[0], pair[1]


urlpatterns = [path("budget/bevilg/", grant_several, name="grant-several")]
