"""How log lines are written: without the keys that stand in some addresses."""

from __future__ import annotations

import logging
import re

# What follows in the address is a key: it answers, signs or reads in somebody's name (docs/operate/install.md, nginx).
KEYS = re.compile(r"(/+(?:svar(?:/+(?:samtale|nedskrevet|makker))?|underskriv|kalender|selvtjek/+stem)/+)[^\s/?\"'<>]+")


class KeylessFormatter(logging.Formatter):
    """Writes a record, with its traceback, and `***` for each key in an address.

    It stands where all lines come out, as Django names the path in many places: for errors, refused forms, warnings.
    """

    def format(self, record: logging.LogRecord) -> str:
        return KEYS.sub(r"\1***", super().format(record))
