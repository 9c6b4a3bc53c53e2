"""The self-check: who is asked, one answer each, only sums, experienced beside measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.ballots import ALL_YES, keep_key, night, self_check, vote, votes
from tests.browsing import enter
from tests.cast import TODAY, Cast, employ, make_person
from udbytte.access.links import Ballot, BrokenLink
from udbytte.domain.figures.selfcheck import (
    CONDITIONS,
    NUMBERS,
    STEP,
    Answer,
    add,
    comparisons_of,
    experienced,
    shown_after,
    with_opinion,
)
from udbytte.models import (
    BallotKey,
    DemoMark,
    Email,
    Notification,
    Person,
    SealedAnswers,
    SelfCheck,
    SpentBallot,
)
from udbytte.services.errors import NotPermitted
from udbytte.services.figures.selfcheck import open_self_check
from udbytte.services.notifications.follow_up import follow_up
from udbytte.web.figures.selfcheck_text import ANSWERS, QUESTIONS


def sent(says: Answer = Answer.YES) -> dict[str, str]:
    return {f"q{number}": says.value for number in NUMBERS}


# --- Pure ---


@given(st.lists(st.fixed_dictionaries({number: st.sampled_from(list(Answer)) for number in NUMBERS}), max_size=30))
def test_every_answer_is_in_the_sums_once(answers: list[dict[int, Answer]]) -> None:
    sums: dict[str, dict[str, int]] = {}
    for row in answers:
        sums = add(sums, row)
    for number in NUMBERS:
        said = [one[number] for one in answers]
        assert sums.get(str(number), dict.fromkeys(Answer, 0)) == {says: said.count(says) for says in Answer}


@pytest.mark.parametrize(
    ("sums", "percent"),
    [
        ({"yes": 5}, 100),
        ({"yes": 2, "partly": 2, "no": 2}, 50),
        ({"no": 5, "unknown": 9}, 0),
        ({"yes": 4, "unknown": 20}, None),
        ({}, None),
    ],
)
def test_what_is_believed_counts_those_with_an_opinion_from_five_on(sums: dict[str, int], percent: int | None) -> None:
    assert experienced(sums) == percent


def test_the_largest_differences_come_first_and_what_cannot_be_compared_last() -> None:
    shown = {str(number): {"yes": 5} for number in NUMBERS}
    rows = comparisons_of(shown, {1: 90, 2: 20, 3: None, 4: 100})
    assert [(one.number, one.difference) for one in rows[:3]] == [(2, 80), (1, 10), (4, 0)]
    assert [one.number for one in rows[3:]] == [3, 5, 6, 7, CONDITIONS]


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_question_can_be_read_alone_and_has_its_own_advice(language: str) -> None:
    with translation.override(language):
        assert list(QUESTIONS) == list(NUMBERS) and set(ANSWERS) == set(Answer)
        first = {str(text.first[says]) for text in QUESTIONS.values() for says in Answer}
        assert len(first) == len(Answer) * len(NUMBERS)
        for text in QUESTIONS.values():
            assert len(str(text.examples)) > 40 and len(str(text.helps)) > 150


def test_the_advice_says_nothing_of_a_workplace_that_it_cannot_know() -> None:
    with translation.override("da"):
        words = " ".join(
            str(part) for text in QUESTIONS.values() for part in (text.helps, text.examples, *text.first.values())
        )
    assert not re.search(
        r"\b(de fleste (?:er|har|finder|lærer)|mange (?:er|har)|næsten alle|nogle enheder)\b", words, re.I
    )


# --- One each, and nobody's ---


@pytest.mark.django_db
def test_the_page_answers_everybody_alike_until_the_night_and_then_each_has_answered(cast: Cast) -> None:
    check = self_check(cast.hanne)
    client, url = Client(), Ballot(check.pk, cast.mette.pk).path
    for says in (Answer.NO, Answer.YES):
        page = client.post(url, sent(says))
        assert page.status_code == 200 and "Dine svar er modtaget" in page.content.decode()
    votes(check, range(10_001, 10_005))
    assert night(check) == (5, 5)
    assert (check.sums["1"]["no"], check.sums["1"]["yes"]) == (0, 5)
    again = client.post(url, sent(Answer.NO))
    assert again.status_code == 422 and "Du har svaret" in again.content.decode()
    # Nothing of ours that has to do with it points at a person, or tells when.
    for model in (SelfCheck, SealedAnswers, SpentBallot, BallotKey):
        fields = {field.name for field in model._meta.get_fields()}
        assert not fields & {"person", "by", "at", "created_at"}
        assert not [field for field in model._meta.get_fields() if field.related_model is Person]


@pytest.mark.django_db
def test_a_ballot_is_for_one_check_and_cannot_be_made_up(cast: Cast) -> None:
    check = self_check(cast.hanne)
    assert Ballot(check.pk, 1).mark != Ballot(check.pk + 1, 1).mark != Ballot(check.pk, 2).mark
    with pytest.raises(BrokenLink):
        Ballot.read(Ballot(check.pk, 1).token[:-3], on=TODAY)
    assert Client().get("/selvtjek/stem/opfundet/").status_code == 404


@pytest.mark.django_db
def test_a_left_out_question_is_asked_again_and_what_was_chosen_is_kept(cast: Cast) -> None:
    check = self_check(cast.hanne)
    url = Ballot(check.pk, cast.mette.pk).path
    some = {name: value for name, value in sent().items() if name != "q3"} | {"q4": "noget andet"}
    page = Client().post(url, some)
    page_text = page.content.decode()
    assert (
        page.status_code == 422
        and page_text.count("Vælg et svar") == 2
        and page_text.count("checked") == len(NUMBERS) - 2
    )
    assert not SealedAnswers.objects.exists()
    assert Client().post(url, sent()).status_code == 200


# --- Shown in steps ---


@given(st.lists(st.lists(st.sampled_from(list(Answer)), min_size=STEP, max_size=9), max_size=6))
def test_a_question_changes_by_five_opinions_or_more(nights: list[list[Answer]]) -> None:
    """Each night has five people's answers or more, but fewer of them may have an opinion."""
    sums: dict[str, dict[str, int]] = {}
    shown: Mapping[str, Mapping[str, int]] = {}
    for people in nights:
        for says in people:
            sums = add(sums, dict(ALL_YES) | {1: says})
        before, shown = shown, shown_after(shown, sums)
        new = with_opinion(shown["1"]) - with_opinion(before.get("1", {}))
        assert (new == 0 and shown["1"] == before.get("1", {})) or new >= STEP
        assert with_opinion(sums["1"]) - with_opinion(shown["1"]) < STEP


