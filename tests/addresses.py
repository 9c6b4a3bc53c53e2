"""All addresses of Udbytte, but those of logging in, which have tests of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.urls import URLPattern, URLResolver


def addresses_of(patterns: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Each address in the list, and in the lists that it includes."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif not str(pattern.pattern).startswith("konto/"):
            yield from addresses_of(pattern.url_patterns)
