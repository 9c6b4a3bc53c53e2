"""The picture of the lifecycle is the table's, and the one in the docs is the newest."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml import ElementTree

from udbytte.domain.lifecycle import CLOSED, STEPS, TRANSITIONS, Kind
from udbytte.domain.lifecycle.line import LINE
from udbytte.domain.lifecycle.line_picture import draw_line
from udbytte.domain.lifecycle.picture import ANSWERS, draw

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("kind", list(Kind))
def test_the_picture_in_the_docs_is_the_one_the_table_draws(kind: Kind) -> None:
    assert (DOCS / "pictures" / f"lifecycle-{kind}.svg").read_text(encoding="utf-8").strip() == draw(kind)


def test_the_picture_of_the_line_is_the_one_the_table_draws() -> None:
    assert (DOCS / "pictures" / "line.svg").read_text(encoding="utf-8").strip() == draw_line()
    words = " ".join(ElementTree.fromstring(draw_line()).itertext())
    for name in LINE:
        assert name.replace("_", " ").replace(".", ": ") in words


@pytest.mark.parametrize("kind", list(Kind))
def test_every_stage_and_event_of_a_kind_stands_in_its_picture(kind: Kind) -> None:
    words = " ".join(ElementTree.fromstring(draw(kind)).itertext())
    for owner, stage in STEPS:
        assert owner is not kind or stage.replace("_", " ") in words
    for owner, stage, event in TRANSITIONS:
        if owner is kind and stage not in CLOSED and event not in ANSWERS:
            assert event.replace("_", " ") in words
