"""Practice methods: recording who has seen the catalogue, and HR's editing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import date
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from udbytte.access.people import is_hr
from udbytte.domain.practice.method_files import DATA, TEXTS, delivered_methods
from udbytte.models import CatalogueVisit, Person, PracticeMethod, Round, Wish
from udbytte.models.practice import OWN
from udbytte.services.errors import MissingFact, NotPermitted, NotPossible, Refused, save_row

FIELDS = frozenset(
    (*(f"{name}_{language}" for name in TEXTS for language in ("da", "en")), *DATA, "people_from", "people_to")
)
MOST_CHECK_IN_WEEKS = 26  # the same limit as for agreements
MOST_HOURS = 500


@transaction.atomic
def record_catalogue_visit(person: Person, *, on: date) -> None:
    """Record once a round that a person has looked at the ways of learning at work."""
    rounds = Round.objects.filter(published_on__lte=on, closed_on__isnull=True)
    own_rounds = rounds.filter(conversations__employment__person=person) | rounds.filter(conversations__manager=person)
    visits = [CatalogueVisit(round=round_, person=person, first_on=on) for round_ in own_rounds.distinct()]
    CatalogueVisit.objects.bulk_create(visits, ignore_conflicts=True)


@transaction.atomic
def save_method(method: PracticeMethod, values: Mapping[str, Any], *, by: Person | None, on: date) -> PracticeMethod:
    """Save a practice method's texts and data; a new one comes last. By HR. Returns the saved method.

    `values` has values of `FIELDS`; fields that are left out stay. Earlier agreements with the method do not change.
    Raises NotPermitted unless HR, and Refused with the wrong field.
    """
    _only_hr(by, on)
    rows = _all_methods()
    row = rows.get(method.pk, method)
    is_new = method.pk not in rows
    for name in FIELDS & values.keys():
        value = values[name]
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    _check(row, rows)
    if is_new:
        row.key = f"{OWN}-{token_hex(6)}"
        row.added_on = on
        row.position = 1 + max((other_method.position for other_method in rows.values()), default=-1)
    save_row(row)
    return row


@transaction.atomic
def arrange_methods(places: Mapping[int, int], shown: Set[int], *, by: Person | None, on: date) -> None:
    """Give the methods their places and say which of them are offered. By HR.

    `places` has the new place in its group of each method by id, the first is 1; a method that is left out keeps its
    place and whether it is offered. A method that moves to the place of another comes before it if it moves up, else
    after it. `shown` are the ids of those offered.
    """
    _only_hr(by, on)
    rows = list(_all_methods().values())
    arranged = {
        group: iter(_arranged([row for row in rows if row.group == group], places))
        for group in {row.group for row in rows}
    }
    ordered = [next(arranged[row.group]) for row in rows]
    for position, row in enumerate(ordered):
        row.position = position
    PracticeMethod.objects.bulk_update(ordered, ["position"])
    for row in ordered:
        if row.pk in places:
            hide_method(row, hidden=row.pk not in shown, by=by, on=on)


def _arranged(group: Sequence[PracticeMethod], places: Mapping[int, int]) -> list[PracticeMethod]:
    """The methods of one group in their new order."""

    def place_of(numbered: tuple[int, PracticeMethod]) -> tuple[int, int, int]:
        before, row = numbered
        place = places.get(row.pk, before)
        return place, (place > before) - (place < before), before

    return [row for _number, row in sorted(enumerate(group, start=1), key=place_of)]


@transaction.atomic
def hide_method(method: PracticeMethod, *, hidden: bool, by: Person | None, on: date) -> None:
    """Stop offering a method, or offer it again. By HR. Agreements with it go on."""
    _only_hr(by, on)
    row = PracticeMethod.objects.select_for_update().get(pk=method.pk)
    if row.hidden == hidden:
        return
    if hidden:
        row.hidden_days = [*row.hidden_days, [on.isoformat(), None]]
    else:
        begun = row.hidden_days[-1][0] if row.hidden_days else None
        row.hidden_days = [*row.hidden_days[:-1], [begun, on.isoformat()]]
    row.hidden = hidden
    row.save(update_fields=["hidden", "hidden_days"])


def reset_method(method: PracticeMethod, *, by: Person | None, on: date) -> PracticeMethod:
    """Set a delivered method's texts and data back to the delivered ones. Its place and whether it is hidden stay.

    By HR. Raises NotPossible for one of the organisation's own methods.
    """
    delivered = delivered_methods().get(method.key)
    if delivered is None:
        raise NotPossible
    return save_method(method, delivered, by=by, on=on)


def _only_hr(by: Person | None, on: date) -> None:
    if by is not None and not is_hr(by, on):
        raise NotPermitted


def _all_methods() -> dict[int, PracticeMethod]:
    """All methods in their order, locked, because a position depends on all of them."""
    return {method.pk: method for method in PracticeMethod.objects.select_for_update().order_by("position", "pk")}


def _check(method: PracticeMethod, rows: Mapping[int, PracticeMethod]) -> None:
    """Check the rules that the model does not check. Raises Refused."""
    for name in ("name_da", "summary_da"):
        if not getattr(method, name):
            raise MissingFact(name)
    if any(
        other_method.pk != method.pk and other_method.name_da.casefold() == method.name_da.casefold()
        for other_method in rows.values()
    ):
        raise Refused(_("Another way has that name."), "name_da")
    if method.check_in_weeks is not None and not 1 <= method.check_in_weeks <= MOST_CHECK_IN_WEEKS:
        raise Refused(_("Between 1 and 26 weeks."), "check_in_weeks")
    if not 1 <= method.weeks <= 104:
        raise Refused(_("Between 1 and 104 weeks."), "weeks")
    if method.helper_hours > MOST_HOURS:
        raise Refused(_("At most 500 hours."), "helper_hours")
    if not 1 <= method.people_from <= method.people_to <= 12:
        raise Refused(_("Between 1 and 12 people, and no fewer at most than at least."), "people_to")
    if set(method.wishes) - set(Wish.values):
        raise Refused(_("Choose from the list."), "wishes")
