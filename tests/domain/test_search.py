"""Folding, the words that count, and what a mistyped one was to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.search import MOST_WORDS, folded, nearest_known_word, typos_allowed, words_of

KNOWN = ["konflikthaandtering", "hverdagen", "kompetenceudvikling", "ledelse", "demens", "forflytning", "it", "amu"]


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("Konflikthåndtering", "konflikthaandtering"),
        ("KONFLIKTHAANDTERING", "konflikthaandtering"),
        ("Ældre, ØL & Åen", "aeldre oel aaen"),
        ("a\u030arsplan", "aarsplan"),
        ("IT-sikkerhed (trin 2)", "it sikkerhed trin 2"),
        ("Café über Øl", "cafe uber oel"),
        ("課程 %_'", ""),
    ],
)
def test_all_spellings_of_a_word_are_folded_to_one(text: str, one: str) -> None:
    assert folded(text) == one


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("Svære samtaler på jobbet", ["svaere", "samtaler", "jobbet"]),
        ("kursus i ledelse", ["ledelse"]),
        ("på", ["paa"]),
        ("ledelse Ledelse", ["ledelse"]),
        ("  ", []),
        (" ".join(f"w{number}" for number in range(30)), [f"w{number}" for number in range(MOST_WORDS)]),
    ],
)
def test_stop_words_do_not_count_beside_other_words(query: str, words: list[str]) -> None:
    assert words_of(query) == words


@pytest.mark.parametrize(
    ("typed", "was"),
    [
        ("konflikthaandtreing", "konflikthaandtering"),
        ("konflikthandtering", "konflikthaandtering"),
        ("kompetenceudvkling", "kompetenceudvikling"),
        ("demnes", "demens"),
        ("ledlse", "ledelse"),
        ("ti", None),  # as near to "it" as can be, but too short to tell
        ("amo", None),
        ("ost", None),
        ("47111", None),
        ("helikopter", None),
    ],
)
def test_a_typo_finds_its_word(typed: str, was: str | None) -> None:
    assert nearest_known_word(typed, KNOWN) == was


def test_the_fewest_typos_win_and_then_the_same_first_letter() -> None:
    assert nearest_known_word("pleje", ["plejen", "plejer", "lejer"]) == "plejen"
    assert nearest_known_word("motel", ["hotel", "model"]) == "model"


def test_numbers_are_never_corrected() -> None:
    assert typos_allowed("47110") == typos_allowed("u003") == 0


@given(st.text(), st.lists(st.text(), max_size=5))
def test_any_text_can_be_searched_for(text: str, known: list[str]) -> None:
    for word in words_of(text):
        assert word == folded(word)
        assert (found := nearest_known_word(word, known)) is None or found in known
