"""How log lines are written: without the keys that stand in some addresses."""

from __future__ import annotations

import logging
import re

# What follows in the address is a key: it answers, signs or reads in somebody's name (docs/operate/install.md, nginx).
MOST_LETTERS = 300  # of what a stranger sent
KEYS = re.compile(
    r"(/+(?:svar(?:/+(?:samtale|nedskrevet|makker|fortryd))?|underskriv|udlevering|kalender|selvtjek/+stem)/+)[^\s/?\"'<>]+"
)


class OneLine(logging.Filter):
    """What a stranger sends, such as the wrong host of a probe, gets one line and no traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage().replace("ALLOWED_HOSTS", "UDBYTTE_HOSTS")
        record.msg, record.args, record.exc_info, record.exc_text = message[:MOST_LETTERS], (), None, None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class KeylessFormatter(logging.Formatter):
    """Writes a record, with its traceback, and `***` for each key in an address.

    It stands where all lines come out, as Django names the path in many places: for errors, refused forms, warnings.
    """

    def format(self, record: logging.LogRecord) -> str:
        return KEYS.sub(r"\1***", super().format(record))
