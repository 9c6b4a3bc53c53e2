"""What a view gives its template: a dataclass whose fields are the names that the template reads."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def as_context(page: DataclassInstance) -> dict[str, Any]:
    """The fields of a page by their names. Unlike `asdict`, it leaves the values as they are."""
    return {field.name: getattr(page, field.name) for field in fields(page)}
