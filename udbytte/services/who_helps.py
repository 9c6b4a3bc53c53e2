"""A manager asks those of the team who learn in practice without anybody beside them who could help."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from ..access.agreements import agreements_of_reports
from ..domain.lifecycle import Kind
from ..models import Agreement, Notice, Person


def without_helper(manager: Person, on: date) -> list[Agreement]:
    """The open practice agreements of the manager's present reports for which somebody is to be found."""
    reports = agreements_of_reports(manager, on)
    alone = reports.filter(kind=Kind.PRACTICE, step="find_helper", closed_on__isnull=True)
    return list(alone.select_related("employee").order_by("pk"))


@transaction.atomic
def ask_who_helps(*, by: Person, on: date) -> int:
    """Ask each employee on the team whose practice agreement has nobody who helps, in their letter.

    At most once in a calendar week for each agreement. Returns how many people were asked now.
    """
    week = "{}-{}".format(*on.isocalendar()[:2])
    asked: set[int] = set()
    for agreement in without_helper(by, on):
        _notice, made = Notice.objects.get_or_create(
            person=agreement.employee,
            cause=f"who-helps:{agreement.pk}:{week}",
            defaults={"kind": "who_helps", "on": on, "agreement": agreement, "facts": {"by": by.given_name}},
        )
        if made:
            asked.add(agreement.employee_id)
    return len(asked)
