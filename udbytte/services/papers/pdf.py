"""PDF documents: a Typst template is filled in with facts and gives a PDF tagged for screen readers (PDF/UA-1).

PDF/UA allows no character without a glyph. So `papers/` has fonts for emoji and for scripts that names are written in
(`fonts/`, fetched by tools/assets.py). The last font is `stand-in.ttf`, which shows a box for every other character;
a note at the end of the document says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

FOLDER = Path(__file__).parent

# Characters of the fonts Symbol and Wingdings, which Word and Outlook write for bullets, arrows and faces.
REAL_CHARACTERS = {
    "\uf02d": "–",
    "\uf04a": "☺",
    "\uf04b": "😐",
    "\uf04c": "☹",
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf06f": "□",
    "\uf071": "❑",
    "\uf075": "◆",
    "\uf076": "❖",
    "\uf0a7": "▪",
    "\uf0a8": "◻",
    "\uf0b0": "°",
    "\uf0b7": "•",
    "\uf0d8": "➢",
    "\uf0df": "←",
    "\uf0e0": "→",
    "\uf0e1": "↑",
    "\uf0e2": "↓",
    "\uf0e7": "⬅",
    "\uf0e8": "➔",
    "\uf0f0": "⇨",
    "\uf0fb": "✗",
    "\uf0fc": "✓",
    "\uf0fd": "☒",
    "\uf0fe": "☑",
    "\x0b": "\n",
    "\x0c": "\n",
    "\x85": "\n",
}
# Control characters, private use, surrogates, byte order mark, and noncharacters of Unicode.
UNREAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\uf8ff\ufeff\ufffe\uffff\U000f0000-\U0010ffff]")
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
INVISIBLE = re.compile("[\0-\x9f\ufeff]")


def render_pdf(template: str, facts: Mapping[str, Any], *, language: str) -> bytes:
    """The PDF of `papers/<template>.typ` with its facts, in the language ("da" or "en").

    Texts that people have written reach Typst as data (`sys.inputs.facts`, JSON) and never as source.
    """
    made = typst.compile(
        str(FOLDER / f"{template}.typ"),
        root=str(FOLDER),
        font_paths=_fonts(),
        sys_inputs=_inputs(facts, language),
        pdf_standards=["ua-1"],
    )
    return bytes(made)


def _inputs(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """What a template reads in `sys.inputs`."""
    with translation.override(language):
        about_boxes = _("A box is in place of a character that this document cannot show.")
    return {"facts": json.dumps(_showable(facts)), "language": language, "about_boxes": about_boxes}


@cache
def _fonts() -> typst.Fonts:
    """Only the library's fonts and our own, so that a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FOLDER])


def with_real_characters(text: str) -> str:
    """The text with real characters for Word's symbols, no control characters, and � for unknown characters."""
    return UNREAL.sub(lambda found: _real(found[0]), text)


def _real(character: str) -> str:
    return REAL_CHARACTERS.get(character, "" if INVISIBLE.match(character) else UNKNOWN)


def _showable(fact: Any) -> Any:
    """The same fact as JSON, with real characters in all its texts."""
    if isinstance(fact, Mapping):
        return {name: _showable(value) for name, value in fact.items()}
    if isinstance(fact, list | tuple):
        return [_showable(value) for value in fact]
    return fact if fact is None or isinstance(fact, bool | int | float) else with_real_characters(str(fact))
