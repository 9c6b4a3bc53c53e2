"""Seals the answers to a self-check, so that only the holder of the private key can read them.

A seal is HPKE (RFC 9180: X25519, HKDF-SHA256, ChaCha20-Poly1305) and always SEALED_BYTES long, whoever answers and
whatever the answers are. Two seals of the same answers have nothing in common.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from .selfcheck import NUMBERS, Answer

KEY_BYTES = 32
SEALED_BYTES = 96  # an ephemeral key of 32, the content of 48, a tag of 16
CONTENT = struct.Struct(f">32sQ{len(NUMBERS)}s")  # the mark of the ballot, microseconds since 1970, one byte an answer
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
CODES = {says: code for code, says in enumerate(Answer)}


@dataclass(frozen=True, slots=True)
class OpenedAnswers:
    """One person's answers, with the mark of their ballot; `at`: when, in microseconds since 1970."""

    mark: str
    at: int
    answers: Mapping[int, Answer]


def new_private_key() -> bytes:
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(answers: OpenedAnswers, *, check: int, public: bytes) -> bytes:
    """The answers, readable only with the private key of `public`, and only as answers to this check."""
    codes = bytes(CODES[answers.answers[number]] for number in NUMBERS)
    content = CONTENT.pack(bytes.fromhex(answers.mark), answers.at, codes)
    return SUITE.encrypt(content, X25519PublicKey.from_public_bytes(public), info=_info(check))


def open_seal(sealed: bytes, *, check: int, private: bytes) -> OpenedAnswers | None:
    """What was sealed; None if it was sealed with another key or for another check."""
    try:
        content = SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=_info(check))
    except InvalidTag:
        return None
    mark, at, codes = CONTENT.unpack(content)
    says = tuple(Answer)
    return OpenedAnswers(mark.hex(), at, {number: says[code] for number, code in zip(NUMBERS, codes, strict=True)})


def last_of_each(opened: Iterable[OpenedAnswers]) -> list[OpenedAnswers]:
    """The last answers of each ballot."""
    return list({row.mark: row for row in sorted(opened, key=lambda row: row.at)}.values())


def _info(check: int) -> bytes:
    return f"udbytte.self-check:{check}".encode()
