"""What a figure is worth, and how it compares."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from udbytte.domain.figures.key_questions import (
    HEADLINE,
    QUESTIONS,
    Figure,
    Level,
    Measure,
    comparable_day,
    figure_of,
    median,
    weakest_figures,
)

FIRST = QUESTIONS[0]


def test_there_are_seven_questions_in_order() -> None:
    assert [question.number for question in QUESTIONS] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("yes", "level"), [(49, Level.LOW), (50, Level.MIDDLE), (79, Level.MIDDLE), (80, Level.HIGH), (100, Level.HIGH)]
)
def test_the_same_bounds_make_the_level_of_every_question(yes: int, level: Level) -> None:
    assert {Figure(question, yes, 100).level for question in (*QUESTIONS, HEADLINE)} == {level}


def test_the_lowest_figure_comes_first_and_good_or_unknown_ones_are_left_out() -> None:
    shares = (60, 80, 45, None, 45, 79, 100)
    figures = [
        Figure(question, share or 0, 100 if share is not None else 0)
        for question, share in zip(QUESTIONS, shares, strict=True)
    ]
    assert [figure.question.number for figure in weakest_figures(figures)] == [3, 5, 1, 6]


def test_without_a_base_there_is_no_percent_and_no_trend() -> None:
    empty = Figure(FIRST, before=40)
    assert (empty.percent, empty.level, empty.trend) == (None, Level.NONE, None)


def test_a_trend_is_in_percentage_points() -> None:
    assert Figure(FIRST, 3, 4, before=50).trend == 25
    assert Figure(FIRST, 3, 4).trend is None


def test_a_figure_is_read_from_its_measure() -> None:
    assert figure_of(FIRST, {Measure.HELD: Counter()}) == figure_of(FIRST, {}) == Figure(FIRST)
    assert figure_of(FIRST, {Measure.HELD: Counter(base=8, course=6)}) == Figure(FIRST, 6, 8)


def test_the_previous_round_has_a_comparable_day() -> None:
    begins, began = date(2026, 2, 2), date(2025, 2, 3)
    assert comparable_day(date(2026, 3, 2), begins, began) == date(2025, 3, 3)
    assert comparable_day(date(2026, 1, 1), date(2025, 1, 1), date(2025, 6, 1)) == date(2026, 1, 1)


def test_the_median_is_the_middle_one() -> None:
    assert median({}) is None
    assert median({4: 1}) == 4
    assert median({1: 3, 9: 2}) == 1
    assert median({1: 1, 5: 1, 9: 1}) == 5
    assert median({9: 2, 1: 2}) == 1
