"""Whether a manager may grant a price alone, and what it costs to give a seat back. Whole kroner, ex VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sector(StrEnum):
    """What kind of employer the organisation is. Its funds follow it, and the name of its works council."""

    MUNICIPALITY = "municipality"
    REGION = "region"
    STATE = "state"
    OTHER = "other"


class ReasonToAsk(StrEnum):
    """Why a manager must ask the budget owner."""

    NOMINATES = "nominates"
    PER_COURSE = "per_course"
    PER_YEAR = "per_year"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a manager may do with the money of a round. Without a limit, only the budget limits it."""

    disposes: bool = True  # the manager decides alone, within the limits; else nominates every course
    per_course: int | None = None
    per_year: int | None = None


def reason_to_ask(price: int, limits: Limits, *, granted: int) -> ReasonToAsk | None:
    """Why a manager must ask before granting the price; None: they need not.

    `granted` is what they have granted alone in the round so far.
    """
    if not limits.disposes:
        return ReasonToAsk.NOMINATES
    if limits.per_course is not None and price > limits.per_course:
        return ReasonToAsk.PER_COURSE
    if limits.per_year is not None and granted + price > limits.per_year:
        return ReasonToAsk.PER_YEAR
    return None


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """What it costs to give a seat back on a day."""

    free_until: date | None  # the last day on which it costs nothing; None: not known
    cost: int


def cancellation_terms(
    *,
    price: int,
    signup_deadline: date | None = None,
    cancel_by: date | None = None,
    cancel_cost: int | None = None,
    on: date,
) -> CancellationTerms:
    """What it costs to give back a seat of that price on the day.

    It is free until the provider's last day for it (`cancel_by`), or else until the sign-up deadline, as payment is
    binding after that. Later it costs what the provider charges, or else the whole price. It costs nothing where
    neither day is known.
    """
    free_until = cancel_by if cancel_by is not None else signup_deadline
    if free_until is None or on <= free_until:
        return CancellationTerms(free_until, 0)
    return CancellationTerms(free_until, price if cancel_cost is None else min(cancel_cost, price))
