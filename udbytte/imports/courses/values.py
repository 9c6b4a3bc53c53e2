"""Single values in files of courses: days, prices, numbers, links, known words and texts. Unclear ones are refused.

HTML becomes plain lines, and CPR numbers are removed from texts.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlsplit

import nh3
from django.utils.translation import gettext as _

from udbytte.domain.numbers import int_from
from udbytte.imports.readers.values import (
    BadValue,
    for_message,
    has_cpr,
    mask_in_text,
    single_spaced,
    text,
    without_cpr_numbers,
)
from udbytte.imports.readers.values import day as plain_day

LONGEST = 500
YEARS = range(1990, 2100)  # of course dates; another year is a typing error
MOST_KRONER = 10_000_000
MOST_SEATS = 100_000
_BEFORE = r"(?:(?:kr\.?|dkk)\s*)?"
_AFTER = (
    r"\s*(?:,-|,--|\.-)?\s*(?:kr\.?|kroner|dkk)?\s*(?:,-)?\s*(?:\(?(?:ekskl|ex|excl|eks|uden)\.? ?(?:moms|vat)\)?\.?)?"
)
_PRICE = re.compile(rf"{_BEFORE}(\d[\d., \u00a0]*?){_AFTER}", re.IGNORECASE)
_CURRENCY = re.compile(r"(?<![^\W\d_])(gbp|eur|usd|sek|nok|chf|pln|isk)(?![^\W\d_])|[£€$]", re.IGNORECASE)
_FREE = {"gratis", "free", "0"}
_DAYS = re.compile(
    r"(\d{1,3}(?:[.,]\d)?) ?(?:hele |full )?(?:kursus|undervisnings|course )?(?:dage?|days?)", re.IGNORECASE
)
_ISO_DAYS = re.compile(r"P(\d{1,3})D")
ISO_LENGTH = re.compile(r"P(?=.)(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?")


def _one_line(value: str) -> str:
    """A value with single spaces. Raises BadValue for a text that is too long to be a value."""
    if len(value) > LONGEST:
        raise BadValue(_("“%(value)s” is too long for this field.") % {"value": for_message(value)})
    return " ".join(value.split())


def day(value: str) -> date | None:
    """A day of a course, in every form that `readers.values.day` reads; None: empty. Raises BadValue."""
    read = plain_day(value)
    if read is not None and read.year not in YEARS:
        raise BadValue(_("“%(value)s” is no day in the calendar.") % {"value": for_message(value)})
    return read


_DIGITS_OF_DAY = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}\.? [^\W\d_]+\.?,? \d{4}")


def looks_like_day(value: str) -> bool:
    """Whether a text is written as a day, even if there is no such day."""
    return _DIGITS_OF_DAY.search(value) is not None


def _kroner(digits: str) -> int | None:
    """A number written in the Danish or the English way, to the nearest krone; None when it is unclear."""
    plain = re.sub(r"[ \u00a0]", "", digits)
    if match := re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](\d{1,2}))?", plain):
        signs = re.findall(r"[.,]", match.group(1))
        if len(set(signs)) > 1 or (match.group(2) and signs and plain[-len(match.group(2)) - 1] == signs[0]):
            return None
        kroner = int_from(re.sub(r"[.,]", "", match.group(1)))
        if kroner is None:
            return None
        whole = Decimal(f"{kroner}.{match.group(2) or 0}")
        return int(whole.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return None


def _listed(value: str) -> list[str]:
    """The parts of a list such as [340, 360] or ['340']."""
    try:
        if value.find("[", 1) < 0:
            listed = json.loads(value.replace("'", '"').replace("None", "null"))
            return [str(part) for part in listed if part is not None and part != ""]
    except ValueError:
        pass
    raise BadValue(_("“%(value)s” is not one price in kroner. Write it as 1295.") % {"value": for_message(value)})


def price(value: str) -> int | None:
    """Whole kroner, from 340, 1.295,00, kr. 1.295,-, [340, 340] or gratis; None: empty. Raises BadValue."""
    plain = _one_line(value)
    if plain.startswith("["):
        prices = {price(part) for part in _listed(plain)}
        if len(prices) > 1:
            raise BadValue(_("There are several prices: %(value)s. Write one.") % {"value": for_message(plain)})
        return prices.pop() if prices else None
    if not plain or plain == "-":
        return None
    if plain.casefold() in _FREE:
        return 0
    if other := _CURRENCY.search(plain):
        message = _("This price is in another currency (%(currency)s), which is not converted. Write it in kroner.")
        raise BadValue(message % {"currency": other.group().upper()})
    match = _PRICE.fullmatch(plain)
    kroner = _kroner(match.group(1)) if match else None
    if kroner is None or kroner > MOST_KRONER:
        raise BadValue(_("“%(value)s” is not one price in kroner. Write it as 1295.") % {"value": for_message(plain)})
    return kroner


def number(value: str) -> int | None:
    """A number of people; None: empty. Raises BadValue."""
    plain = value.strip()
    if not plain:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", plain) or int(plain) > MOST_SEATS:
        raise BadValue(_("“%(value)s” is not a whole number. Write it as 12.") % {"value": for_message(value)})
    return int(plain)


def points(value: str, most: int) -> Decimal | None:
    """A number with at most one decimal, up to `most`; None: empty. Raises BadValue."""
    plain = re.sub(r" ?(ects\W?(points?)?|dage?|days?)$", "", _one_line(value), flags=re.IGNORECASE).replace(",", ".")
    if not plain:
        return None
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9])?(0)*", plain) or Decimal(plain) > most:
        raise BadValue(_("“%(value)s” is not a number with at most one decimal.") % {"value": for_message(value)})
    return Decimal(plain).quantize(Decimal("0.1"))


def days_in(duration: str) -> Decimal | None:
    """The days in a length such as "3 dage" or P3D; None when it gives months, hours or something else."""
    match = _ISO_DAYS.fullmatch(duration.strip()) or _DAYS.fullmatch(" ".join(duration.split()))
    return Decimal(match.group(1).replace(",", ".")).quantize(Decimal("0.1")) if match else None


def link(value: str) -> str:
    """A web address that a browser may follow; '' when empty. Raises BadValue."""
    plain = value.strip()
    if not plain:
        return ""
    try:
        parts = urlsplit(plain)
        right = (
            parts.scheme.lower() in ("http", "https")
            and bool(parts.hostname)
            and not re.search(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]", plain)
        )
    except ValueError:
        right = False
    if not right or len(plain) > 500 or has_cpr(plain):
        raise BadValue(
            _("“%(value)s” is not a link that can be kept. It must begin with https:// or http://.")
            % {"value": for_message(plain)}
        )
    return plain


_KINDS = (
    ("in_house", r"in[- ]?house|intern|internt|interne|eget kursus"),
    ("e_learning", r"e[- ]?læring\w*|e[- ]?learning"),
    ("amu", r"amu\w*"),
    ("academy", r"akademi\w*|academy|ap module"),
    ("diploma", r"diplom\w*|pd"),
    ("master", r"master\w*"),
    ("private", r"privat\w*|private|åbent kursus|open course"),
)
_MODES = (
    ("blended", r"blended|hybrid|blandet|kombineret|mixed|delvis\w* (?:online|fjernundervisning|virtuel\w*)"),
    ("online", r"online|fjernundervisning|virtuel\w*|e[- ]?læring|e[- ]?learning|webinar|distance\w*|remote"),
    ("on_site", r"on[- ]?site|(?:dag|aften|weekend)undervisning|fremmøde|tilstedeværelse\w*|fysisk\w*|hold\w*|klasse\w*"
                r"|campus|face[- ]to[- ]face|in[- ]person|classroom|åbent værksted"),
)  # fmt: skip
# Attendance as XCRI writes it: campus, online, distance without and with attendance, mixed, work-based.
ATTENDANCE = {"CM": "on_site", "ON": "online", "DS": "online", "DA": "blended", "MM": "blended"}
_YES = {"ja", "j", "yes", "y", "true", "sand", "sandt", "1", "x"}
_NO = {"nej", "n", "no", "false", "falsk", "0", ""}


def _among(words: tuple[tuple[str, str], ...], value: str) -> str:
    """The value whose words are in the text; '' when none are, or those of several values."""
    named = {name for name, pattern in words if re.search(rf"\b(?:{pattern})\b", value.casefold())}
    return named.pop() if len(named) == 1 else ""


def kind_of(value: str) -> str:
    """The kind of course (a value of CourseKind) in a Danish or English text; '' when there is none."""
    return _among(_KINDS, value)


def mode_of(value: str) -> str:
    """Where a course is held (a value of Mode), from a text or XCRI's two letters; '' when it is unclear."""
    if value in ATTENDANCE:
        return ATTENDANCE[value]
    if _among(_MODES[:1], value):
        return "blended"
    both = {mode for mode in ("online", "on_site") if _among(tuple(m for m in _MODES if m[0] == mode), value)}
    return "" if not both else both.pop() if len(both) == 1 else "blended"


