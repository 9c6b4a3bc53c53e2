"""How log lines are written: with the zone of their time, and without the keys that stand in some addresses."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version

from .config import Config

# What follows in the address is a key: it answers, signs or reads in somebody's name (docs/operate/install.md, nginx).
MOST_LETTERS = 300  # of what a stranger sent
KEYS = re.compile(
    r"(/+(?:svar(?:/+(?:samtale|nedskrevet|makker|fortryd))?|underskriv|udlevering|kalender|selvtjek/+stem)/+)[^\s/?\"'<>]+"
)
logger = logging.getLogger("udbytte.runtime")


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
    A line about a request that failed has the number that its page shows.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return KEYS.sub(r"\1***", super().format(record))

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 (logging's name)
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        number = reference_of(record)
        return super().formatMessage(record) + (f" [{number}]" if number else "")


class JsonFormatter(KeylessFormatter):
    """One JSON object in each line: `time`, `level`, `logger`, `message`, `process`; `reference` and `trace` if any."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
        }
        if number := reference_of(record):
            line["reference"] = number
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(
            {name: KEYS.sub(r"\1***", text) if isinstance(text, str) else text for name, text in line.items()},
            ensure_ascii=False,
        )


FORMATTERS: dict[str, type[logging.Formatter]] = {"text": KeylessFormatter, "json": JsonFormatter}


def reference_of(record: logging.LogRecord) -> str:
    """The number on the page of a request that failed; empty for other lines."""
    return getattr(getattr(record, "request", None), "reference", "")


@contextmanager
def start_and_stop_logged(what: str, config: Config, *facts: str) -> Iterator[None]:
    """Write a line when a part of the installation begins, and one when it ends. Facts: its address, its processes."""
    words = ", ".join([f"version {version('udbytte')}", f"mode {config.mode}", *facts])
    logger.info("The %s starts: %s", what, words)
    try:
        yield
    finally:
        logger.info("The %s has stopped", what)
