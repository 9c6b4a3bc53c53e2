"""Encrypts what people write, so that neither the database nor a backup of it shows the words.

AES-256-GCM of the library `cryptography`. A stored text names its key, so that a query can tell which texts another key
has written: `e1:KEY:TEXT`, where KEY is the start of the key's SHA-256 and TEXT is nonce and ciphertext in base64.
An empty text stays empty: that nothing is written there is no secret, and constraints and figures ask for it.
docs/develop/decisions/0010-content-at-rest.md says why.
"""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = "e1:"
STORED = re.compile(FORMAT + r"([0-9a-f]{8}):")
BYTES_OF_KEY, BYTES_OF_NONCE = 32, 12
ID_LETTERS = 8


class CannotDecrypt(Exception):
    """A stored text cannot be read with the keys that are here. It stays as it is."""


class ContentCipher:
    """Encrypts with the first key and reads with all of them. The keys are in base64, as `parse_keys` returns them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._by_id = {key_id(key): AESGCM(_bytes_of(key)) for key in keys}
        first = key_id(keys[0])
        self.prefix = f"{FORMAT}{first}:"  # of each text that is written now
        self._first = self._by_id[first]

    def encrypt(self, text: str) -> str:
        if not text:
            return ""
        nonce = os.urandom(BYTES_OF_NONCE)
        return self.prefix + urlsafe_b64encode(nonce + self._first.encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, stored: str) -> str:
        """The text. One that is not encrypted yet is returned as it is. Raises CannotDecrypt."""
        named = STORED.match(stored)
        if named is None:
            return stored
        key = self._by_id.get(named[1])
        if key is None:
            raise CannotDecrypt(
                f"it was written with the key {named[1]}, which is not among the keys of UDBYTTE_CONTENT_KEYS"
            )
        try:
            content = urlsafe_b64decode(stored[named.end() :])
            return key.decrypt(content[:BYTES_OF_NONCE], content[BYTES_OF_NONCE:], None).decode()
        except (ValueError, InvalidTag) as error:
            raise CannotDecrypt(f"it is damaged, or is not of the key {named[1]} that it names") from error

    def is_current(self, stored: str) -> bool:
        """Whether nothing is left to do for the text: it is empty, or the first key has written it."""
        return not stored or stored.startswith(self.prefix)


@lru_cache(4)
def cipher_of(keys: tuple[str, ...]) -> ContentCipher:
    return ContentCipher(keys)


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """The same JSON with each text in it changed. Names, numbers and what is true stay, so that queries find them."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {name: map_texts(part, change) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [map_texts(part, change) for part in value]
    return value


def parse_keys(text: str) -> tuple[str, ...]:
    """The keys in a setting or file, divided by commas, blanks or lines. Raises ValueError, without the keys."""
    keys = tuple(text.replace(",", " ").split())
    if not keys:
        raise ValueError("there is no key in it")
    for number, key in enumerate(keys, start=1):
        try:
            length = len(_bytes_of(key))
        except ValueError:
            length = 0
        if length != BYTES_OF_KEY or len(set(key)) < BYTES_OF_KEY // 4:
            raise ValueError(f"key {number} is not {BYTES_OF_KEY} random bytes in base64")
    if len({key_id(key) for key in keys}) < len(keys):
        raise ValueError("it has a key twice")
    return keys


def key_id(key: str) -> str:
    """What stored texts call the key. It tells nothing about it."""
    return sha256(_bytes_of(key)).hexdigest()[:ID_LETTERS]


def _bytes_of(key: str) -> bytes:
    return urlsafe_b64decode(key + "=" * (-len(key) % 4))
