"""The year wheel's geometry: whole months, every day on the ring, arcs that meet."""

from __future__ import annotations

import re
from datetime import date, timedelta
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udbytte.web.rounds.wheel import CENTRE, INNER, OUTER, Ring

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "start", "end", "months"),
    [
        (date(2026, 1, 15), date(2026, 12, 18), date(2026, 1, 1), date(2027, 1, 1), 12),
        (date(2026, 8, 31), date(2027, 6, 30), date(2026, 8, 1), date(2027, 8, 1), 12),
        (date(2026, 1, 15), date(2027, 3, 1), date(2026, 1, 1), date(2027, 4, 1), 15),
    ],
)
def test_the_ring_is_a_year_of_whole_months_or_as_many_as_it_takes(
    first: date, last: date, start: date, end: date, months: int
) -> None:
    ring = Ring.around(first, last)
    assert (ring.start, ring.end, len(ring.months())) == (start, end, months)


def test_it_goes_clockwise_from_the_top() -> None:
    ring = Ring.around(date(2026, 1, 1), date(2026, 12, 31))
    assert ring.place(date(2026, 1, 1), 100) == (CENTRE, CENTRE - 100)
    spring = ring.place(date(2026, 4, 2), 100)
    assert spring[0] > CENTRE + 99 and abs(spring[1] - CENTRE) < 3


@given(DAYS, st.integers(0, 800), st.integers(0, 900))
def test_every_day_stands_on_its_circle_and_later_days_further_on(first: date, length: int, inside: int) -> None:
    ring = Ring.around(first, first + timedelta(days=length))
    day = first + timedelta(days=min(inside, length))
    x, y = ring.place(day, 92)
    assert abs(hypot(x - CENTRE, y - CENTRE) - 92) < 0.2
    assert ring.contains(day) and ring.angle(day) <= ring.angle(day + timedelta(days=1))


def test_an_arc_ends_where_the_next_begins_and_a_whole_circle_is_drawn() -> None:
    ring = Ring.around(date(2026, 1, 1), date(2026, 12, 31))
    first = ring.arc(date(2026, 1, 1), date(2026, 3, 31))
    then = ring.arc(date(2026, 4, 1), date(2026, 12, 31))
    corner = re.search(rf"A{OUTER} {OUTER} 0 0 1 (\S+ [^L]+)L", first)
    assert corner is not None and then.startswith(f"M{corner[1]}A{OUTER} {OUTER} 0 1 1")
    whole = ring.arc(date(2026, 1, 1), date(2026, 12, 31))
    assert f"A{INNER} {INNER} 0 1 0" in whole and not whole.startswith(f"M200.0 50.0A{OUTER} {OUTER} 0 1 1 200.0 50.0L")
