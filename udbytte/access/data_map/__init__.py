"""The data map: each model and field, whom it is about, what of it they may read, and what becomes of it at its limit.

A model or field that is not here fails a test. `udbytte datamap` writes the map for people.
"""

from __future__ import annotations

from .agreements import AGREEMENTS
from .conversations import CONVERSATIONS
from .kinds import About, AtLimit, FieldKind, Rows
from .nobody import NOBODY
from .people import PEOPLE

__all__ = ["DATA_MAP", "TECHNICAL", "About", "AtLimit", "FieldKind", "Rows", "kinds_of"]

DATA_MAP: dict[str, Rows] = {**PEOPLE, **CONVERSATIONS, **AGREEMENTS, **NOBODY}
# Tables of Django and of the queue: they have no text and no name of anybody. A waiting job has a time or an id.
TECHNICAL = frozenset({"auth", "contenttypes", "procrastinate"})


def kinds_of(label: str) -> dict[str, FieldKind]:
    """The kind of each field of a model that is no relation and no key."""
    return dict(DATA_MAP[label].fields)
