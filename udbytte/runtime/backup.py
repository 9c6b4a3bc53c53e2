"""Writes and restores backups. A backup is one file in PostgreSQL's custom format, as pg_restore reads it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from . import postgres
from .config import Config


class BackupFailed(Exception):
    """Nothing was written or restored; the message is one line for people."""


def count_tables(config: Config) -> int:
    """The number of tables in the database; 0 means that it is empty."""
    with postgres.connect(config) as connection:
        row = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    return int(row[0]) if row else 0


def write(config: Config, file: Path) -> None:
    """Write all data to `file`, which only its owner can read and which appears when complete. Raises BackupFailed."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.unfinished")
    try:
        draft.touch(mode=0o600)
        with draft.open("wb") as output:
            _run(config, "pg_dump", ["--format=custom", "--no-owner", "--no-privileges"], output=output.fileno())
            os.fsync(output.fileno())
        draft.replace(file)
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written ({error.strerror}).") from error
    finally:
        with suppress(PermissionError):  # then it was not made either
            draft.unlink(missing_ok=True)


def restore(config: Config, file: Path) -> None:
    """Replace all data by that of `file`. Raises BackupFailed, and then nothing has changed."""
    try:
        with file.open("rb") as readable:
            readable.seek(0)
    except OSError as error:
        raise BackupFailed(f"{file} cannot be read ({error.strerror}).") from error
    emptying = "drop schema public cascade; create schema public;"
    with tempfile.TemporaryDirectory(prefix="udbytte-restore-") as folder:  # only its owner can read it
        script = str(Path(folder) / "restore.sql")
        _run(config, "pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(file)], connect=False)
        # One transaction around both, so that the old data is deleted only when the new data is complete.
        both = ["--single-transaction", "--set=ON_ERROR_STOP=1", f"--command={emptying}", f"--file={script}"]
        _run(config, "psql", ["--quiet", "--no-psqlrc", "--output=/dev/null", *both])


def _program(config: Config, name: str) -> str:
    """A PostgreSQL program: for a given server the one on PATH if it is new enough, otherwise the wheel's."""
    on_path = shutil.which(name)
    if config.database is not None and on_path and _version(on_path) >= _server_version(config):
        return on_path
    return str(postgres.BINARIES / name)


def _version(program: str) -> int:
    output = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\) (\d+)", output)
    return int(match[1]) if match else 0


def _server_version(config: Config) -> int:
    with postgres.connect(config) as connection:
        return connection.info.server_version // 10000


def _run(
    config: Config,
    name: str,
    arguments: list[str],
    *,
    output: int = subprocess.DEVNULL,
    connect: bool = True,
) -> None:
    """Run a PostgreSQL program. Its environment says where to connect, because arguments would show the password."""
    at = postgres.database(config)
    settings = {
        "PGHOST": at.host,
        "PGPORT": at.port,
        "PGUSER": at.user,
        "PGPASSWORD": at.password,
        "PGDATABASE": at.name,
    }
    settings |= {f"PG{key.upper()}": value for key, value in at.options}
    environ = os.environ | ({key: value for key, value in settings.items() if value} if connect else {})
    command = [_program(config, name), *arguments]
    done = subprocess.run(command, env=environ, stdout=output, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [f"status {done.returncode}"]
        raise BackupFailed(f"{name}: {lines[0]}")
