"""Who holds the conversation of each employment, by the rule in `domain.organisation`, for all employments at once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import LiteralString, NamedTuple

from django.db import connection

from udbytte.domain.organisation import conversation_holder
from udbytte.models import ManagerRole, Unit


class Holders(NamedTuple):
    """Of each unit, who holds the conversations in it, and who holds that person's own; as columns."""

    units: list[int]
    first: list[int | None]
    second: list[int | None]


HOLDERS: LiteralString = (
    "unnest(%(units)s::bigint[], %(first)s::bigint[], %(second)s::bigint[]) AS h(unit, first, second)"
)


def holders_of_units(on: date) -> Holders:
    """Who manages a unit on the day works here, so nobody is left out for having left."""
    managers: dict[int, list[int]] = defaultdict(list)
    roles = ManagerRole.objects.on(on).filter(holds_conversations=True)
    for unit, person in roles.order_by("starts_on", "pk").values_list("unit_id", "person_id"):
        managers[unit].append(person)
    holders = Holders([], [], [])
    for unit, path in Unit.objects.values_list("pk", "path"):
        ancestors = [int(part) for part in path.split("/") if part]
        first = conversation_holder(-1, ancestors, managers)  # nobody is -1
        holders.units.append(unit)
        holders.first.append(first)
        holders.second.append(None if first is None else conversation_holder(first, ancestors, managers))
    return holders


def assign_line_managers(on: date) -> None:
    """Give each employment that holds on the day its line manager. A second call changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(ASSIGN, {"on": on, **holders_of_units(on)._asdict()})


# A manager chosen by hand comes first, unless they have left.
ASSIGN: LiteralString = (
    "UPDATE udbytte_employment r SET line_manager_id = v.holder, former_manager_id = v.former,"
    " line_manager_since = CASE WHEN v.former IS NOT NULL THEN %(on)s::date END FROM ("
    "  SELECT e.id, e.line_manager_id, coalesce(e.line_manager_id, e.former_manager_id) AS former, CASE"
    "   WHEN c.id <> e.person_id THEN c.id WHEN e.person_id = h.first THEN h.second ELSE h.first END AS holder"
    "  FROM udbytte_employment e"
    "  JOIN unnest(%(units)s::bigint[], %(first)s::bigint[], %(second)s::bigint[]) AS h(unit, first, second)"
    "   ON h.unit = e.unit_id"
    "  LEFT JOIN udbytte_person c ON c.id = e.chosen_manager_id AND c.is_active"
    "  WHERE e.starts_on <= %(on)s AND (e.ends_on IS NULL OR e.ends_on >= %(on)s)) v"
    " WHERE r.id = v.id AND v.holder IS DISTINCT FROM v.line_manager_id"
)
