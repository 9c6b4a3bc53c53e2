"""Searching in Danish, the pure part: how words are folded, which of them count, and what a mistyped one was to be.

Folding makes one spelling of all that people type for the same word: small letters, ae, oe and aa for æ, ø and å, no
accents, nothing but a-z and 0-9. The database folds in the same way (`udbytte_folded` in migration 0009).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

FOLDS: Mapping[str, str] = {"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa", "ß": "ss"}
PLAIN: Mapping[str, str] = dict(zip("áàâãéèêëíìîïóòôõúùûüýñç", "aaaaeeeeiiiioooouuuuync", strict=True))
_TABLE = str.maketrans({**FOLDS, **PLAIN})
_WORD = re.compile("[a-z0-9]+")
# Words that say nothing about what is looked for. Those of one word only stay: "på" alone is looked for.
STOP_WORDS = frozenset(
    "af alle at da de dem den der deres det dig din ditt du eller en er et for fra han har hos hun hvad hvor i ind jeg"
    " kan kursus kurser med mig min mit man ned nu og om op os paa sig sin som til ud var ved vi vil".split()
)
MOST_WORDS = 8
MOST_LETTERS = 60
MOST_TYPOS = 3


def folded(text: str) -> str:
    """The text in the one spelling that is compared: folded words with one space between."""
    small = unicodedata.normalize("NFC", text.lower()).translate(_TABLE)
    return " ".join(_WORD.findall(small))


def words_of(query: str) -> list[str]:
    """The folded words to look for, each once, at most `MOST_WORDS`; small words only where there are no others."""
    words = list(dict.fromkeys(word[:MOST_LETTERS] for word in folded(query).split()))
    return ([word for word in words if word not in STOP_WORDS] or words)[:MOST_WORDS]


def typos_allowed(word: str) -> int:
    """How many letters of a word may be wrong, missing, too many or swapped: none in short words and in numbers."""
    if any(sign.isdigit() for sign in word) or len(word) < 4:
        return 0
    return 1 if len(word) < 6 else 2 if len(word) < 12 else MOST_TYPOS


def nearest_known_word(word: str, known: Iterable[str]) -> str | None:
    """Which of the known words a mistyped one was to be, all of them folded; None when none is near enough.

    Fewest slips first, then the same first letter, then the most like in length.
    """
    allowed = typos_allowed(word)
    if not allowed:
        return None
    near = process.extract(word, list(known), scorer=OSA.distance, score_cutoff=allowed, limit=20, processor=None)
    alike = [(slips, one[0] != word[0], abs(len(one) - len(word)), one) for one, slips, _place in near if one]
    return min(alike)[-1] if alike else None