@pytest.mark.django_db
def test_the_measured_stands_beside_for_those_who_may_see_it(cast: Cast) -> None:
    check = self_check(cast.hanne)
    url = reverse("self-check-results", args=[check.pk])
    assert "Resultatet vises, når 5 har svaret" in enter(cast.mette).get(url).content.decode()
    votes(check, range(STEP))
    night(check)
    for person, sees in ((cast.hanne, True), (cast.soren, True), (cast.mette, False), (cast.lars, False)):
        page = enter(person).get(url)
        assert page.context["measured"] is sees and "Resultatet bygger på 5 svar" in page.content.decode()
        assert ("Luk selvtjekket" in page.content.decode()) is (person == cast.hanne)


@pytest.mark.django_db
def test_nobody_sees_how_many_gave_which_answer(cast: Cast) -> None:
    """Neither where too few have an opinion nor where enough have: one ”no” of six would be one person's."""
    check = self_check(cast.hanne)
    for number in range(STEP + 1):
        says = Answer.YES if number == 0 else Answer.UNKNOWN
        vote(check, number, dict(ALL_YES) | {1: says, 2: Answer.PARTLY if number else Answer.NO})
    night(check)
    page = enter(cast.hanne).get(reverse("self-check-results", args=[check.pk])).content.decode()
    text = re.sub(r"<[^>]+>", " ", page.split('class="advised"')[1])
    assert "for få har en mening" in text and "100 %" in text
    assert not re.search(r"(Ja|Delvist|Nej|Ved ikke)\W+\d", text)


