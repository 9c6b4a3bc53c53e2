"""Whether a manager may grant a price alone: the rule, on plain numbers. Whole kroner, ex VAT.

Giving a seat on a course back: until when it is free, and what it costs after that. Whole kroner, ex VAT.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ReasonToAsk(StrEnum):
    """Why a manager must ask the budget owner."""

    NOMINATES = "nominates"
    PER_COURSE = "per_course"
    PER_YEAR = "per_year"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a manager may do with the money of a round; an empty limit is none but the budget."""

    disposes: bool = True
    per_course: int | None = None
    per_year: int | None = None


def reason_to_ask(price: int, limits: Limits, *, granted: int) -> ReasonToAsk | None:
    """What keeps a manager, who has granted so much alone in the round, from granting a price. None: nothing does."""
    if not limits.disposes:
        return ReasonToAsk.NOMINATES
    if limits.per_course is not None and price > limits.per_course:
        return ReasonToAsk.PER_COURSE
    if limits.per_year is not None and granted + price > limits.per_year:
        return ReasonToAsk.PER_YEAR
    return None


@dataclass(frozen=True, slots=True)
class CancellationTerms:
    """`free_until`: the last day on which it costs nothing (None: not known). `cost`: what it costs on a day."""

    free_until: date | None
    cost: int


def cancellation_terms(
    *,
    price: int,
    signup_deadline: date | None = None,
    cancel_by: date | None = None,
    cancel_cost: int | None = None,
    on: date,
) -> CancellationTerms:
    """What giving back a seat of that price costs on a day.

    Free until the provider's day for it, or else until the sign-up deadline: after that payment is binding. Later it
    costs what the provider takes, or else the whole price. Where no day is known nothing is counted.
    """
    free_until = cancel_by if cancel_by is not None else signup_deadline
    if free_until is None or on <= free_until:
        return CancellationTerms(free_until, 0)
    return CancellationTerms(free_until, price if cancel_cost is None else min(cancel_cost, price))
