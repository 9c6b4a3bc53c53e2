"""A seal says nothing to whoever lacks the key: not who, not what, not by its length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from udbytte.domain.figures.sealing import (
    SEALED_BYTES,
    OpenedAnswers,
    last_of_each,
    new_private_key,
    open_seal,
    public_key_of,
    seal,
)
from udbytte.domain.figures.selfcheck import NUMBERS, Answer

PRIVATE = bytes(range(32))
PUBLIC = public_key_of(PRIVATE)
ANSWERS = st.builds(
    OpenedAnswers,
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.integers(0, 2**63),
    st.fixed_dictionaries({number: st.sampled_from(list(Answer)) for number in NUMBERS}),
)


@given(ANSWERS, st.integers(1, 2**40))
def test_the_holder_of_the_key_reads_what_was_sealed_for_this_check(answers: OpenedAnswers, check: int) -> None:
    sealed = seal(answers, check=check, public=PUBLIC)
    assert open_seal(sealed, check=check, private=PRIVATE) == answers
    assert open_seal(sealed, check=check + 1, private=PRIVATE) is None
    assert open_seal(sealed, check=check, private=new_private_key()) is None
    assert open_seal(sealed[:-1], check=check, private=PRIVATE) is None


@given(ANSWERS)
def test_all_seals_are_equally_long_and_have_nothing_in_common(answers: OpenedAnswers) -> None:
    one, two = (seal(answers, check=7, public=PUBLIC) for _time in range(2))
    assert len(one) == len(two) == SEALED_BYTES
    pieces = {one[place : place + 4] for place in range(SEALED_BYTES - 3)}
    assert not pieces & {two[place : place + 4] for place in range(SEALED_BYTES - 3)}
    assert bytes.fromhex(answers.mark) not in one


@given(st.lists(ANSWERS, max_size=8))
def test_the_last_answers_of_each_count(opened: list[OpenedAnswers]) -> None:
    latest = {row.mark: max(other.at for other in opened if other.mark == row.mark) for row in opened}
    assert {row.mark: row.at for row in last_of_each(opened)} == latest
