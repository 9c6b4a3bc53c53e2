"""In which of the five regions of Denmark a postcode lies.

Source of the ranges: the public list of postcodes and municipalities. A postcode that lies in two regions counts to the
region of the town that it is named after.
"""

from __future__ import annotations

import re
from bisect import bisect_right

CAPITAL, ZEALAND, SOUTH, CENTRAL, NORTH, ABROAD = "capital", "zealand", "south", "central", "north", ""
# The first postcode of a region; it goes on until the next row.
_FROM: tuple[tuple[int, str], ...] = (
    (0, ABROAD),
    (800, CAPITAL),  # Høje Taastrup has 0800-0999
    (2670, ZEALAND),  # Greve and Solrød
    (2700, CAPITAL),
    (3800, ABROAD),  # the Faroe Islands and Greenland
    (4000, ZEALAND),
    (4050, CAPITAL),  # Skibby
    (4060, ZEALAND),
    (5000, SOUTH),
    (6880, CENTRAL),  # Tarm, Skjern, Ringkøbing
    (7000, SOUTH),
    (7130, CENTRAL),  # Juelsminde, Tørring
    (7173, SOUTH),
    (7270, CENTRAL),  # the south of Herning
    (7300, SOUTH),
    (7330, CENTRAL),  # Brande, Herning, Holstebro
    (7700, NORTH),  # Thy
    (7790, CENTRAL),  # Thyholm, Skive
    (7900, NORTH),  # Mors
    (8000, CENTRAL),
    (9000, NORTH),
    (9632, CENTRAL),  # Møldrup
    (9633, NORTH),
)
_STARTS = [start for start, _region in _FROM]


def region_of(postcode: str) -> str:
    """The region of a Danish postcode, as the models name it ("capital"); empty when it is none of the five.

    It takes what people write: "8000", "DK-8000", "8000 Aarhus".
    """
    match = re.fullmatch(r"\s*(?:DK\s*-?\s*)?([0-9]{4})\b.*", postcode, re.IGNORECASE | re.DOTALL)
    return _FROM[bisect_right(_STARTS, int(match[1])) - 1][1] if match else ABROAD
