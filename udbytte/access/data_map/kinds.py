"""How the data map classifies a model and its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q

from udbytte.domain.privacy import Record


class FieldKind(StrEnum):
    IDENTITY = "identity"  # who somebody is: name, address, number, title
    TEXT = "text"  # what people wrote
    FACT = "fact"  # days, choices, amounts
    LINK = "link"  # leads to another row
    WORK = "work"  # for Udbytte's own working, and says nothing more about anybody; not handed out
    SECRET = "secret"  # noqa: S105 (opens something; never handed out)


class AtLimit(StrEnum):
    """What becomes of a row when its record's limit is reached."""

    BLANK = "blank"  # identity and texts go, the row stays for the figures
    DELETE = "delete"
    STAY = "stay"  # it says nothing when the rows around it are blank


@dataclass(frozen=True, slots=True)
class About:
    """Whom rows are about: the path to the person, and which of those rows (`only`) and fields they may not read."""

    path: str
    only: Q = field(default_factory=Q)
    hides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A model in the map. `by` are paths to people who did something in a row that may be about somebody else."""

    record: Record
    about: tuple[About, ...]
    by: tuple[str, ...]
    at_limit: AtLimit
    fields: Mapping[str, FieldKind]


def rows(
    record: Record,
    about: str | tuple[About | str, ...] = (),
    *,
    by: str = "",
    at_limit: AtLimit = AtLimit.BLANK,
    identity: str = "",
    texts: str = "",
    facts: str = "",
    work: str = "",
    secrets: str = "",
) -> Rows:
    """A model in the map, with the names of its fields by kind. Relations are links and need no name here."""
    kinds = (
        (FieldKind.IDENTITY, identity),
        (FieldKind.TEXT, texts),
        (FieldKind.FACT, facts),
        (FieldKind.WORK, work),
        (FieldKind.SECRET, secrets),
    )
    paths = about.split() if isinstance(about, str) else about
    return Rows(
        record,
        tuple(path if isinstance(path, About) else About(path) for path in paths),
        tuple(by.split()),
        at_limit,
        {name: kind for kind, names in kinds for name in names.split()},
    )


def about_nobody(*, by: str = "", fields: str = "", texts: str = "", secrets: str = "", identity: str = "") -> Rows:
    """A model whose rows are about no person; `by` may still name who did something."""
    return rows(
        Record.NOBODY,
        by=by,
        at_limit=AtLimit.STAY,
        facts=fields,
        texts=texts,
        secrets=secrets,
        identity=identity,
    )
