"""The private key of the self-check: in a file or in the environment, and never in the database or a backup."""

from __future__ import annotations

import secrets
from pathlib import Path

from . import key_files

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
    if not file.exists():
        try:
            key_files.read_or_make(file, lambda: f"{secrets.token_hex(KEY_BYTES)}\n")
        except OSError as error:
            raise NoBallotKey(f"{file} cannot be written ({error.strerror})") from error
    return read(file)


def replace(file: Path, key: bytes) -> None:
    """Put another key into the file. The old one is gone. Raises NoBallotKey, and then the old one is still there."""
    try:
        key_files.write_draft(file, f"{key.hex()}\n").replace(file)
    except OSError as error:
        raise NoBallotKey(f"{file} cannot be written ({error.strerror})") from error
