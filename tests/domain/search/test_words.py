"""Folding, the words that count, and what a mistyped one was to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.search.terms import known_terms, meanings_of, written_terms
from udbytte.domain.search.words import (
    FILLERS,
    MOST_WORDS,
    STOP_WORDS,
    family_of,
    folded,
    nearest_known_word,
    parts_of,
    root_of,
    typos_allowed,
    words_of,
)

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
        ("lære at programmere", ["programmere"]),
        ("lære at", ["laere"]),
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


def test_a_frequent_word_wins_over_one_that_is_a_little_nearer() -> None:
    often = {"programering": 1, "programmering": 43}
    assert nearest_known_word("programerring", often) == "programmering"
    assert nearest_known_word("programerring", dict.fromkeys(often, 1)) == "programering"


def test_a_short_word_keeps_its_first_letter() -> None:
    assert nearest_known_word("kage", ["dage", "sage"]) is None
    assert nearest_known_word("kage", ["dage", "kager"]) == "kager"


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("programmering", "programm"),
        ("programmere", "programm"),
        ("vejledning", "vejled"),
        ("vejlederne", "vejled"),
        ("ordblindhed", "ordblind"),
        ("styring", "styr"),
        ("sang", "sang"),
        ("mad", "mad"),
    ],
)
def test_a_word_loses_its_ending(word: str, root: str) -> None:
    assert root_of(word) == root


def test_a_word_is_looked_for_in_its_other_forms() -> None:
    assert {"styre", "styr"} <= set(family_of("styring")) and "styring" not in family_of("styring")
    assert family_of("mad") == []


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("saarbehandling", ["saar", "behandling"]),  # begins a compound, and another form of a word
        ("ukrudtsbekaempelse", ["ukrudt"]),
        ("vegetarmad", ["vegetar", "mad"]),
        ("gravide", []),  # no "grav" and "ide"
        ("skaeldud", []),  # no beginning of "skaerm"
        ("saargruppe", ["saar"]),
        ("gravdage", ["grav"]),
        ("mad", []),
    ],
)
def test_the_parts_of_a_compound(word: str, parts: list[str]) -> None:
    known = ["saarpleje", "saar", "behandlere", "ukrudt", "vegetar", "mad", "grav", "ide", "skaerm"]
    assert parts_of(word, known) == parts


@pytest.mark.parametrize("written", ["ai", "chatgpt", "liggesaar", "styringen", "it sikkerhed"])
def test_a_known_term_counts_in_all_its_forms(written: str) -> None:
    assert meanings_of(written)


def test_known_terms_are_folded_words_and_none_stands_for_itself_alone() -> None:
    assert len(known_terms()) > 200
    for term, meanings in known_terms().items():
        assert term and meanings and all(meant and meant == folded(meant) for meant in meanings), term
        assert any(meant != term for meant in meanings), term
    assert not {word for word in written_terms() if word in STOP_WORDS | FILLERS}


def test_a_short_word_beside_others_is_not_corrected() -> None:
    assert nearest_known_word("mda", ["mad"], most=-1) is None


def test_numbers_are_never_corrected() -> None:
    assert typos_allowed("47110") == typos_allowed("u003") == 0


@given(st.text(), st.lists(st.text(), max_size=5))
def test_any_text_can_be_searched_for(text: str, known: list[str]) -> None:
    for word in words_of(text):
        assert word == folded(word)
        assert (found := nearest_known_word(word, known)) is None or found in known
