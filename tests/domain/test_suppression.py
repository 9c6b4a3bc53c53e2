"""What is hidden stays hidden: from somebody who can subtract, and from somebody who knows the rule."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.suppression import MINIMUM, suppress, total_of


def test_a_small_count_takes_the_smallest_sibling_along() -> None:
    assert suppress({"a": 3, "b": 12, "c": 9, "d": 0}) == {"a": None, "b": 12, "c": None, "d": 0}


def test_two_small_ones_do_not_hide_each_other_well_enough() -> None:
    """13 - 5 = 8 can only be 4 and 4 for somebody who knows that both are below five."""
    assert suppress({"a": 5, "b": 4, "c": 4}) == {"a": None, "b": None, "c": None}


def test_siblings_that_are_equally_small_are_hidden_together() -> None:
    assert suppress({"a": 5, "b": 5, "c": 3, "d": 9}) == {"a": None, "b": None, "c": None, "d": 9}


def test_nothing_small_hides_nothing() -> None:
    assert suppress({"a": 5, "b": 0}) == {"a": 5, "b": 0}


def test_a_total_that_says_what_each_part_is_is_hidden() -> None:
    assert total_of(dict.fromkeys(range(5), 1)) is None
    assert total_of({"a": 4, "b": 4}) is None
    assert total_of({"a": 4}) is None
    assert total_of({"a": 4, "b": 3}) == 7
    assert total_of({"a": 1, "b": 40}) == 41


@pytest.mark.parametrize(("parts", "top"), [(1, 30), (2, 20), (3, 13), (4, 9), (5, 7), (6, 6)])
def test_no_hidden_value_follows_from_what_is_shown(parts: int, top: int) -> None:
    """Every input there is: a value leaks when all inputs that look the same agree on it."""
    looks: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(top + 1), repeat=parts):
        given_ = dict(enumerate(counts))
        looks[(*suppress(given_).values(), total_of(given_))].append(counts)
    for look, inputs in looks.items():
        for place, shown in enumerate(look[:-1]):
            if shown is None:
                assert len({counts[place] for counts in inputs}) > 1, (look, inputs)


@given(st.dictionaries(st.integers(), st.integers(0, 40)))
def test_nothing_shown_is_about_fewer_than_five(parts: dict[int, int]) -> None:
    assert all(count is None or count == 0 or count >= MINIMUM for count in suppress(parts).values())
    hidden = [parts[key] for key, count in suppress(parts).items() if count is None]
    if total_of(parts) is not None and hidden:
        assert sum(hidden) >= MINIMUM and len(hidden) > 1
