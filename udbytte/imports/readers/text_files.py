"""Text files in any usual encoding, also several in one file, and the sign that separates the cells of their rows."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from udbytte.imports.readers.problems import Unreadable

MAX_BYTES = 200_000_000
PART = 1_000_000  # bytes that are decoded at a time
SAMPLE = 64_000  # letters in which the separator is looked for
SAMPLE_ROWS = 20
SEPARATORS = ";,\t|"
OLDER_ENCODINGS = ("cp1252", "mac_roman", "cp850")  # of Windows, of older Macs, of DOS and some payroll systems
_ESCAPED = re.compile("[\udc80-\udcff]")  # bytes that are not UTF-8, as "surrogateescape" writes them
_USUAL_SIGNS = set("–—’“”…•€½°§´`·©®™²³«»£¨ \u00a0")
_DANISH = set("æøåÆØÅ")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file writes letters: an encoding, and the letter of each byte that is not in it."""

    name: str
    letters: dict[int, str]


def encoding_of(file: str, stream: BinaryIO) -> Encoding:
    """UTF-8, UTF-16, or an older encoding, which is chosen by the letters that it gives; also UTF-8 with older parts.

    Leaves the stream at its start. Raises Unreadable.
    """
    if stream.seek(0, io.SEEK_END) > MAX_BYTES:
        raise Unreadable(file, _("The file is larger than 200 MB."))
    name = _utf_16(stream)
    stream.seek(0)
    if name is not None:
        return Encoding(name, {})
    decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
    others: Counter[str] = Counter()
    while part := stream.read(PART):
        if b"\x00" in part:
            message = _("The file is not text that can be read. Open it in Excel and save it as XLSX or CSV.")
            raise Unreadable(file, message)
        decoded = decoder.decode(part)
        if not decoded.isascii():
            others.update(_ESCAPED.findall(decoded))
    others.update(_ESCAPED.findall(decoder.decode(b"", final=True)))
    stream.seek(0)
    return Encoding("utf-8-sig", _letters_of(others) if others else {})


def _utf_16(stream: BinaryIO) -> str | None:
    """The kind of UTF-16, also when no mark at the start says so: then every second byte of most letters is 0."""
    stream.seek(0)
    start = stream.read(2000)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if len(start) < 4 or start.count(0) * 4 < len(start):
        return None
    return "utf-16-be" if start[::2].count(0) > start[1::2].count(0) else "utf-16-le"


def _letters_of(others: Counter[str]) -> dict[int, str]:
    """The letter of each byte that is not UTF-8, in the older encoding that gives the most likely letters.

    Windows' encoding is by far the most usual, so another one is chosen only when its letters are unlikely.
    """
    scores = {name: _likelihood(name, others) for name in OLDER_ENCODINGS}
    best = OLDER_ENCODINGS[0] if scores[OLDER_ENCODINGS[0]] >= 0 else max(OLDER_ENCODINGS, key=scores.__getitem__)
    return {0xDC00 + byte: bytes([byte]).decode(best, "replace") for byte in range(0x80, 0x100)}


def _likelihood(encoding: str, others: Counter[str]) -> float:
    total = 0.0
    for escaped, times in others.items():
        letter = bytes([ord(escaped) - 0xDC00]).decode(encoding, "replace")
        if letter in _DANISH:
            total += 2 * times
        elif letter in "ÄÖÜäöüéèÉáíóúëïñçß" or letter in _USUAL_SIGNS:
            total += times
        else:
            total -= times
    return total


@contextlib.contextmanager
def as_lines(file: str, stream: BinaryIO) -> Iterator[Iterator[str]]:
    """The lines of a text file, with their ends as they are. The stream stays open. Raises Unreadable."""
    encoding = encoding_of(file, stream)
    reader = io.TextIOWrapper(stream, encoding.name, errors="surrogateescape", newline="")
    try:
        if encoding.letters:
            yield (line.translate(encoding.letters) for line in reader)
        else:
            yield reader
    except UnicodeError as error:
        raise Unreadable(file, _("The file is not text that can be read. Save it as CSV with UTF-8.")) from error
    finally:
        reader.detach()


def separator_of(lines: Sequence[str], count_known: Callable[[Sequence[str]], int]) -> str:
    """The sign that separates cells: the one with which a row names the most fields, then most rows are alike."""
    return max(SEPARATORS, key=lambda sign: _fitness(lines, sign, count_known))


def _fitness(lines: Sequence[str], sign: str, count_known: Callable[[Sequence[str]], int]) -> tuple[int, int, int]:
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):  # what was read before counts
        rows.extend(islice(csv.reader(lines, delimiter=sign), SAMPLE_ROWS))
    known = max((count_known(row) for row in rows), default=0)
    widths = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
    cells, alike = widths[0] if widths else (0, 0)
    return known, alike, cells
