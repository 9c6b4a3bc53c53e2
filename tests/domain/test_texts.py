"""What becomes of a text that is sent."""

from __future__ import annotations

from udbytte.domain.texts import plain_text


def test_lines_end_in_a_line_feed_whatever_they_ended_in() -> None:
    assert plain_text("a\r\nb\rc\nd\ve\ff\u2028g") == "a\nb\nc\nd\ne\nf\ng"


def test_control_characters_are_left_out_and_nothing_else_is() -> None:
    assert plain_text("\x00Sk\x1bema\x9f") == "Skema"
    kept = "  Æblegrød:\t100 % – “ja” \u00a0😀  \n\n"
    assert plain_text(kept) == kept
