"""A page that shows the same costs the same: rows touched do not grow with the organisation around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.urls import reverse

from tests.browsing import enter
from tests.cast import LONG_AGO, TODAY
from udbytte.demo.bulk.fill import fill_with_bulk_data
from udbytte.demo.rows_touched import Touched, rows_touched
from udbytte.models import Person, Role, RoleAssignment, Round, Unit
from udbytte.services.figures import keep_tallies

pytestmark = pytest.mark.django_db
SMALL, LARGE = 600, 3_000
MOST = 1.3


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and who asks for it."""

    name: str
    address: Callable[[], str]
    asked_by: Callable[[], Person]


def hr() -> Person:
    return Person.objects.get(pk=RoleAssignment.objects.filter(role=Role.HR).order_by("pk").values("person")[:1])


def area() -> Unit:
    """A unit with three houses right below it, and nothing else: as large in any organisation."""
    return Unit.objects.get(name="Tre huse")


def manager() -> Person:
    """Who manages the first of the three houses."""
    return Person.objects.filter(manager_roles__unit__parent=area()).order_by("pk")[0]


# One page a row. What is shown must be the same in both sizes.
PAGES = (
    Page("figures of the whole", lambda: reverse("figures"), hr),
    Page("figures of a unit", lambda: reverse("figures-of", args=[area().pk]), hr),
    Page("figures of a house", lambda: reverse("figures"), manager),
    Page("report of a round", lambda: reverse("report", args=[Round.objects.order_by("pk")[1].pk]), hr),
    Page("what gives learning", lambda: reverse("learning"), hr),
)


def make_workplace(employees: int) -> None:
    """A municipality of that size, and in it one area that is the same in all sizes."""
    fill_with_bulk_data(employees=employees, agreements=3 * employees, seed=1, on=TODAY, say=lambda line: None)
    root = Unit.objects.get(parent=None)
    made = Unit.objects.create(
        name="Tre huse", starts_on=LONG_AGO, parent=Unit.objects.filter(parent=root).order_by("pk")[0]
    )
    assert made.parent is not None
    made.path = f"{made.parent.path}{made.pk}/"
    made.save()
    for house in Unit.objects.filter(name__startswith="Huset").order_by("pk")[:3]:
        house.parent, house.path = made, f"{made.path}{house.pk}/"
        house.save()
    keep_tallies(on=TODAY)


def touched_by_pages(employees: int) -> dict[str, Touched]:
    """What each page touches in a workplace of that size, the second time it is asked for."""
    found: dict[str, Touched] = {}
    with transaction.atomic():
        make_workplace(employees)
        for page in PAGES:
            client, address = enter(page.asked_by()), page.address()
            assert client.get(address).status_code == 200
            with rows_touched() as found[page.name]:
                client.get(address)
        transaction.set_rollback(True)
    return found


def test_rows_touched_do_not_grow_with_the_organisation() -> None:
    small, large = touched_by_pages(SMALL), touched_by_pages(LARGE)
    for name in small:
        few, many = small[name], large[name]
        worst = "\n".join(f"{one.rows}: {one.sql[:300]}" for one in many.worst())
        assert many.rows <= MOST * few.rows, f"{name}: {few.rows} rows, then {many.rows}\n{worst}"
        assert many.queries == few.queries, name
