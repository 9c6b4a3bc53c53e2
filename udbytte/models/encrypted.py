"""Columns whose texts are encrypted in the database; everywhere else they are as any other.

A query cannot look into them: only whether one is empty, and in JSON what is no text. Anything else raises FieldError.
Whoever writes SQL by hand encrypts and decrypts by hand (`content_cipher`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import FieldError
from django.core.validators import MaxLengthValidator
from django.db import DataError, models
from django.db.models.fields.json import KeyTransform, KeyTransformExact, KeyTransformFactory
from django.db.models.lookups import Exact, Lookup

from udbytte.runtime.content_cipher import ContentCipher, cipher_of, map_texts

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
    _JSONField = models.JSONField[Any, Any]
else:
    _TextField, _JSONField = models.TextField, models.JSONField


def content_cipher() -> ContentCipher:
    return cipher_of(settings.CONTENT_KEYS)


class _Refused(Lookup):  # type: ignore[type-arg]
    """A comparison that would never find anything."""

    def get_prep_lookup(self) -> Any:
        if self.rhs is not None:  # of None, Django makes `isnull`
            raise FieldError(f"{self.lhs.output_field} is encrypted, so a query cannot look into it.")


class _FewLookups:
    """A field that refuses lookups that would never find anything."""

    lookups_allowed: tuple[str, ...] = ()

    def get_lookup(self, name: str) -> Any:
        lookup = super().get_lookup(name)  # type: ignore[misc]
        return lookup if lookup is None or name in self.lookups_allowed else _Refused


class EncryptedTextField(_FewLookups, _TextField):
    """A text that is encrypted in the database. `max_length` is in characters, and is held as a CharField holds it."""

    lookups_allowed = ("exact", "isnull")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.max_length is not None:
            self.validators.append(MaxLengthValidator(self.max_length))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        prepared = super().get_db_prep_save(value, connection)
        if not isinstance(prepared, str):  # NULL, or an expression
            return prepared
        if self.max_length is not None and len(prepared) > self.max_length:
            raise DataError(f"the text is too long for {self}: at most {self.max_length} characters")
        return content_cipher().encrypt(prepared)

    def from_db_value(self, value: str | None, *_args: Any) -> str | None:
        return None if value is None else content_cipher().decrypt(value)


@EncryptedTextField.register_lookup
class _IsEmpty(Exact):  # type: ignore[type-arg]
    """The only comparison of an encrypted text."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "":
            raise FieldError(f"{self.lhs.output_field} is encrypted: a query can only ask whether it is empty.")
        return ""


class EncryptedJSONField(_FewLookups, _JSONField):
    """JSON with each text in it encrypted in the database. Names of keys, numbers and what is true are not."""

    lookups_allowed = ("isnull",)

    def get_transform(self, name: str) -> Any:
        known = super().get_transform(name)
        return partial(_Key, name) if isinstance(known, KeyTransformFactory) else known

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if not hasattr(value, "as_sql"):
            value = map_texts(value, content_cipher().encrypt)
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        read = super().from_db_value(value, expression, connection)
        return map_texts(read, content_cipher().decrypt)


class _Key(_FewLookups, KeyTransform):
    """A value in encrypted JSON, to be asked for if it is no text."""

    lookups_allowed = ("exact", "isnull")


@_Key.register_lookup
class _KeyIs(KeyTransformExact):
    def get_prep_lookup(self) -> Any:
        if isinstance(self.rhs, str):
            raise FieldError(f"{self.lhs.output_field}: its texts are encrypted, so a query cannot ask for one.")
        return super().get_prep_lookup()
