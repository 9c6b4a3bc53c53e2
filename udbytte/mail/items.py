"""What a letter is made of: things, each with what can be pressed; and days in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a letter: what, about what, and what can be pressed."""

    head: str
    body: str = ""
    late: bool = False
    links: list[Link] = field(default_factory=list)


def day_in_words(value: date) -> str:
    said = date_format(value, "l j. F" if get_language() == "da" else "l j F")
    return said.lower() if get_language() == "da" else said


def time_in_words(when: str) -> str:
    """A time in ISO form as "onsdag 4. marts kl. 10.00"."""
    at = timezone.localtime(datetime.fromisoformat(when))
    return _("%(day)s at %(time)s") % {"day": day_in_words(at.date()), "time": f"{at:%H.%M}"}
