"""Runs our command as people do: as a separate process with its own settings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from psycopg import sql

from tests import databases
from udbytte.runtime import postgres
from udbytte.runtime.database_url import parse_database_url

COMMAND = [sys.executable, "-m", "udbytte"]
SECONDS_AT_MOST = 300  # migrating takes five on a quiet machine and a minute on a busy one


@dataclass(frozen=True)
class Installation:
    """Settings for one `udbytte`; the tests' own do not reach it."""

    environ: Mapping[str, str]

    @property
    def full_environ(self) -> dict[str, str]:
        rest = {
            key: value for key, value in os.environ.items() if not key.startswith(("UDBYTTE_", "DATABASE_", "PORT"))
        }
        rest["UDBYTTE_SETTINGS"] = os.devnull  # and not those of an installation on this machine
        return rest | {"UDBYTTE_MODE": "test", "DJANGO_SETTINGS_MODULE": "udbytte.settings"} | dict(self.environ)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run([*COMMAND, *arguments])

    def python(self, script: str) -> subprocess.CompletedProcess[str]:
        return self._run([sys.executable, "-c", script])

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.full_environ, capture_output=True, text=True, timeout=SECONDS_AT_MOST, check=False
        )

    def do(self, statement: str) -> None:
        """Run a statement in this installation's database."""
        with postgres.connect(settings.CONFIG, parse_database_url(self.environ["DATABASE_URL"]).name) as connection:
            connection.execute(statement.encode())

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query in this installation's database."""
        at = parse_database_url(self.environ["DATABASE_URL"])
        with postgres.connect(settings.CONFIG, at.name) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture
def installation(tmp_path: Path, django_db_modify_db_settings: None) -> Iterator[Installation]:
    """One with a migrated, otherwise empty database, by DATABASE_URL."""
    name = f"{settings.DATABASES['default']['TEST']['NAME']}_other"
    databases.make(settings.CONFIG, name)
    address = f"postgresql://postgres@/{name}?host={postgres.socket_folder(settings.CONFIG)}"
    yield Installation({"UDBYTTE_DATA": str(tmp_path / "data"), "DATABASE_URL": address})
    with postgres.connect(settings.CONFIG, postgres.SUPERUSER) as server:
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
