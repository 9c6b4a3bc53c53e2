"""The private key of the self-check: in a file or in the environment, and never in the database or a backup."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

KEY_BYTES = 32
OPEN_TO_OTHERS = 0o077


class NoBallotKey(Exception):
    """There is no key that can be used. The message says why, in one line, without the key."""


def parse(text: str) -> bytes:
    """A key as it stands in the environment or in a file. Raises ValueError with a message for people."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("it must be 64 hexadecimal digits, as `openssl rand -hex 32` makes them")
    return key


def read(file: Path) -> bytes:
    """The key in a file. Raises NoBallotKey."""
    try:
        return parse(file.read_text())
    except FileNotFoundError:
        raise NoBallotKey(f"{file} is missing") from None
    except OSError as error:
        raise NoBallotKey(f"{file} cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise NoBallotKey(f"{file} has no key: {error}") from error


def is_open_to_others(file: Path) -> bool:
    """Whether other users of this machine may read or change the file."""
    return bool(file.stat().st_mode & OPEN_TO_OTHERS)


def make(file: Path) -> bytes:
    """The key in a file, which is made if it is missing. Only its owner can read it. Raises NoBallotKey."""
    try:
        if not file.exists():
            draft = _draft(file, secrets.token_bytes(KEY_BYTES))
            try:
                with suppress(FileExistsError):  # the first of two processes wins, and both read the same key
                    os.link(draft, file)
            finally:
                draft.unlink()
    except OSError as error:
        raise NoBallotKey(f"{file} cannot be written ({error.strerror})") from error
    return read(file)


def replace(file: Path, key: bytes) -> None:
    """Put another key into the file. The old one is gone. Raises NoBallotKey, and then the old one is still there."""
    try:
        _draft(file, key).replace(file)
    except OSError as error:
        raise NoBallotKey(f"{file} cannot be written ({error.strerror})") from error


def _draft(file: Path, key: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    draft.touch(mode=0o600)
    draft.write_text(key.hex() + "\n")
    return draft
