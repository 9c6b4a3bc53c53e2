"""External funding: which funds may fit an agreement, and its applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet

from udbytte.models import Agreement, FundingApplication, FundingSource, Person
from udbytte.models.money import OPEN_STATES, ApplicationState

TAKEN = (*OPEN_STATES, ApplicationState.GRANTED)


@dataclass(frozen=True, slots=True)
class SourceFit:
    """A fund that may pay for an agreement.

    `amount`: what to apply for, as in `amount_to_apply_for`. `opens`: the first day to apply, if it is in the
    future; `closes`: the last day. `old`: the fund's facts must be checked first.
    """

    source: FundingSource
    amount: int
    opens: date | None
    closes: date | None
    old: bool


def course_kind_of(agreement: Agreement) -> str:
    """The kind of the course; empty if no course is named yet."""
    if agreement.run is not None:
        return agreement.run.course.kind
    return agreement.course.kind if agreement.course is not None else ""


def known_price_of(agreement: Agreement) -> int:
    """The agreement's price as far as it is known, in whole kroner; 0 if it is not."""
    known = (agreement.price, agreement.run.cost if agreement.run is not None else None, agreement.estimated_price)
    return next((price for price in known if price is not None), 0)


def fitting_sources(agreement: Agreement, on: date) -> list[SourceFit]:
    """Funds that pay for such a course at such a price, are open and have no application for it yet."""
    return sources_fitting([agreement], on)[agreement.pk]


def offered_sources() -> list[FundingSource]:
    """The funding sources that HR offers and that are for the organisation's sector."""
    return [source for source in FundingSource.objects.filter(hidden=False) if source.is_for(settings.SECTOR)]


def sources_fitting(agreements: Sequence[Agreement], on: date) -> dict[int, list[SourceFit]]:
    """`fitting_sources` of each agreement, by agreement id; two queries for any number."""
    priced = [agreement for agreement in agreements if course_kind_of(agreement) and known_price_of(agreement)]
    fits: dict[int, list[SourceFit]] = {agreement.pk: [] for agreement in agreements}
    sources = offered_sources() if priced else []
    rows = FundingApplication.objects.filter(agreement__in=[agreement.pk for agreement in priced], state__in=TAKEN)
    applied = set(rows.values_list("agreement_id", "source_id")) if priced else set()
    for agreement in priced:
        kind, price = course_kind_of(agreement), known_price_of(agreement)
        starts = agreement.starts_on or agreement.planned_from
        for source in sources:
            fit = _fit(source, kind, price, starts, on)
            if fit is not None and (agreement.pk, source.pk) not in applied:
                fits[agreement.pk].append(fit)
    return fits


def amount_to_apply_for(source: FundingSource, price: int) -> int:
    """Whole kroner: the price without the employer's own share, up to the limit; of a wage source its weekly rate."""
    if source.pays_wages:
        return source.limit if source.limit is not None else price
    most = price * (100 - source.own_share) // 100
    return most if source.limit is None else min(most, source.limit)


def application_window(source: FundingSource, starts: date) -> tuple[date | None, date | None]:
    """The first and the last day to apply to the fund, for a course that starts on the day; None: no limit."""
    opens = starts - timedelta(days=source.earliest_days) if source.earliest_days is not None else None
    closes = starts - timedelta(days=source.latest_days) if source.latest_days is not None else None
    return opens, closes


def largest_grant(application: FundingApplication) -> int:
    """The largest possible grant, in whole kroner: the price, or the fund's limit for each week of the course.

    Some funds compensate wages by the week, so they can give more than the course costs.
    """
    agreement = application.agreement
    weeks = 1
    if agreement.starts_on is not None and agreement.ends_on is not None:
        weeks += (agreement.ends_on - agreement.starts_on).days // 7
    return max(known_price_of(agreement), application.amount, (application.source.limit or 0) * weeks)


def _fit(source: FundingSource, kind: str, price: int, starts: date, on: date) -> SourceFit | None:
    opens, closes = application_window(source, starts)
    too_late = on >= starts or (closes is not None and on > closes)
    if kind not in source.kinds or price < (source.least_price or 0) or too_late:
        return None
    amount = amount_to_apply_for(source, price)
    return SourceFit(source, amount, opens if opens is not None and opens > on else None, closes, source.is_old_on(on))


def open_applications_of(person: Person) -> QuerySet[FundingApplication]:
    """The applications whose next step is the person's, the one due first at the top.

    Without joins: most people have none, and the home page asks for everybody.
    """
    rows = FundingApplication.objects.filter(owner=person, state__in=OPEN_STATES)
    return rows.prefetch_related("source", "agreement").order_by("due", "pk")


def applications_of(agreement: Agreement) -> QuerySet[FundingApplication]:
    """The applications for one agreement, oldest first."""
    return agreement.applications.select_related("source", "owner").order_by("pk")
