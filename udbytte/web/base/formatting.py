"""Days, amounts and addresses as people read them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    pass


def day(value: date, on: date) -> str:
    """A day as people say it: "Tuesday 3 March", with the year when it is another one."""
    return _said(value, value.year != on.year, get_language() or "")


@lru_cache(4096)
def _said(value: date, with_year: bool, language: str) -> str:
    """Kept, as a page says the same few days dozens of times."""
    danish = language == "da"
    said = date_format(value, ("l j. F" if danish else "l j F") + (" Y" if with_year else ""))
    return said.lower() if danish else said


def days(first: date, last: date, on: date) -> str:
    """From the first day to the last; one day as itself."""
    return day(first, on) if first == last else f"{day(first, on)} - {day(last, on)}"


def due(value: date, on: date) -> str:
    """When something is due, relative where that helps."""
    left = (value - on).days
    if left == 0:
        return _("today")
    if left == 1:
        return _("tomorrow")
    said = day(value, on)
    if left < 0:
        late = ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": -left}
        return f"{said} ({late})"
    if left <= 14:
        ahead = ngettext("in %(days)s day", "in %(days)s days", left) % {"days": left}
        return f"{said} ({ahead})"
    return said


def link(name: str, pk: int) -> str:
    """The address of a page about one thing. Django's own looking up takes longer than showing the row it stands in."""
    before, after = _around(name)
    return f"{before}{pk}{after}"


@lru_cache
def _around(name: str) -> tuple[str, str]:
    before, _pk, after = reverse(name, args=[0]).rpartition("0")
    return before, after


def kroner(amount: int | None) -> str:
    """Whole kroner with Danish thousands: 12.500 kr."""
    return "-" if amount is None else f"{amount:,} kr.".replace(",", ".")
