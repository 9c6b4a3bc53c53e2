"""Texts as people send them: what a database can hold and a page can show."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def plain_text(text: str) -> str:
    """The text with a line feed at the end of each line, and without control characters.

    Nobody types or sees control characters; they come with text that is pasted from other programs. PostgreSQL refuses
    one of them, NUL.
    """
    return _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
