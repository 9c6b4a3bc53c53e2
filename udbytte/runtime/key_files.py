"""Keys that stand in files. Outside production, each is made once in the folder `keys` of the data folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyrage

from .content_cipher import BYTES_OF_KEY, parse_keys

FOLDER = "keys"


def read_or_make(file: Path, make: Callable[[], str]) -> str:
    """What stands in the file, which is made if it is missing. Raises OSError.

    Only its owner can read it. If two processes make it at the same time, both read what the first has written.
    """
    if not file.exists():
        draft = write_draft(file, make())
        try:
            with suppress(FileExistsError):
                os.link(draft, file)
        finally:
            draft.unlink()
    return file.read_text().strip()


def write_draft(file: Path, text: str) -> Path:
    """A file beside it with the text, which only its owner can read, to be put in its place. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.parent.name == FOLDER:
        file.parent.chmod(0o700)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}.tmp")
    draft.touch(mode=0o600)
    draft.write_text(text)
    return draft


def read_content_keys(file: Path, *, may_make: bool) -> tuple[str, ...]:
    """The keys in the file, which is made if it is missing and `may_make`. Raises ValueError with a line for people."""
    try:
        return parse_keys(read_or_make(file, _new_content_key) if may_make else file.read_text())
    except FileNotFoundError:
        problem = f"{file} is missing. Without the keys in it, nobody can read what people wrote"
        mend = "Bring it back, or make the first key: see Keys in docs/operate/operating.md"
        raise ValueError(f"{problem}. {mend}") from None
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise ValueError(f"{file} cannot be used: {error}") from None


def _new_content_key() -> str:
    return secrets.token_urlsafe(BYTES_OF_KEY)


def is_readable_by_others(file: Path) -> bool:
    """Whether other users of the machine can read it. A container's secrets have no other users."""
    return not file.is_relative_to("/run/secrets") and bool(file.stat().st_mode & 0o077)


def parse_recipients(text: str) -> tuple[str, ...]:
    """Public keys of age. Raises ValueError with a message for people."""
    recipients = tuple(text.replace(",", " ").split())
    for recipient in recipients:
        try:
            pyrage.x25519.Recipient.from_str(recipient)
        except pyrage.RecipientError:
            is_secret = recipient.upper().startswith("AGE-SECRET-KEY")
            shown = "a secret key, which belongs where backups are restored," if is_secret else repr(recipient)
            raise ValueError(f"{shown} is not a public key of age; these begin with age1") from None
    return recipients


def read_identities(file: Path) -> list[pyrage.x25519.Identity]:
    """The secret keys of age in a file, as age-keygen writes it. Raises ValueError with a line for people."""
    try:
        lines = [line.strip() for line in file.read_text().splitlines()]
        identities = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except OSError as error:
        raise ValueError(f"{file} cannot be read ({error.strerror})") from None
    except (ValueError, pyrage.IdentityError):
        raise ValueError(f"{file} is not a file of secret keys, as age-keygen writes it") from None
    if not identities:
        raise ValueError(f"{file} has no secret key; it begins with AGE-SECRET-KEY-")
    return identities
