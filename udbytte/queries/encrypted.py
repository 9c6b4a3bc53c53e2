"""Which columns are encrypted, and what of them another key than the first has written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from udbytte.models.encrypted import EncryptedJSONField, EncryptedTextField
from udbytte.runtime.content_cipher import ContentCipher, map_texts

LOOKED_AT = 50  # of the oldest and of the newest rows of each column


@dataclass(frozen=True, slots=True)
class Column:
    """An encrypted column: of text, or of JSON whose texts are encrypted."""

    table: str
    key: str  # the column of the primary key
    name: str
    is_json: bool
    among: str = ""  # a condition in SQL for the rows that are encrypted at all

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"

    def needs(self, cipher: ContentCipher) -> str:
        """The condition in SQL for rows that the first key has not written. Prefix and names are our own."""
        if self.is_json:
            path = f'$.** ? (@.type() == "string" && @ != "" && !(@ starts with "{cipher.prefix}"))'
            return self._among(f"jsonb_path_exists({self.name}, '{path}')")
        return self._among(f"{self.name} <> '' AND NOT starts_with({self.name}, '{cipher.prefix}')")

    @property
    def is_filled(self) -> str:
        """The condition in SQL for rows that have a text."""
        return self._among(f"{self.name} IS NOT NULL" if self.is_json else f"{self.name} <> ''")

    def _among(self, condition: str) -> str:
        return f"({condition}) AND {self.among}" if self.among else condition

    def texts_in(self, stored: str) -> list[str]:
        if not self.is_json:
            return [stored]
        texts: list[str] = []
        map_texts(json.loads(stored), lambda text: texts.append(text) or text)  # type: ignore[func-returns-value]
        return [text for text in texts if text]


# allauth keeps the secrets of the second step, which its adapter encrypts. Passkeys are public.
SECOND_STEP = Column("mfa_authenticator", "id", "data", is_json=True, among="type <> 'webauthn'")


def encrypted_columns(models: Iterable[Any]) -> list[Column]:
    """The encrypted columns of the models (also of a migration's) that are in the database."""
    columns = [
        Column(model._meta.db_table, model._meta.pk.column, field.column, isinstance(field, EncryptedJSONField))
        for model in models
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, (EncryptedTextField, EncryptedJSONField))
    ]
    tables = set(connection.introspection.table_names())
    return [column for column in [*columns, SECOND_STEP] if column.table in tables]


def count_left(column: Column, cipher: ContentCipher) -> int:
    """How many rows the first key has not written."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {column.table} WHERE {column.needs(cipher)}")  # noqa: S608
        return int(cursor.fetchone()[0])


def sample_of(column: Column) -> Iterator[tuple[int, str]]:
    """Stored texts of the oldest and newest rows, each with its row's key."""
    table, key, name = column.table, column.key, column.name
    with connection.cursor() as cursor:
        for order in ("ASC", "DESC"):
            cursor.execute(
                f"SELECT {key}, {name}::text FROM {table} WHERE {column.is_filled} ORDER BY {key} {order} LIMIT %s",  # noqa: S608
                [LOOKED_AT],
            )
            for pk, stored in cursor.fetchall():
                yield from ((pk, text) for text in column.texts_in(stored))
