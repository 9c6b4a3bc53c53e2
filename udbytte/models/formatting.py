"""Days, times and amounts as people read them, on pages, in emails and in refusals."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

WEEKDAYS = ("man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn.")
MONTHS = ("jan.", "feb.", "mar.", "apr.", "maj", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec.")
RELATIVE_DAYS = 14
ANOTHER_YEAR = date.min  # as `on`: the year stands at every date, as in documents


def day(value: date, on: date | None = None) -> str:
    """A day in full, for sentences: "tirsdag 3. marts", with the year when it is another one than that of `on`."""
    return _day(value, on is not None and value.year != on.year, get_language() or "")


@lru_cache(4096)
def _day(value: date, with_year: bool, language: str) -> str:
    """Cached, as a page says the same few days dozens of times."""
    is_danish = language == "da"
    text = date_format(value, ("l j. F" if is_danish else "l j F") + (" Y" if with_year else ""))
    return text.lower() if is_danish else text


def short_day(value: date, on: date | None = None) -> str:
    """A day where there is little room: "fre. 4. dec.", in English "Fri 4 Dec", with the year as in `day`."""
    return _short_day(value, on is not None and value.year != on.year, get_language() or "")


@lru_cache(4096)
def _short_day(value: date, with_year: bool, language: str) -> str:
    weekday = WEEKDAYS[value.weekday()] if language == "da" else date_format(value, "D")
    return f"{weekday} {_without_weekday(value, with_year, language)}"


def _without_weekday(value: date, with_year: bool, language: str) -> str:
    year = f" {value.year}" if with_year else ""
    if language == "da":
        return f"{value.day}. {MONTHS[value.month - 1]}{year}"
    return f"{date_format(value, 'j M')}{year}"


def days(first: date, last: date, on: date | None = None) -> str:
    """From the first day to the last, short: "12.–14. dec.", "8. feb.–2. maj"; one day in full.

    The year stands where it is another one than that of `on`, and at both days when they are of two years.
    """
    if first == last:
        return day(first, on)
    language = get_language() or ""
    with_year = on is not None and (first.year, last.year) != (on.year, on.year)
    end = _without_weekday(last, with_year or first.year != last.year, language)
    if (first.year, first.month) == (last.year, last.month):
        begin = f"{first.day}." if language == "da" else str(first.day)
    else:
        begin = _without_weekday(first, first.year != last.year, language)
    return f"{begin}–{end}"


def clock(at: time | datetime) -> str:
    """A time of day: "10.30", in English "10:30". A moment is told in local time."""
    local = timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at
    return time_format(local, "TIME_FORMAT")


def day_and_time(at: datetime, on: date | None = None) -> str:
    """A time as people say it: "onsdag 4. marts kl. 10.00"."""
    return _("%(day)s at %(time)s") % {"day": day(timezone.localtime(at).date(), on), "time": clock(at)}


def short_day_and_time(at: datetime, on: date | None = None) -> str:
    """The same where there is little room: "ons. 4. mar. 10.00"."""
    return f"{short_day(timezone.localtime(at).date(), on)} {clock(at)}"


def due(value: date, on: date) -> str:
    """When something is due, as a label of its own: "i morgen", "om 4 dage", "fre. 4. dec.", "6 dage over fristen"."""
    left = (value - on).days
    if left < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -left) % {"days": -left}
    return _nearly(left) or short_day(value, on)


def deadline(value: date, on: date) -> str:
    """A day within a sentence, with how soon it is: "fre. 4. dec. (om 4 dage)"."""
    near = _nearly((value - on).days)
    return f"{short_day(value, on)} ({near})" if near else short_day(value, on)


def _nearly(left: int) -> str:
    """How soon a day is that is at most `RELATIVE_DAYS` ahead; else nothing."""
    if left == 0:
        return _("today")
    if left == 1:
        return _("tomorrow")
    if 1 < left <= RELATIVE_DAYS:
        return ngettext("in %(days)s day", "in %(days)s days", left) % {"days": left}
    return ""


def thousands(number: int) -> str:
    """A whole number with its thousands: 12.500, in English 12,500; with a real minus below zero."""
    text = f"{number:,}".replace("-", "\N{MINUS SIGN}")
    return text.replace(",", ".") if get_language() == "da" else text


def kroner(amount: int | None) -> str:
    """Whole kroner: "12.500 kr.", in English "DKK 12,500"; a dash where the amount is not known."""
    if amount is None:
        return "\N{EN DASH}"
    return f"{thousands(amount)} kr." if get_language() == "da" else f"DKK {thousands(amount)}"


def percent(share: int) -> str:
    """A share in whole per cent: "65 %", in English "65%"."""
    return f"{share} %" if get_language() == "da" else f"{share}%"
