"""Single values in files: texts, days, e-mail addresses, and CPR numbers."""

from __future__ import annotations

import hmac
import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext as _

NO_DAY = {"", "infinity", "-infinity", "-", "9999-12-31", "31-12-9999", "31.12.9999", "31/12/9999"}
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(1, 110_000)
_DANISH_DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MIDNIGHT = re.compile(r"[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@(?:[\w-]+\.)+[\w-]{2,}")
# Day (replacement numbers add 60), month, year and serial number; not inside a longer number.
_CPR = re.compile(r"(?<![\w])(?:[06][1-9]|[1278]\d|[39][01])(?:0[1-9]|1[0-2])\d{2}[ -]?\d{4}(?![\w])")
_MASKED = re.compile(r"cpr-[0-9a-f]{16}")


class BadValue(Exception):
    """A value cannot be used. The message says what would be right, and never repeats a CPR number."""


def single_spaced(line: str) -> str:
    """The line without control characters, and with single spaces."""
    if not line.isprintable():
        line = "".join(sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs") else " " for sign in line)
    return " ".join(line.split())


def text(value: object) -> str:
    """A cell as one line of text, in composed letters (NFC). Whole numbers have no ".0"."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()[:10]
    return single_spaced(unicodedata.normalize("NFC", str(value)))


def has_cpr(value: str) -> bool:
    """Whether a text contains what looks like a CPR number, or the mask of one."""
    return len(value) >= 10 and (_CPR.search(value) is not None or _MASKED.search(value) is not None)


def mask(cpr: str, key: bytes) -> str:
    """The mask of a CPR number: always the same with the same key. The number cannot be computed from it."""
    plain = "".join(sign for sign in cpr if sign.isalnum())
    return "cpr-" + hmac.new(key, plain.encode(), "sha256").hexdigest()[:16] if plain else ""


def mask_in_text(value: str, key: bytes) -> str:
    """A text in which everything that looks like a CPR number is masked."""
    return _CPR.sub(lambda match: mask(match.group(), key), value) if len(value) >= 10 else value


def without_cpr_numbers(value: str) -> str:
    """A text with "…" for everything that looks like a CPR number or the mask of one."""
    return _MASKED.sub("…", _CPR.sub("…", value)) if has_cpr(value) else value


def for_message(value: str) -> str:
    """A value as a message may repeat it: at most 60 letters, and no digits that could be a CPR number."""
    masked = re.sub(r"\d{6}[ -]?\d{4}", "…", value)
    return masked if len(masked) <= 60 else masked[:59] + "…"


def day(value: str) -> date | None:
    """A day, from 2026-03-31, 31-03-2026, 31.03.2026, 31/3/2026 or Excel's number of days. None: empty or open.

    Raises BadValue.
    """
    if value.casefold() in NO_DAY:
        return None
    plain = _MIDNIGHT.sub("", value)
    try:
        if match := _ISO_DAY.fullmatch(plain):
            year, month, number = (int(part) for part in match.groups())
            return date(year, month, number)
        if match := _DANISH_DAY.fullmatch(plain):
            number, month, year = (int(part) for part in match.groups())
            return date(year, month, number)
    except ValueError as error:
        raise BadValue(_("“%(value)s” is no day in the calendar.") % {"value": for_message(value)}) from error
    if plain.isascii() and plain.isdigit() and len(plain) <= 6 and int(plain) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(plain))
    raise BadValue(_("“%(value)s” is not a day. Write it as 31-03-2026 or 2026-03-31.") % {"value": for_message(value)})


def email(value: str) -> str | None:
    """An e-mail address in small letters; None: empty. Letters such as æ and ü are allowed. Raises BadValue."""
    if not value:
        return None
    if len(value) > 254 or not _EMAIL.fullmatch(value):
        raise BadValue(
            _("“%(value)s” is not an e-mail. Write it as name@example.dk, or leave it empty.")
            % {"value": for_message(value)}
        )
    return value.lower()
