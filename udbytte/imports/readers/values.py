"""Single values in files: texts, days, names, e-mail addresses, and CPR numbers."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

NO_DAY = {"", "infinity", "-infinity", "-", "9999-12-31", "31-12-9999", "31.12.9999", "31/12/9999"}
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(1, 110_000)
DENMARK = ZoneInfo("Europe/Copenhagen")
LONGEST_DAY = 60  # letters
LAST_SHORT_YEAR = 70  # 70 is 2070 and 71 is 1971
MONTHS = {
    month: number
    for number, months in enumerate(
        "jan januar january,feb februar february,mar marts march,apr april,maj may,jun juni june,jul juli july,"
        "aug august,sep sept september,okt oct oktober october,nov november,dec december".split(","),
        start=1,
    )
    for month in months.split()
}
_TIME = r"(?:kl\.? ?)?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?"
_DANISH_DAY = re.compile(rf"(\d{{1,2}})[-./](\d{{1,2}})[-./](\d{{4}}|\d{{2}})(?:,? {_TIME})?")
_ISO_DAY = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}})(?:[T ]{_TIME})?")
_COMPACT_DAY = re.compile(r"(20\d\d)(\d\d)(\d\d)")
_WORDED_DAY = re.compile(
    rf"(?:[^\W\d_]+,? (?:d(?:en|\.)? ?)?)?(\d{{1,2}})\.? ([^\W\d_]+)\.?,? (\d{{4}})(?:,? {_TIME})?"
)
_ENGLISH_DAY = re.compile(rf"(?:[^\W\d_]+,? )?([^\W\d_]+)\.? (\d{{1,2}}),? (\d{{4}})(?:,? {_TIME})?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})")
_FRACTION = re.compile(r"\.\d+")
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


_UNUSUAL = re.compile("[^\x1f -~¡-¬®-ʯ]")  # signs that are perhaps not printable or not composed


def texts(cells: Sequence[object]) -> list[str]:
    """Each cell as `text` gives it. Most rows have nothing to clean, which one look at the whole row tells."""
    try:
        row = "\x1f".join(("", *cells, ""))  # type: ignore[arg-type]
    except TypeError:  # a workbook has numbers and days too
        return [text(cell) for cell in cells]
    has_spaces = "  " in row or " \x1f" in row or "\x1f " in row
    if has_spaces or row.count("\x1f") != len(cells) + 1 or _UNUSUAL.search(row) is not None:
        return [text(cell) for cell in cells]
    return list(cells)  # type: ignore[arg-type]


def has_cpr(value: str) -> bool:
    """Whether a text contains what looks like a CPR number, or the mask of one."""
    return len(value) >= 10 and (_CPR.search(value) is not None or _MASKED.search(value) is not None)


def mask(cpr: str, key: bytes) -> str:
    """The mask of a CPR number: always the same with the same key. The number cannot be computed from it."""
    plain = "".join(sign for sign in cpr if sign.isalnum())
    if plain.isdigit() and len(plain) == 9:  # a spreadsheet drops the 0 of the first nine days
        plain = f"0{plain}"
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
    """A day; None: empty or open. Both imports read days with it. Raises BadValue.

    It reads 2026-03-31, 31-03-2026, 31.03.26, 31/3/2026 09:00, 31. marts 2026, March 31, 2026, 20260331, Excel's number
    of days, and a time with a zone, which is the day that it is then in Denmark.
    """
    if len(value) > LONGEST_DAY:
        raise BadValue(_("“%(value)s” is too long for this field.") % {"value": for_message(value)})
    plain = " ".join(value.split())
    if plain.casefold() in NO_DAY:
        return None
    try:
        read = _day_of(plain)
    except (ValueError, OverflowError) as error:
        raise BadValue(_("“%(value)s” is no day in the calendar.") % {"value": for_message(value)}) from error
    if read is not None:
        return read
    raise BadValue(_("“%(value)s” is not a day. Write it as 31-03-2026 or 2026-03-31.") % {"value": for_message(value)})


def _day_of(plain: str) -> date | None:
    """The day that a text gives; None when it is in no known form. Raises ValueError or OverflowError."""
    if _MOMENT.fullmatch(plain):  # midnight in Denmark may be the evening before in the zone of the file
        return datetime.fromisoformat(_FRACTION.sub("", plain)).astimezone(DENMARK).date()
    if match := _ISO_DAY.fullmatch(plain) or _COMPACT_DAY.fullmatch(plain):
        year, month, number = (int(part) for part in match.groups())
        return date(year, month, number)
    if match := _DANISH_DAY.fullmatch(plain):
        return date(_full_year(match[3]), int(match[2]), int(match[1]))
    if (match := _WORDED_DAY.fullmatch(plain)) and match[2].casefold() in MONTHS:
        return date(int(match[3]), MONTHS[match[2].casefold()], int(match[1]))
    if (match := _ENGLISH_DAY.fullmatch(plain)) and match[1].casefold() in MONTHS:
        return date(int(match[3]), MONTHS[match[1].casefold()], int(match[2]))
    if plain.isascii() and plain.isdigit() and len(plain) <= 6 and int(plain) in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(plain))
    return None


def _full_year(year: str) -> int:
    """The year of two or four digits."""
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number <= LAST_SHORT_YEAR else 1900)


def is_words(value: str) -> bool:
    """Whether a text is meant to be read by people, such as "løbende" or "uge 14 2027", and is no misspelt day."""
    return sum(sign.isalpha() for sign in value) >= 3


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


_LOST_LETTER = re.compile(
    r"[^\W\d_][¿¾½¯†‡›‹¤¨¸¦][^\W\d_]|[^\W\d_][¿¾†›]|[¿¾¯][^\W\d_]|Ã[\u0080-\u00bf˜…†]|Â[\u0080-\u00bf]|\ufffd"
)
_FOLDED = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ö": "o", "ä": "ae", "ü": "y", "ð": "d", "ł": "l", "ß": "ss"})


def lost_letter(value: str) -> bool:
    """Whether letters such as æ, ø and å were lost when the file was saved: “B¿rn”, “BÃ¸rn”."""
    return not value.isascii() and _LOST_LETTER.search(value) is not None


def _name_parts(name: str) -> list[str]:
    plain = name.casefold().translate(_FOLDED).replace("aa", "a").replace("oe", "o")
    plain = "".join(sign for sign in unicodedata.normalize("NFD", plain) if not unicodedata.combining(sign))
    return "".join(sign if sign.isalnum() else " " for sign in plain).split()


def same_name(first: str, second: str) -> bool:
    """Whether two names can be one person's: Anne Marie Åberg, Anne M. Aaberg and Anne Aaberg are alike.

    The first and the last part are equal; or one name has all parts of the other.
    """
    if first == second:
        return True
    parts, others = _name_parts(first), _name_parts(second)
    if not parts or not others:
        return True  # no name says nothing against it
    return (parts[0], parts[-1]) == (others[0], others[-1]) or set(parts) <= set(others) or set(others) <= set(parts)
