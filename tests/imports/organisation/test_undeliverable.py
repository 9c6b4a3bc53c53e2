"""Addresses with letters such as å before the @: told at the import, unless the mail server takes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.cast import TODAY
from tests.mail_server import MailServer
from udbytte.imports.organisation.run import import_organisation
from udbytte.imports.report import Report
from udbytte.services.notifications.smtp import Connection

pytestmark = pytest.mark.django_db
FILE = "a.csv", "name;e-mail;unit\nÅse A;åse@x.test;Engby\nBo B;bo@ålborg.test;Engby".encode()


@pytest.fixture
def server(settings: Settings) -> Iterator[MailServer]:
    server = MailServer(settings)
    yield server
    server.away()


def load() -> Report:
    return import_organisation(FILE, by=None, on=TODAY)


def test_a_server_that_takes_them_says_so(server: MailServer) -> None:
    report = load()
    assert report.written and report.note_count == 0


@pytest.mark.parametrize("is_away", [False, True])
def test_otherwise_the_person_is_imported_with_a_note(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, is_away: bool
) -> None:
    if is_away:
        server.away()
    else:
        monkeypatch.setattr(Connection, "offers_smtputf8", lambda _self: False)
    report = load()
    assert report.written
    assert [(note.row, note.field) for note in report.notes] == [(2, "email")]
    assert "æ, ø" in report.notes[0].message
