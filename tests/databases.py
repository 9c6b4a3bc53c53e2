"""A fresh database for each test process, in a tenth of a second: copied from a template that is migrated once.

Any number of test runs, each with any number of processes, may go on at once: a process claims a number for itself by
locking a file, and the kernel lets go of it when the process ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from udbytte.runtime import postgres
from udbytte.runtime.config import Config

ROOT = Path(__file__).resolve().parent.parent
_claims: list[IO[str]] = []


def fingerprint() -> str:
    """Changes with the migrations, ours and those of what is installed, and with what is delivered."""
    package = ROOT / "udbytte"
    delivered = [package / "services" / "delivered.py", *(package / "domain").glob("**/*.toml")]
    files = [*sorted((package / "migrations").glob("*.py")), *sorted(delivered), ROOT / "requirements.txt"]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:10]


def claim_name(config: Config) -> str:
    """The name of a database that no other running test process uses."""
    folder = config.data / "claims"
    folder.mkdir(parents=True, exist_ok=True)
    for number in count():
        claim = (folder / str(number)).open("a")
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            claim.close()
            continue
        _claims.append(claim)
        return f"test_{fingerprint()}_{number}"
    raise AssertionError("count() never ends")


def make(config: Config, name: str) -> None:
    """Make the database `name` anew as a copy of the migrated template."""
    with postgres.connect(config, postgres.SUPERUSER) as server:
        template = f"template_{fingerprint()}"
        with (config.data / "claims" / "template").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _exists(server, template):
                _drop_old(server, fingerprint())
                _migrate(config, server, template)
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        _copy(server, template, name)


def _exists(server: psycopg.Connection[Any], name: str) -> bool:
    return server.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None


def _copy(server: psycopg.Connection[Any], template: str, name: str) -> None:
    statement = "create database {} template {} strategy file_copy"
    server.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(template)))


def _migrate(config: Config, server: psycopg.Connection[Any], template: str) -> None:
    """Under another name until it is complete, so that a run that was stopped leaves no half template."""
    draft = f"draft_{template}"
    create_empty(server, draft)
    migrate(config, draft)
    server.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(draft), sql.Identifier(template)))


def create_empty(server: psycopg.Connection[Any], name: str) -> None:
    """Make an empty database in place of the one of that name."""
    server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
    server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def migrate(config: Config, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `udbytte migrate` on the database; returns what it wrote. Raises CalledProcessError."""
    address = f"postgresql://{postgres.SUPERUSER}@/{name}?host={postgres.socket_folder(config)}"
    environ = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "udbytte.settings"}
    command = [sys.executable, "-m", "udbytte", "migrate", "--no-color", *options]
    return subprocess.run(command, env=environ, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)


def _drop_old(server: psycopg.Connection[Any], current: str) -> None:
    """Databases of other migrations, unless somebody is using them right now."""
    rows = server.execute("select datname from pg_database where datname ~ '^(draft_)?(test|template)_'").fetchall()
    for (name,) in rows:
        if current not in name:
            try:
                server.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
            except psycopg.errors.ObjectInUse:
                continue
