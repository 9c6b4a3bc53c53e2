"""An address that is a key stands in no line of the log."""

from __future__ import annotations

import logging
import sys
from copy import deepcopy
from logging.config import DictConfigurator
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.test import Client

from tests.runtime.test_deploy import keys

KEY = "WzEsMl0:1vK2ab:b0lk_-3xYz"
pytestmark = pytest.mark.django_db


def written(caplog: pytest.LogCaptureFixture) -> str:
    """What the handler writes of all that was logged."""
    config: Any = deepcopy(settings.LOGGING)  # the configurator takes it apart
    configurator: Any = DictConfigurator(config)
    formatter: logging.Formatter = configurator.configure_formatter(config["formatters"]["plain"])
    return "\n".join(formatter.format(record) for record in caplog.records)


@pytest.mark.parametrize("path", [path.replace("/x", f"/{KEY}") for path in keys()])
def test_an_error_of_ours_names_the_address_without_its_key(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def broken(_: BaseHandler, request: HttpRequest) -> None:
        raise RuntimeError(f"no view for {request.path}")

    monkeypatch.setattr(BaseHandler, "resolve_request", broken)
    assert Client(raise_request_exception=False).get(path).status_code == 500
    lines = written(caplog)
    assert "Internal Server Error: /" in lines and "RuntimeError: no view for /" in lines
    assert KEY not in lines and lines.count("/***") == 2


@pytest.mark.parametrize("path", [path.replace("/x", f"/{KEY}") for path in keys() if not path.endswith(".ics")])
def test_a_form_that_is_refused_names_the_address_without_its_key(caplog: pytest.LogCaptureFixture, path: str) -> None:
    client = Client(enforce_csrf_checks=True, headers={"referer": f"https://testserver{path}"})
    assert client.post(path, secure=True).status_code == 403
    lines = written(caplog)
    assert "Forbidden" in lines and KEY not in lines and "/***" in lines


def test_other_addresses_are_written_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    for line in ("/svar/", "/aftaler/12/svar", "/kalender", "POST /samtaler/3/ took 4 s"):
        logging.getLogger("udbytte").warning(line)
    assert "***" not in written(caplog)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:x", "x" * 5000])
def test_a_probe_with_a_wrong_host_gets_one_line_that_names_our_setting(
    host: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    [handler] = [each for each in logging.getLogger("django.security").handlers if each.filters]
    monkeypatch.setattr(handler, "stream", sys.stderr)
    assert not logging.getLogger("django.security").propagate
    assert Client().get("/konto/login/", headers={"host": host}).status_code == 400
    [line] = capsys.readouterr().err.splitlines()
    assert "WARNING django.security.DisallowedHost: Invalid HTTP_HOST header" in line and len(line) < 400
    assert "ALLOWED_HOSTS" not in line
