"""The workbook of budgets and courses."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.browsing import enter
from tests.cast import TODAY, Cast
from tests.services.money.granting import fund
from udbytte.domain.lifecycle import Event
from udbytte.models import Agreement, Budget
from udbytte.services.agreements.take_step import take_step

pytestmark = pytest.mark.django_db


def pages(person: Any) -> dict[str, list[list[Any]]]:
    response = enter(person).get("/budget/regneark/")
    assert response["Content-Disposition"].startswith("attachment")
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_has_budgets_with_sums_upward_and_each_course_for_who_owns_the_budget(cast: Cast) -> None:
    Budget.objects.create(unit=cast.children, round=cast.round, amount=50000, published_on=TODAY)
    fund(cast, 5000, title="=1+1")
    take_step(fund(cast, 700), Event.REGISTER, by=cast.bente, on=TODAY)
    book = pages(cast.birgit)
    assert [row[0] for row in book["Budgetter"][1:]] == ["Børn og Unge", "Børn og Unge / Børnehuset Mælkebøtten"]
    above, own = book["Budgetter"][1:]
    assert own[2:8] == [20000, 0, 5700, 0, 14300, 0]
    assert above[8:14] == [70000, 0, 5700, 0, 64300, 0]
    assert {row[8] for row in book["Kurser"][1:]} == {5000, 700}
    assert {row[2] for row in book["Kurser"][1:]} == {"Mette Hansen"}


def test_what_was_paid_for_an_unused_seat_is_on_the_page_and_in_the_workbook_and_its_bill_can_be_written(
    cast: Cast,
) -> None:
    seat = take_step(fund(cast, 5000), Event.REGISTER, by=cast.bente, on=TODAY)
    Agreement.objects.update(granted_outside=1000)
    url = f"/aftaler/{seat.pk}/"
    fields = {choice.form.chosen: set(choice.form.fields) for choice in enter(cast.mette).get(url).context["others"]}
    assert {"cost", "from_outside"} <= fields[Event.CANCEL_SEAT]
    seat = take_step(seat, Event.NOT_GONE, by=cast.mette, on=TODAY, reason="Syg", from_outside=300)
    page = enter(cast.lars).get(url)
    paid = [fact.text for fact in page.context["facts"] if fact.label == "Betalt for en plads, der ikke blev brugt"]
    assert paid == ["5.000 kr."]
    assert Event.PRICE in {choice.form.chosen for choice in page.context["others"]}
    assert [row[8:12] for row in pages(cast.birgit)["Kurser"][1:]] == [["", "", 5000, 300]]


def test_a_manager_gets_the_sums_and_no_list_of_courses(cast: Cast) -> None:
    fund(cast, 5000)
    assert set(pages(cast.lars)) == {"Budgetter"}
