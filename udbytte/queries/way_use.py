"""Which ways of learning in practice are in use, in the organisation and in one unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from ..domain.lifecycle import Kind, Stage
from ..domain.suppression import MINIMUM, suppress
from ..models import Employment, PracticeMethod, Unit

ENDED_WITHOUT = (Stage.DROPPED, Stage.REPLACED)
# For each way: the people of the organisation, those of one unit, those in units with too few to be shown, and the
# fewest in a unit with enough.
USED = """
    SELECT method_id,
           max(people) FILTER (WHERE of_all = 1),
           coalesce(max(people) FILTER (WHERE of_all = 0 AND unit_id = %(unit)s), 0),
           coalesce(sum(people) FILTER (WHERE of_all = 0 AND people < %(least)s), 0),
           coalesce(min(people) FILTER (WHERE of_all = 0 AND people >= %(least)s), 0)
    FROM (
        SELECT a.method_id, a.unit_id, grouping(a.unit_id) AS of_all, count(DISTINCT a.employee_id) AS people
        FROM udbytte_agreement a JOIN udbytte_round r ON r.id = a.round_id
        WHERE r.closed_on IS NULL AND a.kind = %(kind)s AND a.method_id IS NOT NULL AND NOT a.stage = ANY(%(ended)s)
        GROUP BY GROUPING SETS ((a.method_id, a.unit_id), (a.method_id))
    ) counted
    GROUP BY method_id
"""


@dataclass(frozen=True, slots=True)
class Use:
    """How many people use a way now: in the organisation, and in the unit looked from; None where it is not told.

    `nobody` says that it may be told that nobody in the organisation does.
    """

    people: int | None = None
    here: int | None = None
    nobody: bool = False


def unit_of(person: int, on: date) -> Unit | None:
    """The unit somebody works in on the day; of several the one they came to first."""
    rows = Employment.objects.on(on).filter(person=person).select_related("unit").order_by("starts_on", "pk")
    found = rows.first()
    return found.unit if found is not None else None


def ways_in_use(unit: Unit | None, on: date) -> dict[int, Use]:
    """The use of each way, hidden ones too, by the way's key: in open rounds, and neither dropped nor replaced.

    1. The organisation's numbers are suppressed among the ways.
    2. A unit's number is told where the organisation's is, where it would be told among the unit's own ways, and where
       what is left for all units that are not told of is nobody, or people enough. So whoever puts together what is
       told in all units does not learn of a small one.
    3. That nobody uses a way is told in an organisation of five people or more, of the whole of it alone.
    """
    rows = _used(unit)
    whole = suppress({way: people for way, (people, _here, _small, _smallest) in rows.items()})
    own = suppress({way: here for way, (_people, here, _small, _smallest) in rows.items()})
    tells = Employment.objects.on(on).order_by().values("person").distinct()[:MINIMUM].count() >= MINIMUM
    return {
        way: Use(whole[way], own[way] if whole[way] and _apart(rows[way]) else None)
        if way in rows
        else Use(nobody=tells)
        for way in PracticeMethod.objects.order_by().values_list("pk", flat=True)
    }


def _apart(row: tuple[int, int, int, int]) -> bool:
    """Whether a unit's number can stand beside those of all others; the smallest hides a rest that is too small."""
    _people, here, small, smallest = row
    return here >= MINIMUM and not (0 < small < MINIMUM and here == smallest)


def _used(unit: Unit | None) -> Mapping[int, tuple[int, int, int, int]]:
    facts: dict[str, Any] = {
        "kind": Kind.PRACTICE,
        "ended": list(ENDED_WITHOUT),
        "unit": unit.pk if unit is not None else None,
        "least": MINIMUM,
    }
    with connection.cursor() as cursor:
        cursor.execute(USED.strip(), facts)
        return {way: (int(people), int(here), int(small), int(least)) for way, people, here, small, least in cursor}
