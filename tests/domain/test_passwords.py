"""A password is refused that is little more than words which everybody at the workplace knows."""

from __future__ import annotations

import pytest

from udbytte.domain.passwords import is_easy_here

NAMES = ["Engby Kommune", "Å og I"]


@pytest.mark.parametrize("password", ["Udbytte2027!!", "EngbyKommune2027", "kodeord kodeord 1", "engby engby udbytte"])
def test_words_of_the_workplace_are_no_password(password: str) -> None:
    assert is_easy_here(password, NAMES)


@pytest.mark.parametrize(
    "password", ["fire lette ord her", "9318 4471 0026", "udbytte og syv grønne køer", "Kommune !#¤%&/()"]
)
def test_others_are_taken_whatever_they_are_made_of(password: str) -> None:
    assert not is_easy_here(password, NAMES)
