"""What is hidden stays hidden, also from somebody who can subtract."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.suppression import MINIMUM, suppress


def test_a_small_count_takes_the_smallest_sibling_along() -> None:
    assert suppress({"a": 3, "b": 12, "c": 9, "d": 0}) == {"a": None, "b": 12, "c": None, "d": 0}


def test_two_small_ones_hide_each_other_only_when_they_are_enough() -> None:
    assert suppress({"a": 3, "b": 4, "c": 9}) == {"a": None, "b": None, "c": 9}
    assert suppress({"a": 1, "b": 2, "c": 9, "d": 20}) == {"a": None, "b": None, "c": None, "d": 20}


def test_nothing_small_hides_nothing() -> None:
    assert suppress({"a": 5, "b": 0}) == {"a": 5, "b": 0}


@given(st.dictionaries(st.integers(), st.integers(0, 40)))
def test_nothing_hidden_can_be_worked_out(parts: dict[int, int]) -> None:
    shown = suppress(parts)
    hidden = [parts[key] for key, count in shown.items() if count is None]
    assert all(count is None or count == 0 or count >= MINIMUM for count in shown.values())
    if hidden and any(shown.values()):
        assert len(hidden) > 1
        assert sum(parts.values()) - sum(count or 0 for count in shown.values()) >= MINIMUM
