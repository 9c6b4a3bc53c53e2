"""Single values in files: text, days, e-mails, and what looks like a CPR number."""

from __future__ import annotations

import hmac
import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext as _

OPEN = {"", "infinity", "-infinity", "-", "9999-12-31", "31-12-9999", "31.12.9999", "31/12/9999"}
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(1, 110_000)
_DANISH_DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MIDNIGHT = re.compile(r"[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@(?:[\w-]+\.)+[\w-]{2,}")
# Day (also +60, as replacement numbers have it), month, year, serial number; not inside a longer number.
_CPR = re.compile(r"(?<![\w])(?:[06][1-9]|[1278]\d|[39][01])(?:0[1-9]|1[0-2])\d{2}[ -]?\d{4}(?![\w])")
_MASKED = re.compile(r"cpr-[0-9a-f]{16}")


class BadValue(Exception):
    """A value that cannot be used; the message says what would be right and never repeats a CPR number."""


def text(value: object) -> str:
    """A cell as text: composed letters (NFC), no control characters, single spaces, whole numbers without ".0"."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()[:10]
    found = str(value)
    if found.isascii() and found.isprintable():
        return " ".join(found.split())
    found = unicodedata.normalize("NFC", found)
    return " ".join("".join(c if unicodedata.category(c) not in ("Cc", "Cf", "Cs") else " " for c in found).split())


def has_cpr(found: str) -> bool:
    """Whether a text has in it what looks like a CPR number, or what one was replaced by."""
    return len(found) >= 10 and (_CPR.search(found) is not None or _MASKED.search(found) is not None)


def mask(cpr: str, key: bytes) -> str:
    """What stands for a CPR number: the same for the same number and key, and nobody can count back."""
    plain = "".join(sign for sign in cpr if sign.isalnum())
    return "cpr-" + hmac.new(key, plain.encode(), "sha256").hexdigest()[:16] if plain else ""


def masked(found: str, key: bytes) -> str:
    """A text with everything that looks like a CPR number masked."""
    return _CPR.sub(lambda match: mask(match.group(), key), found) if len(found) >= 10 else found


def without_cpr_numbers(found: str) -> str:
    """A text without what looks like a CPR number, or what one was replaced by."""
    return _MASKED.sub("…", _CPR.sub("…", found)) if has_cpr(found) else found


def for_message(found: str) -> str:
    """A value as a message may repeat it: short, and without digits that could be a CPR number."""
    masked = re.sub(r"\d{6}[ -]?\d{4}", "…", found)
    return masked if len(masked) <= 60 else masked[:59] + "…"


def day(found: str) -> date | None:
    """A day: 2026-03-31, 31-03-2026, 31.03.2026, 31/3/2026, or Excel's number of days. None: open ("infinity")."""
    if found.casefold() in OPEN:
        return None
    plain = _MIDNIGHT.sub("", found)
    try:
        if match := _ISO_DAY.fullmatch(plain):
            year, month, number = (int(part) for part in match.groups())
            return date(year, month, number)
        if match := _DANISH_DAY.fullmatch(plain):
            number, month, year = (int(part) for part in match.groups())
            return date(year, month, number)
    except ValueError as error:
        raise BadValue(_("“%(value)s” is no day in the calendar.") % {"value": for_message(found)}) from error
    if plain.isascii() and plain.isdigit() and len(plain) <= 6 and int(plain) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(plain))
    raise BadValue(_("“%(value)s” is not a day. Write it as 31-03-2026 or 2026-03-31.") % {"value": for_message(found)})


def email(found: str) -> str | None:
    """An e-mail in small letters; None where there is none. Letters such as æ and ü are fine."""
    if not found:
        return None
    if len(found) > 254 or not _EMAIL.fullmatch(found):
        raise BadValue(
            _("“%(value)s” is not an e-mail. Write it as name@example.dk, or leave it empty.")
            % {"value": for_message(found)}
        )
    return found.lower()
