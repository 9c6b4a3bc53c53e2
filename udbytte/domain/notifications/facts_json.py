"""The facts of a notification as JSON, and back. No other module knows this format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from .kinds import FACTS, Facts, NotificationKind


def facts_to_json(facts: Facts) -> dict[str, Any]:
    return {field.name: _plain(getattr(facts, field.name)) for field in fields(facts)}


def facts_from_json(kind: str, stored: Mapping[str, Any]) -> Facts:
    """The facts of a stored notification. Raises ValueError for an unknown kind, TypeError when a fact is missing."""
    known = NotificationKind(kind)
    hints = _hints(known)
    return FACTS[known](**{name: _read(hints[name], value) for name, value in stored.items() if name in hints})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


@cache
def _hints(kind: NotificationKind) -> dict[str, Any]:
    hints = get_type_hints(FACTS[kind])
    return {field.name: hints[field.name] for field in fields(FACTS[kind])}


def _read(hint: Any, value: Any) -> Any:
    """A JSON value as the type that the field has."""
    if get_origin(hint) is UnionType:  # something or None
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
        return None if value is None else _read(hint, value)
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], part) for part in value)
    if issubclass(hint, tuple):
        return hint(
            *(_read(part_hint, part) for part_hint, part in zip(get_type_hints(hint).values(), value, strict=True))
        )
    if issubclass(hint, date):
        return hint.fromisoformat(value)
    if issubclass(hint, Enum):
        return hint(value)
    if not isinstance(value, hint):
        raise TypeError(f"{value!r} is no {hint.__name__}")
    return value
