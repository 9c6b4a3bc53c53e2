"""Passwords that are easy to guess at this workplace: little more than words which everybody here knows."""

from __future__ import annotations

import re
from collections.abc import Iterable

# docs/operate/asvs.md has the list too. The words in the names of the organisation come on top.
KNOWN_WORDS = ("udbytte", "kompetence", "medarbejder", "kommune", "region", "adgangskode", "kodeord", "password")
WORD = re.compile(r"[^\W\d_]{4,}")  # shorter ones stand in many other words
FEWEST_OTHERS = 8  # characters beside such words, so many as a password must have anywhere


def is_easy_here(password: str, names: Iterable[str]) -> bool:
    """Whether little is left of the password without the words of `names` and KNOWN_WORDS."""
    words = {word for name in names for word in WORD.findall(name.casefold())}
    before = rest = "".join(password.casefold().split())
    for word in sorted({*words, *KNOWN_WORDS}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != before and len(rest) < FEWEST_OTHERS
