"""Whether a manager may grant a price alone: the rule, on plain numbers. Whole kroner, ex VAT."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Hindrance(StrEnum):
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


def hindrance(price: int, limits: Limits, *, granted: int) -> Hindrance | None:
    """What keeps a manager, who has granted so much alone in the round, from granting a price. None: nothing does."""
    if not limits.disposes:
        return Hindrance.NOMINATES
    if limits.per_course is not None and price > limits.per_course:
        return Hindrance.PER_COURSE
    if limits.per_year is not None and granted + price > limits.per_year:
        return Hindrance.PER_YEAR
    return None