# --- Opened by HR, told once ---


@pytest.mark.django_db
def test_hr_opens_one_at_a_time_and_everybody_it_is_for_is_told_once(cast: Cast) -> None:
    employ(make_person("Palle"), cast.roads)
    keep_key()
    for person in (cast.lars, cast.soren, cast.ida):
        with pytest.raises(NotPermitted):
            open_self_check(None, by=person, on=TODAY)
    hanne = enter(cast.hanne)
    hanne.post(reverse("open-self-check"), {"round": cast.round.pk})
    hanne.post(reverse("open-self-check"), {"round": cast.round.pk})
    check = SelfCheck.objects.get()
    notifications = Notification.objects.filter(kind="self_check").values_list("person__given_name", flat=True)
    assert list(notifications) == ["Mette"]  # alone in the round
    assert "anonymt, hvordan du oplever det" not in enter(cast.jonas).get("/").content.decode()
    follow_up(on=TODAY)
    match = re.search(r"/selvtjek/stem/[^/\s]+/", Email.objects.get(person=cast.mette).text)
    assert match is not None
    assert "anonymt, hvordan du oplever det" in enter(cast.mette).get("/").content.decode()
    assert Client().post(match[0], sent()).status_code == 200
    assert "anonymt, hvordan du oplever det" in enter(cast.mette).get("/").content.decode()  # nobody can see it yet
    votes(check, range(10_001, 10_005))
    night(check)
    assert "anonymt, hvordan du oplever det" not in enter(cast.mette).get("/").content.decode()
    hanne.post(reverse("close-self-check", args=[check.pk]))
    assert "anonymt, hvordan du oplever det" not in enter(cast.jonas).get("/").content.decode()
    assert open_self_check(cast.round, by=cast.hanne, on=TODAY).pk != check.pk
    open_self_check(None, by=cast.hanne, on=TODAY)
    assert "anonymt, hvordan du oplever det" in enter(cast.jonas).get("/").content.decode()


# --- In public ---


@pytest.mark.django_db
def test_anybody_can_try_it_and_nothing_is_kept(django_assert_num_queries: Any) -> None:
    client = Client()
    with django_assert_num_queries(0):
        asked = client.get("/selvtjek/").content.decode()
        page = client.post("/selvtjek/", sent() | {"q1": "no", "q6": "unknown"})
    page_text = page.content.decode()
    assert asked.count("<fieldset") == len(NUMBERS) and "Du svarede ja til 6 af 8" in page_text
    start = page_text.split('class="first-thing"')[1].split("</section>")[0]
    assert 'href="#q1"' in start and "Nej" in start  # no is further from yes than not to know
    for number, text in QUESTIONS.items():
        for shown in (asked, page_text):  # what helps can be read before answering, and stands at its question after
            assert f'id="q{number}"' in shown and str(text.helps) in unescape(shown)
        assert f'href="#q{number}"' in asked
    assert asked.count('href="#sporgsmaal"') == len(NUMBERS)  # from what helps one comes back to the questions
    assert not client.cookies
    assert "Does anything come of MUS" in client.get("/selvtjek/?sprog=en").content.decode()
    assert client.get("/selvtjek/?sprog=<script>").status_code == 200
    missing = client.post("/selvtjek/", {"q1": "yes"})
    assert missing.status_code == 422 and "checked" in missing.content.decode()


@pytest.mark.django_db
def test_it_is_there_where_the_setting_says_so(settings: Any) -> None:
    settings.PUBLIC_SELF_CHECK = False
    assert Client().get("/selvtjek/").status_code == 404
    DemoMark.objects.create(made_on=TODAY)
    page = Client().get("/demo/")
    assert page.status_code == 200 and "/selvtjek/" not in page.content.decode()
