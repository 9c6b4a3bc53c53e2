"""Writes and restores backups. A backup is one file in PostgreSQL's custom format, as pg_restore reads it.

With UDBYTTE_BACKUP_RECIPIENTS, that file is encrypted with age (age-encryption.org), and `age --decrypt` reads it too.
The machine that makes backups has the public key only. What pg_dump writes flows through, so memory stays flat.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import pyrage

from . import key_files, postgres
from .config import Config

AGE = b"age-encryption.org/v1"  # how an encrypted file begins
Flow = Callable[[IO[bytes]], None]


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
            recipients = [pyrage.x25519.Recipient.from_str(text) for text in config.backup_recipients]
            flow = (lambda dump: pyrage.encrypt_io(dump, output, recipients)) if recipients else None
            arguments = ["--format=custom", "--no-owner", "--no-privileges"]
            _run(config, "pg_dump", arguments, output=output.fileno() if flow is None else subprocess.PIPE, take=flow)
            output.flush()
            os.fsync(output.fileno())
        draft.replace(file)
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written ({error.strerror or error}).") from error
    finally:
        with suppress(PermissionError):  # then it was not made either
            draft.unlink(missing_ok=True)


def is_encrypted(file: Path) -> bool:
    """Whether the file as a whole is encrypted. Raises BackupFailed."""
    try:
        with file.open("rb") as readable:
            return readable.read(len(AGE)) == AGE
    except OSError as error:
        raise BackupFailed(f"{file} cannot be read ({error.strerror}).") from error


def restore(config: Config, file: Path, *, key_file: Path | None = None) -> None:
    """Replace all data by that of `file`. Raises BackupFailed, and then nothing has changed.

    `key_file` has the secret key of age of an encrypted file.
    """
    encrypted = is_encrypted(file)
    if encrypted and key_file is None:
        raise BackupFailed(f"{file} is encrypted; name the file with its secret key: --key-file FILE.")
    emptying = "drop schema public cascade; create schema public;"
    with tempfile.TemporaryDirectory(prefix="udbytte-restore-") as folder:  # only its owner can read it
        script = str(Path(folder) / "restore.sql")
        arguments = ["--no-owner", "--no-privileges", f"--file={script}"]
        if encrypted and key_file is not None:
            _run(config, "pg_restore", arguments, connect=False, give=lambda dump: _decrypt(file, key_file, dump))
        else:
            _run(config, "pg_restore", [*arguments, str(file)], connect=False)
        # One transaction around both, so that the old data is deleted only when the new data is complete.
        both = ["--single-transaction", "--set=ON_ERROR_STOP=1", f"--command={emptying}", f"--file={script}"]
        _run(config, "psql", ["--quiet", "--no-psqlrc", "--output=/dev/null", *both])


def _decrypt(file: Path, key_file: Path, into: IO[bytes]) -> None:
    try:
        identities = key_files.read_identities(key_file)
        with file.open("rb") as encrypted:
            pyrage.decrypt_io(encrypted, into, identities)
    except ValueError as error:
        raise BackupFailed(f"{error}.") from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise BackupFailed(f"{file} is damaged or cut off ({error}).") from None
    except pyrage.DecryptError as error:
        raise BackupFailed(f"{file} is not opened by the key in {key_file} ({error}).") from None


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
    take: Flow | None = None,
    give: Flow | None = None,
) -> None:
    """Run a PostgreSQL program. Its environment says where to connect, because arguments would show the password.

    `take` reads what it writes, and `give` writes what it reads.
    """
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
    with tempfile.TemporaryFile() as errors:
        given = subprocess.PIPE if give is not None else None
        with subprocess.Popen(command, env=environ, stdin=given, stdout=output, stderr=errors) as process:
            try:
                if take is not None and process.stdout is not None:
                    take(process.stdout)
                if give is not None and process.stdin is not None:
                    with suppress(BrokenPipeError), process.stdin:  # it says itself why it reads no further
                        give(process.stdin)
            except BaseException:
                process.kill()
                raise
        errors.seek(0)
        lines = errors.read().decode(errors="replace").strip().splitlines() or [f"status {process.returncode}"]
    if process.returncode:
        raise BackupFailed(f"{name}: {lines[0]}")
