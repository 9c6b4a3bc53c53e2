"""The region of a postcode."""

from __future__ import annotations

import pytest

from udbytte.domain.places import region_of


@pytest.mark.parametrize(
    ("postcode", "region"),
    [
        ("1000", "capital"), ("2660", "capital"), ("2670", "zealand"), ("2700", "capital"), ("3700", "capital"),
        ("4000", "zealand"), ("4050", "capital"), ("4700", "zealand"), ("5000", "south"), ("6000", "south"),
        ("6700", "south"), ("6870", "south"), ("6900", "central"), ("7100", "south"), ("7130", "central"),
        ("7200", "south"), ("7400", "central"), ("7700", "north"), ("7800", "central"), ("7900", "north"),
        ("8000", "central"), ("8800", "central"), ("9000", "north"), ("9632", "central"), ("9990", "north"),
        ("DK-8000", "central"), (" 8000 Aarhus C", "central"), ("dk 5000", "south"),
        ("", ""), ("800", ""), ("80000", ""), ("3900", ""), ("Odense", ""), ("٨٠٠٠", ""),
    ],
)  # fmt: skip
def test_a_postcode_lies_in_a_region(postcode: str, region: str) -> None:
    assert region_of(postcode) == region
