"""Searching in Danish, without the database: folding words, stop words, and correcting typos.

Folding gives all spellings of a word the same form: lower case, ae, oe and aa for æ, ø and å, no accents, only a-z and
0-9. The database folds in the same way (`udbytte_folded` in migration 0015_search_folding).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Letters of their own, which are no plain letter with an accent, and the three that are one in Danish or German.
LETTERS: Mapping[str, str] = {
    "æ": "ae",
    "ø": "oe",
    "ß": "ss",
    "œ": "oe",
    "þ": "th",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
}
WITH_ACCENT: Mapping[str, str] = {"a\u030a": "aa", "a\u0308": "ae", "o\u0308": "oe"}
_TABLE = str.maketrans(dict(LETTERS))
_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORD = re.compile("[a-z0-9]+")
# Words that are ignored in a query, unless it has no other words.
STOP_WORDS = frozenset(
    "af alle at da de dem den der deres det dig din ditt du eller en er et for fra han har hos hun hvad hvor i ind jeg"
    " kan kursus kurser med mig min mit man ned nu og om op os paa sig sin som til ud var ved vi vil".split()
)
MOST_WORDS = 8
MOST_LETTERS = 60
MOST_TYPOS = 3


def folded(text: str) -> str:
    """The text as it is compared: its folded words, with one space between them."""
    small = unicodedata.normalize("NFD", text.lower())
    for accented, plain in WITH_ACCENT.items():
        small = small.replace(accented, plain)
    return " ".join(_WORD.findall(_ACCENTS.sub("", small).translate(_TABLE)))


def words_of(query: str) -> list[str]:
    """The folded words to search for, each once, at most `MOST_WORDS`; stop words only where there are no others."""
    words = list(dict.fromkeys(word[:MOST_LETTERS] for word in folded(query).split()))
    return ([word for word in words if word not in STOP_WORDS] or words)[:MOST_WORDS]


def typos_allowed(word: str) -> int:
    """How many letters of a word may be wrong, missing, added or swapped: none in short words and numbers."""
    if any(sign.isdigit() for sign in word) or len(word) < 4:
        return 0
    return 1 if len(word) < 6 else 2 if len(word) < 12 else MOST_TYPOS


def nearest_known_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that a mistyped word most likely stands for, all of them folded; None when none is near enough.

    The word with the fewest typos wins, then one with the same first letter, then the one nearest in length.
    """
    allowed = typos_allowed(word)
    if not allowed:
        return None
    near = process.extract(word, list(known), scorer=OSA.distance, score_cutoff=allowed, limit=20, processor=None)
    ranked = [
        (typos, near_word[0] != word[0], abs(len(near_word) - len(word)), near_word)
        for near_word, typos, _ in near
        if near_word
    ]
    return min(ranked)[-1] if ranked else None
