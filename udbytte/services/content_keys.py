"""Encrypts what is stored with the first key: what another key has written, and what is not encrypted yet.

The data itself says what is left, so it can be stopped and begun again at any time. Each batch is one transaction that
locks its rows. Rows that somebody is writing right now are left for the next pass, so that nobody waits for it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pgtrigger
from django.db import connection, transaction

from udbytte.queries.encrypted import Column, count_left
from udbytte.runtime.content_cipher import CannotDecrypt, ContentCipher, map_texts

BATCH = 500  # rows
PASSES = 100  # over rows that somebody else has locked
SECONDS_BETWEEN_PASSES = 0.1


def encrypt_column(column: Column, cipher: ContentCipher, *, batch: int = BATCH) -> Iterator[int]:
    """Encrypt what is left of the column with the first key. After each batch, how many rows it had.

    Raises CannotDecrypt for a row that no key here reads; what was done before stays done.
    """
    for _number in range(PASSES):
        last, rows = 0, batch
        while rows:
            rows, last = _encrypt_batch(column, cipher, batch, after=last)
            yield rows
        if not count_left(column, cipher):
            return
        time.sleep(SECONDS_BETWEEN_PASSES)


def _encrypt_batch(column: Column, cipher: ContentCipher, size: int, *, after: int) -> tuple[int, int]:
    """Returns how many rows it had, and the last one's key. Triggers rest: nothing that they look at changes."""
    table, key, name = column.table, column.key, column.name
    kind = "jsonb" if column.is_json else "text"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {name}::text FROM {table} WHERE {key} > %s AND {column.needs(cipher)}"  # noqa: S608
            f" ORDER BY {key} LIMIT %s FOR UPDATE SKIP LOCKED",
            [after, size],
        )
        rows = cursor.fetchall()
        if not rows:
            return 0, after
        written = [_encrypted(column, pk, stored, cipher) for pk, stored in rows]
        with pgtrigger.ignore():
            cursor.execute(
                f"UPDATE {table} SET {name} = new.content::{kind}"  # noqa: S608
                f" FROM unnest(%s::bigint[], %s::text[]) AS new(id, content) WHERE {table}.{key} = new.id",
                [[pk for pk, _stored in rows], written],
            )
    return len(rows), rows[-1][0]


def _encrypted(column: Column, pk: int, stored: str, cipher: ContentCipher) -> str:
    def renew(text: str) -> str:
        return text if cipher.is_current(text) else cipher.encrypt(cipher.decrypt(text))

    try:
        return json.dumps(map_texts(json.loads(stored), renew)) if column.is_json else renew(stored)
    except CannotDecrypt as error:
        raise CannotDecrypt(f"{column}, row {pk}: {error}") from error
