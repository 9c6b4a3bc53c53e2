"""The delivered practice methods: one TOML file for each, in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "delivered_methods"
TEXTS = (
    *("name", "summary", "fits", "asks", "length", "start", "follow_up", "pitfalls"),
    *("ready_title", "ready_purpose", "ready_if_then", "ready_check", "ready_turn_to"),
)
DATA = ("weeks", "check_in_weeks", "role", "helper_hours", "wishes", "changes_environment")


@cache
def delivered_methods() -> Mapping[str, Mapping[str, Any]]:
    """The delivered methods by key, in their order; each as the values of the fields of `PracticeMethod`."""
    methods = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))]
    return MappingProxyType({method["key"]: MappingProxyType(_values(method)) for method in methods})


def _values(method: Mapping[str, Any]) -> dict[str, Any]:
    texts = {f"{name}_{language}": method[language][name] for language in ("da", "en") for name in TEXTS}
    people_from, people_to = method["people"]
    return texts | {name: method[name] for name in DATA} | {"people_from": people_from, "people_to": people_to}
