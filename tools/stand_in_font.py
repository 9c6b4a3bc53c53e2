"""Make udbytte/services/papers/stand-in.ttf: a font with one glyph, a box, for every character.

In a PDF for screen readers, every character must have a glyph. Run this only to change the font. Only this file needs
fonttools: pip install fonttools==4.68.0
"""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

TARGET = Path(__file__).resolve().parent.parent / "udbytte" / "services" / "papers" / "stand-in.ttf"
NAME = "Udbytte Stand-in"
EVERY_CHARACTER = range(0x110000)
MANY_TO_ONE = 13  # the format of a table that gives many characters the same glyph
WIDTH, LEFT, RIGHT, TOP, LINE = 600, 60, 540, 700, 50


def box() -> object:
    """A frame: an outer rectangle, and an inner one in the other direction, which makes the hole."""
    pen = TTGlyphPen(None)
    outer = [(LEFT, 0), (LEFT, TOP), (RIGHT, TOP), (RIGHT, 0)]
    inner = [(LEFT + LINE, LINE), (RIGHT - LINE, LINE), (RIGHT - LINE, TOP - LINE), (LEFT + LINE, TOP - LINE)]
    for first, *rest in (outer, inner):
        pen.moveTo(first)
        for point in rest:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def main() -> None:
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "box"])
    font.setupCharacterMap({})
    font.setupGlyf({".notdef": box(), "box": box()})
    font.setupHorizontalMetrics({".notdef": (WIDTH, LEFT), "box": (WIDTH, LEFT)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": NAME, "styleName": "Regular", "fullName": NAME, "psName": "Udbytte-Stand-in"})
    font.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    table = CmapSubtable.newSubtable(MANY_TO_ONE)
    table.platformID, table.platEncID, table.language = 3, 10, 0
    table.format, table.reserved, table.length, table.nGroups = MANY_TO_ONE, 0, 0, 0
    table.cmap = dict.fromkeys(EVERY_CHARACTER, "box")
    font.font["cmap"].tables = [table]
    font.font.recalcTimestamp = False
    font.font["head"].created = font.font["head"].modified = 0
    font.save(TARGET)


if __name__ == "__main__":
    main()
