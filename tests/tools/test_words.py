"""No text uses a word or a sign that docs/develop/concepts.md rejects."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from tools.messages import open_catalogue
from udbytte.cli import COMMANDS

DANISH = (
    r"kursusbord|hele bordet",
    r"\b(mit|dit|jeres) holds?\b",
    r"over tiden",
    r"\bbrev(e|et|ene)?\b|ugebrev",
    r"penge udefra",
    r"\bbook|\bbestil",
    r"\bmeld(er|te|t|e)? (pladsen )?fra\b",
    r"folk tror|\bfolk\b",
    r"læst op",
    r"(tag|tage|tager|giv|give|giver|overtag\w*) (et |dit |det )?skridt",
    r"\bejer(en)?\b",
    r"varsl",
    r"forude",
    r"indbyd",
    r"med alt under",
    r"står (tomt|stille|som den)",
    r"stedfortræder",
    r"[“„]",
    r": [^:\n]{1,80}: ",
    r"\?[,:]",
    r"kr\.\.",
    r"\bintet\b",  # "der er ikke ..."
    r"\b(dag|dagen|dato|datoen|frist|fristen) har været\b|\ber gået for\b",  # "er passeret"
    r"\bhviler?\b",  # "er på pause"
    r"\bgrund(en)?,|\ben (anden )?grund\b",  # "årsag" or "begrundelse"
    r"\bstå tomt\b",
    r"beslutter om\b",  # "tager stilling til"
    r"\borlov",
    r"\be-mailadresse|\be-mailen\b",
    r"(^|\n)(importer|marker) ",  # "importér", "markér"
    r"\bom (han|hun) |\b(hans|hendes) (leder|plan|kursus|aftale)",  # it may be anybody
    r"forslaget falder|\bfalder forslaget",
)
ENGLISH = (
    r"\b(the|a|another|this|course) runs?\b",
    r"\b(is|are|was|were) told\b",
    r"stands? still",
    r"\bmend",
    r"money from outside",
    r"the everyday",
    r"\bin practice\b",
    r"\bletters?\b",
    r"[0-9]\.[0-9]{3} kr",
)
COURSE_DATE_CANCELLED = "dit hold er aflyst"  # "hold" is right here: it is a course date, not a team


def danish_text(entry: polib.POEntry) -> str:
    texts = [entry.msgstr, *(entry.msgstr_plural or {}).values()]
    return "\n".join(texts).casefold().replace(COURSE_DATE_CANCELLED, "")


def english_text(entry: polib.POEntry) -> str:
    return f"{entry.msgid}\n{entry.msgid_plural}".casefold()


CASES = [(danish_text, pattern) for pattern in DANISH] + [(english_text, pattern) for pattern in ENGLISH]


@pytest.mark.parametrize(("text_of", "pattern"), CASES)
def test_a_rejected_word_is_in_no_text(text_of: Callable[[polib.POEntry], str], pattern: str) -> None:
    assert [entry.msgid for entry in open_catalogue() if re.search(pattern, text_of(entry))] == []


@pytest.mark.parametrize("file", sorted(COMMANDS.glob("[a-z]*.py")), ids=lambda file: file.stem)
def test_a_rejected_word_is_in_no_text_of_the_command_line(file: Path) -> None:
    constants = [node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)]
    texts = [value for value in constants if isinstance(value, str) and " " in value]
    assert [text for text in texts for pattern in ENGLISH if re.search(pattern, text.casefold())] == []
