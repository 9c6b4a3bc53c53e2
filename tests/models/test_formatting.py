"""Days, times and amounts in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from udbytte.models.formatting import clock, day, days, deadline, due, kroner, percent, short_day

ON = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("first", "last", "danish", "english"),
    [
        (date(2026, 12, 12), date(2026, 12, 14), "12.–14. dec.", "12–14 Dec"),
        (date(2026, 12, 12), date(2026, 12, 12), "lørdag 12. december", "Saturday 12 December"),
        (date(2026, 2, 8), date(2026, 5, 2), "8. feb.–2. maj", "8 Feb–2 May"),
        (date(2027, 2, 8), date(2027, 5, 2), "8. feb.–2. maj 2027", "8 Feb–2 May 2027"),
        (date(2026, 12, 28), date(2027, 1, 3), "28. dec. 2026–3. jan. 2027", "28 Dec 2026–3 Jan 2027"),
    ],
)
def test_a_range_is_short_and_says_the_year_when_it_is_another(
    first: date, last: date, danish: str, english: str
) -> None:
    with translation.override("da"):
        assert days(first, last, ON) == danish
    with translation.override("en"):
        assert days(first, last, ON) == english


@pytest.mark.parametrize(
    ("value", "danish", "english"),
    [
        (date(2026, 11, 24), "6 dage over fristen", "6 days late"),
        (date(2026, 11, 30), "i dag", "today"),
        (date(2026, 12, 1), "i morgen", "tomorrow"),
        (date(2026, 12, 4), "om 4 dage", "in 4 days"),
        (date(2026, 12, 18), "fre. 18. dec.", "Fri 18 Dec"),
        (date(2027, 2, 8), "man. 8. feb. 2027", "Mon 8 Feb 2027"),
    ],
)
def test_a_due_day_is_as_short_as_it_can_be(value: date, danish: str, english: str) -> None:
    with translation.override("da"):
        assert due(value, ON) == danish
    with translation.override("en"):
        assert due(value, ON) == english


def test_a_deadline_in_a_sentence_has_its_day() -> None:
    with translation.override("da"):
        assert deadline(date(2026, 12, 4), ON) == "fre. 4. dec. (om 4 dage)"
        assert deadline(date(2026, 11, 24), ON) == "tirs. 24. nov."
        assert day(date(2026, 3, 3), ON) == "tirsdag 3. marts"


def test_amounts_shares_and_times_have_their_signs() -> None:
    noon = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    with translation.override("da"):
        assert (kroner(12500), kroner(-65330), percent(65), clock(noon)) == (
            "12.500 kr.",
            "−65.330 kr.",
            "65 %",
            "10.30",
        )
    with translation.override("en"):
        assert (kroner(12500), percent(65), clock(noon)) == ("DKK 12,500", "65%", "10:30")
    assert kroner(None) == "–"


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_a_short_day_is_never_longer_than_in_full(value: date) -> None:
    for language in ("da", "en"):
        with translation.override(language):
            assert len(short_day(value, ON)) <= len(day(value, ON))
