"""Stored tallies never make a figure old: they always equal a count of the rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import TODAY, employ, make_person, make_unit
from tests.house import House, more_people
from tests.queries.figures.test_questions import agree, told
from udbytte.domain.lifecycle import Event, Kind
from udbytte.models import Conversation, Person, RulesConfirmation, StaleTally, Unit, UnitTally
from udbytte.queries.figures.published import recount_stale_units
from udbytte.queries.figures.questions import figures_of_place
from udbytte.services.agreements.take_step import take_step
from udbytte.services.figures.tallies import update_tallies
from udbytte.services.people.organisation import follow_organisation_changes
from udbytte.services.practice.methods import record_catalogue_visit

pytestmark = pytest.mark.django_db


def answers(house: House) -> list[object]:
    """What is shown of the whole and of every unit, read from the stored tallies."""
    return [figures_of_place(unit, house.cast.round, on=TODAY) for unit in (None, *Unit.objects.order_by("pk"))]


def counted(house: House) -> list[object]:
    """The same, counted from the rows themselves."""
    kept, marks = list(UnitTally.objects.all()), list(StaleTally.objects.all())
    UnitTally.objects.all().delete()
    shown = answers(house)
    UnitTally.objects.bulk_create(kept)
    StaleTally.objects.all().delete()
    StaleTally.objects.bulk_create(marks)
    return shown


def visit(house: House) -> None:
    record_catalogue_visit(house.cast.mette, on=TODAY)


def read_rules(house: House) -> None:
    RulesConfirmation.objects.create(round=house.cast.round, person=house.cast.mette, confirmed_on=TODAY)


def agree_two(house: House) -> None:
    agree(house, 0)
    agree(house, 1, Kind.PRACTICE)


def hold(house: House) -> None:
    person = make_person("Nytilkommen")
    Conversation.objects.create(round=house.cast.round, employment=employ(person, house.cast.roads), held_on=TODAY)


def need_no_course(house: House) -> None:
    house.plans[6].no_course_reason = "Ikke i år"
    house.plans[6].save()


def a_helper_says_yes(house: House) -> None:
    row = agree(house, 2, Kind.PRACTICE)
    row = take_step(row, Event.ASK, by=row.employee, on=TODAY, helper=house.cast.karim)
    take_step(row, Event.ACCEPT, by=house.cast.karim, on=TODAY)


def learn(house: House) -> None:
    told(house, 4, "much")


def take_the_money_back(house: House) -> None:
    house.cast.budget.delete()


def tell_of_the_money_late(house: House) -> None:
    house.cast.budget.unit, house.cast.budget.published_on = house.cast.municipality, TODAY + timedelta(days=1)
    house.cast.budget.save()


def move_somebody(house: House) -> None:
    employment = house.plans[5].conversation.employment
    employment.unit = house.cast.roads
    employment.save()
    follow_organisation_changes(on=TODAY)


def move_a_unit(house: House) -> None:
    unit = house.cast.kindergarten
    unit.parent, unit.path = house.cast.roads, f"{house.cast.roads.path}{unit.pk}/"
    unit.save()


def a_new_unit(house: House) -> None:
    unit = make_unit("Ny enhed", house.cast.children)
    for number in range(6):
        employment = employ(make_person(f"Ind{number}"), unit)
        Conversation.objects.create(round=house.cast.round, employment=employment, held_on=TODAY)


CHANGES = (
    visit, read_rules, agree_two, hold, need_no_course, a_helper_says_yes, learn, take_the_money_back,
    tell_of_the_money_late, move_somebody, move_a_unit, a_new_unit,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_seen_at_once_and_after_it_is_kept(house: House, change: object) -> None:
    assert callable(change)
    for place in range(5):
        agree(house, place)
    update_tallies(on=TODAY)
    before = answers(house)
    assert before == counted(house)
    change(house)
    true = counted(house)
    assert true != before
    assert answers(house) == true
    update_tallies(on=TODAY)
    assert answers(house) == true and not StaleTally.objects.exists()


def test_keeping_twice_writes_nothing(house: House) -> None:
    assert update_tallies(on=TODAY) > 0
    assert update_tallies(on=TODAY) == 0


def test_only_what_changed_and_what_lies_above_it_is_written_anew(house: House) -> None:
    update_tallies(on=TODAY)
    agree(house, 0)
    assert update_tallies(on=TODAY) == 4  # the kindergarten, children, the municipality, the whole


def test_another_day_is_counted_from_the_rows(house: House) -> None:
    update_tallies(on=TODAY)
    later = TODAY + timedelta(days=1)
    Conversation.objects.filter(pk=house.plans[0].conversation_id).update(held_on=later)
    assert figures_of_place(None, house.cast.round, on=later).figures.questions[0].base == 8
    update_tallies(on=later)
    assert set(UnitTally.objects.values_list("on", flat=True)) == {later}


def test_a_change_while_the_tallies_are_kept_stays_marked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is committed after the marks were read keeps its mark, and is counted the next time."""
    update_tallies(on=TODAY)
    agree(house, 0)
    plain = recount_stale_units

    def meanwhile(*args: Any, **facts: Any) -> Any:
        found = plain(*args, **facts)
        record_catalogue_visit(house.cast.mette, on=TODAY)
        return found

    monkeypatch.setattr("udbytte.services.figures.tallies.recount_stale_units", meanwhile)
    update_tallies(on=TODAY)
    assert set(StaleTally.objects.values_list("unit", flat=True)) == {house.cast.kindergarten.pk}
    assert answers(house) == counted(house)


def test_kept_tallies_cost_few_queries_whatever_lies_below(house: House) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            figures_of_place(None, house.cast.round, on=TODAY)
        return len(found)

    update_tallies(on=TODAY)
    few = queries()
    more_people(house.cast, 20, prefix="Flere")
    for number in range(5):
        make_unit(f"Enhed {number}", house.cast.roads)
    update_tallies(on=TODAY)
    assert queries() == few == 3
    assert Person.objects.count() > 30
