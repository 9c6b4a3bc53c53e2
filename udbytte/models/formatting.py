"""Days, times and amounts as people read them, on pages, in emails and in refusals."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def day(value: date, on: date | None = None) -> str:
    """A day as people say it: "tirsdag 3. marts", with the year when it is another one than that of `on`."""
    return _day(value, on is not None and value.year != on.year, get_language() or "")


@lru_cache(4096)
def _day(value: date, with_year: bool, language: str) -> str:
    """Cached, as a page says the same few days dozens of times."""
    is_danish = language == "da"
    text = date_format(value, ("l j. F" if is_danish else "l j F") + (" Y" if with_year else ""))
    return text.lower() if is_danish else text


def days(first: date, last: date, on: date | None = None) -> str:
    """From the first day to the last; one day as itself."""
    return day(first, on) if first == last else f"{day(first, on)} - {day(last, on)}"


def day_and_time(at: datetime, on: date | None = None) -> str:
    """A time as people say it: "onsdag 4. marts kl. 10.00"."""
    local = timezone.localtime(at)
    return _("%(day)s at %(time)s") % {"day": day(local.date(), on), "time": f"{local:%H.%M}"}


def due(value: date, on: date) -> str:
    """When something is due, relative to `on` where that helps: "tirsdag 3. marts (om 4 dage)"."""
    left = (value - on).days
    if left == 0:
        return _("today")
    if left == 1:
        return _("tomorrow")
    text = day(value, on)
    if left < 0:
        late = ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": -left}
        return f"{text} ({late})"
    if left <= 14:
        ahead = ngettext("in %(days)s day", "in %(days)s days", left) % {"days": left}
        return f"{text} ({ahead})"
    return text


def thousands(number: int) -> str:
    """A whole number with Danish thousands: 12.500; with a real minus below zero."""
    return f"{number:,}".replace(",", ".").replace("-", "\N{MINUS SIGN}")


def kroner(amount: int | None) -> str:
    """Whole kroner: 12.500 kr.; a dash where the amount is not known."""
    return "-" if amount is None else f"{thousands(amount)} kr."
