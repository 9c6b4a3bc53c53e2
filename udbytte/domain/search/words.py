"""Searching in Danish, without the database: folding words, stop words, roots and compounds, and correcting typos.

Folding gives all spellings of a word the same form: lower case, ae, oe and aa for æ, ø and å, no accents, only a-z and
0-9. The database folds in the same way (`udbytte_folded` in migration 0018_search_folding).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log10

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
MOST_WORDS, LONGEST_WORD = 25, 60  # of a search: further words, and what is longer than this, find nothing more
# Words that are ignored in a query, unless it has no other words.
STOP_WORDS = frozenset(
    "af alle at da de dem den der deres det dig din ditt du eller en er et for fra han har hos hun hvad hvor i ind jeg"
    " kan kursus kurser med mig min mit man ned nu og om op os paa sig sin som til ud var ved vi vil".split()
)
# Words of a search that say that one wants to learn something, or how, and not what.
FILLERS = frozenset(
    "blive bliver bedre bruge efter eller end faa faar gerne god gode godt have hvordan hvorfor hvornaar ikke komme"
    " kommer kunne laere lidt mange meget mellem men mere mine mod naar noget nogen saa selv skal skulle sine uden"
    " under vores".split()
)
# Endings of folded words, the longest first, so that "vejlede", "vejleder" and "vejledning" are one.
ENDINGS = sorted(
    "e en er et ene erne ede ende ere erer eres eret ered ering eringen eringer else elsen elser ing ingen inger ning"
    " ningen ninger hed heden heder s es ens ers t te".split(),
    key=len,
    reverse=True,
)
SHORTEST_ROOT = 4  # letters
FAMILY = ("", "e", "er", "ing", "ning", "ering", "else", "hed")  # what a root is looked for with
MOST_WORDS = 8
MOST_LETTERS = 60
MOST_TYPOS = 3
SHORTEST_PART = 3  # of a compound
SHORT_WORD = 5  # letters; the first of so short a word is taken to be right
OFTEN = 0.7  # typos that a word makes up for by occurring ten times as often


def search_words(text: str) -> list[str]:
    """The words of a search as they are written, no more than a person types: each costs the database a look."""
    return [word[:LONGEST_WORD] for word in text[: MOST_WORDS * LONGEST_WORD].split()[:MOST_WORDS]]


def folded(text: str) -> str:
    """The text as it is compared: its folded words, with one space between them."""
    small = unicodedata.normalize("NFD", text.lower())
    for accented, plain in WITH_ACCENT.items():
        small = small.replace(accented, plain)
    return " ".join(_WORD.findall(_ACCENTS.sub("", small).translate(_TABLE)))


def words_of(query: str) -> list[str]:
    """The folded words to search for, each once, at most `MOST_WORDS`; small words only where there are no others."""
    words = list(dict.fromkeys(word[:MOST_LETTERS] for word in folded(query).split()))
    telling = [word for word in words if word not in STOP_WORDS]
    return ([word for word in telling if word not in FILLERS] or telling or words)[:MOST_WORDS]


def root_of(word: str) -> str:
    """A folded word without its longest Danish ending that leaves at least `SHORTEST_ROOT` letters."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_ROOT:
            return word[: -len(ending)]
    return word


def family_of(word: str) -> list[str]:
    """The other forms that a folded word can have: of "styring" also "styre" and "styrer"."""
    root = root_of(word)
    return [root + ending for ending in FAMILY if root + ending != word] if len(root) >= SHORTEST_ROOT else []


def typos_allowed(word: str) -> int:
    """How many letters of a word may be wrong, missing, added or swapped: none in short words and numbers."""
    if any(sign.isdigit() for sign in word) or len(word) < 4:
        return 0
    return 1 if len(word) < 6 else 2 if len(word) < 12 else MOST_TYPOS


def nearest_known_word(word: str, known: Iterable[str] | Mapping[str, int], *, most: int = MOST_TYPOS) -> str | None:
    """The known word that a mistyped word most likely stands for, all of them folded; None when none is near enough.

    The word with the fewest typos wins, then one with the same first letter, then the one nearest in length. If it is
    known how often each word occurs, ten times as often makes up for most of a typo: a rare word can be a typo itself.
    `most`: typos at most.
    """
    allowed = min(typos_allowed(word), most)
    if allowed <= 0:
        return None
    near = process.extract(word, list(known), scorer=OSA.distance, score_cutoff=allowed, limit=20, processor=None)
    often = known if isinstance(known, Mapping) else {}
    ranked = [
        (
            typos - OFTEN * log10(often.get(near_word, 1)),
            near_word[0] != word[0],
            abs(len(near_word) - len(word)),
            near_word,
        )
        for near_word, typos, _ in near
        if near_word and (near_word[0] == word[0] or len(word) > SHORT_WORD)
    ]
    return min(ranked)[-1] if ranked else None


def parts_of(word: str, known: Collection[str]) -> list[str]:
    """The parts of a compound that known words are, or that known compounds begin with; one or two, or none.

    All are folded. With the known words "saarpleje" and "behandlere", "saarbehandling" has the parts "saar" and
    "behandling".
    """
    words = sorted(set(known))
    best: list[str] = []
    for cut in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        first, last = word[:cut], word[cut:]
        bare = first.removesuffix("s")
        first = bare if _is_part(bare, words) else first
        parts = [part for part in (first, last) if _is_part(part, words)]
        lengths = [len(part) for part in parts]
        if len(parts) == 1:
            telling = lengths[0] > SHORTEST_ROOT or (lengths[0] == SHORTEST_ROOT and parts[0] in known)
        else:
            telling = min(lengths, default=0) > SHORTEST_PART or max(lengths, default=0) > SHORTEST_ROOT
        if telling and sum(lengths) > sum(len(part) for part in best):
            best = parts
    return best


def _is_part(part: str, words: Sequence[str]) -> bool:
    """Whether one of the sorted words is the part, another form of it, or a compound that begins with it."""
    root = root_of(part)
    for place in range(bisect_left(words, root), len(words)):
        word = words[place]
        if not word.startswith(root):
            return False
        longer = len(word) - len(root)
        if word == part or (len(root) >= SHORTEST_ROOT and (root != part or longer >= SHORTEST_ROOT)):
            return True
    return False
