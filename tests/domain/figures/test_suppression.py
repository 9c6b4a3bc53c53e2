"""What is hidden stays hidden: from somebody who can subtract, and from somebody who knows the rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.figures.suppression import MINIMUM, PEOPLE, group_small_parts, keys_to_show, publish_tree, suppress


def test_beside_a_small_count_the_smallest_other_count_is_hidden() -> None:
    assert suppress({"a": 3, "b": 12, "c": 9, "d": 0}) == {"a": None, "b": 12, "c": None, "d": 0}


def test_two_small_counts_do_not_hide_each_other_well_enough() -> None:
    """13 - 5 = 8 can only be 4 and 4 for somebody who knows that both are below five."""
    assert suppress({"a": 5, "b": 4, "c": 4}) == {"a": None, "b": None, "c": None}


def test_siblings_that_are_equally_small_are_hidden_together() -> None:
    assert suppress({"a": 5, "b": 5, "c": 3, "d": 9}) == {"a": None, "b": None, "c": None, "d": 9}


def test_nothing_small_hides_nothing() -> None:
    assert suppress({"a": 5, "b": 0}) == {"a": 5, "b": 0}


@given(st.dictionaries(st.integers(), st.integers(0, 40)))
def test_nothing_shown_is_about_fewer_than_five(parts: dict[int, int]) -> None:
    assert all(count is None or count == 0 or count >= MINIMUM for count in suppress(parts).values())
    hidden = [parts[key] for key, count in suppress(parts).items() if count is None]
    assert len(hidden) != 1 or len([count for count in parts.values() if count]) == 1


def test_small_parts_are_added_up_with_the_smallest_of_the_others() -> None:
    assert group_small_parts({"a": 9, "b": 4, "c": 3}) == ({"a": 9}, 7)
    assert group_small_parts({"a": 9, "b": 5, "c": 1}) == ({"a": 9}, 6)
    assert group_small_parts({"a": 9, "b": 8}) == ({"a": 9, "b": 8}, 0)
    assert group_small_parts({"a": 3}) == group_small_parts({}) == ({}, 0)


@given(st.dictionaries(st.integers(), st.integers(0, 40)))
def test_grouped_parts_keep_the_total_and_are_never_about_few_people(parts: dict[int, int]) -> None:
    shown_, rest = group_small_parts(parts)
    assert all(count >= MINIMUM for count in shown_.values()) and (rest == 0 or rest >= MINIMUM)
    assert sum(shown_.values()) + rest == (sum(parts.values()) if sum(parts.values()) >= MINIMUM else 0)


def test_a_role_of_few_people_takes_the_smallest_of_the_others_with_it() -> None:
    many, some, few = set(range(9)), set(range(20, 26)), {30, 31}
    assert keys_to_show({"a": many, "b": some}) == {"a", "b"}
    assert keys_to_show({"a": many, "b": some, "c": few}) == {"a"}
    assert keys_to_show({"a": many, "b": some, "c": few, "d": {40, 41, 42}}) == {"a", "b"}
    assert keys_to_show({"a": many, "b": some, "c": few, "d": {30, 31, 42}}) == {"a"}  # the same two people
    assert keys_to_show({"a": many, "b": set()}) == frozenset()  # what nobody holds would follow from the total


@given(st.dictionaries(st.integers(), st.sets(st.integers(0, 12), max_size=9)))
def test_no_role_of_few_people_follows_from_the_total(holders: dict[int, set[int]]) -> None:
    shown_ = keys_to_show(holders)
    assert all(len(holders[key]) >= MINIMUM for key in shown_)
    others = [key for key in holders if key not in shown_]
    assert not shown_ or not others or len({person for key in others for person in holders[key]}) >= MINIMUM


# A tree: 1 holds 2 and 3, 2 holds 4 and 5, 3 holds 6.
CHILDREN = {1: [2, 3], 2: [4, 5], 3: [6]}
UNITS = (1, 2, 3, 4, 5, 6)


def shown(**people: int) -> dict[int, int]:
    """How many people are shown of each unit, from how many work in it ("u4" of unit 4)."""
    counted = {int(unit[1:]): {PEOPLE: number} for unit, number in people.items()}
    found = publish_tree(1, CHILDREN, counted)
    return {unit: one.shown.get(PEOPLE, 0) for unit, one in found.items()}


def test_units_that_are_large_enough_are_shown_with_all_below_them() -> None:
    assert shown(u1=5, u4=6, u5=7, u6=8) == {1: 26, 2: 13, 3: 8, 4: 6, 5: 7, 6: 8}


def test_a_small_unit_is_counted_nowhere_by_itself() -> None:
    """Not in the unit above either: 9 less 6 would give the 3 away."""
    assert shown(u4=6, u5=3) == {1: 6, 2: 6, 3: 0, 4: 6, 5: 0, 6: 0}


def test_small_units_are_counted_together_where_they_are_enough() -> None:
    assert shown(u4=3, u5=4) == {1: 7, 2: 7, 3: 0, 4: 0, 5: 0, 6: 0}
    assert shown(u4=3, u6=3) == {1: 6, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0}
    assert shown(u1=4, u2=1, u3=1, u4=1, u5=1, u6=1)[1] == 5


def test_a_units_own_few_people_are_not_counted_with_those_below() -> None:
    """Who manages the unit knows them one by one: 7 less the own 3 would give the 4 away."""
    assert shown(u2=3, u4=4)[2] == 0 and shown(u2=3, u4=4)[1] == 7
    assert shown(u1=3, u2=4)[1] == 0


def test_small_units_are_not_added_up_where_each_is_as_large_as_it_can_be() -> None:
    assert shown(u4=4, u5=4)[1] == 0
    assert shown(u4=4, u5=4, u6=3)[1] == 11


@given(st.fixed_dictionaries({f"u{unit}": st.integers(0, 9) for unit in UNITS}))
def test_everything_shown_is_a_sum_of_groups_of_at_least_five(people: dict[str, int]) -> None:
    """Marked one by one, the people that are shown of any two units differ by nobody, or by at least five."""
    counted = {int(unit[1:]): {PEOPLE: number, f"mark{unit}": number} for unit, number in people.items()}
    found = publish_tree(1, CHILDREN, counted)
    groups = [frozenset(key for key, n in one.shown.items() if key != PEOPLE and n) for one in found.values()]
    size = {f"mark{unit}": number for unit, number in people.items()}
    pieces: set[frozenset[str]] = set()
    for unit in size:
        pieces.add(frozenset(u for u in size if all((u in group) == (unit in group) for group in groups)))
    for piece in pieces:
        together = sum(size[unit] for unit in piece)
        if any(piece <= group for group in groups):
            assert together == 0 or together >= MINIMUM, (people, found)
