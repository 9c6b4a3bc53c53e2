"""Addresses of pages that stand in long lists."""

from __future__ import annotations

from functools import lru_cache

from django.urls import reverse


def page_address(name: str, pk: int | str) -> str:
    """The address of a page about one thing. Django's own `reverse` takes longer than showing the row it stands in."""
    before, after = _around(name)
    return f"{before}{pk}{after}"


@lru_cache
def _around(name: str) -> tuple[str, str]:
    before, _pk, after = reverse(name, args=[0]).rpartition("0")
    return before, after
