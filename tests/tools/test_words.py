"""No text uses a word that docs/develop/concepts.md rejects more often than it does today.

Each pattern has the number of texts that still match it. A number only goes down. At 0 the word is gone for good.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polib
import pytest

from tools.messages import open_catalogue

DANISH = {
    r"kursusbord|hele bordet": 0,
    r"\b(mit|dit|jeres) holds?\b": 0,
    r"over tiden": 0,
    r"\bbrev(e|et|ene)?\b|ugebrev": 0,
    r"penge udefra": 0,
    r"\bbook|\bbestil": 0,
    r"\bmeld(er|te|t|e)? (pladsen )?fra\b": 0,
    r"folk tror|\bfolk\b": 2,
    r"læst op": 0,
    r"(tag|tage|tager|giv|give|giver|overtag\w*) (et |dit |det )?skridt": 0,
    r"\bejer(en)?\b": 1,
    r"varsl": 0,
    r"forude": 0,
    r"indbyd": 1,
    r"med alt under": 0,
    r"står (tomt|stille|som den)": 0,
    r"stedfortræder": 0,
    r"[“„]": 0,
    r": [^:\n]{1,80}: ": 2,
    r"\?[,:]": 0,
    r"kr\.\.": 0,
}
ENGLISH = {
    r"\b(the|a|another|this|course) runs?\b": 9,
    r"\b(is|are|was|were) told\b": 3,
    r"stands? still": 0,
    r"\bmend": 1,
    r"money from outside": 0,
    r"the everyday": 0,
    r"\bin practice\b": 1,
    r"\bletters?\b": 4,
    r"[0-9]\.[0-9]{3} kr": 0,
}
COURSE_DATE_CANCELLED = "dit hold er aflyst"  # "hold" is right here: it is a course date, not a team


def danish_text(entry: polib.POEntry) -> str:
    texts = [entry.msgstr, *(entry.msgstr_plural or {}).values()]
    return "\n".join(texts).casefold().replace(COURSE_DATE_CANCELLED, "")


def english_text(entry: polib.POEntry) -> str:
    return f"{entry.msgid}\n{entry.msgid_plural}".casefold()


CASES = [(danish_text, pattern, limit) for pattern, limit in DANISH.items()]
CASES += [(english_text, pattern, limit) for pattern, limit in ENGLISH.items()]


@pytest.mark.parametrize(("text_of", "pattern", "limit"), CASES)
def test_a_rejected_word_is_used_no_more_often(
    text_of: Callable[[polib.POEntry], str], pattern: str, limit: int
) -> None:
    matches = [entry.msgid for entry in open_catalogue() if re.search(pattern, text_of(entry))]
    assert len(matches) <= limit, f"{pattern} is used in {len(matches)} texts, {limit} at most: {matches}"
    assert len(matches) == limit, f"{pattern} is used in {len(matches)} texts only: lower its number from {limit}."
