"""What the web server and the worker write when they start and stop, and how a line looks."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.test import RequestFactory

from tests.runtime.installation import COMMAND, Installation
from tests.runtime.test_web_server import until
from udbytte.runtime.logs import FORMATTERS
from udbytte.web.base.errors import server_error


def record(message: str, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("udbytte.x", logging.ERROR, __file__, 1, message, (), None)
    made.__dict__.update(more)
    return made


def test_a_line_has_the_zone_of_its_time() -> None:
    time = FORMATTERS["text"]().format(record("x")).split()[0]
    assert datetime.fromisoformat(time).utcoffset() in (timedelta(hours=1), timedelta(hours=2))


def test_the_line_with_the_traceback_names_the_number_on_the_page() -> None:
    request = RequestFactory().get("/")
    text = server_error(request).content.decode()
    line = FORMATTERS["text"]().format(record("Internal Server Error: /", request=request))
    reference = line.rpartition("[")[2].rstrip("]")
    assert len(reference) == 9 and reference in text
    assert json.loads(FORMATTERS["json"]().format(record("x", request=request)))["reference"] == reference


def test_a_line_of_json_has_the_traceback_in_it_and_no_key() -> None:
    try:
        raise RuntimeError("no view for /underskriv/WzEsMl0:1vK2ab/")
    except RuntimeError:
        failed = record("Blåbær: /kalender/WzEsMl0:1vK2ab.ics", exc_info=sys.exc_info())
    text = FORMATTERS["json"]().format(failed)
    assert "\n" not in text and "WzEs" not in text and "Blåbær" in text
    line = json.loads(text)
    assert set(line) == {"time", "level", "logger", "message", "process", "trace"}
    assert "RuntimeError: no view for /underskriv/***" in line["trace"] and line["level"] == "ERROR"
    assert datetime.fromisoformat(line["time"]).utcoffset() is not None


@pytest.mark.slow
def test_the_worker_says_when_it_starts_and_stops(installation: Installation) -> None:
    environ = Installation({**installation.environ, "UDBYTTE_LOG_FORMAT": "json"}).full_environ
    with subprocess.Popen([*COMMAND, "worker"], env=environ, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        first = json.loads(worker.stderr.readline())
        until(lambda: installation.ask("select count(*) from procrastinate_workers") == [(2,)])
        worker.send_signal(signal.SIGTERM)
        rest = worker.stderr.read()
    assert first["message"].startswith("The worker starts: version 0.") and first["message"].endswith("mode test")
    assert json.loads(rest.splitlines()[-1])["message"] == "The worker has stopped" and worker.returncode == 0
