"""Which texts of the interface are asked for."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils.translation import trans_real


def spy_on_texts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count each English text whose translation is asked for from now on."""
    asked: Counter[str] = Counter()

    def seen(message: str) -> str:
        asked.update([message] if message else [])
        return trans_real.gettext(message)

    def seen_plural(singular: str, plural: str, number: int) -> str:
        asked.update([singular])
        return trans_real.ngettext(singular, plural, number)

    monkeypatch.setattr("django.utils.translation._trans.gettext", seen, raising=False)
    monkeypatch.setattr("django.utils.translation._trans.ngettext", seen_plural, raising=False)
    return asked
