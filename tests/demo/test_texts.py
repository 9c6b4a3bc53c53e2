"""What people of the demo write fits everybody, is dealt without repeating, and moves nobody's decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.cast import TODAY, Cast
from udbytte.demo import goals, texts, ways
from udbytte.demo.behaviour import Behaviour, Life
from udbytte.demo.courses import entries
from udbytte.demo.dealing import Dealer
from udbytte.demo.goals import GOALS, SUBJECTS, Work, goals_of
from udbytte.demo.streams import Streams
from udbytte.domain.lifecycle import Kind

MALE_OR_FEMALE = re.compile(r"\b(han|hun|ham|hende|hans|hendes)\b", re.IGNORECASE)


def all_texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from all_texts(part)
        case tuple():
            for part in value:
                yield from all_texts(part)
        case ways.Way():
            yield from all_texts((value.name, value.titles, value.purposes, value.plans, value.outcomes))


@pytest.mark.parametrize("module", [texts, goals, ways], ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_text_says_he_or_she_because_it_may_be_about_anybody(module: object) -> None:
    constants = {name: value for name, value in vars(module).items() if name.isupper()}
    written = list(all_texts(constants))
    assert len(written) > 50
    assert [text for text in written if MALE_OR_FEMALE.search(text)] == []


def test_every_subject_of_a_course_is_known_or_gets_what_fits_any_course() -> None:
    assert set(texts.SUBJECTS) <= {entry.subject for entry in entries()}
    assert set(texts.SUBJECTS.values()) | {""} == set(texts.COURSE_OUTCOMES)


def test_every_kind_of_work_has_goals_about_every_subject() -> None:
    assert all(GOALS[work][subject] for work in Work for subject in SUBJECTS)
    assert [goals.work_of(title) for title in ("Lærer", "Sygeplejerske", "Gartner", "Afdelingsleder", "Sekretær")] == [
        Work.CHILDREN, Work.CARE, Work.OUTDOORS, Work.LEADING, Work.OFFICE,
    ]  # fmt: skip


def test_a_unit_reads_no_text_twice_before_it_has_read_all_and_first_those_that_fit() -> None:
    dealer, all_goals = Dealer(Streams(1)), goals_of(Work.CARE)
    about = GOALS[Work.CARE]["talks"]
    dealt = [dealer.deal("goal", all_goals, unit="Egely", rather=about) for _turn in all_goals]
    assert set(dealt[: len(about)]) == set(about)
    assert len(set(dealt)) == len(all_goals)


def test_what_is_dealt_in_one_unit_changes_nothing_in_another() -> None:
    alone, beside = Dealer(Streams(1)), Dealer(Streams(1))
    for _turn in range(3):
        beside.deal("grant", texts.GRANTS, unit="Egely")
    assert [alone.deal("grant", texts.GRANTS, unit="Engen") for _turn in range(6)] == [
        beside.deal("grant", texts.GRANTS, unit="Engen") for _turn in range(6)
    ]


@pytest.mark.django_db
def test_the_words_of_a_title_move_no_decision(cast: Cast) -> None:
    life = Life(Streams(1), Behaviour())
    agreement = cast.agree(Kind.PRACTICE)
    for way in ways.WAYS:
        draws = set()
        for title in (way.name, *way.titles.values()):
            agreement.title = title
            draws.add(life.stream_about("step", cast.mette.pk, agreement, TODAY).random())
        assert len(draws) == 1