def yes_or_no(value: str) -> bool | None:
    """True or False for a yes or no in Danish or English (empty is no); None for anything else."""
    plain = value.strip().casefold()
    return True if plain in _YES else False if plain in _NO else None


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_LINE_END = re.compile(r"<(?:br|/p|/div|/li|/ul|/ol|/h[1-6]|/tr|/dt|/dd)\b[^<>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_REMOVED_TAGS = {"script", "style", "iframe", "object", "template", "noscript"}


def plain_lines(value: str) -> str:
    """A text of several lines without HTML, control characters and CPR numbers. Two empty lines become one."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    if _TAG.search(plain):
        plain = _ITEM.sub("- ", _LINE_END.sub(lambda match: match.group() + "\n", plain))
        plain = nh3.clean(plain, tags=set(), clean_content_tags=_REMOVED_TAGS)
    if _ENTITY.search(plain):
        plain = html.unescape(plain)
    rows = [single_spaced(row) for row in unicodedata.normalize("NFC", plain).split("\n")]
    return without_cpr_numbers(re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip())


def plain_line(value: str) -> str:
    """A text as `plain_lines` gives it, on one line."""
    return " ".join(plain_lines(value).split())


def stable_mask(value: str) -> str:
    """A text in which what looks like a CPR number is masked, in every file in the same way.

    Courses are no secret, and the next import must find them by the same ids.
    """
    return mask_in_text(value, b"courses")


def identifier(value: str, limit: int) -> str:
    """An id that can be stored: not longer than the limit, and without a CPR number. The same id gives the same one."""
    plain = stable_mask(text(value))
    if len(plain) <= limit and not has_cpr(plain):
        return plain
    return "id-" + hashlib.sha256(plain.encode()).hexdigest()[:40]
