"""Words in files about courses: of which kind a course is, where it is held, and yes and no."""

from __future__ import annotations

import re

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
    ("on_site", r"on[- ]?site|fremmøde|tilstedeværelse\w*|fysisk\w*|hold\w*|klasse\w*|campus|face[- ]to[- ]face"
                r"|in[- ]person|classroom|åbent værksted"),
)  # fmt: skip
# Attendance as XCRI writes it: campus, online, distance without and with attendance, mixed, work-based.
ATTENDANCE = {"CM": "on_site", "ON": "online", "DS": "online", "DA": "blended", "MM": "blended"}
_YES = {"ja", "j", "yes", "y", "true", "sand", "sandt", "1", "x"}
_NO = {"nej", "n", "no", "false", "falsk", "0", ""}


def _among(words: tuple[tuple[str, str], ...], found: str) -> str:
    """The value all of whose words the text has; '' when it has none, or words of several."""
    said = {value for value, pattern in words if re.search(rf"\b(?:{pattern})\b", found.casefold())}
    return said.pop() if len(said) == 1 else ""


def kind_of(found: str) -> str:
    """The kind of course (a value of CourseKind) that a text names in Danish or English; '' when it names none."""
    return _among(_KINDS, found)


def mode_of(found: str) -> str:
    """Where a course is held (a value of Mode), from text or XCRI's two letters; '' when that is not clear."""
    if found in ATTENDANCE:
        return ATTENDANCE[found]
    if _among(_MODES[:1], found):
        return "blended"
    both = {value for value in ("online", "on_site") if _among(tuple(m for m in _MODES if m[0] == value), found)}
    return "" if not both else both.pop() if len(both) == 1 else "blended"


def yes_or_no(found: str) -> bool | None:
    """True or False for a yes or no in Danish or English (empty is no); None for anything else."""
    plain = found.strip().casefold()
    return True if plain in _YES else False if plain in _NO else None
