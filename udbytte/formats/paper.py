"""Documents on paper: a Typst template filled in with facts gives a PDF tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).parent / "papers"


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the library alone, so that a document looks the same wherever it is made."""
    return typst.Fonts(include_system_fonts=False)


def pdf_of(template: str, facts: Mapping[str, Any], *, language: str) -> bytes:
    """The document `papers/<template>.typ` with its facts, in the language ("da" or "en").

    What people have written reaches Typst as data (`sys.inputs.facts`, JSON) and never as source.
    """
    made = typst.compile(
        str(FOLDER / f"{template}.typ"),
        root=str(FOLDER),
        font_paths=_fonts(),
        sys_inputs={"facts": json.dumps(dict(facts), default=str), "language": language},
        pdf_standards=["ua-1"],
    )
    return bytes(made)
