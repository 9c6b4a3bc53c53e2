"""The catalogue that Udbytte is delivered with: practice methods and funding sources."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from django.db import transaction

from udbytte import domain
from udbytte.domain.practice.method_files import delivered_methods
from udbytte.models import FundingSource, PracticeMethod

FUNDING_SOURCES = Path(domain.__file__).with_name("delivered_funding.toml")

Delivered = TypeVar("Delivered", PracticeMethod, FundingSource)


@transaction.atomic
def deliver_catalogue() -> None:
    """Add the delivered practice methods and funding sources that the database does not have yet, by their keys.

    A row that is there stays as it is, as an organisation changes texts and hides what it does not use.
    """
    methods = enumerate(delivered_methods().items())
    _add_missing(
        PracticeMethod,
        (PracticeMethod(key=key, position=position, **values) for position, (key, values) in methods),
    )
    sources = tomllib.loads(FUNDING_SOURCES.read_text(encoding="utf-8"))["source"]
    _add_missing(FundingSource, (FundingSource(**values) for values in sources))


def _add_missing(model: type[Delivered], rows: Iterable[Delivered]) -> None:
    existing_keys = set(model.objects.values_list("key", flat=True))
    missing = [row for row in rows if row.key not in existing_keys]
    model.objects.bulk_create(missing, ignore_conflicts=True)
