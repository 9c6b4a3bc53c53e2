"""No group of fewer than five can be computed from all pages that print counts together, nor by looking on two days.

Dashboard, report (page, workbook and paper), the round's page and its closing, the catalogue of ways and the self-check
are read as a person reads them, and cut with each other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from io import BytesIO
from itertools import count, product
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.ballots import KEY, keep_key, vote
from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY, Cast, make_unit
from udbytte.domain.figures import suppression
from udbytte.domain.figures.suppression import MINIMUM, WEEKLY_BELOW
from udbytte.domain.lifecycle import Kind
from udbytte.models import Conversation, DevelopmentPlan, Employment, Person, PracticeMethod, Unit
from udbytte.queries.figures.report import report_of
from udbytte.services.agreements.take_step import agree_activity
from udbytte.services.figures.ballot_box import count_ballots
from udbytte.services.figures.selfcheck import open_self_check
from udbytte.services.figures.tallies import update_tallies
from udbytte.web.figures.report import _paper_facts
from udbytte.web.figures.report_text import document_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_weekly")]
BEFORE, LATER = TODAY - timedelta(days=7), TODAY + timedelta(days=2)  # the Monday before, and Wednesday
NUMBER = count(1)
MANY = hypothesis_settings().max_examples  # each of these examples asks for many pages
# Of each unit: how many are in the round, how many had been held, and how many are held between the two days.
SMALL = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 3))
LARGE = st.tuples(st.integers(WEEKLY_BELOW, WEEKLY_BELOW + 3), st.integers(0, 20), st.integers(0, 3))
Shown = Mapping[str, Mapping[int, set[int]]]  # by thing ("people", "held"), by unit: the numbers that pages print


def employ_many(cast: Cast, unit: Unit, people: int, held: int) -> list[Conversation]:
    names = [f"a{next(NUMBER)}" for _person in range(people)]
    made = Person.objects.bulk_create(Person(email=f"{name}@example.test", given_name=name) for name in names)
    employed = Employment.objects.bulk_create(Employment(person=one, unit=unit, starts_on=LONG_AGO) for one in made)
    return Conversation.objects.bulk_create(
        Conversation(
            round=cast.round, employment=employment, manager=cast.lars, held_on=BEFORE if place < held else None
        )
        for place, employment in enumerate(employed)
    )


def cells(page: str) -> list[list[str]]:
    """The rows of all tables of a page, as text."""
    rows = re.findall(r"<tr.*?</tr>", page, re.S)
    return [[words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)] for row in rows]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def read_everything(cast: Cast, units: list[Unit], on: date) -> Shown:
    """What HR reads on a day about how many are in the round, and with how many a conversation was held."""
    update_tallies(on=on)
    shown: dict[str, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    by_name = {unit.name: unit.pk for unit in units}
    hanne, top = enter(cast.hanne), cast.municipality.pk
    for unit in units:
        page = hanne.get(f"/udbytte/{unit.pk}/", {"runde": cast.round.pk}).content.decode()
        for row in cells(page):
            base = re.fullmatch(r"\d+ af (\d+)", row[3]) if len(row) == 5 else None
            if base and row[0].startswith(("1 ", "4 ", "5 ")):
                shown["people" if row[0].startswith("5 ") else "held"][unit.pk].add(int(base[1]))
    read_report(hanne, cast, on, shown, by_name)
    page = hanne.get(f"/runder/{cast.round.pk}/").content.decode()
    if total := re.search(r'class="figure">\s*(\d+) af (\d+)\s*</p>\s*<p>\s*(.*?)</p>', page, re.S):
        planned = re.search(r"(\d+)", words(total[3]))
        assert planned is not None and int(total[1]) + int(planned[1]) <= int(total[2])
        shown["held"][top].add(int(total[1]))
        shown["people"][top].add(int(total[2]))
    for row in cells(page):
        if len(row) == 7 and row[0] in by_name and row[1].isdigit():
            shown["people"][by_name[row[0]]].add(int(row[1]))
            shown["held"][by_name[row[0]]].add(int(row[3]))
    closing = words(hanne.get(f"/runder/{cast.round.pk}/luk/").content.decode())
    if found := re.search(r"(\d+) af (\d+) samtaler er ikke talt som holdt", closing):
        shown["held"][top].add(int(found[2]) - int(found[1]))
    return shown


def read_report(hanne: Client, cast: Cast, on: date, shown: Any, by_name: Mapping[str, int]) -> None:
    top, address = cast.municipality.pk, f"/runder/{cast.round.pk}/rapport/"
    document = document_of(cast.round, report_of(cast.round, cast.municipality, on=on))
    paper = _paper_facts(document)
    book = CalamineWorkbook.from_filelike(BytesIO(hanne.get(f"{address}rapport.xlsx").content))
    sheets = [
        [[str(cell).removesuffix(".0") for cell in row] for row in book.get_sheet_by_index(place).to_python()]
        for place in range(len(book.sheet_names))
    ]
    in_words = [hanne.get(address).content.decode(), str(paper["paragraphs"]), str(sheets[0])]
    for text in in_words:
        if found := re.search(r"(\d+) af (\d+) samtaler er talt som holdt", text):
            shown["held"][top].add(int(found[1]))
            shown["people"][top].add(int(found[2]))
    for rows in (cells(in_words[0]), paper["units"], sheets[5]):
        for row in rows:
            if row and row[0] in by_name and row[1].isdigit():
                shown["people"][by_name[row[0]]].add(int(row[1]))
    for row in sheets[1][1:]:
        if row[0].startswith(("1. ", "4. ", "5. ")) and row[2]:
            shown["people" if row[0].startswith("5. ") else "held"][top].add(int(row[2]))


def differences(shown: Mapping[int, set[int]], children: Mapping[int, list[int]]) -> Iterator[tuple[int, int]]:
    """For each unit: what can be computed by subtracting numbers of it, or of units below it, from its numbers."""
    for unit, numbers in shown.items():
        for number, other in product(numbers, repeat=2):
            yield unit, number - other
        below = [sorted(sums) for child in children.get(unit, ()) if (sums := sums_of(child, shown, children))]
        for number, *parts in product(numbers, *below):
            yield unit, number - sum(parts)


def sums_of(unit: int, shown: Mapping[int, set[int]], children: Mapping[int, list[int]]) -> set[int]:
    """What can be known of a unit: its own numbers, or those of the units below it."""
    parts = [sums for child in children.get(unit, ()) if (sums := sums_of(child, shown, children))]
    return shown.get(unit, set()) | ({sum(one) for one in product(*parts)} if parts else set())


@given(st.fixed_dictionaries({"Staben": SMALL, "Sol": SMALL, "Måne": SMALL, "Eng": SMALL, "Vej": LARGE}))
@example({"Staben": (0, 0, 0), "Sol": (8, 4, 1), "Måne": (9, 8, 0), "Eng": (3, 3, 0), "Vej": (30, 20, 1)})
@example({"Staben": (4, 4, 0), "Sol": (7, 3, 2), "Måne": (6, 4, 1), "Eng": (4, 4, 0), "Vej": (31, 4, 2)})
@hypothesis_settings(max_examples=max(1, MANY // 30))
def test_no_group_of_fewer_than_five_follows_from_all_pages_on_two_days(
    cast: Cast, organisation: Mapping[str, tuple[int, int, int]]
) -> None:
    with transaction.atomic():
        Conversation.objects.filter(pk=cast.conversation.pk).update(held_on=None)
        areas = {"Sol": cast.children, "Måne": cast.children, "Eng": cast.kindergarten, "Vej": cast.municipality}
        units = {"Staben": cast.children} | {name: make_unit(name, parent) for name, parent in areas.items()}
        waiting = {}
        for name, (people, held, later) in organisation.items():
            waiting[name] = employ_many(cast, units[name], people, held)[held : held + later]
        everywhere = [cast.municipality, cast.kindergarten, *units.values()]
        children: dict[int, list[int]] = defaultdict(list)
        for place in everywhere:
            if place.parent_id:
                children[place.parent_id].append(place.pk)
        first = read_everything(cast, everywhere, TODAY)
        for talks in waiting.values():
            Conversation.objects.filter(pk__in=[talk.pk for talk in talks]).update(held_on=LATER - timedelta(days=1))
        with time_machine.travel(f"{LATER}T10:00:00+01:00", tick=False):
            second = read_everything(cast, everywhere, LATER)
        for shown in (first, second):
            assert shown["people"][cast.municipality.pk], shown
            for thing in ("people", "held"):
                for unit, rest in differences(shown[thing], children):
                    assert abs(rest) == 0 or abs(rest) >= MINIMUM, (thing, unit, shown)
        large = units["Vej"].pk
        for place in everywhere:  # the large unit is counted every day, and all others as they were on Sunday
            if place.pk not in (large, cast.municipality.pk):
                assert first["held"][place.pk] == second["held"][place.pk]
        if first["held"][large] and second["held"][large]:
            grown = max(second["held"][large]) - max(first["held"][large])
            assert {one + grown for one in first["held"][cast.municipality.pk]} == second["held"][cast.municipality.pk]
        transaction.set_rollback(True)


@given(st.lists(st.integers(1, 7), min_size=2, max_size=4))
@hypothesis_settings(max_examples=max(3, MANY // 10))
def test_the_catalogue_and_the_self_check_never_change_by_fewer_than_five(cast: Cast, steps: list[int]) -> None:
    """So many more use a way, and so many more answer, from day to day."""
    with transaction.atomic():
        keep_key()
        check = open_self_check(None, by=cast.hanne, on=TODAY)
        method = PracticeMethod.objects.order_by("pk")[0]
        client, seen, people = enter(cast.hanne), {0}, 0
        for step in steps:
            people += step
            for talk in employ_many(cast, cast.kindergarten, step, step):
                agree(cast, talk, method)
                vote(check, talk.employment.person_id)
            count_ballots(KEY)
            assert at_least(client, method) == people - people % MINIMUM
            result = words(client.get(f"/selvtjek/{check.pk}/").content.decode())
            seen |= {int(number) for number in re.findall(r"bygger på (\d+) svar", result)}
        assert people < MINIMUM or max(seen) >= MINIMUM
        assert all(abs(one - other) == 0 or abs(one - other) >= MINIMUM for one, other in product(seen, repeat=2))
        transaction.set_rollback(True)


def agree(cast: Cast, talk: Conversation, method: PracticeMethod) -> None:
    plan = DevelopmentPlan.objects.create(conversation=talk)
    facts: dict[str, Any] = {"planned_from": LATER, "planned_to": LATER + timedelta(days=30), "by": cast.lars}
    agree_activity(plan=plan, kind=Kind.PRACTICE, method=method, title="Prøv det", on=TODAY, **facts)


def at_least(client: Client, method: PracticeMethod) -> int:
    """How many at least use a way now, as its page says."""
    found = re.search(r"mindst (\d+) bruger den nu", words(client.get(f"/maader/{method.pk}/").content.decode()))
    return int(found[1]) if found else 0


@pytest.mark.parametrize(
    ("on", "ended", "counted"),
    [
        (date(2026, 3, 1), None, date(2026, 2, 22)),  # a Sunday: it is not over yet
        (date(2026, 3, 2), None, date(2026, 3, 1)),
        (date(2026, 3, 7), None, date(2026, 3, 1)),
        (date(2026, 3, 7), date(2026, 3, 5), date(2026, 3, 5)),
        (date(2026, 3, 7), date(2026, 2, 5), date(2026, 3, 1)),
        (date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 1)),
    ],
)
def test_small_units_are_counted_for_the_last_whole_week(on: date, ended: date | None, counted: date) -> None:
    assert suppression.counting_day(on, ended) == counted
