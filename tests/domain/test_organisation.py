"""Who is in a circle of managers."""

from __future__ import annotations

import pytest

from udbytte.domain.organisation import manager_circles


@pytest.mark.parametrize(
    ("managers", "circles"),
    [
        ({}, []),
        ({1: [2], 2: [3], 3: [4]}, []),  # a chain
        ({1: [2], 2: [1]}, [(1, 2)]),
        ({1: [2], 2: [3], 3: [1], 4: [1], 5: [4]}, [(1, 2, 3)]),  # with employees below
        ({1: [2], 2: [1, 9], 9: [8]}, [(1, 2)]),  # with somebody above, through a second employment
        ({1: [2], 2: [1, 3], 3: [4], 4: [3]}, [(1, 2), (3, 4)]),  # one below the other
        ({1: [2], 2: [1, 5], 5: [3], 3: [4], 4: [3]}, [(1, 2), (3, 4)]),  # with somebody between them
        ({1: [2, 3], 2: [1], 3: [1]}, [(1, 2, 3)]),  # two that share a person
    ],
)
def test_circles_of_managers(managers: dict[int, list[int]], circles: list[tuple[int, ...]]) -> None:
    assert manager_circles(managers) == circles
