"""Texts in files about courses: HTML becomes plain lines, and what looks like a CPR number is blotted out."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata

import nh3

from .values import blotted, has_cpr, masked, text

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_LINE_END = re.compile(r"<(?:br|/p|/div|/li|/ul|/ol|/h[1-6]|/tr|/dt|/dd)\b[^<>]*>", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_GONE = {"script", "style", "iframe", "object", "template", "noscript"}


def lines(found: str) -> str:
    """A text of several lines without any HTML: paragraphs parted by an empty line at most, no control characters."""
    plain = found.replace("\r\n", "\n").replace("\r", "\n")
    if _TAG.search(plain):
        plain = _ITEM.sub("- ", _LINE_END.sub(lambda match: match.group() + "\n", plain))
        plain = nh3.clean(plain, tags=set(), clean_content_tags=_GONE)
    if _ENTITY.search(plain):
        plain = html.unescape(plain)
    rows = [_plain(row) for row in unicodedata.normalize("NFC", plain).split("\n")]
    return blotted(re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip())


def _plain(row: str) -> str:
    if not row.isprintable():
        row = "".join(sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs") else " " for sign in row)
    return " ".join(row.split())


def line(found: str) -> str:
    """A text of one line without any HTML."""
    return " ".join(lines(found).split())


def same_mask(found: str) -> str:
    """A text with what looks like a CPR number masked, always in the same way: courses are no secret, and their ids
    have to be known again."""
    return masked(found, b"courses")


def identifier(found: str, limit: int) -> str:
    """An id as it can be kept: always the same for the same one, never too long, and no CPR number."""
    plain = same_mask(text(found))
    if len(plain) <= limit and not has_cpr(plain):
        return plain
    return "id-" + hashlib.sha256(plain.encode()).hexdigest()[:40]
